"""From a filled-in form to what is to be stored of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import questionnaires
from questionnaires import Answers, Questionnaire
from questionnaires.answers import nothing_answered
from questionnaires.reading import read
from surveyapp.clock import Moment
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.models import Round
from surveyapp.respond import places
from surveyapp.respond.errors import BadSubmissionKey, Invalid, QuotaFull, SubmissionError
from surveyapp.respond.extent import extent_of
from surveyapp.respond.opening import Opened
from surveyapp.uploads import Upload

KEY_BYTES = 16
_KEY_CHARACTERS = 22  # so short a key would still be 16 random bytes in base 64
_MOST_CHARACTERS = 100


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


@dataclass(frozen=True)
class Judged:
    """Accepted answers, the quotas that they count towards, and how much of the form they are."""

    answers: Answers
    quotas: tuple[str, ...]
    extent: str


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

    @property
    def group_id(self) -> int:
        """Return the group to which the response will belong."""
        return self.opened.invited.group.id

    @property
    def plain(self) -> bool:
        """Say whether it can be refused only before anything is written: no places to take."""
        return not self.opened.questionnaire.quotas and self.opened.invited.group.quota is None

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

    A refusal is told when it is stored, unless it was stored before.
    Raises BadSubmissionKey.
    """
    if not acceptable(submission_key):
        raise BadSubmissionKey
    found: Ready | SubmissionError
    try:
        found = _ready(opened, submission_key, checked(opened, raw), at.day)
    except SubmissionError as refused:
        found = refused
    return Submission(opened, submission_key, raw, files or {}, at, found)


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
    extent: str,
) -> dict[str, Any]:
    """The columns of one response: answers as JSON, closed items packed by the codebook."""
    return {
        "key": key,
        "group_id": group_id,
        "version_hash": version_hash,
        "day": day,
        "extent": extent,
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
    extent = extent_of(questionnaire, outcome.answers, outcome.visible)
    return Judged(outcome.answers, outcome.quotas, extent)


def _ready(opened: Opened, submission_key: str, judged: Judged, today: date) -> Ready:
    columns = row(
        opened.questionnaire,
        judged.answers,
        key=response_key(submission_key),
        group_id=opened.invited.group.id,
        version_hash=opened.round.version_hash,
        day=stored_day(opened.round, today),
        extent=judged.extent,
    )
    return Ready(judged.answers, judged.quotas, judged.extent, columns)
