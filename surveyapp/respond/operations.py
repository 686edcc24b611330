"""From a filled-in form to one stored row, exactly once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Answers, Context, Problem, Questionnaire
from questionnaires.answers import nothing_answered
from surveyapp.design.operations import questionnaire as published
from surveyapp.fieldwork.codes import ALPHABET, in_groups
from surveyapp.fieldwork.operations import Invited, invitation, redeem
from surveyapp.organisation.operations import people_names, unit_names
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Attachment, Response
from surveyapp.uploads import Upload

KEY_BYTES = 16
_KEY_CHARACTERS = 22  # 16 random bytes in base 64: less could be guessed
_RECEIPT_CHARACTERS = 12
_MAX_MEDIA_TYPE = 127
_DIRECTORY_KINDS = {"unit", "person", "matrix"}


class SubmissionError(Exception):
    """A submission that is refused. Nothing has been stored."""


class BadSubmissionKey(SubmissionError):
    """The form came back without the key it was sent with."""


class CodeUsed(SubmissionError):
    """This code has already been used for another submission."""


class KeyReused(SubmissionError):
    """The form was already sent in with another code (a page reached by the back button).

    What was typed is a new respondent's and must be offered again under a new key.
    """


class RoundClosed(SubmissionError):
    """The round is not open (any more, or yet)."""


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
class Opened:
    """What a respondent's link opens."""

    invited: Invited
    questionnaire: Questionnaire
    context: Context


def new_submission_key() -> str:
    """The key that goes into a form when it is shown: sent twice, it is stored once."""
    return secrets.token_urlsafe(24)


def open_form(session: Session, code: str) -> Opened:
    """The questionnaire behind a sealed code; raises UnknownCode."""
    invited = invitation(session, code)
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
    code: str,
    submission_key: str,
    raw: Mapping[str, Any],
    today: date,
    files: Mapping[str, Upload] | None = None,
) -> Receipt:
    """Store one response and use up its code, all in the caller's transaction.

    The receipt may be shown when that transaction has been committed. Sent again with the same key,
    the same receipt comes back and nothing changes.
    Raises UnknownCode or a SubmissionError, and the transaction must then be rolled back.
    """
    key = response_key(submission_key)
    opened = open_form(session, code)
    if opened.invited.used:
        return _repeated(session, submission_key, opened.invited)
    if not opened.invited.round.open_on(today):
        raise RoundClosed
    files = files or {}
    answers = _checked(opened, {**raw, **{item: up.described() for item, up in files.items()}})
    # From here on a submission with the same code waits for us, or we have waited for it.
    if not redeem(session, opened.invited.code_hash):
        return _repeated(session, submission_key, opened.invited)
    values = row(
        opened.questionnaire,
        answers,
        key=key,
        group_id=opened.invited.group_id,
        version_hash=opened.invited.round.version_hash,
        day=today,
    )
    try:
        store_mixed(session, values, opened.invited.round.min_group)
    except IntegrityError as error:  # this key has been stored with another code
        raise KeyReused from error
    _attach(session, key, answers, files)
    return Receipt(receipt_code(submission_key), repeated=False)


def row(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    key: bytes,
    group_id: int,
    version_hash: str,
    day: date,
) -> dict[str, Any]:
    """The columns of one response: answers as JSON, closed items packed by the codebook."""
    return {
        "key": key,
        "group_id": group_id,
        "version_hash": version_hash,
        "day": day,
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
    number = int.from_bytes(hashlib.sha256(b"receipt" + submission_key.encode()).digest())
    letters = ""
    for _ in range(_RECEIPT_CHARACTERS):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return in_groups(letters)


def _checked(opened: Opened, raw: Mapping[str, Any]) -> Answers:
    outcome = questionnaires.check(opened.questionnaire, raw, context=opened.context)
    if outcome.answers is None:
        raise Invalid(outcome.problems)
    if blank := nothing_answered(opened.questionnaire, outcome.answers):
        raise Invalid([blank])
    return outcome.answers


def _repeated(session: Session, submission_key: str, invited: Invited) -> Receipt:
    """The receipt of a response stored before; a used code with any other key is refused."""
    if _stored_group(session, response_key(submission_key)) != invited.group_id:
        raise CodeUsed
    return Receipt(receipt_code(submission_key), repeated=True)


def _stored_group(session: Session, key: bytes) -> int | None:
    return session.scalar(select(Response.group_id).where(Response.key == key))


def _attach(session: Session, key: bytes, answers: Answers, files: Mapping[str, Upload]) -> None:
    kept = {item: upload for item, upload in files.items() if item in answers.values}
    if not kept:
        return
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
