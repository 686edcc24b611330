"""The blueprint of the pages about interviews, and who gets to a visit or a record.

Notes belong to the team that took them: whoever else may see the round, the unit or its results
does not see them. So besides the permission over the unit a reader must be in the team.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from questionnaires import Questionnaire
from surveyapp import db, i18n
from surveyapp.accounts.guard import Permission, scope_for
from surveyapp.design import operations as design
from surveyapp.fieldwork.models import Assignment, Round
from surveyapp.fieldwork.timekeeping import keep_time
from surveyapp.interviews.models import TASK, Interview
from surveyapp.interviews.operations import notes_seal
from surveyapp.interviews.outline import is_outline
from surveyapp.interviews.words import interviewee, outcome
from surveyapp.mail.sealing import Seal
from surveyapp.organisation.models import Team, TeamMember, Unit

blueprint = Blueprint("interviews", __name__, template_folder="templates", url_prefix="/staff")

blueprint.add_app_template_global(interviewee)
blueprint.add_app_template_global(outcome, "read_back_outcome")


@dataclass(frozen=True)
class Visit:
    """A team goes to a unit with an outline."""

    round: Round
    team: Team
    unit: Unit
    due_on: date | None
    done_on: date | None
    outline: Questionnaire

    @property
    def address(self) -> dict[str, str]:
        """What the address of the visit's page is made of."""
        return {"slug": self.round.slug, "team": self.team.code, "unit": self.unit.code}


def find_visit(slug: str, team: str, unit: str) -> Visit:
    """Return a visit of one's own team, or answer 404."""
    visit, _record = _found(
        _visits().where(Round.slug == slug, Team.code == team, Unit.code == unit)
    )
    return visit


def find_record(key: str) -> tuple[Visit, Interview]:
    """Return a record of one's own team with its visit, or answer 404."""
    visit, record = _found(
        _visits()
        .add_columns(Interview)
        .join(
            Interview,
            (Interview.round_id == Round.id)
            & (Interview.team_id == Team.id)
            & (Interview.unit_id == Unit.id),
        )
        .where(Interview.key == _key(key))
    )
    assert record is not None
    return visit, record


def find_again(key: str) -> Interview:
    """Return a record that was found before, as it is now."""
    with db.unscoped():
        db.session().rollback()
    return find_record(key)[1]


def visits_of(session: Session, visit: Visit) -> Sequence[tuple[Team, Assignment]]:
    """Return who goes to this unit in this round, for what and by when: the next due first."""
    rows = session.execute(
        select(Team, Assignment)
        .join(Assignment, Assignment.team_id == Team.id)
        .where(Assignment.round_id == visit.round.id, Assignment.unit_id == visit.unit.id)
        .order_by(Assignment.done_on.is_not(None), Assignment.due_on, Team.id)
    )
    return [(team, one) for team, one in rows]


def seal() -> Seal:
    """Return what the notes of this installation are sealed with."""
    return notes_seal(str(current_app.secret_key))


def spoken(outline: Questionnaire) -> str:
    """Return the language in which the outline is shown on a page of ours."""
    tag = i18n.language()
    return tag if tag in outline.languages else outline.languages[0]


def _visits() -> Select[Round, Team, Unit, Assignment]:
    """Return the interview visits of the teams in which the reader is."""
    return (
        select(Round, Team, Unit, Assignment)
        .join(Assignment, Assignment.round_id == Round.id)
        .join(Team, Team.id == Assignment.team_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .where(TeamMember.person_id == current_user.person_id, Assignment.task == TASK)
    )


def _found(query: Select[*tuple[Any, ...]]) -> tuple[Visit, Interview | None]:
    keep_time()
    # A team may know where it goes, whoever runs the round; that it is the reader's own, and that
    # the reader may visit the unit, is looked at here.
    with db.unscoped():
        session = db.session()
        row = session.execute(query).one_or_none()
        if row is None:
            abort(404)
        of, team, unit, one, *rest = row
        outline = design.questionnaire(session, of.version_hash)
    if not scope_for(Permission.VISIT_UNITS).covers(unit.path) or not is_outline(outline):
        abort(404)
    visit = Visit(of, team, unit, one.due_on, one.done_on, outline)
    return visit, rest[0] if rest else None


def _key(typed: str) -> bytes:
    try:
        return bytes.fromhex(typed)
    except ValueError:
        abort(404)
