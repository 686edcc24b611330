"""From a filled-in form to one stored row, exactly once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Answers, Context, Problem, Questionnaire
from questionnaires.answers import nothing_answered
from surveyapp.clock import Moment
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.errors import UnknownCode
from surveyapp.fieldwork.invitations import Invited, invitation, open_links, redeem
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.organisation.operations import people_names, unit_names
from surveyapp.respond.extent import extent_of
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Attachment, Authorship, Response
from surveyapp.uploads import Upload

KEY_BYTES = 16
_KEY_CHARACTERS = 22  # so short a key would still be 16 random bytes in base 64
_MAX_MEDIA_TYPE = 127
_DIRECTORY_KINDS = {"unit", "person", "matrix"}


class SubmissionError(Exception):
    """A submission that is refused. Nothing has been stored."""


class BadSubmissionKey(SubmissionError):
    """The form came back without the key it was sent with."""


class CodeUsed(SubmissionError):
    """This code has already been used for another submission."""


class KeyReused(SubmissionError):
    """The form was already sent in by somebody else (a page reached by the back button).

    What was typed is a new respondent's and must be offered again under a new key.
    """


class RoundClosed(SubmissionError):
    """The round is not open (any more, or yet)."""


class QuotaFull(SubmissionError):
    """As many responses of this group have come as were wanted."""


class Invalid(SubmissionError):
    """The answers do not satisfy the questionnaire; ``problems`` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Receipt:
    """Proof that a response is stored. ``repeated``: it had been stored before this request."""

    code: str
    repeated: bool


@dataclass(frozen=True)
class OpenDoor:
    """One group behind the open link of a round."""

    slug: str
    group_id: int


#: What leads to a form: a code, or a group behind an open link.
Door = str | OpenDoor


@dataclass(frozen=True)
class Opened:
    """What a respondent's link opens."""

    invited: Invited
    questionnaire: Questionnaire
    context: Context

    @property
    def round(self) -> Round:
        """Return the round that this is about."""
        return self.invited.round

    @property
    def languages(self) -> list[str]:
        """Return the languages in which the round offers its questionnaire."""
        return [tag for tag in self.questionnaire.languages if tag in self.round.languages]


def new_submission_key() -> str:
    """The key that goes into a form when it is shown: sent twice, it is stored once.

    In letters that can be written down: where answers may be changed, it is the secret for that.
    """
    return codes.make(codes.SECRET_LENGTH)


def open_form(session: Session, door: Door) -> Opened:
    """The questionnaire behind a code or an open link; raises UnknownCode."""
    invited = invitation(session, door) if isinstance(door, str) else _openly(session, door)
    questionnaire = published(session, invited.round.version_hash)
    return Opened(invited, questionnaire, context(session, questionnaire, invited.unit.code))


def context(session: Session, questionnaire: Questionnaire, own_unit: str) -> Context:
    """The names that this questionnaire's items may pick from; no query when none does."""
    if not any(item.kind in _DIRECTORY_KINDS for item in questionnaire.items):
        return Context(own_unit=own_unit)
    return Context(units=unit_names(session), people=people_names(session), own_unit=own_unit)


def submit(
    session: Session,
    *,
    door: Door,
    submission_key: str,
    raw: Mapping[str, Any],
    at: Moment,
    files: Mapping[str, Upload] | None = None,
) -> Receipt:
    """Store one response and use up its code, all in the caller's transaction.

    The receipt may be shown when that transaction has been committed. Sent again with the same key,
    the same receipt comes back and nothing changes.
    Raises UnknownCode or a SubmissionError, and the transaction must then be rolled back.
    """
    key = response_key(submission_key)
    opened = open_form(session, door)
    files = files or {}
    raw = {**raw, **{item: upload.described() for item, upload in files.items()}}
    if opened.invited.used and not opened.round.repeatable:
        return _repeated(session, submission_key, opened)
    if (known := _known_already(session, submission_key, opened, raw)) is not None:
        return known
    if opened.round.state_at(at.utc) != "open":
        raise RoundClosed
    answers = checked(opened, raw)
    if not tally.hold_open(session, opened.round.id):
        raise RoundClosed
    # From here on submissions to the same group wait for us, or we have waited for them.
    tally.wait_turn(session, opened.invited.group.id)
    require_room(session, opened.invited.group)
    with_code = opened.invited.code_hash is not None
    if with_code and not redeem(session, opened.invited) and not opened.round.repeatable:
        return _repeated(session, submission_key, opened)
    _store(session, opened, answers, key, at.day)
    attach(session, key, answers, files)
    return Receipt(receipt_code(submission_key), repeated=False)


def require_room(session: Session, group: AudienceGroup) -> None:
    """Raise QuotaFull when as many responses of the group have come as were wanted."""
    if group.quota is None:
        return
    came = select(func.count()).select_from(Response).where(Response.group_id == group.id)
    if (session.scalar(came) or 0) >= group.quota:
        raise QuotaFull


def row(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    key: bytes,
    group_id: int,
    version_hash: str,
    day: date,
    context: Context | None = None,
) -> dict[str, Any]:
    """The columns of one response: answers as JSON, closed items packed by the codebook."""
    return {
        "key": key,
        "group_id": group_id,
        "version_hash": version_hash,
        "day": day,
        "extent": extent_of(questionnaire, answers, context or Context()),
        "answers": answers.to_json(),
        "codes": questionnaires.codebook(questionnaire).pack(answers),
    }


def response_key(submission_key: str) -> bytes:
    """First 16 bytes of SHA-256: random like the key it comes from, and no way back to it."""
    if len(submission_key) < _KEY_CHARACTERS or len(submission_key) > 100:
        raise BadSubmissionKey
    return hashlib.sha256(submission_key.encode("utf-8", "replace")).digest()[:KEY_BYTES]


def receipt_code(submission_key: str) -> str:
    """A short code to read out or write down.

    It is worked out from the key of the form, which is stored nowhere: whoever sees the code and
    the database cannot find the response that it belongs to.
    """
    return codes.spelled(hashlib.sha256(b"receipt" + submission_key.encode()).digest())


def stored_day(of: Round, today: date) -> date:
    """The day that is stored with a response.

    In a confidential round its first day, for all: it is known who was reminded on which day, and
    with the day of a response that would tell whose it may be.
    """
    known_and_apart = of.how.knows_who_answered and not of.how.signed
    return (of.opens_on or today) if known_and_apart else today


def checked(opened: Opened, raw: Mapping[str, Any]) -> Answers:
    """The answers, or Invalid."""
    outcome = questionnaires.check(opened.questionnaire, raw, context=opened.context)
    if outcome.answers is None:
        raise Invalid(outcome.problems)
    if blank := nothing_answered(opened.questionnaire, outcome.answers):
        raise Invalid([blank])
    return outcome.answers


def attach(session: Session, key: bytes, answers: Answers, files: Mapping[str, Upload]) -> None:
    """Keep the files of a response beside it, in place of those it had for the same items."""
    kept = {item: upload for item, upload in files.items() if item in answers.values}
    if not kept:
        return
    session.execute(
        delete(Attachment).where(Attachment.response_key == key, Attachment.item.in_(kept))
    )
    rows = [
        {
            "key": secrets.token_bytes(KEY_BYTES),
            "response_key": key,
            "item": item,
            "file_name": answers.values[item]["name"],
            "media_type": upload.media_type[:_MAX_MEDIA_TYPE],
            "size": len(upload.content),
            "content": upload.content,
        }
        for item, upload in kept.items()
    ]
    session.execute(insert(Attachment), rows)


def _openly(session: Session, door: OpenDoor) -> Invited:
    for invited in open_links(session, door.slug):
        if invited.group.id == door.group_id:
            return invited
    raise UnknownCode


def _store(session: Session, opened: Opened, answers: Answers, key: bytes, today: date) -> None:
    of, group = opened.round, opened.invited.group.id
    values = row(
        opened.questionnaire,
        answers,
        key=key,
        group_id=group,
        version_hash=of.version_hash,
        day=stored_day(of, today),
        context=opened.context,
    )
    try:
        store_mixed(session, values, of.min_group if of.live else None)
    except IntegrityError as error:  # this key has been stored with another code
        raise KeyReused from error
    if of.how.signed:
        signature = {"response_key": key, "code_hash": opened.invited.code_hash}
        session.execute(insert(Authorship), [signature])
    tally.count_return(session, group, today)


def _repeated(session: Session, submission_key: str, opened: Opened) -> Receipt:
    """The receipt of a response stored before; a used code with any other key is refused."""
    stored = session.scalar(
        select(Response.group_id).where(Response.key == response_key(submission_key))
    )
    if stored != opened.invited.group.id:
        raise CodeUsed
    return Receipt(receipt_code(submission_key), repeated=True)


def _known_already(
    session: Session, submission_key: str, opened: Opened, raw: Mapping[str, Any]
) -> Receipt | None:
    """The receipt of a submission that came before, where no code tells it from somebody else's.

    The same answers under the same key are a retry. Other answers are the next person's, at a
    device whose browser brought the page of the one before back.
    """
    if opened.invited.code_hash is not None and not opened.round.repeatable:
        return None
    stored = session.scalar(
        select(Response.answers).where(Response.key == response_key(submission_key))
    )
    if stored is None:
        return None
    if json.loads(stored) != json.loads(checked(opened, raw).to_json()):
        raise KeyReused
    return Receipt(receipt_code(submission_key), repeated=True)
