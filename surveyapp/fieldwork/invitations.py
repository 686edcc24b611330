"""Invitations: sealed codes, personal links, who has used theirs, and who has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    Executable,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    inspect,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from surveyapp.fieldwork import codes
from surveyapp.fieldwork.errors import NotKnown, NotNow, UnknownCode
from surveyapp.fieldwork.models import Addressee, AudienceGroup, FieldedUnit, Invitation, Round
from surveyapp.fieldwork.operations import groups
from surveyapp.organisation.models import Posting
from surveyapp.statements import Link, Statement, decoders, lying, spoken


@dataclass(frozen=True)
class Invited:
    """What a code, a personal link or an open link opens. ``code_hash``: None for an open link."""

    code_hash: bytes | None
    used: bool
    group: AudienceGroup
    unit: FieldedUnit
    round: Round


@dataclass(frozen=True)
class Personal:
    """One person's invitation: the ``code`` of the link in clear, and the group they are in."""

    person_id: int
    group_id: int
    code: str
    used: bool
    disposition: str


def issue_codes(session: Session, of: Round, group: AudienceGroup, count: int) -> list[str]:
    """New sealed codes of a group as printed: the only time they exist in clear.

    Raises NotNow unless the round is published or open and works with sealed codes.
    """
    if of.state not in ("published", "open") or not of.how.invitations or of.how.personal:
        raise NotNow(of.state)
    printed = [codes.make() for _ in range(count)]
    _insert(session, {codes.hashed(code): group.id for code in printed})
    _add_issued(session, group, count)
    return printed


def withdraw_unused(session: Session, of: Round, group: AudienceGroup) -> int:
    """Let the sealed codes of a group that nobody has used open nothing any more; how many.

    They are not counted as issued from then on. Raises NotNow as ``issue_codes`` does.
    """
    if of.state not in ("published", "open") or not of.how.invitations or of.how.personal:
        raise NotNow(of.state)
    unused = session.execute(
        delete(Invitation).where(Invitation.group_id == group.id, Invitation.used.is_(False))
    )
    assert isinstance(unused, CursorResult)
    _add_issued(session, group, -unused.rowcount)
    return unused.rowcount


def invite_people(session: Session, of: Round, secret: str, today: date) -> list[Personal]:
    """Invite everybody of the audience who has no invitation yet; the new ones.

    A person has one voice in a round and so one invitation, however many postings: where they
    serve, or else where they come from (see ``people_asked``). Safe to call again.
    Raises NotNow unless the round is published or open and names people.
    """
    if of.state not in ("published", "open") or not of.how.personal:
        raise NotNow(of.state)
    have = set(session.scalars(select(Addressee.person_id).where(Addressee.round_id == of.id)))
    placed = people_asked(session, groups(session, of), today)
    invited = [
        Personal(person, group, codes.personal(secret, of.id, person), False, "")
        for person, group in placed.items()
        if person not in have
    ]
    _store(session, of, invited)
    return invited


def people_asked(
    session: Session, audience: Sequence[AudienceGroup], today: date
) -> dict[int, int]:
    """Person id -> the group id in which they are asked, each person once.

    Their posting of today counts where they serve (host) before where they come from (home); the
    group of their role before the group of everybody.
    """
    place = {(group.unit_id, group.role): group.id for group in audience}
    units = {group.unit_id for group in audience}
    postings = (
        select(Posting.person_id, Posting.unit_id, Posting.role)
        .where(
            Posting.unit_id.in_(units),
            or_(Posting.valid_from.is_(None), Posting.valid_from <= today),
            or_(Posting.valid_until.is_(None), Posting.valid_until >= today),
        )
        .order_by(Posting.line.desc(), Posting.id)  # "host" before "home"
    )
    asked: dict[int, int] = {}
    for person, unit, role in session.execute(postings):
        group = place.get((unit, role), place.get((unit, "")))
        if group is not None:
            asked.setdefault(person, group)
    return asked


def personal_links(session: Session, of: Round, secret: str) -> list[Personal]:
    """Every personal invitation of a round with its code in clear, by person id.

    Raises NotKnown where invitations name nobody, or when ``secret`` is no longer the one with
    which the links were made.
    """
    if not of.how.personal:
        raise NotKnown(of.mode)
    rows = session.execute(
        select(Addressee, Invitation.group_id, Invitation.used)
        .join(Invitation, Invitation.code_hash == Addressee.code_hash)
        .where(Addressee.round_id == of.id)
        .order_by(Addressee.person_id)
    )
    found = []
    for addressee, group_id, used in rows:
        code = codes.personal(secret, of.id, addressee.person_id)
        if codes.hashed(code) != addressee.code_hash:
            raise NotKnown("secret")
        found.append(Personal(addressee.person_id, group_id, code, used, addressee.disposition))
    return found


def not_answered(session: Session, of: Round, secret: str) -> list[Personal]:
    """Those to remind: ``without_answer``, but for those who refuse or may not take part."""
    waiting = without_answer(session, of, secret)
    return [one for one in waiting if one.disposition in ("", "undelivered")]


def without_answer(session: Session, of: Round, secret: str) -> list[Personal]:
    """Everybody who is invited and has not answered, whatever is noted of them.

    Raises NotKnown where the mode keeps nobody's name, and in a confidential round that has closed:
    its figures are shown then, and nobody needs reminding any more.
    """
    if not of.how.knows_who_answered or (of.state == "closed" and not of.how.signed):
        raise NotKnown(of.mode)
    return [one for one in personal_links(session, of, secret) if not one.used]


def set_disposition(session: Session, of: Round, person_id: int, disposition: str) -> None:
    """Note that a link could not be delivered, that somebody refused, or may not take part."""
    session.execute(
        update(Addressee)
        .where(Addressee.round_id == of.id, Addressee.person_id == person_id)
        .values(disposition=disposition)
    )


def invitation(link: Link, code: str) -> Invited:
    """What this code opens, in one query; raises UnknownCode."""
    digest = codes.digest(code)
    row = None if digest is None else _BY_CODE.row(link, digest=digest)
    if row is None:
        raise UnknownCode
    return Invited(digest, bool(row[0]), *_fielded(spoken(link), *row[1:]))


def open_links(link: Link, slug: str) -> list[Invited]:
    """What the open link of a round opens, by unit and role; raises UnknownCode."""
    rows = _BY_LINK.rows(link, slug=slug)
    if not rows:
        raise UnknownCode
    return [Invited(None, False, *_fielded(spoken(link), *row)) for row in rows]


def open_link(link: Link, slug: str, group_id: int) -> Invited:
    """What the open link of a round opens for one group; raises UnknownCode."""
    row = _BY_GROUP.row(link, slug=slug, group=group_id)
    if row is None:
        raise UnknownCode
    return Invited(None, False, *_fielded(spoken(link), *row))


def redeem(link: Link, invited: Invited) -> bool:
    """Mark an invitation used; False when it already was. The one guard against a second use.

    After ``tally.enter`` in the same transaction, so that two with one code come one by one.

    On PostgreSQL other invitations of the group are written anew by the same statement: there every
    row carries the number of the transaction that wrote it, and those would give the order in which
    people came. So each of several in a transaction has company of its own. SQLite writes the row
    where it lay before.
    """
    return _REDEEM.change(link, own=invited.code_hash, group=invited.group.id) > 0


#: So many invitations of a group are written anew when one of them is used.
MOST_REWRITTEN = 24


def _redeeming() -> Executable:
    return (
        update(Invitation)
        .where(Invitation.code_hash == bindparam("own"), Invitation.used.is_(False))
        .values(used=True)
    )


def _redeeming_in_company() -> Executable:
    own, other = Invitation.code_hash == bindparam("own"), aliased(Invitation)
    itself = other.code_hash == bindparam("own")
    company = (
        select(other.code_hash)
        .where(other.group_id == bindparam("group"))
        # Used ones first: the others could not be the one that was used now, and hide nothing.
        .order_by(other.used.desc(), func.random())
        .limit(MOST_REWRITTEN)
    )
    # One set of hashes: for its own or one of a set PostgreSQL would read the whole table.
    written = union(select(other.code_hash).where(itself), select(company.subquery().c.code_hash))
    return (
        update(Invitation)
        .where(exists().where(itself, other.used.is_(False)), Invitation.code_hash.in_(written))
        .values(used=or_(Invitation.used, own))
    )


#: Put together once: that takes longer than to run them.
_REDEEM = Statement({"sqlite": _redeeming(), "postgresql": _redeeming_in_company()})


#: What is read of a round in the field, in one row.
_SHOWN = (AudienceGroup, FieldedUnit, Round)
Made = TypeVar("Made", AudienceGroup, FieldedUnit, Round)


@lru_cache(maxsize=4096)
def _fielded(dialect: str, *values: Any) -> tuple[AudienceGroup, FieldedUnit, Round]:
    """Return a group, its unit and its round from their columns as they lie.

    Every look asks the database, but the same answer leads to the same objects: making them takes
    longer than asking. They belong to no session, and nobody may change them.
    """
    left = iter(values)
    group, unit = _made(AudienceGroup, left, dialect), _made(FieldedUnit, left, dialect)
    return group, unit, _made(Round, left, dialect)


def _made(cls: type[Made], values: Iterator[Any], dialect: str) -> Made:
    columns = _columns(cls)
    decoded = zip(columns, decoders(columns, dialect), values, strict=False)
    return cls(**{one.key: value if do is None else do(value) for one, do, value in decoded})


def _columns(cls: type[Any]) -> list[Any]:
    return [getattr(cls, column.key) for column in inspect(cls).columns]


def _opening(*more: Any) -> Select[Any]:
    return (
        select(*more, *(one for cls in _SHOWN for one in lying(_columns(cls))))
        .join(Round, Round.id == AudienceGroup.round_id)
        .join(
            FieldedUnit,
            (FieldedUnit.round_id == Round.id) & (FieldedUnit.unit_id == AudienceGroup.unit_id),
        )
    )


def _store(session: Session, of: Round, invited: Sequence[Personal]) -> None:
    hashes = {one.person_id: codes.hashed(one.code) for one in invited}
    _insert(session, {hashes[one.person_id]: one.group_id for one in invited})
    addressees = [
        {"round_id": of.id, "person_id": person, "code_hash": code_hash, "disposition": ""}
        for person, code_hash in sorted(hashes.items())
    ]
    if addressees:
        session.execute(insert(Addressee), addressees)
    _count_issued(session, of)


def _insert(session: Session, group_of: dict[bytes, int]) -> None:
    """Store invitations by their hashes, in the order of these: faster, and it tells nothing."""
    rows = [
        {"code_hash": code_hash, "group_id": group_of[code_hash], "used": False}
        for code_hash in sorted(group_of)
    ]
    if rows:
        session.execute(insert(Invitation), rows)


def _add_issued(session: Session, group: AudienceGroup, more: int) -> None:
    session.execute(
        update(AudienceGroup)
        .where(AudienceGroup.id == group.id)
        .values(issued=AudienceGroup.issued + more)
        .execution_options(synchronize_session=False)
    )
    session.refresh(group)


def _count_issued(session: Session, of: Round) -> None:
    """Write down how many invitations each group has: as many as there are."""
    there = select(func.count()).where(Invitation.group_id == AudienceGroup.id)
    session.execute(
        update(AudienceGroup)
        .where(AudienceGroup.round_id == of.id)
        .values(issued=there.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    for known in session.identity_map.values():
        if isinstance(known, AudienceGroup):
            session.expire(known, ["issued"])


# Put together once: that takes longer than to run them.
_BY_CODE = Statement(
    _opening(Invitation.used)
    .join(Invitation, Invitation.group_id == AudienceGroup.id)
    .where(Invitation.code_hash == bindparam("digest"))
)
_OF_LINK = _opening().where(Round.slug == bindparam("slug"), Round.mode == "open_link")
_BY_LINK = Statement(_OF_LINK.order_by(FieldedUnit.code, AudienceGroup.role))
_BY_GROUP = Statement(_OF_LINK.where(AudienceGroup.id == bindparam("group")))
