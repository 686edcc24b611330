"""Storing what was sent, exactly once: one submission, or several in one transaction."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select

import questionnaires
from surveyapp.fieldwork import tally
from surveyapp.fieldwork.invitations import redeem
from surveyapp.fieldwork.models import AudienceGroup
from surveyapp.respond import drafts, files, kept_counts, places
from surveyapp.respond.errors import (
    CodeUsed,
    Invalid,
    KeyReused,
    QuotaFull,
    RoundClosed,
    SubmissionError,
)
from surveyapp.respond.mixing import store_mixed
from surveyapp.respond.models import Authorship, Draft, Response
from surveyapp.respond.opening import Opened
from surveyapp.respond.operations import (
    Receipt,
    Submission,
    quota_full,
    response_key,
)
from surveyapp.statements import Link, Statement

#: What a submission came to.
Outcome = Receipt | SubmissionError


def settled(reach: Callable[[], Link], sent: Submission) -> Receipt | None:
    """Return what can be said of a submission without waiting for a turn to write.

    The receipt of one that is stored already; None when there is something to store. ``reach``
    leads to the database; only a code that has been used is looked up there. Raises CodeUsed or
    Invalid.
    """
    opened = sent.opened
    if opened.invited.used and not opened.round.repeatable:
        return _repeated(reach(), sent)
    if isinstance(sent.found, Invalid) and opened.round.state_at(sent.at.utc) == "open":
        raise sent.found
    return None


def accept(link: Link, sent: Sequence[Submission]) -> list[Outcome]:
    """Store what was sent, each with a door and a key of its own, and say what came of each.

    Several must be ``plain``. Whatever counts is looked at again, once nobody else can write about
    the same groups. Raises the refusal of a submission that is not plain, and IntegrityError where
    a key has been stored with another code: the transaction must then be rolled back.
    """
    outcomes: dict[int, Outcome] = {}
    admitted: list[Submission] = []
    # Group by group, because those of one are mixed together.
    for one in sorted(sent, key=_group):
        try:
            known: Outcome | None = _admit(link, one)
        except SubmissionError as refused:
            if not one.plain:
                raise
            known = refused
        if known is None:
            admitted.append(one)
        outcomes[id(one)] = known or one.receipt(repeated=False)
    for _, together in groupby(admitted, key=_group):
        _store(link, sorted(together, key=lambda _: secrets.randbits(64)))
    return [outcomes[id(one)] for one in sent]


_group = attrgetter("group_id")


def _admit(link: Link, sent: Submission) -> Receipt | None:
    """Use up what a submission needs; None: it is to be stored now.

    From here on submissions to the same group wait for us, or we have waited for them.
    """
    opened, key = sent.opened, sent.submission_key
    with_code, many = opened.invited.code_hash is not None, opened.round.repeatable
    entered = _ENTER.row(link, group=sent.group_id, key=sent.key, draft=drafts.draft_id(key))
    assert entered is not None
    state, unfinished, stored = entered
    if stored is not None and (many or not with_code):
        return _known_already(sent, stored)
    if opened.round.state_at(sent.at.utc) != "open" or state == "closed":
        raise RoundClosed
    ready = sent.good()
    if with_code and not redeem(link, opened.invited) and not many:
        return _repeated(link, sent)
    require_room(link, opened.invited.group)
    take_places(link, opened, ready.quotas)
    if unfinished:
        drafts.forget(link, key)
    return None


#: Put together once, and all in one: each statement less is time in which nobody else can write.
_ENTER = Statement(
    tally.entering(
        exists().where(Draft.key == bindparam("draft")).label("unfinished"),
        select(Response.answers)
        .where(Response.group_id == bindparam("group"), Response.key == bindparam("key"))
        .label("stored"),
    )
)


def already_sent(link: Link, opened: Opened, submission_key: str) -> bool:
    """Say whether the form with this key has been stored, in the group that is open."""
    group = opened.invited.group.id
    return _stored(link, group, response_key(submission_key)) is not None


def _stored(link: Link, group_id: int, key: bytes) -> str | None:
    """Return the answers of a response as they are stored, if it is."""
    return link.scalar(
        select(Response.answers).where(Response.group_id == group_id, Response.key == key)
    )


def require_room(link: Link, group: AudienceGroup) -> None:
    """Raise QuotaFull when as many responses of the group have come as were wanted."""
    if group.quota is None:
        return
    came = select(func.count()).select_from(Response).where(Response.group_id == group.id)
    if (link.scalar(came) or 0) >= group.quota:
        raise QuotaFull


def take_places(link: Link, opened: Opened, quotas: Iterable[str]) -> None:
    """Take a place in each quota that accepted answers count towards; raises QuotaFull."""
    none_left = places.take(link, opened.round.id, opened.questionnaire, quotas)
    if none_left is not None:
        raise quota_full(opened.questionnaire, none_left)


def _store(link: Link, together: Sequence[Submission]) -> None:
    """Store admitted submissions of one group, in an order that is not that of their codes.

    PostgreSQL numbers what is written within a transaction too.
    """
    opened, group = together[0].opened, together[0].group_id
    of, rows = opened.round, [one.good().row for one in together]
    entering = store_mixed(link, rows, of.min_group if of.live else None)
    if entering:
        book = questionnaires.codebook(opened.questionnaire)
        kept_counts.add(link, group, book, entering)
    if of.how.signed:
        link.execute(insert(Authorship), list(map(_signature, together)))
    for one in together:
        if one.files:
            answers, response = one.good().answers, (group, one.key)
            files.attach(link, opened.questionnaire, response, answers, one.files)
    for day, times in Counter(one.at.day for one in together).items():
        tally.count_returns(link, group, day, times)


def _signature(sent: Submission) -> dict[str, Any]:
    code = sent.opened.invited.code_hash
    return {"group_id": sent.group_id, "response_key": sent.key, "code_hash": code}


def _repeated(link: Link, sent: Submission) -> Receipt:
    """The receipt of a response stored before; a used code with any other key is refused."""
    stored = _stored(link, sent.group_id, sent.key)
    if stored is None:
        raise CodeUsed
    return sent.receipt(repeated=True, differs=not _same(sent, stored))


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
