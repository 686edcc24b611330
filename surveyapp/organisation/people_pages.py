"""Pages of people and their postings."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveyapp import clock, db
from surveyapp.accounts.guard import Permission, may, requires
from surveyapp.i18n import language
from surveyapp.organisation import operations
from surveyapp.organisation.blueprint import blueprint, change, find
from surveyapp.organisation.forms import EndForm, NewPersonForm, PersonForm, PostingForm
from surveyapp.organisation.models import Person, Posting, Unit
from surveyapp.organisation.paging import holds, page_of
from surveyapp.organisation.people import posts, teams_of, unit_of
from surveyapp.paging import asked_page

Answer = str | Response | tuple[str, int]


@blueprint.get("/people")
@requires(Permission.SEE_UNITS)
def people() -> str:
    """All people, or those whom a search finds."""
    session, words = db.session(), request.args.get("q", "").strip()[:100]
    found = page_of(session, Person, holds(Person, words), asked_page())
    return render_template(
        "organisation/people.html",
        found=found,
        words=words,
        posts=posts(session, found.rows),
        today=clock.today(),
    )


@blueprint.get("/people/<code>")
@requires(Permission.SEE_UNITS)
def person(code: str) -> str:
    """One person: postings and teams."""
    session = db.session()
    one = find(session, Person, code)
    return render_template(
        "organisation/person.html",
        person=one,
        posts=posts(session, [one]).get(one.id, []),
        teams=teams_of(session, one),
        today=clock.today(),
        manages=may(Permission.MANAGE_UNITS),
    )


@blueprint.route("/new/person", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def person_new() -> Answer:
    """A new person with a first posting."""
    form = NewPersonForm(unit=request.args.get("unit"))

    def add(session: Session) -> str:
        one = operations.add_person(
            session,
            code=form.code.data,
            name=form.name(),
            email=form.email.data or None,
            language=form.language.data or None,
        )
        _post(session, one, form)
        return one.code

    if form.validate_on_submit():
        posted = _unit_of(form)
        if posted and (code := change(form, "code", add, unit=posted)):
            return redirect(url_for(".person", code=code))
    return _form_page(form, _("New person"), url_for(".people"))


@blueprint.route("/people/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def person_edit(code: str) -> Answer:
    """Change a name or an address."""
    one = find(db.session(), Person, code)
    form = PersonForm(
        name_zh=one.name.root.get("zh"),
        name_en=one.name.root.get("en"),
        email=one.email,
        language=one.language or "",
    )

    def edit(session: Session) -> str:
        operations.change_person(
            session,
            find(session, Person, code),
            name=form.name(),
            email=form.email.data or None,
            language=form.language.data or None,
        )
        return code

    if form.validate_on_submit() and change(form, "name_zh", edit, unit=unit_of(db.session(), one)):
        return redirect(url_for(".person", code=code))
    heading = _("Change %(name)s", name=one.name.get(language()))
    return _form_page(form, heading, url_for(".person", code=code))


@blueprint.route("/people/<code>/postings", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def posting_new(code: str) -> Answer:
    """Post a person to a unit."""
    one = find(db.session(), Person, code)
    form = PostingForm()

    def add(session: Session) -> str:
        _post(session, find(session, Person, code), form)
        return code

    if form.validate_on_submit():
        posted = _unit_of(form)
        if posted and change(form, "line", add, unit=posted):
            return redirect(url_for(".person", code=code))
    heading = _("New posting of %(name)s", name=one.name.get(language()))
    return _form_page(form, heading, url_for(".person", code=code))


@blueprint.route("/people/<code>/postings/<int:number>/end", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def posting_end(code: str, number: int) -> Answer:
    """Let a posting end."""
    one = find(db.session(), Person, code)
    unit = _unit_of_posting(db.session(), one, number)
    form = EndForm(last_day=clock.today())

    def end(session: Session) -> str:
        operations.end_posting(session, session.get_one(Posting, number), form.last_day.data)
        return code

    if form.validate_on_submit() and change(form, "last_day", end, unit=unit):
        return redirect(url_for(".person", code=code))
    heading = _(
        "End the posting of %(name)s in %(unit)s",
        name=one.name.get(language()),
        unit=unit.name.get(language()),
    )
    return _form_page(form, heading, url_for(".person", code=code))


def _post(session: Session, one: Person, form: PostingForm) -> None:
    operations.add_posting(
        session,
        one,
        operations.unit(session, form.unit.data),
        form.line.data,
        role=form.role.data,
        valid_from=form.valid_from.data,
        valid_until=form.valid_until.data,
    )


def _unit_of(form: PostingForm) -> Unit | None:
    """Return the unit that the form names; None, with the reason in the form, if there is none."""
    try:
        return operations.unit(db.session(), form.unit.data)
    except operations.UnknownUnit:
        form.unit.errors = [_("There is no unit with this code.")]
        return None


def _unit_of_posting(session: Session, one: Person, number: int) -> Unit:
    """Return the unit of a posting of this person, or answer 404."""
    posting = session.get(Posting, number)
    if posting is None or posting.person_id != one.id:
        abort(404)
    return session.get_one(Unit, posting.unit_id)


def _form_page(form: PersonForm | PostingForm | EndForm, heading: str, back: str) -> Answer:
    page = render_template("organisation/form.html", form=form, heading=heading, back=back)
    return (page, 422) if form.errors else page
