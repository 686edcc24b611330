"""What respondents are shown: forms, receipts, and pages that say why something is not possible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from babel.dates import format_datetime
from flask import make_response, render_template, request
from flask_babel import get_locale, gettext
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from questionnaires import Questionnaire
from questionnaires.locales import listed
from surveyapp import i18n, limits
from surveyapp.clock import Moment, local
from surveyapp.fieldwork import codes
from surveyapp.fieldwork.distribution.kiosk import kiosk_start
from surveyapp.fieldwork.models import Round
from surveyapp.forms import QuestionnaireForm, live
from surveyapp.forms.steps import REVIEW
from surveyapp.modes import mode_name, promise
from surveyapp.respond import errors, operations
from surveyapp.respond.journey import Journey
from surveyapp.respond.opening import Opened
from surveyapp.splicing import Shelf

Page = str | Response | tuple[str, int]
_whole = attrgetter(*inspect(Round).columns.keys())
_RECEIPTS = Shelf(most=200)


class Surroundings(NamedTuple):
    """What every page about a round depends on: all that the round says, and how it is reached.

    It tells apart the pages that are drawn once for many people.
    """

    round: tuple[Any, ...]
    tag: str
    kiosk: str
    root: str


def surroundings(of: Round, tag: str) -> Surroundings:
    """Return what a page about a round in a language depends on, for whoever asks for it now."""
    return Surroundings(_whole(of), tag, kiosk_start(), request.root_path)


def form_page(journey: Journey, *, trouble: str = "", unit: str = "") -> str:
    """Show the open page of a form.

    ``trouble``: why it could not be stored just now. ``unit``: what stands for the unit's name.
    """
    template = "respond/review.html" if journey.step is None else "respond/form.html"
    about = _about(journey)
    return render_template(template, trouble=trouble, **{**about, "unit": unit or about["unit"]})


def print_page(journey: Journey) -> str:
    """Show all questions that are asked with the answers so far, to be printed."""
    return render_template("respond/print.html", **_about(journey))


def _about(journey: Journey) -> dict[str, Any]:
    """What every page of a form is made of."""
    opened, tag = journey.opened, journey.tag
    of, questionnaire = opened.round, opened.questionnaire
    others = [(other, i18n.own_name(other)) for other in opened.languages if other != tag]
    return {
        "journey": journey,
        "form": journey.form,
        "address": journey.address,
        "say": journey.form.say(tag),
        "tag": tag,
        "of": of,
        "other_languages": others,
        "unit": opened.invited.unit.name.get(tag),
        "closes": moment(of, of.closes_at) if of.closes_at else "",
        "mode_name": mode_name(of.mode),
        "promise": promise(of.mode),
        "uploads": any(item.kind in ("file", "photo") for item in questionnaire.items),
        "data": live.data(questionnaire, tag, opened.context),
    }


def receipt_page(
    journey: Journey, receipt: operations.Receipt, *, changed: bool = False
) -> Response:
    """Show that the answers are stored and, where they may be changed, the secret for that."""
    words = {"code": receipt.code, "key": journey.key}
    draw = partial(_receipt, journey, receipt, changed)
    around = surroundings(journey.opened.round, journey.tag)
    if receipt.differs:
        page = make_response(draw(words))
    else:
        # The address at which answers can be changed is spelled out in it.
        name = (around, changed, receipt.repeated, request.scheme, request.host)
        page = _RECEIPTS.response(name, words, draw)
    if around.kiosk:
        # Many people share this browser. Elsewhere other forms may lie in it, in other tabs.
        page.headers["Clear-Site-Data"] = '"cache", "storage"'
    return page


def _receipt(
    journey: Journey, receipt: operations.Receipt, changed: bool, words: Mapping[str, str]
) -> str:
    of = journey.opened.round
    return render_template(
        "respond/receipt.html",
        **words,
        receipt=receipt,
        promise=promise(of.mode),
        editable=of.editable,
        changed=changed,
        closes=moment(of, of.closes_at) if of.closes_at else "",
        kept=journey.form.shown(journey.tag) if receipt.differs else None,
    )


def saved_page(journey: Journey) -> str:
    """Say with which code and link the form can be taken up again."""
    of = journey.opened.round
    return render_template(
        "respond/saved.html",
        key=journey.key,
        of=of,
        closes=moment(of, of.closes_at) if of.closes_at else "",
        files=any(item.kind in ("file", "photo") for item in journey.form.questionnaire.items),
        anonymous=not of.how.signed,
        back=journey.address,
    )


def already_sent(of: Round) -> Page:
    """Say that the form at hand was sent, without showing it to whoever is there now."""
    advice = gettext("What you see here was sent before. It is stored, once.")
    return message(gettext("Your answers have arrived"), advice, change=of.editable), 410


def refusal(opened: Opened, at: Moment) -> Page | None:
    """Return the page that says why this form cannot be filled in, if it cannot."""
    of = opened.round
    if opened.invited.used and not of.repeatable:
        advice = gettext("Each code can be used once. The answers sent with it are stored.")
        return message(gettext("This code has been used"), advice, change=of.editable), 410
    if of.state_at(at.utc) != "open":
        return message(gettext("This round is not open"), period(of)), 410
    return None


def too_late(journey: Journey, reason: errors.SubmissionError) -> Page:
    """Say that the form could not be sent, and give back everything that was typed."""
    of, again = journey.opened.round, ""
    if isinstance(reason, errors.CodeUsed):
        heading = gettext("This code has been used")
        advice = gettext("Another set of answers was sent with it before. This one was not stored.")
    elif isinstance(reason, errors.QuotaFull):
        heading = gettext("Enough answers have come in")
        advice = reason.message.get(journey.tag) if reason.message else _full()
        again = REVIEW if journey.step is None else journey.step.name
    else:
        heading, advice = gettext("This round is not open"), period(of)
    kept = journey.form.shown(journey.tag)
    return message(heading, advice, kept=kept, again=again, journey=journey), 409


def unsent(status: int, kept: list[tuple[str, str]]) -> str:
    """Say that something went wrong, and give back what was sent with a button to try again."""
    sent = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "_csrf" and isinstance(value, str)
    ]
    again = status in (429, 500, 503)
    return render_template(
        "respond/unsent.html", status=status, kept=kept, sent=sent if again else ()
    )


def full() -> Page:
    """Say kindly that no more answers of this group are needed."""
    return message(gettext("Enough answers have come in"), _full()), 410


def message(heading: str, advice: str = "", **shown: Any) -> str:
    """Show a page with a heading and a sentence."""
    return render_template("respond/message.html", heading=heading, advice=advice, **shown)


def unknown_code(typed: str, kept: list[tuple[str, str]] | None = None) -> Page:
    """Say that no form has this code, and ask again; give back what was typed into a form."""
    limits.wrong_code()
    heading, advice = gettext("This code is not known"), _misread(codes.bare(typed))
    return message(heading, advice, ask_code=True, typed=typed, kept=kept), 404


def _misread(code: str) -> str:
    """Say what may be wrong with a code that nobody has, as far as that can be seen."""
    if len(code) != codes.LENGTH:
        return gettext(
            "A code has %(wanted)d letters and digits, this one has %(count)d. Please compare it "
            "with your slip of paper.",
            wanted=codes.LENGTH,
            count=len(code),
        )
    if strange := sorted(set(code) - set(codes.ALPHABET)):
        return gettext(
            "Codes have no %(letters)s in them. Please look at your slip of paper again.",
            letters=listed(strange, i18n.language()),
        )
    return gettext("Please compare it with your slip of paper. Letters may be small or capital.")


def period(of: Round) -> str:
    """Say from when to when a round is open."""
    if of.state == "draft":
        return ""
    if of.state == "closed" and of.closes_at:
        return gettext("It closed on %(last)s.", last=moment(of, of.closes_at))
    if of.opens_at and of.closes_at:
        first, last = moment(of, of.opens_at), moment(of, of.closes_at)
        return gettext("It is open from %(first)s to %(last)s.", first=first, last=last)
    return gettext("Those who run it will open it and say so.")


def moment(of: Round, utc: datetime) -> str:
    """Show a moment of UTC as clocks on the wall show it where the round was promised."""
    wall = local(utc, of.zone)
    return format_datetime(wall, _pattern(), locale=get_locale())


def _pattern() -> str:
    return "y年M月d日 HH:mm" if i18n.language() == "zh" else "d MMMM y, HH:mm"


def speak_as_asked() -> None:
    """Use the language that the form or the address names, or else the browser's."""
    wanted = asked()
    i18n.speak(wanted if wanted in i18n.LANGUAGES else i18n.preferred(list(i18n.LANGUAGES)))


def asked() -> str:
    """Return the language that the form, or else the address, names."""
    return request.form.get("_lang") or request.args.get("lang", "")


def choose_language(offered: list[str], chosen: str = "") -> str:
    """Choose the language of the texts, and of the page around them where it has that one."""
    wanted = chosen or asked()
    tag = wanted if wanted in offered else i18n.preferred(offered)
    i18n.speak(tag)
    return tag


def refill(form: QuestionnaireForm, questionnaire: Questionnaire, values: dict[str, Any]) -> None:
    """Put stored answers back into a fresh form."""
    for section in questionnaire.sections:
        if section.repeat:
            _refill_entries(form[section.id], values.get(section.id, []))
            continue
        for item in section.items:
            if item.id in values:
                form[item.id].data = values[item.id]


def _refill_entries(field: Any, entries: list[dict[str, Any]]) -> None:
    while len(field.entries) < len(entries):
        field.add()
    for fields, answers in zip(field.entries, entries, strict=False):
        for one in fields:
            if one.item.id in answers:
                one.data = answers[one.item.id]


def _full() -> str:
    return gettext(
        "As many people of your group have answered as were needed. Thank you for your "
        "willingness; you need not do anything."
    )
