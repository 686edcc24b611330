"""Changes of a record: made, noted, read back, closed, reopened.

Every change looks at the record as it is at that moment and keeps others out until it is done, so
two people who write at once never overwrite each other: who comes second is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Questionnaire
from surveyapp.accounts import audit
from surveyapp.fieldwork.errors import NotNow
from surveyapp.fieldwork.models import Round
from surveyapp.interviews.errors import (
    NotComplete,
    NotesChanged,
    NothingNoted,
    NotReadBack,
    RecordClosed,
    UnknownRecord,
)
from surveyapp.interviews.models import Interview, InterviewChange, InterviewTopic
from surveyapp.interviews.outline import NOTHING, Entry, digest, problems
from surveyapp.mail.sealing import Seal
from surveyapp.organisation.models import Team, Unit

_KEY_BYTES = 16
_CORRECTION = "correction"


@dataclass(frozen=True)
class Change:
    """What somebody wants to stand under a topic.

    ``based_on`` is the revision of what stood there when they began. ``key`` names the change, so
    that it is made once however often it is sent; empty for a form, which is sent once.
    """

    item: str
    entry: Entry
    based_on: str
    key: bytes = b""

    @property
    def untouched(self) -> bool:
        """Say whether nothing was changed in the first place."""
        return self.entry.revision == self.based_on


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the topic in the meantime: what they wrote stands, ours does not."""

    item: str
    ours: Entry
    theirs: Entry


def notes_seal(secret: str) -> Seal:
    """Return what notes are sealed with, made from the secret of the installation."""
    return Seal(secret, "interview notes")


def add_record(
    session: Session,
    of: Round,
    team: Team,
    unit: Unit,
    *,
    language: str,
    held_on: date,
    role: str = "",
    name: str | None = None,
) -> Interview:
    """Begin the record of one more interviewee of a unit; raises NotNow.

    A name is refused by the database unless the round is named.
    """
    if not of.is_open:
        raise NotNow(of.state)
    session.get(Unit, unit.id, with_for_update=True)  # two teams must not give the same number
    taken = select(func.max(Interview.number)).where(
        Interview.round_id == of.id, Interview.unit_id == unit.id
    )
    made = Interview(
        key=secrets.token_bytes(_KEY_BYTES),
        round_id=of.id,
        unit_id=unit.id,
        team_id=team.id,
        number=(session.scalar(taken) or 0) + 1,
        role=role,
        name=name or None,
        language=language,
        held_on=held_on,
        state="open",
        read_back="",
    )
    session.add(made)
    session.flush()
    return made


def save(session: Session, key: bytes, changes: Iterable[Change], seal: Seal) -> list[Conflict]:
    """Keep what was typed; what somebody else changed meanwhile is left alone and returned.

    What the interviewee has confirmed is void as soon as a note changes. Raises RecordClosed.
    """
    record = _open(session, key)
    rows = _rows(session, key)
    conflicts = []
    for change in changes:
        stands = entry(rows.get(change.item), seal)
        if change.untouched or change.entry == stands or _made_before(session, change):
            continue
        if change.based_on != stands.revision:
            conflicts.append(Conflict(change.item, change.entry, stands))
            continue
        _put(session, record, rows, change, seal)
        if change.entry.note != stands.note:
            record.read_back, record.correction = "", None
    session.flush()
    return conflicts


def confirm(session: Session, key: bytes, seen: str, correction: str, seal: Seal) -> None:
    """Note that the interviewee has looked at the notes and finds them right.

    ``seen`` is the ``digest`` of the notes that were shown; ``correction`` is what they want to be
    added, in their own words. Raises RecordClosed, NothingNoted or NotesChanged.
    """
    record = _open(session, key)
    noted = entries(session, key, seal)
    if not any(entry.note for entry in noted.values()):
        raise NothingNoted
    if digest(noted) != seen:
        raise NotesChanged
    text = Entry.typed(correction, "").note
    record.read_back = "corrected" if text else "confirmed"
    record.correction = seal.close({"text": text}, _place(key, _CORRECTION)) if text else None
    session.flush()


def waive(session: Session, key: bytes) -> None:
    """Note that the interviewee does not want the notes to be read back; raises RecordClosed."""
    record = _open(session, key)
    record.read_back, record.correction = "waived", None
    session.flush()


def close(session: Session, key: bytes, of: Round, outline: Questionnaire, seal: Seal) -> None:
    """Close a record; from now on it does not change.

    Not after the round has closed: its figures may have been seen, and one more record would show
    in the difference. Raises RecordClosed, NotNow, NotComplete or NotReadBack.
    """
    record = _open(session, key)
    if not of.is_open:
        raise NotNow(of.state)
    if found := problems(outline, entries(session, key, seal)):
        raise NotComplete(found)
    if not record.read_back:
        raise NotReadBack
    record.state = "closed"
    session.flush()
    _record(session, "interview.closed", of, record)


def reopen(session: Session, key: bytes, of: Round, reason: str) -> None:
    """Open a closed record again, for a reason that everybody may read; raises NotNow."""
    if not of.is_open:
        raise NotNow(of.state)
    record = _locked(session, key)
    if record.is_open:
        return
    record.state = "open"
    session.flush()
    _record(session, "interview.reopened", of, record, reason=reason)


def entries(session: Session, key: bytes, seal: Seal) -> dict[str, Entry]:
    """Return what stands under each topic of a record."""
    return {item: entry(row, seal) for item, row in _rows(session, key).items()}


def entry(row: InterviewTopic | None, seal: Seal) -> Entry:
    """Return what a row of a topic holds, opened."""
    if row is None:
        return NOTHING
    sealed = row.note
    note = seal.open(sealed, _place(row.interview_key, row.item_id))["text"] if sealed else ""
    return Entry(note, row.concern)


def corrected(record: Interview, seal: Seal) -> str:
    """Return what the interviewee added to the notes, in their own words."""
    if record.correction is None:
        return ""
    return seal.open(record.correction, _place(record.key, _CORRECTION))["text"]


def _record(session: Session, action: str, of: Round, record: Interview, **details: str) -> None:
    told = {"number": record.number, **details}
    audit.record(session, action, of.slug, told, unit_id=record.unit_id)


def _locked(session: Session, key: bytes) -> Interview:
    found = session.get(Interview, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownRecord(key.hex())
    return found


def _open(session: Session, key: bytes) -> Interview:
    found = _locked(session, key)
    if not found.is_open:
        raise RecordClosed(found.number)
    return found


def _rows(session: Session, key: bytes) -> dict[str, InterviewTopic]:
    found = select(InterviewTopic).where(InterviewTopic.interview_key == key)
    return {row.item_id: row for row in session.scalars(found)}


def _put(
    session: Session,
    record: Interview,
    rows: Mapping[str, InterviewTopic],
    change: Change,
    seal: Seal,
) -> None:
    row = rows.get(change.item)
    if row is None:
        row = InterviewTopic(interview_key=record.key, item_id=change.item)
        session.add(row)
    note = change.entry.note
    row.note = seal.close({"text": note}, _place(record.key, change.item)) if note else None
    row.concern = change.entry.concern
    if change.key:
        session.add(InterviewChange(key=change.key, interview_key=record.key))


def _made_before(session: Session, change: Change) -> bool:
    return bool(change.key) and session.get(InterviewChange, change.key) is not None


def _place(key: bytes, name: str) -> str:
    """Return where a sealed text belongs: it can be opened there only."""
    return f"{key.hex()}/{name}"
