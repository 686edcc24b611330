"""What distributing a round changes: codes are issued or replaced, mails are queued.

Mails about a round have the topic ``round:ID``, and each the recipient ``person:ID``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from surveyapp.fieldwork.errors import NotKnown, NotNow
from surveyapp.fieldwork.invitations import (
    Personal,
    invite_people,
    issue_codes,
    not_answered,
    personal_links,
    withdraw_unused,
)
from surveyapp.fieldwork.models import Addressee, AudienceGroup, FieldedUnit, Round
from surveyapp.fieldwork.operations import groups
from surveyapp.mail import operations as mail
from surveyapp.mail.addresses import BadAddress, normalise
from surveyapp.mail.models import State
from surveyapp.mail.operations import Addressed, Sent
from surveyapp.mail.sealing import Seal
from surveyapp.mail.templates import Template
from surveyapp.organisation.models import Person

INVITATION, REMINDER, TEST = "invitation", "reminder", "test"
KINDS = (INVITATION, REMINDER)
#: Nobody is reminded twice within this time, whoever presses the button.
REMIND_AGAIN_AFTER = timedelta(days=1)
_BATCH = 500
_UNDER_WAY = (State.QUEUED, State.CLAIMED, State.HANDED_OVER, State.HELD)
_NOT_REACHED = (State.FAILED, State.BOUNCED)


@dataclass(frozen=True)
class Codes:
    """The codes of one group in clear: they can be had once, from whatever issued them."""

    group: AudienceGroup
    codes: list[str]


@dataclass(frozen=True)
class Letter:
    """One mail that could be sent now."""

    person: Person
    personal: Personal
    address: str


@dataclass(frozen=True)
class Plan:
    """Who would get a mail now, and why others would not."""

    letters: Sequence[Letter]
    without_address: int
    already: int


def topic(of: Round) -> str:
    return f"round:{of.id}"


def unit_names(session: Session, of: Round) -> dict[int, FieldedUnit]:
    """The units of a round as they were when it was published, by their ids."""
    found = session.scalars(select(FieldedUnit).where(FieldedUnit.round_id == of.id))
    return {unit.unit_id: unit for unit in found}


def issue_missing(session: Session, of: Round, group_ids: Sequence[int]) -> list[Codes]:
    """Issue as many codes as each group still lacks; groups that lack none are left out."""
    return [
        Codes(group, issue_codes(session, of, group, group.expected - group.issued))
        for group in _chosen(session, of, group_ids)
        if group.expected > group.issued
    ]


def replace_unused(session: Session, of: Round, group_ids: Sequence[int]) -> list[Codes]:
    """Withdraw the codes nobody has used in the units of these groups; issue as many new ones.

    Whole units: their cards bear the unit alone, so nobody can tell of which group a lost one was.
    What was lost opens nothing any more; how many were issued stays true.
    """
    replaced = []
    units = {group.unit_id for group in _chosen(session, of, group_ids)}
    for group in (one for one in groups(session, of) if one.unit_id in units):
        withdrawn = withdraw_unused(session, of, group)
        if withdrawn:
            replaced.append(Codes(group, issue_codes(session, of, group, withdrawn)))
    return replaced


def _chosen(session: Session, of: Round, group_ids: Sequence[int]) -> list[AudienceGroup]:
    return [group for group in groups(session, of) if group.id in group_ids]


def plan(session: Session, of: Round, kind: str, secret: str, now: datetime) -> Plan:
    """Who would get a mail of this kind now. Five queries at most.

    Raises NotKnown where the mode of the round knows nobody's address (or not who has answered).
    """
    asked = (
        personal_links(session, of, secret)
        if kind == INVITATION
        else not_answered(session, of, secret)
    )
    wanted = _wanted(kind, mail.history(session, topic(of)), now)
    people = {
        person.id: person
        for person in session.scalars(
            select(Person).where(Person.id.in_([one.person_id for one in asked]))
        )
    }
    letters, without, already = [], 0, 0
    for one in asked:
        person = people.get(one.person_id)
        address = _address(person)
        if person is None or address is None:
            without += 1
        elif one.disposition in ("refused", "ineligible") or not wanted(one.person_id, address):
            already += 1
        else:
            letters.append(Letter(person, one, address))
    return Plan(letters, without, already)


def _wanted(kind: str, history: Sequence[Sent], now: datetime) -> Callable[[int, str], bool]:
    """Whether somebody at an address should get a mail of this kind, as things are.

    An invitation goes out once; again only when it could not be delivered and the address has been
    changed since, or when it was cancelled. A reminder waits while any mail to the person is under
    way, and a day after the last one.
    """
    told: dict[str, list[Sent]] = {}
    for one in history:
        if one.kind in KINDS and one.state is not State.CANCELLED:
            told.setdefault(one.recipient, []).append(one)

    def invite(person: int, address: str) -> bool:
        mails = told.get(_recipient(person), [])
        return all(one.state in _NOT_REACHED and one.address != address for one in mails)

    def remind(person: int, address: str) -> bool:
        return not any(
            one.state in _UNDER_WAY
            or (one.state in _NOT_REACHED and one.address == address)
            or (one.kind == REMINDER and one.created > now - REMIND_AGAIN_AFTER)
            for one in told.get(_recipient(person), [])
        )

    return invite if kind == INVITATION else remind


def start_mailing(
    session: Session,
    of: Round,
    kind: str,
    *,
    key: str,
    templates: Mapping[str, Template],
    slots: Callable[[Letter, str], Mapping[str, str]],
    secret: str,
    now: datetime,
    today: date,
) -> int:
    """Queue a mail for everybody who should get one now; return for how many.

    ``slots`` fills the words of one letter in a language. The same ``key`` again queues nothing.
    Raises NotNow when the round is neither published nor open, and NotKnown as ``plan`` does.
    """
    # Two organisers at once: the second one plans when the first one's mails are there.
    session.get(Round, of.id, with_for_update=True, populate_existing=True)
    if of.state not in ("published", "open"):
        raise NotNow(of.state)
    if mail.mailing_exists(session, key):
        return 0
    if kind == INVITATION:
        if not of.how.personal:
            raise NotKnown(of.mode)
        invite_people(session, of, secret, today)  # whoever joined since the round was published
    letters = plan(session, of, kind, secret, now).letters
    mails = []
    for letter in letters:
        tag = letter.person.language if letter.person.language in templates else None
        language = tag or next(iter(templates))
        mails.append(
            Addressed(
                recipient=_recipient(letter.person.id),
                address=letter.address,
                language=language,
                slots=slots(letter, language),
            )
        )
    if mails:
        mail.enqueue(
            session, Seal(secret), key=key, unit_id=of.unit_id, topic=topic(of), kind=kind,
            templates=templates, mails=mails, now=now,
        )  # fmt: skip
        asked_again = [letter.person.id for letter in letters]
        _change_disposition(session, of, asked_again, "undelivered", "")
    return len(mails)


def send_test(
    session: Session,
    of: Round,
    *,
    key: str,
    address: str,
    templates: Mapping[str, Template],
    slots: Callable[[str], Mapping[str, str]],
    secret: str,
    now: datetime,
) -> None:
    """Queue one mail in each language to whoever is writing them; its link opens nothing."""
    if mail.mailing_exists(session, key):
        return
    mails = [
        Addressed(recipient=f"test:{tag}", address=address, language=tag, slots=slots(tag))
        for tag in templates
    ]
    mail.enqueue(
        session, Seal(secret), key=key, unit_id=of.unit_id, topic=topic(of), kind=TEST,
        templates=templates, mails=mails, now=now,
    )  # fmt: skip


def note_undelivered(session: Session) -> None:
    """Give "undelivered" to everybody whose last mail did not reach them, unless more is known.

    The response rates want to know who was never asked. What somebody noted by hand stays.
    """
    for of in session.scalars(select(Round).where(Round.state != "closed")):
        last = {one.recipient: one.state for one in mail.history(session, topic(of))}
        missed = [
            int(number)
            for recipient, state in last.items()
            for kind, _, number in [recipient.partition(":")]
            if kind == "person" and state in _NOT_REACHED
        ]
        _change_disposition(session, of, missed, "", "undelivered")


def _change_disposition(
    session: Session, of: Round, people: Sequence[int], before: str, after: str
) -> None:
    for start in range(0, len(people), _BATCH):
        some = people[start : start + _BATCH]
        session.execute(
            update(Addressee)
            .where(
                Addressee.round_id == of.id,
                Addressee.person_id.in_(some),
                Addressee.disposition == before,
            )
            .values(disposition=after)
            .execution_options(synchronize_session=False)
        )


def _recipient(person_id: int) -> str:
    return f"person:{person_id}"


def _address(person: Person | None) -> str | None:
    try:
        return normalise(person.email or "") if person is not None else None
    except BadAddress:
        return None
