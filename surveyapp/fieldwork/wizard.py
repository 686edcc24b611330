"""Making a round in three steps: what is asked, who is asked, what is promised and published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from questionnaires import Questionnaire, Text, library
from surveyapp import clock, db, i18n
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, requires
from surveyapp.design import operations as design
from surveyapp.design.models import Version
from surveyapp.fieldwork import errors, operations, publishing
from surveyapp.fieldwork.blueprint import blueprint, find
from surveyapp.fieldwork.forms import AudienceForm, BasicsForm, DecisionsForm, mode_choices
from surveyapp.fieldwork.models import Round
from surveyapp.modes import MODES, OFFERED, interview_promise, mode_name, promise
from surveyapp.organisation.kinds import kind_name
from surveyapp.organisation.models import Posting, Unit, below

_LIBRARY = "library:"
#: As many numbers as one page may ask for: units times groups.
MOST_NUMBERS = 3000
_NUMBER = re.compile(r"n-([0-9]{1,9})-([0-9]{1,3})=([0-9]{1,5})")

REASONS = {
    "no_audience": _l("Nobody is asked yet: choose the units and groups."),
    "nobody": _l("The chosen groups have no people: write down how many are to be asked."),
    "language": _l("The questionnaire is not written in all of these languages."),
    "min_group": _l("The questionnaire asks for a larger smallest group."),
    "interview_mode": _l("An interview is confidential or with name: the team knows its guests."),
    "promise": _l(
        "The questionnaire promises respondents more protection than this mode keeps. Choose a "
        "mode that keeps it, or publish a version of the questionnaire that promises less."
    ),
    "small_roles": _l(
        "Some units are split into groups of which one is smaller than the smallest group that is "
        "shown: its answers would be those of a few known people. Join the groups of the unit, or "
        "leave the small one out."
    ),
    "closes_in_the_past": _l("The closing time has passed."),
    "sure": _l("Please confirm that the decisions cannot be changed later."),
}


@dataclass(frozen=True)
class Grid:
    """The numbers of people: one line per unit, one column per group (role, quota)."""

    columns: Sequence[tuple[str, int | None]]
    lines: Sequence[tuple[Unit, Sequence[int]]]


@blueprint.route("/rounds/new", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def new() -> str | Response | tuple[str, int]:
    """First step: the questionnaire, the title, the promise, the dates."""
    form = BasicsForm()
    _offer(form)
    if request.method == "GET":
        return _basics(form)
    if not form.validate_on_submit():
        return _basics(form), 422
    try:
        with db.transaction() as writing:
            holder = writing.get_one(Unit, form.holder.data)
            drafted = _draft(writing, form, holder)
            audit.record(writing, "round.created", drafted.slug, unit_id=holder.id)
    except errors.NameTaken:
        form.slug.errors = [_("Another round has this short name.")]
        return _basics(form), 422
    return redirect(url_for("fieldwork.audience", slug=drafted.slug))


@blueprint.route("/rounds/<slug>/audience", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def audience(slug: str) -> str | Response | tuple[str, int]:
    """Second step: units, groups in them, how many people, quotas."""
    of = find(slug)
    if of.state != "draft":
        return redirect(url_for("fieldwork.round_page", slug=slug))
    invited = publishing.invites(of, design.questionnaire(db.session(), of.version_hash))
    given = MultiDict(request.form if request.method == "POST" else request.args)
    if invited and given and request.method == "GET":
        given["groups"] = "\n".join(f"{role}, 1" for role in given.getlist("role") or [""])
    form = AudienceForm(given or None, meta={"csrf": request.method == "POST"})
    _offer_units(form)
    if request.method == "POST" and form.validate():
        return _save_audience(of, form)
    listed = request.method == "GET" and "groups" in given and form.validate()
    grid = _listed(form) if listed else _stored(of)
    if not given:
        form.groups.data = _written(grid) if grid else _("Staff") + ", 10"
    return render_template(
        "fieldwork/audience.html",
        of=of,
        form=form,
        grid=grid,
        mode=MODES[of.mode],
        roles=_roles(grid) if invited else None,
        most=MOST_NUMBERS,
    )


@blueprint.route("/rounds/<slug>/publish", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def publish(slug: str) -> str | Response | tuple[str, int]:
    """Third step: everything that must be decided before the first answer, then it is frozen."""
    of = find(slug)
    if of.state != "draft":
        return redirect(url_for("fieldwork.round_page", slug=slug))
    questionnaire = design.questionnaire(db.session(), of.version_hash)
    form = DecisionsForm(obj=of)
    form.mode.choices = mode_choices(questionnaire.genre)
    form.languages.choices = [SelectChoice(tag, _language(tag)) for tag in questionnaire.languages]
    if request.method == "GET":
        form.languages.data = list(of.languages)
        form.opens.data = clock.local(of.opens_at, of.zone) if of.opens_at else None
        form.closes.data = clock.local(of.closes_at, of.zone) if of.closes_at else None
        return _decisions(of, form)
    if not form.validate_on_submit():
        return _decisions(of, form), 422
    return _decided(of, form)


def _decided(of: Round, form: DecisionsForm) -> str | Response | tuple[str, int]:
    """Save the decisions and, if that was asked for, publish."""
    decisions = operations.Decisions(
        mode=form.mode.data,
        min_group=form.min_group.data or 0,
        languages=tuple(form.languages.data or ()),
        repeatable=form.repeatable.data,
        editable=form.editable.data,
        pages=form.pages.data,
        drafts=form.drafts.data,
    )
    with _unless_published(), db.transaction() as writing:
        operations.decide(writing, of, decisions)
        operations.schedule(writing, of, *_period(form, of.zone))
    if request.form.get("action") != "publish":
        return redirect(url_for("fieldwork.publish", slug=of.slug))
    if not form.sure.data:
        return _decisions(of, form, ("sure",)), 422
    try:
        with _unless_published(), db.transaction() as writing:
            fresh = operations.find_round(writing, of.slug)
            questionnaire = design.questionnaire(writing, fresh.version_hash)
            publishing.publish(
                writing, fresh, questionnaire, str(current_app.secret_key), clock.now()
            )
            details = {"mode": fresh.mode, "min_group": fresh.min_group}
            audit.record(writing, "round.published", fresh.slug, details, unit_id=fresh.unit_id)
    except errors.NotReady as missing:
        return _decisions(of, form, missing.reasons), 422
    return redirect(url_for("fieldwork.round_page", slug=of.slug))


@contextmanager
def _unless_published() -> Iterator[None]:
    """Say so where somebody else has published or discarded the draft meanwhile."""
    try:
        yield
    except (errors.Frozen, errors.NotNow):
        abort(409, _("Somebody has changed the round in the meantime."))
    except errors.UnknownRound:
        abort(404)


def _basics(form: BasicsForm) -> str:
    return render_template("fieldwork/new.html", form=form, promise=promise, mode_name=mode_name)


def _offer(form: BasicsForm) -> None:
    """Fill the lists of the first step: versions, instruments of the library, units."""
    session, tag = db.session(), i18n.language()
    versions = session.scalars(select(Version).order_by(Version.published_at.desc())).all()
    published = [
        (one.hash, f"{design.questionnaire(session, one.hash).title.get(tag)} · v{one.number}")
        for one in versions
    ]
    ready = [(_LIBRARY + name, library.get(name).title.get(tag)) for name in library.names()]
    form.version.choices = [
        SelectChoice(value, label, optgroup=kind)
        for kind, listed in ((_("Published"), published), (_("Library"), ready))
        for value, label in listed
    ]
    form.holder.choices = [SelectChoice(unit.id, unit.name.get(tag)) for unit in _upper_units()]
    form.mode.choices = [SelectChoice("", _("As the questionnaire promises")), *mode_choices()]


def _upper_units() -> list[Unit]:
    """Units that have others below them, and those at the top of what the person sees."""
    with_children = select(Unit.parent_id).where(Unit.parent_id.is_not(None))
    roots = Unit.parent_id.is_(None)
    found = db.session().scalars(
        select(Unit).where(or_(Unit.id.in_(with_children), roots)).order_by(Unit.path)
    )
    return list(found) or list(db.session().scalars(select(Unit).order_by(Unit.path)))


def _draft(writing: Session, form: BasicsForm, holder: Unit) -> Round:
    chosen = str(form.version.data)
    at = clock.now()
    if chosen.startswith(_LIBRARY):
        questionnaire = library.get(chosen.removeprefix(_LIBRARY))
        version_hash = design.publish(writing, questionnaire, at.day).hash
    else:
        questionnaire, version_hash = design.questionnaire(writing, chosen), chosen
    opens_at, closes_at = _period(form, at.zone)
    return operations.draft_round(
        writing,
        slug=str(form.slug.data),
        title=Text({"zh": str(form.title_zh.data), "en": str(form.title_en.data)}),
        version_hash=version_hash,
        holder=holder,
        decisions=operations.Decisions(
            mode=form.mode.data or _promised(questionnaire),
            min_group=questionnaire.anonymity.min_group,
            languages=questionnaire.languages,
        ),
        opens_at=opens_at,
        closes_at=closes_at,
        zone=at.zone,
    )


def _promised(questionnaire: Questionnaire) -> str:
    """Return the mode that a questionnaire promises, or the strictest that is offered."""
    wanted = questionnaire.anonymity.mode
    return wanted if wanted in OFFERED else OFFERED[0]


def _period(form: BasicsForm | DecisionsForm, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return when the round opens and closes, in UTC; None: by hand."""
    opens, closes = (
        clock.to_utc(field.data, zone) if field.data else None
        for field in (form.opens, form.closes)
    )
    return opens, closes


def _offer_units(form: AudienceForm) -> None:
    tag = i18n.language()
    form.below.choices = [SelectChoice(unit.id, unit.name.get(tag)) for unit in _upper_units()]
    kinds = db.session().scalars(select(Unit.kind).distinct().order_by(Unit.kind))
    form.kind.choices = [
        SelectChoice("", _("all levels")),
        *(SelectChoice(kind, kind_name(kind, tag)) for kind in kinds),
    ]


def _roles(grid: Grid | None) -> list[tuple[str, bool]]:
    """Return the roles that stand in the postings, everybody ("") first, and which are chosen."""
    session = db.session()
    known = session.scalars(select(Posting.role).distinct().order_by(Posting.role))
    chosen = {role for role, _quota in grid.columns} if grid else {""}
    # A comma ends the name of a group where groups are written down.
    named = [role for role in known if role and not re.search("[,，]", role)]
    return [(role, role in chosen) for role in ["", *named]]


def _listed(form: AudienceForm) -> Grid:
    """Return the units of a level below a unit, each with the usual numbers of people."""
    session = db.session()
    top = session.get_one(Unit, form.below.data)
    wanted = select(Unit).where(below(top.path)).order_by(Unit.path)
    if form.kind.data:
        wanted = wanted.where(Unit.kind == form.kind.data)
    columns = form.columns()
    usual = [count for _role, count, _quota in columns]
    return Grid(
        [(role, quota) for role, _count, quota in columns],
        [(unit, usual) for unit in session.scalars(wanted)],
    )


def _stored(of: Round) -> Grid | None:
    """Return the audience as it was saved; None when there is none yet."""
    groups = operations.groups(db.session(), of)
    columns = sorted({(group.role, group.quota) for group in groups}, key=str)
    units = {
        unit.id: unit
        for unit in db.session().scalars(
            select(Unit).where(Unit.id.in_({group.unit_id for group in groups})).order_by(Unit.path)
        )
    }
    numbers = {(g.unit_id, (g.role, g.quota)): g.expected for g in groups}
    lines = [
        (unit, [numbers.get((unit.id, column), 0) for column in columns]) for unit in units.values()
    ]
    return Grid(columns, lines) if groups else None


def _written(grid: Grid) -> str:
    """Return the groups as they are typed, each with its largest number."""
    largest = [max(numbers) for numbers in zip(*(line for _unit, line in grid.lines), strict=True)]
    return "\n".join(
        f"{role}, {number}" + (f", {quota}" if quota else "")
        for (role, quota), number in zip(grid.columns, largest, strict=True)
    )


def _numbers() -> Iterator[tuple[int, int, int]]:
    """Yield (unit id, column, people) of every number in the grid; what is none is left out."""
    for name, value in request.form.items():
        match = _NUMBER.fullmatch(f"{name}={value.strip()}")
        if match:
            yield int(match[1]), int(match[2]), int(match[3])


def _save_audience(of: Round, form: AudienceForm) -> Response:
    columns = form.columns()
    plans = [
        operations.GroupPlan(unit, columns[column][0], people, columns[column][2])
        for unit, column, people in _numbers()
        if people > 0 and column < len(columns)
    ]
    with _unless_published(), db.transaction() as writing:
        visible = set(writing.scalars(select(Unit.id)))
        operations.set_audience(writing, of, [one for one in plans if one.unit_id in visible])
        audit.record(writing, "round.changed", of.slug, {"groups": len(plans)}, unit_id=of.unit_id)
    return redirect(url_for("fieldwork.publish", slug=of.slug))


def _decisions(of: Round, form: DecisionsForm, reasons: Sequence[str] = ()) -> str:
    db.session().rollback()  # what was just saved is what is looked at
    fresh = operations.find_round(db.session(), of.slug)
    questionnaire = design.questionnaire(db.session(), fresh.version_hash)
    ready = publishing.readiness(db.session(), fresh, questionnaire, clock.now())
    quotas = sorted(
        {group.quota for group in operations.groups(db.session(), fresh) if group.quota}
    )
    return render_template(
        "fieldwork/publish.html",
        of=fresh,
        form=form,
        ready=ready,
        reasons=[REASONS[reason] for reason in dict.fromkeys((*ready.reasons, *reasons))],
        questionnaire=questionnaire,
        quotas=quotas,
        promise=interview_promise if questionnaire.genre == "interview" else promise,
        mode_name=mode_name,
    )


def _language(tag: str) -> str:
    return i18n.LANGUAGES[tag][1] if tag in i18n.LANGUAGES else tag
