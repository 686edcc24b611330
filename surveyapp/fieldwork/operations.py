"""The life of a round: draft, published, open, closed. It only ever goes forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.clock import Moment
from surveyapp.fieldwork.errors import (
    FieldworkError,
    Frozen,
    ModeNotOffered,
    NameTaken,
    NotNow,
    UnknownRound,
)
from surveyapp.fieldwork.models import AudienceGroup, FieldedUnit, Round
from surveyapp.modes import OFFERED
from surveyapp.organisation.models import Unit

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Decisions:
    """What must be decided before the first answer, because people answer trusting in it."""

    mode: str
    min_group: int
    languages: tuple[str, ...]
    repeatable: bool = False
    editable: bool = False
    pages: str = "one"
    drafts: bool = False


@dataclass(frozen=True)
class GroupPlan:
    """The people of one role in one unit who are to be asked; see ``AudienceGroup``."""

    unit_id: int
    role: str = ""
    expected: int = 0
    quota: int | None = None


def draft_round(
    session: Session,
    *,
    slug: str,
    title: Text,
    version_hash: str,
    holder: Unit,
    decisions: Decisions,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    zone: str = "",
    synthetic: bool = False,
) -> Round:
    """A new draft, run by ``holder``; times are UTC to the minute, None is "by hand".

    ``synthetic``: its answers are invented and every page must say so.
    Raises NameTaken or ModeNotOffered.
    """
    if session.scalar(select(exists().where(Round.slug == slug))):
        raise NameTaken(slug)
    drafted = Round(
        slug=slug,
        title=title,
        version_hash=version_hash,
        unit_id=holder.id,
        opens_at=opens_at,
        closes_at=closes_at,
        zone=zone,
        state="draft",
        synthetic=synthetic,
        **asdict(_offered(decisions)),
    )
    session.add(drafted)
    session.flush()
    return drafted


def decide(session: Session, of: Round, decisions: Decisions) -> None:
    """Change what a draft will promise; raises Frozen or ModeNotOffered."""
    draft = _draft(session, of)
    for name, value in asdict(_offered(decisions)).items():
        setattr(draft, name, value)
    session.flush()


def schedule(
    session: Session, of: Round, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Set when a draft will open and close; raises NotNow."""
    found = _again(session, of)
    if found.state != "draft":
        raise NotNow(found.state)
    if opens_at and closes_at and opens_at >= closes_at:
        raise FieldworkError("a round must close after it opens")
    found.opens_at, found.closes_at = opens_at, closes_at
    session.flush()


def set_audience(session: Session, of: Round, groups: Sequence[GroupPlan]) -> None:
    """Replace the audience of a draft; raises Frozen."""
    draft = _draft(session, of)
    session.execute(delete(AudienceGroup).where(AudienceGroup.round_id == draft.id))
    if groups:
        rows = [{"round_id": draft.id, "issued": 0, **asdict(group)} for group in groups]
        session.execute(insert(AudienceGroup), rows)


def discard(session: Session, of: Round) -> None:
    """Remove a draft; raises Frozen."""
    draft = _draft(session, of)
    set_audience(session, draft, ())
    session.delete(draft)
    session.flush()


def freeze(session: Session, of: Round, at: Moment) -> None:
    """Publish a draft as it is: from now on what it promises cannot change, nor its tree.

    ``publishing.publish`` is what looks first whether the draft is ready. Raises Frozen.
    """
    draft = _draft(session, of)
    _keep_tree(session, draft)
    draft.state = "published"
    session.flush()
    draft.state = draft.state_at(at.utc)
    session.flush()


def open_round(session: Session, of: Round, at: Moment) -> None:
    """Open a published round by hand, now; raises NotNow."""
    found = _again(session, of)
    if found.state != "published":
        raise NotNow(found.state)
    if found.closes_at is not None and found.closes_at <= at.utc:
        raise NotNow("closed")
    if found.opens_at is None or found.opens_at > at.utc:
        found.opens_at = at.utc
    found.state = "open"
    session.flush()


def close_round(session: Session, of: Round, at: Moment) -> None:
    """Take no answers from now on; raises NotNow for a draft or a closed round."""
    found = _again(session, of)
    if found.state not in ("published", "open"):
        raise NotNow(found.state)
    if found.state == "published":
        found.opens_at = None  # it never did
    earliest = found.opens_at + _MINUTE if found.opens_at else at.utc
    found.closes_at = max(at.utc, earliest)
    found.state = "closed"
    session.flush()


def extend_round(session: Session, of: Round, closes_at: datetime, at: Moment) -> None:
    """Move the closing of a round that has not closed to a later time, or give it one.

    People were told until when they may answer: who wants to end it earlier closes it, now. A
    closed round stays closed: its full figures may have been seen, and one more answer would show
    in the difference. Only a demonstration, where nobody answered, opens again. Raises NotNow.
    """
    found = _again(session, of)
    again = found.state == "closed" and found.synthetic
    if found.state not in ("published", "open") and not again:
        raise NotNow(found.state)
    if closes_at <= max(at.utc, found.opens_at or at.utc):
        raise FieldworkError("a round cannot be extended into the past")
    if found.closes_at is not None and closes_at < found.closes_at:
        raise FieldworkError("a closing time that was published can only be moved back")
    found.closes_at = closes_at
    if again:
        found.state = "open"
    session.flush()


def advance(session: Session, at: Moment) -> int:
    """Open and close every round whose time has come; how many changed their state.

    Called by whoever looks at a round. The state is kept, so a clock that is set back later changes
    nothing: what has closed stays closed.
    """
    changed = 0
    for state, following, time_has_come in _due(at):
        due = select(Round).where(Round.state == state, time_has_come)
        for found in session.scalars(due):
            found.state = following
            changed += 1
        session.flush()
    return changed


def anything_due(session: Session, at: Moment) -> bool:
    """Say, in one query, whether ``advance`` would change something."""
    conditions = [and_(Round.state == state, come) for state, _following, come in _due(at)]
    return any(session.execute(select(*(exists().where(one) for one in conditions))).one())


def find_round(session: Session, slug: str) -> Round:
    """The round with this name; raises UnknownRound."""
    found = session.scalar(select(Round).where(Round.slug == slug))
    if found is None:
        raise UnknownRound(slug)
    return found


def rounds(session: Session) -> list[Round]:
    """All rounds: drafts first, then the latest to open."""
    order = (Round.state != "draft", Round.opens_at.is_not(None), Round.opens_at.desc(), Round.slug)
    return list(session.scalars(select(Round).order_by(*order)))


def groups(session: Session, of: Round) -> list[AudienceGroup]:
    """The audience of a round, by unit code and role."""
    found = (
        select(AudienceGroup)
        .join(Unit, Unit.id == AudienceGroup.unit_id)
        .where(AudienceGroup.round_id == of.id)
        .order_by(Unit.code, AudienceGroup.role)
    )
    return list(session.scalars(found))


def _due(at: Moment) -> Iterable[tuple[str, str, ColumnElement[bool]]]:
    yield "published", "open", Round.opens_at <= at.utc
    yield "open", "closed", Round.closes_at <= at.utc


def _offered(decisions: Decisions) -> Decisions:
    if decisions.mode not in OFFERED:
        raise ModeNotOffered(decisions.mode)
    return decisions


def _again(session: Session, of: Round) -> Round:
    """Return the round as it is now, and keep others from changing it until we are done."""
    found = session.get(Round, of.id, with_for_update=True, populate_existing=True)
    if found is None:
        raise UnknownRound(of.slug)
    return found


def _draft(session: Session, of: Round) -> Round:
    found = _again(session, of)
    if found.state != "draft":
        raise Frozen(found.slug)
    return found


def _keep_tree(session: Session, of: Round) -> None:
    """Write down the units of the audience, and those above them, as they are today."""
    asked = select(AudienceGroup.unit_id).where(AudienceGroup.round_id == of.id)
    paths = session.scalars(select(Unit).where(Unit.id.in_(asked)))
    wanted = {unit_id for unit in paths for unit_id in unit.trail}
    rows = [
        {
            "round_id": of.id,
            "unit_id": unit.id,
            "parent_id": unit.parent_id,
            "code": unit.code,
            "name": unit.name,
        }
        for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))
    ]
    if rows:
        session.execute(insert(FieldedUnit), rows)
