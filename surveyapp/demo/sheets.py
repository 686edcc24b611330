"""What would be on paper: the plain sealed codes by unit, and the staff password."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.fieldwork import codes
from surveyapp.fieldwork.models import Invitation


class DemoFileMissing(RuntimeError):
    """The round is there, but not the file with its plain codes; the database has only hashes."""


@dataclass(frozen=True)
class Sheets:
    """The secrets of the demonstration in clear; ``codes`` by unit code, used ones included."""

    round: str
    username: str
    password: str
    codes: dict[str, list[str]]


def read_sheets(path: Path) -> Sheets:
    """Raises DemoFileMissing."""
    try:
        return Sheets(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DemoFileMissing(path) from None


def write_sheets(path: Path, sheets: Sheets) -> None:
    """Written whole or not at all, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(sheets), file, ensure_ascii=False, indent=1)
    draft.replace(path)


def unused_codes(session: Session, sheets: Sheets) -> dict[str, list[str]]:
    """The codes of each unit that nobody has used yet."""
    unused = set(session.scalars(select(Invitation.code_hash).where(Invitation.used.is_(False))))
    return {
        unit: [code for code in printed if codes.digest(code) in unused]
        for unit, printed in sheets.codes.items()
    }
