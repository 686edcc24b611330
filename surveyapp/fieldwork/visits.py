"""Pages about visits: sending teams to units, and what one's own teams have to do."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from surveyapp import clock, db, i18n
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, any_staff, requires
from surveyapp.design import operations as design
from surveyapp.fieldwork import assignments, errors
from surveyapp.fieldwork.blueprint import blueprint, find
from surveyapp.fieldwork.forms import AssignmentForm
from surveyapp.fieldwork.models import TASKS, AudienceGroup, Round
from surveyapp.organisation.models import Team, Unit
from surveyapp.organisation.operations import members, teams
from surveyapp.paging import LARGEST

TASK_NAMES = {
    "visit": _l("visit"),
    "interview": _l("interviews"),
    "inspection": _l("inspection"),
}


@blueprint.route("/rounds/<slug>/assignments", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def round_assignments(slug: str) -> str | Response | tuple[str, int]:
    """The visits of a round: which team goes where, for what, and by when."""
    of = find(slug)
    form = _form(of)
    if request.method == "GET":
        return _page(of, form)
    if request.form.get("action") == "withdraw":
        team, unit, task = _this()
        with db.transaction() as writing:
            assignments.withdraw(writing, of, team, unit, task)
            audit.record(writing, "round.changed", slug, {"visits": -1}, unit_id=of.unit_id)
        return redirect(url_for("fieldwork.round_assignments", slug=slug))
    if not form.validate_on_submit():
        return _page(of, form), 422
    return _assign(of, form)


@blueprint.get("/assignments")
@any_staff
def my_assignments() -> str:
    """What the teams have to do in which the reader is, the next due first."""
    person = current_user.person_id
    # Whoever is in a team may know where it goes, whatever units they may see otherwise.
    with db.unscoped():
        found = assignments.errands_of(db.session(), person) if person else []
        company = members(db.session()) if found else {}
        outlines = {one.round.id for one in found if _has_outline(one)}
    return render_template(
        "fieldwork/my_assignments.html",
        errands=found,
        company=company,
        outlines=outlines,
        known=person is not None,
        today=clock.today(),
        tasks=TASK_NAMES,
    )


@blueprint.post("/assignments")
@any_staff
def mark_assignment() -> Response:
    """Note that a visit of one's own team was made today, or that it was not."""
    team, unit, task = _this()
    round_id = request.form.get("round", type=int) or 0
    person = current_user.person_id
    # The same: that it is one's own team is looked at here.
    with db.unscoped():
        mine = assignments.errands_of(db.session(), person) if person else []
        wanted = (round_id, team, unit, task)
        if not any((e.round.id, e.team.id, e.unit.id, e.task) == wanted for e in mine):
            abort(404)
        day = clock.today() if request.form.get("action") == "done" else None
        with db.transaction() as writing:
            assignments.mark_done(writing, *wanted, day)
    return redirect(url_for("fieldwork.my_assignments"))


def _has_outline(one: assignments.Errand) -> bool:
    """Say whether the team takes notes by an outline, besides going there."""
    asked = design.questionnaire(db.session(), one.round.version_hash)
    return one.task == "interview" and asked.genre == "interview"


def _assign(of: Round, form: AssignmentForm) -> str | Response | tuple[str, int]:
    try:
        with db.transaction() as writing:
            team = writing.get(Team, form.team.data)
            unit = writing.get(Unit, form.unit.data)
            if team is None or unit is None:
                abort(404)
            assignments.assign(writing, of, team, unit, str(form.task.data), form.due_on.data)
            audit.record(writing, "round.changed", of.slug, {"visits": 1}, unit_id=of.unit_id)
    except errors.HomeUnit:
        form.unit.errors = [_("Somebody in this team comes from that unit.")]
        return _page(of, form), 422
    except errors.NotNow:
        return _page(of, form), 409
    return redirect(url_for("fieldwork.round_assignments", slug=of.slug))


def _form(of: Round) -> AssignmentForm:
    form, tag = AssignmentForm(), i18n.language()
    form.team.choices = [SelectChoice(team.id, team.name.get(tag)) for team in teams(db.session())]
    asked = select(AudienceGroup.unit_id).where(AudienceGroup.round_id == of.id)
    units = db.session().scalars(select(Unit).where(Unit.id.in_(asked)).order_by(Unit.path))
    form.unit.choices = [SelectChoice(unit.id, unit.name.get(tag)) for unit in units]
    form.task.choices = [SelectChoice(task, str(TASK_NAMES[task])) for task in TASKS]
    return form


def _page(of: Round, form: AssignmentForm) -> str:
    return render_template(
        "fieldwork/assignments.html",
        of=of,
        form=form,
        errands=assignments.errands(db.session(), of),
        company=members(db.session()),
        today=clock.today(),
        tasks=TASK_NAMES,
    )


def _this() -> tuple[int, int, str]:
    """Return team, unit and task that a button names."""
    team, unit = request.form.get("team", type=int), request.form.get("unit", type=int)
    task = request.form.get("task", "")
    if team is None or unit is None or task not in TASKS or max(team, unit) > LARGEST:
        abort(400)
    return team, unit, task
