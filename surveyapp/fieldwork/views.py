"""Staff pages about the field: the rounds, how far each has come, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from analysis.statistics.response_rates import Dispositions, ResponseRates
from surveyapp import clock, db
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, acting, any_staff, may, requires
from surveyapp.design import operations as design
from surveyapp.fieldwork import errors, invitations, operations, progress, visits, wizard
from surveyapp.fieldwork.blueprint import blueprint, find, when
from surveyapp.fieldwork.forms import ActionForm, ExtendForm
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.timekeeping import keep_time
from surveyapp.modes import interview_promise, mode_name, promise
from surveyapp.organisation.models import Person
from surveyapp.paging import Paging, asked_page

PER_PAGE = 50

__all__ = ["blueprint", "visits", "wizard"]

STATE_NAMES = {
    "draft": _l("draft"),
    "published": _l("published, not open yet"),
    "open": _l("open"),
    "closed": _l("closed"),
}


@dataclass(frozen=True)
class Figures:
    """What the live part of a round's page shows."""

    total: progress.Total
    opened: int
    units: list[progress.UnitProgress]
    days: list[progress.Stretch]
    rates: ResponseRates | None
    cases: Dispositions | None
    as_of: datetime

    @property
    def hidden(self) -> int:
        """Return how many units are too small to show."""
        return sum(unit.asked is None for unit in self.units)


@blueprint.get("")
@any_staff
def home() -> str:
    """The rounds whose fieldwork the reader may see, with how far each has come."""
    keep_time()
    with acting(Permission.SEE_FIELDWORK):
        found = operations.rounds(db.session())
        totals = progress.totals(db.session())
    return render_template(
        "fieldwork/home.html",
        rounds=[(of, totals.get(of.id, progress.Total())) for of in found],
        mode_name=mode_name,
        states=STATE_NAMES,
        may_run=may(Permission.RUN_ROUNDS),
    )


@blueprint.get("/rounds/<slug>/field")
@requires(Permission.SEE_FIELDWORK)
def round_page(slug: str) -> str | Response:
    """One round: what it promises, how far it has come, and what can be done now."""
    of = find(slug)
    if of.state == "draft":
        return redirect(url_for("fieldwork.publish", slug=slug))
    return _round_page(of)


@blueprint.get("/rounds/<slug>/field/live")
@requires(Permission.SEE_FIELDWORK)
def live(slug: str) -> str:
    """The figures of the page alone, to be put in the place of older ones."""
    of = find(slug)
    return render_template("fieldwork/live.html", of=of, figures=_figures(of), when=when)


@blueprint.post("/rounds/<slug>/state")
@requires(Permission.RUN_ROUNDS)
def change_state(slug: str) -> str | Response | tuple[str, int]:
    """Open, close, extend, or discard a draft."""
    of, form = find(slug), ActionForm()
    if not form.validate_on_submit():
        abort(400)
    if form.action.data == "extend":
        return _extend(of)
    if form.action.data == "close" and not form.sure.data:
        return _round_page(of, _("Please confirm that it cannot be opened again.")), 422
    recorded, step = _STEPS[form.action.data]
    try:
        with db.transaction() as writing:
            step(writing, of, clock.now())
            details = {"discarded": True} if form.action.data == "discard" else None
            audit.record(writing, recorded, slug, details, unit_id=of.unit_id)
    except (errors.NotNow, errors.Frozen):
        problem = _("Somebody has changed the round in the meantime.")
        return _round_page(find(slug), problem), 409
    if form.action.data == "discard":
        return redirect(url_for("fieldwork.home"))
    return redirect(url_for("fieldwork.round_page", slug=slug))


def _discard(session: Session, of: Round, _at: clock.Moment) -> None:
    operations.discard(session, of)


#: What a button does, and how it is recorded.
_STEPS: dict[str, tuple[str, Callable[[Session, Round, clock.Moment], None]]] = {
    "open": ("round.opened", operations.open_round),
    "close": ("round.closed", operations.close_round),
    "discard": ("round.changed", _discard),
}


@blueprint.route("/rounds/<slug>/people", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def people(slug: str) -> str | Response | tuple[str, int]:
    """Who has not answered, where the mode lets that be known, and why not if that is known."""
    of = find(slug)
    try:
        waiting = invitations.without_answer(db.session(), of, str(current_app.secret_key))
    except errors.NotKnown:
        return render_template("fieldwork/unknowable.html", of=of, mode_name=mode_name), 404
    if request.method == "POST":
        return _note(of, waiting)
    lines, page = _named(of, waiting), asked_page()
    paging = Paging(page, PER_PAGE, len(lines))
    shown = lines[paging.first : paging.first + PER_PAGE]
    return render_template("fieldwork/people.html", of=of, lines=shown, paging=paging)


def _named(
    of: Round, waiting: list[invitations.Personal]
) -> list[tuple[Person, progress.PlacedUnit, invitations.Personal]]:
    """Return those waiting with their names and units, by unit and person."""
    wanted = select(Person).where(Person.id.in_([one.person_id for one in waiting]))
    people = {person.id: person for person in db.session().scalars(wanted)}
    units = {group.group_id: group.unit for group in progress.progress(db.session(), of)}
    lines = [
        (people[one.person_id], units[one.group_id], one)
        for one in waiting
        if one.person_id in people
    ]
    return sorted(lines, key=lambda line: (line[1].code, line[0].code))


def _note(of: Round, waiting: list[invitations.Personal]) -> Response:
    """Note why somebody will not answer, or that this was a mistake.

    The log says about whom only where answers bear names anyway.
    """
    person = request.form.get("person", type=int)
    disposition = request.form.get("disposition", "")
    if person is None or disposition not in ("", "refused", "ineligible"):
        abort(400)
    if person not in {one.person_id for one in waiting}:
        abort(404)
    details: dict[str, object] = {"disposition": disposition}
    if of.how.signed:
        details["person"] = db.session().get_one(Person, person).code
    with db.transaction() as writing:
        invitations.set_disposition(writing, of, person, disposition)
        audit.record(writing, "round.changed", of.slug, details, unit_id=of.unit_id)
    return redirect(url_for("fieldwork.people", slug=of.slug, page=asked_page()))


def _extend(of: Round) -> Response | tuple[str, int]:
    form = ExtendForm()
    if not form.validate_on_submit():
        return _round_page(of, problem=_("Please give the new day and time of closing.")), 422
    closes_at = clock.to_utc(form.closes.data, of.zone)
    try:
        with db.transaction() as writing:
            operations.extend_round(writing, of, closes_at, clock.now())
            audit.record(
                writing,
                "round.changed",
                of.slug,
                {"closes_at": closes_at.isoformat()},
                unit_id=of.unit_id,
            )
    except errors.NotNow:
        return _round_page(find(of.slug), problem=_("A closed round stays closed.")), 409
    except errors.FieldworkError:
        return _round_page(
            of,
            problem=_(
                "The new closing time must lie in the future, and not before the present one."
            ),
        ), 422
    return redirect(url_for("fieldwork.round_page", slug=of.slug))


def _round_page(of: Round, problem: str = "") -> str:
    interview = design.questionnaire(db.session(), of.version_hash).genre == "interview"
    return render_template(
        "fieldwork/round.html",
        of=of,
        problem=problem,
        figures=_figures(of),
        mode_name=mode_name,
        promise=interview_promise if interview else promise,
        interview=interview,
        states=STATE_NAMES,
        when=when,
        form=ActionForm(),
        extend=ExtendForm(formdata=None, closes=_wall(of)),
        may_run=may(Permission.RUN_ROUNDS),
        distribution="distribution.home" in current_app.view_functions,
    )


def _wall(of: Round) -> datetime | None:
    return clock.local(of.closes_at, of.zone) if of.closes_at else None


def _figures(of: Round) -> Figures:
    """Return the figures of a round that may be shown; seven queries at most."""
    session, at = db.session(), clock.now()
    groups = progress.progress(session, of)
    counted = progress.extents(session, of)
    cases = progress.dispositions(session, of, groups, counted)
    return Figures(
        total=progress.Total(
            units=len({group.unit.code for group in groups}),
            asked=sum(group.asked for group in groups),
            issued=sum(group.issued for group in groups),
            returned=sum(group.returned for group in groups),
        ),
        opened=sum(group.opened for group in groups),
        units=progress.by_unit(of, groups, counted, progress.passed(of, at.utc)),
        days=progress.by_day(session, of),
        rates=progress.rates(cases),
        cases=cases,
        as_of=at.utc,
    )
