"""The respondent's pages: a code, a form, a receipt. No cookie, no script, no sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from surveyapp import clock, db, i18n, limits
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.errors import UnknownCode
from surveyapp.fieldwork.invitations import invitation, open_links
from surveyapp.fieldwork.timekeeping import keep_time
from surveyapp.respond import (
    blank,
    changing,
    drafts,
    errors,
    journey,
    openings,
    operations,
    pages,
    places,
    refusals,
    storing,
    together,
)
from surveyapp.respond.journey import Journey, Stranger
from surveyapp.respond.opening import Door, OpenDoor, Opened, Visit, open_form
from surveyapp.respond.pages import Page

blueprint = Blueprint("respond", __name__, template_folder="templates")
refusals.init_blueprint(blueprint)


@blueprint.get("/")
def home() -> Page:
    """Where somebody without a link types the code from the slip of paper."""
    return pages.message(gettext("Fill in a questionnaire"), ask_code=True, staff_link=True)


@blueprint.post("/s")
def enter() -> Page:
    """From a typed code to its form."""
    pages.speak_as_asked()
    typed = request.form.get("code", "")[:80]
    code = codes.normalise(typed)
    try:
        invitation(db.session(), typed)
    except UnknownCode:
        return pages.unknown_code(typed)
    kiosk = request.form.get("kiosk") or None
    return redirect(url_for("respond.form", code=code, lang=i18n.language(), kiosk=kiosk), 303)


@blueprint.route("/s/<code>", methods=["GET", "POST"])
def form(code: str) -> Page:
    """The form behind a code; posting it goes on to another page of it, or sends the answers."""
    pages.speak_as_asked()
    return _form(code, lambda: pages.unknown_code(code, refusals.typed(db.session())))


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
        return redirect(url_for("respond.at_unit", slug=slug, group=group, lang=i18n.language()))
    return pages.message(
        doors[0].round.title.get(i18n.language()),
        gettext("Please choose where you belong."),
        doors=doors,
    )


@blueprint.route("/open/<slug>/<int:group>", methods=["GET", "POST"])
def at_unit(slug: str, group: int) -> Page:
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
        given = changing.find(db.session(), secret, clock.now())
    except changing.UnknownSecret:
        advice = gettext("Please compare it with what you wrote down.")
        heading, kept = gettext("This change code is not known"), refusals.typed(db.session())
        return pages.message(heading, advice, ask_secret=True, kept=kept), 404
    tag = _language(given.opened)
    of = given.opened.round
    if of.state_at(clock.now().utc) != "open" and "_action" not in request.form:
        return pages.message(gettext("This round is not open"), pages.period(of)), 410
    return _changing(given, given.opened.speaking(tag), secret, tag)


@blueprint.route("/continue", methods=["GET", "POST"])
def resume() -> Page:
    """Where the code of an unfinished form is typed that was left with the server."""
    pages.speak_as_asked()
    typed = request.form.get("_key", "")
    if not typed:
        return pages.message(gettext("Continue a questionnaire"), ask_draft=True)
    return _resumed(typed)


@blueprint.get("/continue/<code>")
def resume_link(code: str) -> Page:
    """The same by the link that was kept."""
    pages.speak_as_asked()
    return _resumed(code)


def _resumed(typed: str) -> Page:
    try:
        key, saved = drafts.find(db.session(), typed)
        opened = _opened(_door_of(saved.door), key)
    except (drafts.UnknownDraft, UnknownCode):
        advice = gettext(
            "It may be mistyped, the answers may have been sent, or the round may have ended."
        )
        heading = gettext("There is no unfinished questionnaire with this code")
        return pages.message(heading, advice, ask_draft=True), 404
    tag = pages.choose_language(opened.languages, saved.language)
    found = journey.typed(opened.speaking(tag), key, tag, saved.submitted())
    found.address = _address(saved.door)
    if (page := pages.refusal(opened, clock.now())) is not None:
        return page
    return pages.form_page(found)


def _form(door: Door, unknown: Callable[[], Page]) -> Page:
    posted = request.method == "POST"
    key = request.form.get("_key", "") if posted else operations.new_submission_key()
    try:
        opened = _opened(door, key)
    except UnknownCode:
        return unknown()
    if not operations.acceptable(key):
        abort(400)
    tag = _language(opened)
    opened = opened.speaking(tag)
    if posted:
        return _posted(door, _typed(opened, key, tag))
    if (page := pages.refusal(opened, clock.now())) is not None:
        return page
    try:
        storing.require_room(db.link(), opened.invited.group)
    except errors.QuotaFull:
        return pages.full()
    if request.method == "GET" and _counts_as_opened(door):
        openings.count(opened.invited.group.id, clock.today())
    db.release()
    return blank.page(opened, tag, key)


def _opened(door: Door, key: str) -> Opened:
    """Open a form; a round whose time has come is let open or close first."""
    visit = Visit(key, clock.now())
    found = open_form(db.link(), door, visit)
    if found.round.state == found.round.state_at(visit.at.utc):
        return found
    keep_time()
    return open_form(db.link(), door, visit)


def _counts_as_opened(door: Door) -> bool:
    if isinstance(door, OpenDoor):
        return limits.counts_as_opened(slug=door.slug)
    return limits.counts_as_opened(code=door)


def _language(opened: Opened) -> str:
    """Return the language to go on in: that of the form, or the one that was just chosen."""
    action, _, argument = request.form.get("_action", "").partition(":")
    chosen = argument if action == "lang" and argument in opened.languages else ""
    return pages.choose_language(opened.languages, chosen)


def _typed(opened: Opened, key: str, tag: str, *, changing: bool = False) -> Journey:
    """Return the form as it was sent; anything that the form does not have is refused."""
    submitted: MultiDict[str, Any] = CombinedMultiDict([request.form, request.files])
    try:
        return journey.typed(opened, key, tag, submitted, changing=changing)
    except Stranger:
        abort(400)


def _posted(door: Door, going: Journey) -> Page:
    if refusals.too_large():
        going.form.check(going.tag)
        return pages.form_page(going), 413
    action, _, argument = request.form.get("_action", "send").partition(":")
    if action == "send":
        return _send(going)
    if (page := _shut(going)) is not None:
        return page
    if action == "print":
        return pages.print_page(going)
    if action == "save":
        return _save(door, going)
    return _turned(going, action, argument)


def _turned(going: Journey, action: str, argument: str) -> Page:
    """Show another page of the form, or the same in another language or with one more entry."""
    if not going.turn(action, argument):
        abort(400)
    full = places.fallen_into(going.form.reading)
    if full is not None and not going.changing and action not in ("goto", "back"):
        return pages.too_late(going, operations.quota_full(going.opened.questionnaire, full))
    status = 422 if going.form.mistakes or going.form.news else 200
    return pages.form_page(going), status


def _shut(going: Journey) -> Page | None:
    """Return the page for whoever goes on with a form that can no longer be sent."""
    opened = going.opened
    if opened.invited.used and not opened.round.repeatable:
        if storing.already_sent(db.session(), opened, going.key):
            return pages.already_sent(opened.round)
        return pages.too_late(going, errors.CodeUsed())
    if opened.round.state_at(clock.now().utc) != "open":
        return pages.too_late(going, errors.RoundClosed())
    return None


def _send(going: Journey) -> Page:
    if going.unseen and not going.ready():
        return pages.form_page(going), 422
    db.release()
    raw, files, at = going.raw(), going.uploads(), clock.now()
    try:
        sent = operations.prepare(going.opened, going.key, raw, at, files)
        known = storing.settled(db.link, sent)
        db.release()  # whoever waits in the line must not keep a connection from its first
        receipt = known or together.accept(sent)
    except errors.Invalid as invalid:
        going.form.place(invalid.problems, going.tag)
        return pages.form_page(going), 422
    except errors.KeyReused:
        # The page came back from the browser's history: offer what was typed under a new key.
        going.key = operations.new_submission_key()
        return pages.form_page(going), 409
    except errors.SubmissionError as refused:
        return pages.too_late(going, refused)
    except DBAPIError as error:
        return _not_now(going, error)
    return pages.receipt_page(going, receipt)


def _not_now(going: Journey, error: DBAPIError) -> Page:
    """Give everything back when the database takes nothing just now: a full disk, say.

    The form keeps its key: if it was stored after all, sending it again stores nothing twice.
    """
    current_app.logger.error("a response was not stored: %s", type(error.orig).__name__)
    trouble = gettext(
        "Your answers could not be stored just now. Nothing is lost: they are still here. Please "
        "send them again in a moment."
    )
    return pages.form_page(going, trouble=trouble), 503


def _save(door: Door, going: Journey) -> Page:
    """Keep the unfinished form for later, because the respondent asked for it."""
    of = going.opened.round
    named = (door.slug, door.group_id) if isinstance(door, OpenDoor) else door
    saved = drafts.Saved(named, going.tag, going.name, " ".join(going.seen), going.controls())
    try:
        with db.transaction() as writing:
            drafts.save(writing, of, going.key, saved)
    except drafts.NotKept:
        return pages.too_late(going, errors.RoundClosed())
    except DBAPIError as error:
        return _not_now(going, error)
    return pages.saved_page(going)


def _changing(given: changing.Given, opened: Opened, secret: str, tag: str) -> Page:
    if "_action" not in request.form:
        going = journey.again(opened, secret, tag)
        pages.refill(going.form, opened.questionnaire, given.values)
        going.form.read()
        return pages.form_page(going)
    going = _typed(opened, secret, tag, changing=True)
    action, _, argument = request.form["_action"].partition(":")
    if action != "send":
        return _turned(going, action, argument)
    try:
        with db.transaction() as writing:
            receipt = changing.change(
                writing,
                secret=secret,
                raw=going.raw(),
                at=clock.now(),
                language=tag,
                uploads=going.uploads(),
            )
    except errors.Invalid as invalid:
        going.form.place(invalid.problems, tag)
        return pages.form_page(going), 422
    except errors.SubmissionError as refused:
        return pages.too_late(going, refused)
    except DBAPIError as error:
        return _not_now(going, error)
    return pages.receipt_page(going, receipt, changed=True)


def _door_of(saved: drafts.SavedDoor) -> Door:
    return saved if isinstance(saved, str) else OpenDoor(*saved)


def _address(saved: drafts.SavedDoor) -> str:
    """Return where the form behind a door is sent to."""
    if isinstance(saved, str):
        return url_for("respond.form", code=saved)
    slug, group = saved
    return url_for("respond.at_unit", slug=slug, group=group)
