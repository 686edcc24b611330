"""Pages of the tree and its units."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveyapp import clock, db
from surveyapp.accounts.guard import Permission, may, requires
from surveyapp.i18n import language
from surveyapp.organisation import operations, tree
from surveyapp.organisation.blueprint import blueprint, change, find
from surveyapp.organisation.forms import EndForm, MoveForm, NewUnitForm, UnitForm
from surveyapp.organisation.kinds import KINDS, kind_name, kind_of
from surveyapp.organisation.models import Person, Unit
from surveyapp.organisation.paging import holds, page_of
from surveyapp.organisation.people import posted_to, posts
from surveyapp.paging import asked_page

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@requires(Permission.SEE_UNITS)
def units() -> str:
    """The tree, or what a search finds in it."""
    session, words = db.session(), request.args.get("q", "").strip()[:100]
    if words:
        found = page_of(session, Unit, holds(Unit, words), asked_page())
        return render_template("organisation/search.html", found=found, words=words)
    at = request.args.get("at")
    ended = "ended" in request.args
    tops = [find(session, Unit, at)] if at else tree.tops(session)
    return render_template(
        "organisation/units.html",
        nodes=tree.branch(session, tops, None if ended else clock.today()),
        at=tops[0] if at else None,
        above=tree.trail(session, tops[0]) if at else [],
        ended=ended,
        today=clock.today(),
    )


@blueprint.get("/units/<code>")
@requires(Permission.SEE_UNITS)
def unit(code: str) -> str:
    """One unit: where it is and was, what is below it, who is there."""
    session, today = db.session(), clock.today()
    one = find(session, Unit, code)
    people = page_of(session, Person, posted_to(one, today), asked_page())
    return render_template(
        "organisation/unit.html",
        unit=one,
        above=tree.trail(session, one),
        children=tree.children(session, one, today),
        past=tree.past(session, one),
        people=people,
        posts=posts(session, people.rows),
        today=today,
        manages=may(Permission.MANAGE_UNITS),
    )


@blueprint.route("/new/unit", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def unit_new() -> Answer:
    """A new unit, below another one or on top."""
    above = request.args.get("below")
    parent = find(db.session(), Unit, above) if above else None
    form = NewUnitForm()

    def add(session: Session) -> str:
        made = operations.add_unit(
            session,
            code=form.code.data,
            name=form.name(),
            kind=kind_of(form.kind.data),
            category=form.category.data,
            position=form.position.data,
            valid_from=form.valid_from.data,
            parent=parent,
        )
        return made.code

    if form.validate_on_submit() and (code := change(form, "code", add, unit=parent)):
        return redirect(url_for(".unit", code=code))
    heading = _("New unit below %(name)s", name=_name(parent)) if parent else _("New unit")
    return _form_page(form, heading, parent)


@blueprint.route("/units/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def unit_edit(code: str) -> Answer:
    """Rename a unit, or change what it is."""
    one = find(db.session(), Unit, code)
    form = UnitForm(
        name_zh=one.name.root.get("zh"),
        name_en=one.name.root.get("en"),
        kind=kind_name(one.kind, language()),
        category=one.category,
        position=one.position,
        valid_from=one.valid_from,
    )

    def edit(session: Session) -> str:
        operations.change_unit(
            session,
            find(session, Unit, code),
            clock.now().utc,
            name=form.name(),
            kind=kind_of(form.kind.data),
            category=form.category.data,
            position=form.position.data,
            valid_from=form.valid_from.data,
        )
        return code

    if form.validate_on_submit() and change(form, "valid_from", edit, unit=one):
        return redirect(url_for(".unit", code=code))
    return _form_page(form, _("Change %(name)s", name=_name(one)), one)


@blueprint.route("/units/<code>/move", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def unit_move(code: str) -> Answer:
    """Put a unit below another one."""
    one = find(db.session(), Unit, code)
    form = MoveForm()

    def move(session: Session) -> str:
        wanted = form.parent.data
        parent = operations.unit(session, wanted) if wanted else None
        operations.move_unit(session, find(session, Unit, code), parent, clock.now().utc)
        return code

    try:
        if form.validate_on_submit() and change(form, "parent", move, unit=one):
            return redirect(url_for(".unit", code=code))
    except operations.UnknownUnit:
        form.parent.errors = [_("There is no unit with this code.")]
    advice = _(
        "All units below it move along. Rounds that are already in the field keep the tree they "
        "were fielded to. Leave the code empty to put the unit on top."
    )
    return _form_page(form, _("Move %(name)s", name=_name(one)), one, advice)


@blueprint.route("/units/<code>/end", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def unit_end(code: str) -> Answer:
    """Let a unit end, or bring it back."""
    one = find(db.session(), Unit, code)
    form = EndForm(last_day=one.valid_until or clock.today())

    def end(session: Session) -> str:
        operations.end_unit(session, find(session, Unit, code), form.last_day.data)
        return code

    if form.validate_on_submit() and change(form, "last_day", end, unit=one):
        return redirect(url_for(".unit", code=code))
    advice = _("The units below it and the postings in them end with it. Nothing is deleted.")
    return _form_page(form, _("End %(name)s", name=_name(one)), one, advice)


@blueprint.post("/units/<code>/resume")
@requires(Permission.MANAGE_UNITS)
def unit_resume(code: str) -> Answer:
    """Bring an ended unit back: the unit alone."""
    one = find(db.session(), Unit, code)
    form = EndForm()

    def resume(session: Session) -> str:
        operations.end_unit(session, find(session, Unit, code), None)
        return code

    if change(form, "last_day", resume, unit=one):
        return redirect(url_for(".unit", code=code))
    return _form_page(form, _("End %(name)s", name=_name(one)), one)


def _name(one: Unit | None) -> str:
    return one.name.get(language()) if one else ""


def _form_page(
    form: UnitForm | MoveForm | EndForm, heading: str, back: Unit | None, advice: str = ""
) -> Answer:
    page = render_template(
        "organisation/form.html",
        form=form,
        heading=heading,
        advice=advice,
        back=url_for(".unit", code=back.code) if back else url_for(".units"),
        kinds=[word.get(language()) for word in KINDS.values()],
    )
    return (page, 422) if form.errors else page
