"""Invitations: sealed codes, personal links, who has used theirs, and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, delete, exists, func, insert, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, aliased

from surveyapp.fieldwork import codes
from surveyapp.fieldwork.errors import NotKnown, NotNow, UnknownCode
from surveyapp.fieldwork.models import Addressee, AudienceGroup, FieldedUnit, Invitation, Round
from surveyapp.fieldwork.operations import groups
from surveyapp.organisation.models import Posting


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


def invitation(session: Session, code: str) -> Invited:
    """What this code opens, in one query; raises UnknownCode."""
    digest = codes.digest(code)
    row = None
    if digest is not None:
        row = session.execute(
            _opened()
            .add_columns(Invitation.used)
            .join(Invitation, Invitation.group_id == AudienceGroup.id)
            .where(Invitation.code_hash == digest)
        ).one_or_none()
    if digest is None or row is None:
        raise UnknownCode
    return Invited(digest, row.used, row.AudienceGroup, row.FieldedUnit, row.Round)


def open_links(session: Session, slug: str) -> list[Invited]:
    """What the open link of a round opens, by unit and role; raises UnknownCode."""
    rows = session.execute(
        _opened()
        .where(Round.slug == slug, Round.mode == "open_link")
        .order_by(FieldedUnit.code, AudienceGroup.role)
    ).all()
    if not rows:
        raise UnknownCode
    return [Invited(None, False, row.AudienceGroup, row.FieldedUnit, row.Round) for row in rows]


def redeem(session: Session, invited: Invited) -> bool:
    """Mark an invitation used; False when it already was. The one guard against a second use.

    After ``tally.enter`` in the same transaction, so that two with one code come one by one.

    Other invitations of the group are written anew with it: on PostgreSQL every row carries the
    number of the transaction that wrote it, and those would give the order in which people came.
    """
    own, other = Invitation.code_hash == invited.code_hash, aliased(Invitation)
    company = (
        select(other.code_hash)
        .where(other.group_id == invited.group.id)
        .order_by(func.random())
        .limit(MOST_REWRITTEN)
    )
    unused = exists().where(other.code_hash == invited.code_hash, other.used.is_(False))
    written = session.execute(
        update(Invitation)
        .where(unused, or_(own, Invitation.code_hash.in_(company)))
        .values(used=or_(Invitation.used, own))
        .execution_options(synchronize_session=False)
    )
    assert isinstance(written, CursorResult)
    return written.rowcount > 0


#: So many invitations of a group are written anew when one of them is used.
MOST_REWRITTEN = 100


def _opened() -> Select[AudienceGroup, FieldedUnit, Round]:
    return (
        select(AudienceGroup, FieldedUnit, Round)
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
