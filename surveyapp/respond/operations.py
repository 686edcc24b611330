"""From a filled-in form to one stored row, exactly once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Answers, Context, Questionnaire
from questionnaires.answers import nothing_answered
from questionnaires.reading import read
from surveyapp import db
from surveyapp.clock import Moment
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.invitations import redeem
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.respond import drafts, kept_counts, places
from surveyapp.respond.errors import (
    BadSubmissionKey,
    CodeUsed,
    Invalid,
    KeyReused,
    QuotaFull,
    RoundClosed,
    SubmissionError,
)
from surveyapp.respond.extent import extent_of
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Attachment, Authorship, Draft, Response
from surveyapp.respond.opening import Door, Opened, Visit, open_form
from surveyapp.uploads import Upload

KEY_BYTES = 16
_KEY_CHARACTERS = 22  # so short a key would still be 16 random bytes in base 64
_MOST_CHARACTERS = 100
_MAX_MEDIA_TYPE = 127


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
    door: Door,
    submission_key: str,
    raw: Mapping[str, Any],
    at: Moment,
    language: str = "en",
    files: Mapping[str, Upload] | None = None,
) -> Receipt:
    """Store one response and use up its code, all in the caller's transaction.

    The receipt may be shown when that transaction has been committed. Sent again with the same key,
    the same receipt comes back and nothing changes.
    Raises UnknownCode or a SubmissionError, and the transaction must then be rolled back.
    """
    opened = open_form(session, door, Visit(submission_key, at, language))
    return accept(session, prepare(opened, submission_key, raw, at, files))


@dataclass(frozen=True)
class Judged:
    """Accepted answers, and the quotas that they count towards."""

    answers: Answers
    quotas: tuple[str, ...]


@dataclass(frozen=True)
class Ready(Judged):
    """The same with the columns of the response."""

    row: dict[str, Any]


@dataclass(frozen=True)
class Submission:
    """A form that was sent and has been judged; ``found`` is what is to be stored, or a refusal."""

    opened: Opened
    submission_key: str
    raw: Mapping[str, Any]
    files: Mapping[str, Upload]
    at: Moment
    found: Ready | SubmissionError

    @cached_property
    def key(self) -> bytes:
        """Return the key of the response."""
        return response_key(self.submission_key)

    def good(self) -> Ready:
        """Return what is to be stored; raises the refusal."""
        if isinstance(self.found, SubmissionError):
            raise self.found
        return self.found

    def receipt(self, *, repeated: bool, differs: bool = False) -> Receipt:
        """Return the receipt for it."""
        return Receipt(receipt_code(self.submission_key), repeated, differs)


def prepare(
    opened: Opened,
    submission_key: str,
    raw: Mapping[str, Any],
    at: Moment,
    files: Mapping[str, Upload] | None = None,
) -> Submission:
    """Judge what was sent, before the transaction: as long as that lasts others would wait.

    A refusal is told by ``accept``, unless the response was stored before.
    Raises BadSubmissionKey.
    """
    if not acceptable(submission_key):
        raise BadSubmissionKey
    files = files or {}
    raw = {**raw, **{item: upload.described() for item, upload in files.items()}}
    found: Ready | SubmissionError
    try:
        found = _ready(opened, submission_key, checked(opened, raw), at.day)
    except SubmissionError as refused:
        found = refused
    return Submission(opened, submission_key, raw, files, at, found)


def accept(session: Session, sent: Submission) -> Receipt:
    """Store what was prepared; see ``submit``. Whatever counts is looked at again."""
    opened, group = sent.opened, sent.opened.invited.group
    with_code, many = opened.invited.code_hash is not None, opened.round.repeatable
    if opened.invited.used and not many:
        return _repeated(session, sent)
    due = opened.round.state_at(sent.at.utc)
    if due == "open" and isinstance(sent.found, Invalid):
        raise sent.found  # nothing to wait for
    # From here on submissions to the same group wait for us, or we have waited for them.
    names = {"group": group.id, "key": sent.key, "draft": drafts.draft_id(sent.submission_key)}
    entered = db.run(session, _ENTER, names).one()
    if entered.stored is not None and (many or not with_code):
        return _known_already(sent, entered.stored)
    if due != "open" or entered.state == "closed":
        raise RoundClosed
    ready = sent.good()
    require_room(session, group)
    if with_code and not redeem(session, opened.invited) and not many:
        return _repeated(session, sent)
    take_places(session, opened, ready.quotas)
    _store(session, sent, ready.row)
    attach(session, sent.key, ready.answers, sent.files)
    if entered.unfinished:
        drafts.forget(session, sent.submission_key)
    return sent.receipt(repeated=False)


#: Put together once, and all in one: each statement less is time in which nobody else can write.
_ENTER = tally.entering(
    exists().where(Draft.key == bindparam("draft")).label("unfinished"),
    select(Response.answers).where(Response.key == bindparam("key")).label("stored"),
)


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


def _ready(opened: Opened, submission_key: str, judged: Judged, today: date) -> Ready:
    columns = row(
        opened.questionnaire,
        judged.answers,
        key=response_key(submission_key),
        group_id=opened.invited.group.id,
        version_hash=opened.round.version_hash,
        day=stored_day(opened.round, today),
        context=opened.context,
    )
    return Ready(judged.answers, judged.quotas, columns)


def _store(session: Session, sent: Submission, columns: dict[str, Any]) -> None:
    of, invited = sent.opened.round, sent.opened.invited
    try:
        entering = store_mixed(session, columns, of.min_group if of.live else None)
    except IntegrityError as error:  # this key has been stored with another code
        raise KeyReused from error
    if entering:
        book = questionnaires.codebook(sent.opened.questionnaire)
        kept_counts.add(session, invited.group.id, book, [one["codes"] for one in entering])
    if of.how.signed:
        signature = {"response_key": sent.key, "code_hash": invited.code_hash}
        session.execute(insert(Authorship), [signature])
    tally.count_return(session, invited.group.id, sent.at.day)


def _repeated(session: Session, sent: Submission) -> Receipt:
    """The receipt of a response stored before; a used code with any other key is refused."""
    found = session.execute(
        select(Response.group_id, Response.answers).where(Response.key == sent.key)
    ).one_or_none()
    if found is None or found.group_id != sent.opened.invited.group.id:
        raise CodeUsed
    return sent.receipt(repeated=True, differs=not _same(sent, found.answers))


def _known_already(sent: Submission, stored: str) -> Receipt:
    """The receipt of a submission that came before, where no code tells it from somebody else's.

    The same answers under the same key are a retry. Other answers are the next person's, at a
    device whose browser brought the page of the one before back.
    """
    if not _same(sent, stored):
        raise KeyReused
    return sent.receipt(repeated=True)


def _same(sent: Submission, stored: str) -> bool:
    """Say whether what came is what is stored, but for what is worked out and may tell the time."""
    opened = sent.opened
    context = replace(opened.context, full_quotas=frozenset())
    outcome = questionnaires.check(opened.questionnaire, sent.raw, context)
    if outcome.answers is None:
        return False
    silent = {item.id for item in opened.questionnaire.items if not item.asked}
    came, there = json.loads(outcome.answers.to_json()), json.loads(stored)
    return {name: value for name, value in came.items() if name not in silent} == {
        name: value for name, value in there.items() if name not in silent
    }
