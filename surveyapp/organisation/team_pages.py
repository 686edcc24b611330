"""Pages of teams."""

from __future__ import annotations

import re

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts.guard import Permission, may, requires
from surveyapp.i18n import language
from surveyapp.organisation import operations
from surveyapp.organisation.blueprint import blueprint, change, find
from surveyapp.organisation.forms import NewTeamForm, TeamForm
from surveyapp.organisation.models import Person, Team
from surveyapp.organisation.people import unit_of

Answer = str | Response | tuple[str, int]
_BETWEEN = re.compile(r"[\s,，、;；]+")


@blueprint.get("/teams")
@requires(Permission.SEE_UNITS)
def teams() -> str:
    """All teams with their members."""
    session = db.session()
    return render_template(
        "organisation/teams.html",
        teams=operations.teams(session),
        members=operations.members(session),
        manages=may(Permission.MANAGE_UNITS),
    )


@blueprint.route("/new/team", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def team_new() -> Answer:
    """A new team."""
    form = NewTeamForm()
    if form.validate_on_submit() and (people := _people(form)):

        def add(session: Session) -> str:
            made = operations.add_team(
                session,
                code=form.code.data,
                name=form.name(),
                members=people,
                leader=_leader(form, people),
            )
            return made.code

        if change(form, "code", add, unit=unit_of(db.session(), people[0])):
            return redirect(url_for(".teams"))
    return _form_page(form, _("New team"))


@blueprint.route("/teams/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def team_edit(code: str) -> Answer:
    """Give a team another name, other members, another leader."""
    session = db.session()
    one = find(session, Team, code)
    members = operations.members(session).get(one.id, [])
    form = TeamForm(
        name_zh=one.name.root.get("zh"),
        name_en=one.name.root.get("en"),
        members=" ".join(person.code for person in members),
        leader=next((person.code for person in members if person.id == one.leader_id), ""),
    )
    if form.validate_on_submit() and (people := _people(form)):

        def edit(session: Session) -> str:
            operations.change_team(
                session,
                find(session, Team, code),
                name=form.name(),
                members=people,
                leader=_leader(form, people),
            )
            return code

        if change(form, "leader", edit, unit=unit_of(session, people[0])):
            return redirect(url_for(".teams"))
    return _form_page(form, _("Change %(name)s", name=one.name.get(language())))


@blueprint.post("/teams/<code>/end")
@requires(Permission.MANAGE_UNITS)
def team_end(code: str) -> Answer:
    """Take a team out of the list; the rounds it took part in keep it."""
    session = db.session()
    one = find(session, Team, code)
    members = operations.members(session).get(one.id, [])

    def end(session: Session) -> str:
        operations.end_team(session, find(session, Team, code))
        return code

    change(TeamForm(), "name_zh", end, unit=unit_of(session, members[0]) if members else None)
    return redirect(url_for(".teams"))


def _people(form: TeamForm) -> list[Person]:
    """Return the members that the form names; none, with the reason in the form, if one is not."""
    codes = dict.fromkeys(_BETWEEN.split(form.members.data.strip(" ,，、;；\n")))
    found = db.session().scalars(select(Person).where(Person.code.in_(codes))).all()
    people = {person.code: person for person in found}
    unknown = [code for code in codes if code not in people]
    if unknown:
        form.members.errors = [_("There is no person with the code “%(code)s”.", code=unknown[0])]
        return []
    if form.leader.data and form.leader.data not in people:
        form.leader.errors = [_("The leader must be one of the members.")]
        return []
    return [people[code] for code in codes]


def _leader(form: TeamForm, people: list[Person]) -> Person | None:
    return next((person for person in people if person.code == form.leader.data), None)


def _form_page(form: TeamForm, heading: str) -> Answer:
    page = render_template(
        "organisation/form.html", form=form, heading=heading, back=url_for(".teams")
    )
    return (page, 422) if form.errors else page
