"""The respondent's pages: a code, a form, a receipt. No cookie, no script, no sign-in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import format_date, gettext
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response

from questionnaires import Questionnaire
from surveyapp import db, i18n
from surveyapp.clock import today
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.operations import UnknownCode
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.modes import promise
from surveyapp.respond import operations
from surveyapp.respond.operations import Opened

blueprint = Blueprint("respond", __name__, template_folder="templates")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def home() -> Page:
    """Where somebody without a link types the code from the slip of paper."""
    return _message(gettext("Fill in a questionnaire"), ask_code=True, staff_link=True)


@blueprint.post("/s")
def enter() -> Page:
    """From a typed code to its form."""
    _speak_as_asked()
    typed = request.form.get("code", "")[:80]
    try:
        operations.open_form(db.session(), typed)
    except UnknownCode:
        return _unknown_code(typed)
    link = url_for("respond.form", code=codes.normalise(typed), lang=i18n.language())
    return redirect(link, 303)


@blueprint.route("/s/<code>", methods=["GET", "POST"])
def form(code: str) -> Page:
    """The form behind a code; posting it either stores the response or shows it again."""
    _speak_as_asked()
    try:
        opened = operations.open_form(db.session(), code)
    except UnknownCode:
        return _unknown_code(code)
    tag = _language(opened.questionnaire)
    if request.method == "POST":
        return _posted(code, opened, tag)
    if (refusal := _refusal(opened)) is not None:
        return refusal
    blank = form_for(opened.questionnaire)(None, opened.context)
    return _form_page(opened, blank, tag, operations.new_submission_key())


def _posted(code: str, opened: Opened, tag: str) -> Page:
    submitted: MultiDict[str, Any] = CombinedMultiDict([request.form, request.files])
    filled = form_for(opened.questionnaire)(submitted, opened.context)
    key = request.form.get("_key", "")
    try:
        operations.response_key(key)
    except operations.BadSubmissionKey:
        abort(400)
    if filled.strangers(submitted):
        abort(400)
    action, _, argument = request.form.get("_action", "send").partition(":")
    if action == "lang" and argument in opened.questionnaire.languages:
        i18n.speak(argument)
        return _form_page(opened, filled, argument, key)
    if action == "add" and filled.add_entry(argument):
        return _form_page(opened, filled, tag, key)
    if action != "send":
        abort(400)
    return _send(code, opened, filled, tag, key)


def _send(code: str, opened: Opened, filled: QuestionnaireForm, tag: str, key: str) -> Page:
    try:
        with db.transaction() as writing:
            receipt = operations.submit(
                writing,
                code=code,
                submission_key=key,
                raw=filled.raw(),
                today=today(),
                files=filled.uploads(),
            )
    except operations.Invalid as invalid:
        filled.place(invalid.problems, tag)
        return _form_page(opened, filled, tag, key), 422
    except operations.KeyReused:
        # The page came back from the browser's history: offer what was typed under a new key.
        return _form_page(opened, filled, tag, operations.new_submission_key()), 409
    except (operations.CodeUsed, operations.RoundClosed) as refused:
        return _too_late(opened, filled, tag, refused)
    return render_template(
        "respond/receipt.html", receipt=receipt, promise=promise(opened.invited.round.mode)
    )


def _refusal(opened: Opened) -> Page | None:
    """Return the page that says why this form cannot be filled in, if it cannot."""
    of = opened.invited.round
    if opened.invited.used:
        advice = gettext("Each code can be used once. The answers sent with it are stored.")
        return _message(gettext("This code has been used"), advice), 410
    if not of.open_on(today()):
        return _message(gettext("This round is not open"), _period(opened)), 410
    return None


def _too_late(
    opened: Opened, filled: QuestionnaireForm, tag: str, reason: operations.SubmissionError
) -> Page:
    """Say that the form could not be sent, and give back everything that was typed."""
    if isinstance(reason, operations.CodeUsed):
        heading = gettext("This code has been used")
        advice = gettext("Another set of answers was sent with it before. This one was not stored.")
    else:
        heading, advice = gettext("This round is not open"), _period(opened)
    return _message(heading, advice, kept=filled.shown(tag)), 409


def _form_page(opened: Opened, filled: QuestionnaireForm, tag: str, key: str) -> str:
    of = opened.invited.round
    questionnaire = opened.questionnaire
    others = [
        (other, i18n.LANGUAGES[other][1] if other in i18n.LANGUAGES else other)
        for other in questionnaire.languages
        if other != tag
    ]
    return render_template(
        "respond/form.html",
        form=filled,
        say=questionnaire.say(tag),
        tag=tag,
        other_languages=others,
        title=of.title,
        unit=opened.invited.unit.name.get(tag),
        closes_on=format_date(of.closes_on, "long"),
        promise=promise(of.mode),
        synthetic=of.synthetic,
        submission_key=key,
        uploads=any(item.kind == "file" for item in questionnaire.items),
    )


def _period(opened: Opened) -> str:
    of = opened.invited.round
    first, last = format_date(of.opens_on, "long"), format_date(of.closes_on, "long")
    return gettext("It is open from %(first)s to %(last)s.", first=first, last=last)


def _message(heading: str, advice: str = "", **shown: Any) -> str:
    return render_template("respond/message.html", heading=heading, advice=advice, **shown)


def _unknown_code(typed: str) -> Page:
    advice = gettext("Please compare it with your slip of paper. Letters may be small or capital.")
    page = _message(gettext("This code is not known"), advice, ask_code=True, typed=typed)
    return page, 404


def _speak_as_asked() -> None:
    asked = _asked()
    i18n.speak(asked if asked in i18n.LANGUAGES else i18n.preferred(list(i18n.LANGUAGES)))


def _asked() -> str:
    """Return the language that the form, or else the address, names."""
    return request.form.get("_lang") or request.args.get("lang", "")


def _language(questionnaire: Questionnaire) -> str:
    """Choose the language of the texts, and of the page around them where it has that one."""
    asked = _asked()
    offered = questionnaire.languages
    tag = asked if asked in offered else i18n.preferred(offered)
    i18n.speak(tag if tag in i18n.LANGUAGES else "en")
    return tag
