"""The respondent's pages: a code, a form, a receipt. No cookie, no script, no sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from surveyapp import clock, db, i18n
from surveyapp.fieldwork import codes, tally
from surveyapp.fieldwork.errors import UnknownCode
from surveyapp.fieldwork.invitations import open_links
from surveyapp.fieldwork.timekeeping import keep_time
from surveyapp.forms import QuestionnaireForm, form_for
from surveyapp.respond import changing, operations, pages
from surveyapp.respond.operations import Door, OpenDoor, Opened
from surveyapp.respond.pages import Page

blueprint = Blueprint("respond", __name__, template_folder="templates")


@blueprint.get("/")
def home() -> Page:
    """Where somebody without a link types the code from the slip of paper."""
    return pages.message(gettext("Fill in a questionnaire"), ask_code=True, staff_link=True)


@blueprint.post("/s")
def enter() -> Page:
    """From a typed code to its form."""
    pages.speak_as_asked()
    typed = request.form.get("code", "")[:80]
    try:
        operations.open_form(db.session(), typed)
    except UnknownCode:
        return pages.unknown_code(typed)
    kiosk = request.form.get("kiosk") or None
    link = url_for("respond.form", code=codes.normalise(typed), lang=i18n.language(), kiosk=kiosk)
    return redirect(link, 303)


@blueprint.route("/s/<code>", methods=["GET", "POST"])
def form(code: str) -> Page:
    """The form behind a code; posting it either stores the response or shows it again."""
    pages.speak_as_asked()
    return _form(code, lambda: pages.unknown_code(code))


@blueprint.get("/open/<slug>")
def open_link(slug: str) -> Page:
    """The one address of a round with an open link: its form, or first the question which unit."""
    pages.speak_as_asked()
    try:
        doors = open_links(db.session(), slug)
    except UnknownCode:
        abort(404)
    if len(doors) == 1:
        group = doors[0].group.id
        return redirect(url_for("respond.open_form", slug=slug, group=group, lang=i18n.language()))
    return pages.message(
        doors[0].round.title.get(i18n.language()),
        gettext("Please choose where you belong."),
        doors=doors,
    )


@blueprint.route("/open/<slug>/<int:group>", methods=["GET", "POST"])
def open_form(slug: str, group: int) -> Page:
    """The form of one group behind an open link."""
    pages.speak_as_asked()
    return _form(OpenDoor(slug, group), lambda: abort(404))


@blueprint.route("/change", methods=["GET", "POST"])
def change() -> Page:
    """Answers that were sent, to be changed by whoever has their secret. Never in an address."""
    pages.speak_as_asked()
    secret = request.form.get("_key", "")
    if request.method == "GET" or not secret:
        return pages.message(gettext("Change your answers"), ask_secret=True)
    keep_time()
    try:
        given = changing.find(db.session(), secret)
    except changing.UnknownSecret:
        advice = gettext("Please compare it with what you wrote down.")
        return pages.message(gettext("This change code is not known"), advice, ask_secret=True), 404
    tag = pages.choose_language(given.opened.languages)
    of = given.opened.round
    if of.state_at(clock.now().utc) != "open" and "_action" not in request.form:
        return pages.message(gettext("This round is not open"), pages.period(of)), 410
    return _changing(given, tag, secret)


def _form(door: Door, unknown: Callable[[], Page]) -> Page:
    keep_time()
    try:
        opened = operations.open_form(db.session(), door)
    except UnknownCode:
        return unknown()
    tag = pages.choose_language(opened.languages)
    if request.method == "POST":
        return _posted(door, opened, tag)
    if (page := pages.refusal(opened, clock.now())) is not None:
        return page
    try:
        operations.require_room(db.session(), opened.invited.group)
    except operations.QuotaFull:
        return pages.full()
    _count_opening(opened)
    blank = form_for(opened.questionnaire)(None, opened.context)
    return pages.form_page(opened, blank, tag, operations.new_submission_key())


def _count_opening(opened: Opened) -> None:
    """Count for the group that its form was shown. A count is not worth a form: it may fail."""
    if request.method == "HEAD":
        return
    try:
        with db.transaction() as writing:
            tally.count_opening(writing, opened.invited.group.id, clock.today())
    except DBAPIError as error:
        current_app.logger.warning("an opening was not counted: %s", type(error).__name__)


def _posted(door: Door, opened: Opened, tag: str) -> Page:
    filled, key = _typed(opened), request.form.get("_key", "")
    try:
        operations.response_key(key)
    except operations.BadSubmissionKey:
        abort(400)
    page = _helped(opened, filled, key)
    return _send(door, opened, filled, tag, key) if page is None else page


def _typed(opened: Opened) -> QuestionnaireForm:
    """Return the form as it was sent; anything that the form does not have is refused."""
    submitted: MultiDict[str, Any] = CombinedMultiDict([request.form, request.files])
    filled = form_for(opened.questionnaire)(submitted, opened.context)
    if filled.strangers(submitted):
        abort(400)
    return filled


def _helped(
    opened: Opened, filled: QuestionnaireForm, key: str, *, changing: bool = False
) -> Page | None:
    """Show the form again in another language or with one more entry; None: it is to be sent."""
    tag = pages.choose_language(opened.languages)
    action, _, argument = request.form.get("_action", "send").partition(":")
    if action == "lang" and argument in opened.languages:
        i18n.speak(argument)
        return pages.form_page(opened, filled, argument, key, changing=changing)
    if action == "add" and filled.add_entry(argument):
        return pages.form_page(opened, filled, tag, key, changing=changing)
    if action != "send":
        abort(400)
    return None


def _send(door: Door, opened: Opened, filled: QuestionnaireForm, tag: str, key: str) -> Page:
    try:
        with db.transaction() as writing:
            receipt = operations.submit(
                writing,
                door=door,
                submission_key=key,
                raw=filled.raw(),
                at=clock.now(),
                files=filled.uploads(),
            )
    except operations.Invalid as invalid:
        filled.place(invalid.problems, tag)
        return pages.form_page(opened, filled, tag, key), 422
    except operations.KeyReused:
        # The page came back from the browser's history: offer what was typed under a new key.
        return pages.form_page(opened, filled, tag, operations.new_submission_key()), 409
    except operations.SubmissionError as refused:
        return pages.too_late(opened.round, filled, tag, refused)
    return pages.receipt_page(opened.round, receipt, key, changed=False)


def _changing(given: changing.Given, tag: str, secret: str) -> Page:
    opened = given.opened
    if "_action" not in request.form:
        filled = form_for(opened.questionnaire)(None, opened.context)
        pages.refill(filled, opened.questionnaire, given.values)
        return pages.form_page(opened, filled, tag, secret, changing=True)
    filled = _typed(opened)
    page = _helped(opened, filled, secret, changing=True)
    if page is not None:
        return page
    try:
        with db.transaction() as writing:
            receipt = changing.change(
                writing,
                secret=secret,
                raw=filled.raw(),
                at=clock.now(),
                files=filled.uploads(),
            )
    except operations.Invalid as invalid:
        filled.place(invalid.problems, tag)
        return pages.form_page(opened, filled, tag, secret, changing=True), 422
    except operations.SubmissionError as refused:
        return pages.too_late(opened.round, filled, tag, refused)
    return pages.receipt_page(opened.round, receipt, secret, changed=True)
