"""The page of a visit: the records of a unit, what they cover together, what is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from surveyapp import clock, db, i18n
from surveyapp.accounts.guard import Permission, requires
from surveyapp.fieldwork.errors import NotNow
from surveyapp.fieldwork.models import AudienceGroup
from surveyapp.fieldwork.visits import TASK_NAMES
from surveyapp.interviews import operations
from surveyapp.interviews.blueprint import (
    Visit,
    blueprint,
    find_visit,
    seal,
    spoken,
    visits_of,
)
from surveyapp.interviews.forms import InterviewForm
from surveyapp.interviews.models import Interview, InterviewTopic
from surveyapp.interviews.outline import Coverage, Entry, Tag, coverage
from surveyapp.mail.sealing import Seal
from surveyapp.modes import interview_promise


@dataclass(frozen=True)
class Line:
    """One record on the page of its unit."""

    record: Interview
    coverage: Coverage


@blueprint.route("/visits/<slug>/<team>/<unit>", methods=["GET", "POST"])
@requires(Permission.VISIT_UNITS)
def visit(slug: str, team: str, unit: str) -> str | Response | tuple[str, int]:
    """The records that the reader's team keeps of a unit; posting begins another one."""
    found = find_visit(slug, team, unit)
    form = _form(found)
    if not form.is_submitted():
        return _page(found, form)
    if not form.validate():
        return _page(found, form), 422
    try:
        with db.transaction() as writing:
            made = operations.add_record(
                writing,
                found.round,
                found.team,
                found.unit,
                language=form.language.data,
                held_on=form.held_on.data,
                role=form.role.data if form.role else "",
                name=form.name.data if form.name else None,
            )
    except NotNow:
        return _page(found, form), 409
    return redirect(url_for("interviews.record", key=made.key.hex()), 303)


def covered_by_anybody(lines: list[Line]) -> list[tuple[Tag, int]]:
    """Return each tag with in how many of the records it is covered."""
    if not lines:
        return []
    counts = [sum(line.coverage.tags[n].covered for line in lines) for n, _ in _tags(lines)]
    return [(tag, count) for (_, tag), count in zip(_tags(lines), counts, strict=True)]


def _tags(lines: list[Line]) -> list[tuple[int, Tag]]:
    return list(enumerate(lines[0].coverage.tags))


def _lines(session: Session, found: Visit, notes: Seal) -> list[Line]:
    """Return the records of the team in this unit, by number. Two queries."""
    records = session.scalars(
        select(Interview)
        .where(
            Interview.round_id == found.round.id,
            Interview.unit_id == found.unit.id,
            Interview.team_id == found.team.id,
        )
        .order_by(Interview.number)
    ).all()
    wanted = select(InterviewTopic).where(
        InterviewTopic.interview_key.in_([one.key for one in records])
    )
    entries: dict[bytes, dict[str, Entry]] = {}
    for row in session.scalars(wanted):
        entry = operations.entry(row, notes)
        entries.setdefault(row.interview_key, {})[row.item_id] = entry
    return [Line(one, coverage(found.outline, entries.get(one.key, {}))) for one in records]


def _form(found: Visit) -> InterviewForm:
    form = InterviewForm()
    roles = _roles(db.session(), found)
    if not roles:
        del form.role
    else:
        form.role.choices = [SelectChoice(role) for role in roles]
    if not found.round.how.signed:
        del form.name
    form.language.choices = [SelectChoice(tag, i18n.own_name(tag)) for tag in found.round.languages]
    if not form.is_submitted():
        form.language.data = spoken(found.outline)
        form.held_on.data = clock.today()
    return form


def _roles(session: Session, found: Visit) -> list[str]:
    """Return the roles that were planned for this unit.

    They are chosen, not typed: in a round without names nobody can put a name in their place.
    """
    asked = select(AudienceGroup.role).where(
        AudienceGroup.round_id == found.round.id,
        AudienceGroup.unit_id == found.unit.id,
        AudienceGroup.role != "",
    )
    return list(session.scalars(asked.order_by(AudienceGroup.role)))


def _page(found: Visit, form: InterviewForm) -> str:
    lines = _lines(db.session(), found, seal())
    with db.unscoped():  # which teams come here, and when: no notes
        visits = visits_of(db.session(), found)
    return render_template(
        "interviews/visit.html",
        visit=found,
        lines=lines,
        together=covered_by_anybody(lines),
        form=form,
        visits=visits,
        tasks=TASK_NAMES,
        today=clock.today(),
        promise=interview_promise(found.round.mode),
        say=found.outline.say(spoken(found.outline)),
    )
