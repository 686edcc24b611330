"""The library of ready instruments, and trying one out without storing anything."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import lazy_gettext
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from questionnaires import Context, Questionnaire, library
from surveyapp import db, i18n
from surveyapp.accounts.guard import Permission, acting, any_staff
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.organisation.operations import people_names, unit_names

blueprint = Blueprint("design", __name__, template_folder="templates", url_prefix="/staff/library")

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
    """All ready instruments."""
    instruments = [(name, library.get(name)) for name in library.names()]
    return render_template("design/library.html", instruments=instruments, genres=GENRES)


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
    questionnaire = _instrument(name)
    tag = _tag(questionnaire)
    form_class = form_for(questionnaire)
    if request.method == "GET":
        return _page(name, form_class(None, _context()), tag)
    submitted: MultiDict[str, Any] = CombinedMultiDict([request.form, request.files])
    form = form_class(submitted, _context())
    if form.strangers(submitted):
        abort(400)
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


def _page(name: str, form: QuestionnaireForm, tag: str, *, accepted: bool = False) -> str:
    return render_template(
        "design/preview.html",
        name=name,
        form=form,
        tag=tag,
        say=form.say(tag),
        variants=library.get(name).variants,
        answers=form.shown(tag) if accepted else None,
        genre=GENRES[form.questionnaire.genre],
    )
