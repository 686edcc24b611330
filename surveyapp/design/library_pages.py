"""The library: ready instruments and published versions, and trying one out without storing."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as AnyResponse

from questionnaires import Context, Questionnaire, dump, library
from surveyapp import clock, db, i18n
from surveyapp.accounts.audit import record
from surveyapp.accounts.guard import Permission, acting, any_staff, may, requires
from surveyapp.design import operations
from surveyapp.design.blueprint import blueprint
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.forms.controls import controls_of
from surveyapp.forms.sent import Sent
from surveyapp.organisation.operations import people_names, unit_names

GENRES = {
    "survey": lazy_gettext("Survey"),
    "poll": lazy_gettext("Poll"),
    "interview": lazy_gettext("Interview outline"),
    "ballot": lazy_gettext("Ballot"),
    "inspection": lazy_gettext("Inspection sheet"),
    "register": lazy_gettext("Register"),
    "report": lazy_gettext("Periodic report"),
    "mailbox": lazy_gettext("Suggestion box"),
}


@blueprint.get("")
@any_staff
def library_list() -> str:
    """Our own questionnaires with their versions, and all ready instruments."""
    instruments = [(name, library.get(name)) for name in library.names()]
    return render_template(
        "design/library.html",
        instruments=instruments,
        own=operations.published(db.session()),
        genres=GENRES,
        may_design=may(Permission.DESIGN_QUESTIONNAIRES),
    )


@blueprint.post("/<name>/publish")
@requires(Permission.DESIGN_QUESTIONNAIRES)
def publish(name: str) -> AnyResponse:
    """Publish a ready instrument as it is, so that rounds can field it."""
    return published(_instrument(name))


@blueprint.route("/versions/<version>", methods=["GET", "POST"])
@any_staff
def version(version: str) -> str | tuple[str, int]:
    """A published version as respondents see it; posting checks the answers and stores nothing."""
    return _tried(_version(version))


@blueprint.get("/versions/<version>.yaml")
@any_staff
def version_source(version: str) -> Response:
    """The definition of a published version."""
    return Response(dump(_version(version)), mimetype="application/yaml")


@blueprint.get("/<name>.yaml")
@any_staff
def source(name: str) -> Response:
    """The definition of an instrument, as it is written."""
    try:
        text = library.text(name)
    except KeyError:
        abort(404)
    return Response(text, mimetype="application/yaml")


@blueprint.route("/<name>", methods=["GET", "POST"])
@any_staff
def preview(name: str) -> str | tuple[str, int]:
    """An instrument as respondents would see it; posting checks the answers and stores nothing."""
    return _tried(_instrument(name), name)


def _tried(questionnaire: Questionnaire, name: str = "") -> str | tuple[str, int]:
    tag = _tag(questionnaire)
    form_class = form_for(questionnaire)
    if request.method == "GET":
        return _page(name, form_class(None, _context()), tag)
    sent = Sent(CombinedMultiDict([request.form, request.files]))
    if controls_of(questionnaire).strangers(sent):
        abort(400)
    form = form_class(sent, _context())
    action, _, argument = request.form.get("_action", "send").partition(":")
    if action == "add" and form.add_entry(argument):
        return _page(name, form, tag)
    if action != "send":
        abort(400)
    accepted = form.check(tag).answers is not None
    return _page(name, form, tag, accepted=accepted), 200 if accepted else 422


def _instrument(name: str) -> Questionnaire:
    try:
        questionnaire = library.get(name)
        variant = request.args.get("variant")
        return questionnaire.variant(variant) if variant else questionnaire
    except KeyError:
        abort(404)


def _tag(questionnaire: Questionnaire) -> str:
    tag = i18n.language()
    return tag if tag in questionnaire.languages else questionnaire.languages[0]


def _context() -> Context:
    with acting(Permission.SEE_UNITS):
        units, people = unit_names(db.session()), people_names(db.session())
    return Context(units=units, people=people, own_unit=next(iter(units), ""))


def _version(name: str) -> Questionnaire:
    try:
        return operations.questionnaire(db.session(), name)
    except operations.UnknownVersion:
        abort(404)


def published(questionnaire: Questionnaire) -> AnyResponse:
    """Publish a questionnaire and go to its version."""
    with db.transaction() as writing:
        version = operations.publish(writing, questionnaire, clock.today())
        record(writing, "version.published", questionnaire.id, {"number": version.number})
    return redirect(url_for("design.version", version=version.hash))


def _page(name: str, form: QuestionnaireForm, tag: str, *, accepted: bool = False) -> str:
    return render_template(
        "design/preview.html",
        name=name,
        form=form,
        tag=tag,
        say=form.say(tag),
        variants=library.get(name).variants if name else {},
        may_design=may(Permission.DESIGN_QUESTIONNAIRES),
        answers=form.shown(tag) if accepted else None,
        genre=GENRES[form.questionnaire.genre],
    )
