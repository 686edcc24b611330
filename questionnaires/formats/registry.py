"""The formats that can be read and written, by name; a new one adds its module to ``MODULES``.

A module named there has ``FORMAT``, a ``Format``. Modules are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from questionnaires.formats.losses import Imported, Written
from questionnaires.model import Questionnaire

#: In this order a file is offered to them; our own format, which is the widest, comes last.
MODULES = (
    "questionnaires.formats.sheet",
    "questionnaires.formats.xlsform",
    "questionnaires.formats.fhir",
    "questionnaires.formats.surveyjs",
    "questionnaires.formats.limesurvey",
    "questionnaires.formats.pasted",
    "questionnaires.formats.own",
)


@dataclass(frozen=True, slots=True)
class Format:
    """One format: does this file look like it, how is it read, how is it written."""

    name: str
    #: (content, file name) -> whether to read the file with this one. Cheap, never raises.
    recognises: Callable[[bytes, str], bool]
    #: (content, file name) -> what could be read and what was lost. Never raises for a bad file.
    read: Callable[[bytes, str], Imported]
    #: None: can only be read. The ending is the one asked for, such as ".xlsx".
    write: Callable[[Questionnaire, str], Written] | None = None
    #: The endings under which it is written, such as (".xlsx",).
    endings: tuple[str, ...] = ()
    #: Like ``write``, over a YAML file that is there already and whose layout is to be kept.
    rewrite: Callable[[Questionnaire, bytes], Written] | None = None


@lru_cache(maxsize=1)
def formats() -> dict[str, Format]:
    """Return every format by its name."""
    known = (import_module(module).FORMAT for module in MODULES)
    return {one.name: one for one in known}


def reader(content: bytes, filename: str) -> Format | None:
    """Return the format that a file is in, or None."""
    readable = (one for one in formats().values() if one.recognises(content, filename))
    return next(readable, None)


def writer(filename: str) -> Format | None:
    """Return the format that is written under this file name (the longest ending), or None."""
    name = filename.lower()
    able = {end: one for one in formats().values() if one.write for end in one.endings}
    ending = max((end for end in able if name.endswith(end)), key=len, default="")
    return able.get(ending)


def writable() -> tuple[str, ...]:
    """Return every ending under which something can be written."""
    return tuple(ending for one in formats().values() if one.write for ending in one.endings)


def ending_of(filename: str) -> str:
    """Return the ending of a file name in lower case, with its dot."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
