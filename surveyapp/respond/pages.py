"""What respondents are shown: forms, receipts, and pages that say why something is not possible."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from flask import render_template, request
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from questionnaires import Questionnaire
from surveyapp import i18n
from surveyapp.clock import Moment, local
from surveyapp.fieldwork.models import Round
from surveyapp.forms import QuestionnaireForm
from surveyapp.modes import promise
from surveyapp.respond import operations
from surveyapp.respond.operations import Opened

Page = str | Response | tuple[str, int]


def form_page(
    opened: Opened, filled: QuestionnaireForm, tag: str, key: str, *, changing: bool = False
) -> str:
    """Show the form; ``key`` is its submission key, or the secret of the answers being changed."""
    of = opened.round
    questionnaire = opened.questionnaire
    others = [(other, i18n.own_name(other)) for other in opened.languages if other != tag]
    return render_template(
        "respond/form.html",
        form=filled,
        say=questionnaire.say(tag),
        tag=tag,
        other_languages=others,
        title=of.title,
        unit=opened.invited.unit.name.get(tag),
        closes=moment(of, of.closes_at) if of.closes_at else "",
        promise=promise(of.mode),
        synthetic=of.synthetic,
        submission_key=key,
        changing=changing,
        editable=of.editable,
        uploads=any(item.kind in ("file", "photo") for item in questionnaire.items),
    )


def receipt_page(of: Round, receipt: operations.Receipt, secret: str, *, changed: bool) -> str:
    """Show that the answers are stored and, where they may be changed, the secret for that."""
    return render_template(
        "respond/receipt.html",
        receipt=receipt,
        promise=promise(of.mode),
        secret=secret if of.editable else "",
        changed=changed,
        closes=moment(of, of.closes_at) if of.closes_at else "",
    )


def refusal(opened: Opened, at: Moment) -> Page | None:
    """Return the page that says why this form cannot be filled in, if it cannot."""
    of = opened.round
    if opened.invited.used and not of.repeatable:
        advice = gettext("Each code can be used once. The answers sent with it are stored.")
        return message(gettext("This code has been used"), advice, change=of.editable), 410
    if of.state_at(at.utc) != "open":
        return message(gettext("This round is not open"), period(of)), 410
    return None


def too_late(
    of: Round, filled: QuestionnaireForm, tag: str, reason: operations.SubmissionError
) -> Page:
    """Say that the form could not be sent, and give back everything that was typed."""
    if isinstance(reason, operations.CodeUsed):
        heading = gettext("This code has been used")
        advice = gettext("Another set of answers was sent with it before. This one was not stored.")
    elif isinstance(reason, operations.QuotaFull):
        heading, advice = gettext("Enough answers have come in"), _full()
    else:
        heading, advice = gettext("This round is not open"), period(of)
    return message(heading, advice, kept=filled.shown(tag)), 409


def full() -> Page:
    """Say kindly that no more answers of this group are needed."""
    return message(gettext("Enough answers have come in"), _full()), 410


def message(heading: str, advice: str = "", **shown: Any) -> str:
    """Show a page with a heading and a sentence."""
    return render_template("respond/message.html", heading=heading, advice=advice, **shown)


def unknown_code(typed: str) -> Page:
    """Say that no form has this code, and ask again."""
    advice = gettext("Please compare it with your slip of paper. Letters may be small or capital.")
    page = message(gettext("This code is not known"), advice, ask_code=True, typed=typed)
    return page, 404


def period(of: Round) -> str:
    """Say from when to when a round is open."""
    if of.state == "draft":
        return ""
    if of.opens_at and of.closes_at:
        first, last = moment(of, of.opens_at), moment(of, of.closes_at)
        return gettext("It is open from %(first)s to %(last)s.", first=first, last=last)
    if of.closes_at:
        return gettext("It closed on %(last)s.", last=moment(of, of.closes_at))
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


def choose_language(offered: list[str]) -> str:
    """Choose the language of the texts, and of the page around them where it has that one."""
    wanted = asked()
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
