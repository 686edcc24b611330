"""What the command line says, in Chinese or English; the sentences stand in ``sentences``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import click

from surveyapp.cli.sentences import SENTENCES

_chosen = "en"


def language() -> str:
    """The language spoken: zh or en."""
    return _chosen


def say(key: str, **values: object) -> str:
    """The sentence in the language spoken."""
    chinese, english = SENTENCES[key]
    return (chinese if _chosen == "zh" else english).format(**values)


def choose_language(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Speak as --lang says, else as the environment's LC_ALL, LC_MESSAGES or LANG."""
    global _chosen
    environment = os.environ if environment is None else environment
    set_in = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = _asked_for(arguments) or next(filter(None, set_in), "")
    _chosen = "zh" if wanted.lower().startswith("zh") else "en"


def _asked_for(arguments: Sequence[str]) -> str:
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return ""


def language_option() -> click.Option:
    """--lang, which every command takes; ``choose_language`` has read it already."""
    return click.Option(
        ["--lang"], type=click.Choice(["zh", "en"]), expose_value=False, help=say("language_help")
    )
