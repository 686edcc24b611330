"""From a filled-in form to one stored row, exactly once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Answers, Context, Problem, Questionnaire, Text
from questionnaires.answers import nothing_answered
from questionnaires.reading import read
from surveyapp.clock import Moment
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.invitations import redeem
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.respond import drafts, places
from surveyapp.respond.extent import extent_of
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Attachment, Authorship, Response
from surveyapp.respond.opening import Door, Opened, Visit, open_form
from surveyapp.uploads import Upload

KEY_BYTES = 16
_KEY_CHARACTERS = 22  # so short a key would still be 16 random bytes in base 64
_MOST_CHARACTERS = 100
_MAX_MEDIA_TYPE = 127


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
    """As many responses of this group, or with such answers, have come as were wanted.

    ``message``: what the questionnaire says to whoever comes too late for one of its quotas.
    """

    def __init__(self, message: Text | None = None) -> None:
        super().__init__()
        self.message = message


class Invalid(SubmissionError):
    """The answers do not satisfy the questionnaire; ``problems`` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Receipt:
    """Proof that a response is stored.

    ``repeated``: it had been stored before this request. ``differs``: and what came with this
    request is not what is stored.
    """

    code: str
    repeated: bool
    differs: bool = False


def new_submission_key() -> str:
    """The key that goes into a form when it is shown: sent twice, it is stored once.

    In letters that can be written down: where answers may be changed, it is the secret for that.
    """
    return codes.make(codes.SECRET_LENGTH)


def submit(
    session: Session,
    *,
    door: Door | Opened,
    submission_key: str,
    raw: Mapping[str, Any],
    at: Moment,
    language: str = "en",
    files: Mapping[str, Upload] | None = None,
) -> Receipt:
    """Store one response and use up its code, all in the caller's transaction.

    ``door`` leads to the form, or is the form opened before: what counts is looked at again.

    The receipt may be shown when that transaction has been committed. Sent again with the same key,
    the same receipt comes back and nothing changes.
    Raises UnknownCode or a SubmissionError, and the transaction must then be rolled back.
    """
    key = response_key(submission_key)
    opened = door
    if not isinstance(opened, Opened):
        opened = open_form(session, opened, Visit(submission_key, at, language))
    files = files or {}
    raw = {**raw, **{item: upload.described() for item, upload in files.items()}}
    if opened.invited.used and not opened.round.repeatable:
        return _repeated(session, submission_key, opened, raw)
    if (known := _known_already(session, submission_key, opened, raw)) is not None:
        return known
    if opened.round.state_at(at.utc) != "open":
        raise RoundClosed
    judged = checked(opened, raw)
    # From here on submissions to the same group wait for us, or we have waited for them.
    if not tally.enter(session, opened.invited.group.id):
        raise RoundClosed
    require_room(session, opened.invited.group)
    with_code = opened.invited.code_hash is not None
    if with_code and not redeem(session, opened.invited) and not opened.round.repeatable:
        return _repeated(session, submission_key, opened, raw)
    take_places(session, opened, judged.quotas)
    _store(session, opened, judged.answers, key, at.day)
    attach(session, key, judged.answers, files)
    if opened.round.drafts:
        drafts.forget(session, submission_key)
    return Receipt(receipt_code(submission_key), repeated=False)


def already_sent(session: Session, opened: Opened, submission_key: str) -> bool:
    """Say whether the form with this key has been stored, in the group that is open."""
    stored = select(Response.group_id).where(Response.key == response_key(submission_key))
    return session.scalar(stored) == opened.invited.group.id


def require_room(session: Session, group: AudienceGroup) -> None:
    """Raise QuotaFull when as many responses of the group have come as were wanted."""
    if group.quota is None:
        return
    came = select(func.count()).select_from(Response).where(Response.group_id == group.id)
    if (session.scalar(came) or 0) >= group.quota:
        raise QuotaFull


def take_places(session: Session, opened: Opened, quotas: Iterable[str]) -> None:
    """Take a place in each quota that accepted answers count towards; raises QuotaFull."""
    none_left = places.take(session, opened.round.id, opened.questionnaire, quotas)
    if none_left is not None:
        raise quota_full(opened.questionnaire, none_left)


def quota_full(questionnaire: Questionnaire, quota: str) -> QuotaFull:
    """The refusal of whoever comes when a quota of the questionnaire is full."""
    message = next(one.message for one in questionnaire.quotas if one.id == quota)
    return QuotaFull(None if message is None else questionnaire.filled(message))


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


def acceptable(submission_key: str) -> bool:
    """Say whether this can be the key of a form."""
    return _KEY_CHARACTERS <= len(submission_key) <= _MOST_CHARACTERS


def response_key(submission_key: str) -> bytes:
    """First 16 bytes of SHA-256: random like the key it comes from, and no way back to it."""
    if not acceptable(submission_key):
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


@dataclass(frozen=True)
class Judged:
    """Accepted answers, and the quotas that they count towards."""

    answers: Answers
    quotas: tuple[str, ...]


def checked(opened: Opened, raw: Mapping[str, Any]) -> Judged:
    """The answers; raises Invalid, or QuotaFull when they fall into a quota that is full."""
    questionnaire, context = opened.questionnaire, opened.context
    if context.full_quotas:
        full = places.fallen_into(read(questionnaire, raw, context))
        if full is not None:
            raise quota_full(questionnaire, full)
    outcome = questionnaires.check(questionnaire, raw, context)
    if outcome.answers is None:
        raise Invalid(outcome.problems)
    if blank := nothing_answered(questionnaire, outcome.answers):
        raise Invalid([blank])
    return Judged(outcome.answers, outcome.quotas)


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


def _repeated(
    session: Session, submission_key: str, opened: Opened, raw: Mapping[str, Any]
) -> Receipt:
    """The receipt of a response stored before; a used code with any other key is refused."""
    found = session.execute(
        select(Response.group_id, Response.answers).where(
            Response.key == response_key(submission_key)
        )
    ).one_or_none()
    if found is None or found.group_id != opened.invited.group.id:
        raise CodeUsed
    differs = not _same(opened, raw, found.answers)
    return Receipt(receipt_code(submission_key), repeated=True, differs=differs)


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
    if not _same(opened, raw, stored):
        raise KeyReused
    return Receipt(receipt_code(submission_key), repeated=True)


def _same(opened: Opened, raw: Mapping[str, Any], stored: str) -> bool:
    """Say whether what came is what is stored, but for what is worked out and may tell the time."""
    context = replace(opened.context, full_quotas=frozenset())
    outcome = questionnaires.check(opened.questionnaire, raw, context)
    if outcome.answers is None:
        return False
    silent = {item.id for item in opened.questionnaire.items if not item.asked}
    came, there = json.loads(outcome.answers.to_json()), json.loads(stored)
    return {name: value for name, value in came.items() if name not in silent} == {
        name: value for name, value in there.items() if name not in silent
    }
