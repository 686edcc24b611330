"""Staff pages: what can be printed or sent for a round, and what became of the mails."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from surveyapp import clock, db, i18n
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, requires
from surveyapp.accounts.models import Account
from surveyapp.config import Config
from surveyapp.design.operations import questionnaire
from surveyapp.fieldwork import codes, errors
from surveyapp.fieldwork.blueprint import find
from surveyapp.fieldwork.distribution import operations, texts
from surveyapp.fieldwork.distribution.forms import (
    EVERY_GROUP,
    MailForm,
    PosterForm,
    SheetsForm,
    languages_offered,
    mail_form,
    templates,
)
from surveyapp.fieldwork.distribution.operations import Codes
from surveyapp.fieldwork.distribution.sheets import Poster, Section, Sheets
from surveyapp.fieldwork.models import AudienceGroup, FieldedUnit, Round
from surveyapp.fieldwork.operations import groups
from surveyapp.mail import operations as mail
from surveyapp.mail.models import State
from surveyapp.mail.templates import Template
from surveyapp.modes import mode_name, promise

blueprint = Blueprint(
    "distribution",
    __name__,
    template_folder="templates",
    url_prefix="/staff/rounds/<slug>/distribution",
)
MOST_TROUBLES = 100
_PUBLIC_URL = "surveyapp.public_url"
_SHOWN_STATES = (
    State.QUEUED, State.SENT, State.FAILED, State.BOUNCED, State.HELD, State.CANCELLED,
)  # fmt: skip
_KEY_BYTES = 24


@dataclass(frozen=True)
class Stock:
    """The codes of one group: how many are to be issued, and how many have been."""

    group: AudienceGroup
    name: str

    @property
    def missing(self) -> int:
        return max(self.group.expected - self.group.issued, 0)


def init_app(app: Flask, config: Config) -> None:
    """Remember under which address respondents reach us."""
    app.extensions[_PUBLIC_URL] = config.public_url.rstrip("/")


@blueprint.get("")
@requires(Permission.RUN_ROUNDS)
def home(slug: str) -> str | Response:
    """What the mode of the round allows, and how far it has come."""
    return _home(_published(slug))


@blueprint.post("/codes")
@requires(Permission.RUN_ROUNDS)
def print_codes(slug: str) -> Response | tuple[str, int]:
    """Issue codes and answer with their sheets: the only time they exist in clear."""
    of = _published(slug)
    form = _sheets_form(of, _stocks(of))
    if not form.validate_on_submit():
        return _home(of, form, _("Please choose what is to be printed.")), 422
    try:
        with db.transaction() as writing:
            issued = _issue(writing, of, form)
            count = sum(len(one.codes) for one in issued)
            if count:
                details = {"codes": count, "replaced": form.lost.data}
                audit.record(
                    writing, "invitations.issued", slug, details, unit_id=of.unit_id
                )  # fmt: skip
    except errors.NotNow:
        return _home(of, form, _("Codes can be printed for a published or open round.")), 409
    if not count:
        return _home(of, form, _nothing_to_print(form)), 409
    return _printed(of, form, issued)


@blueprint.get("/poster.pdf")
@requires(Permission.RUN_ROUNDS)
def poster(slug: str) -> Response:
    """One page with the open address to pin up."""
    of = _published(slug)
    form = PosterForm(request.args)
    form.language.choices = languages_offered(of.languages)
    if of.how.invitations or not form.validate():
        abort(404)
    asked = questionnaire(db.session(), of.version_hash)
    made = Poster(
        title=of.title,
        mode=of.mode,
        link=f"{site()}/open/{of.slug}",
        languages=form.language.data.split(),
        paper=form.paper.data,
        closes_on=of.closes_on,
        minutes=asked.minutes,
    )
    return _download(made.pdf(), "application/pdf", f"{of.slug}-poster-{form.paper.data}.pdf")


@blueprint.route("/mail/<any(invitation, reminder):kind>", methods=["GET", "POST"])
@requires(Permission.RUN_ROUNDS)
def write(slug: str, kind: str) -> str | Response | tuple[str, int]:
    """Write the mails, look at them, send one to oneself, send them."""
    of = _published(slug)
    tags = [tag for tag in of.languages if tag in i18n.LANGUAGES]
    try:
        plan = operations.plan(db.session(), of, kind, _secret(), db.now())
    except errors.NotKnown:
        return render_template("distribution/unknowable.html", of=of, mode_name=mode_name), 404
    stored = mail.last_templates(db.session(), operations.topic(of), kind)
    words = {tag: stored.get(tag) or texts.default(kind, tag) for tag in tags}
    form = mail_form(words, key=secrets.token_urlsafe(_KEY_BYTES), test_address=_own_address())
    if request.method == "GET":
        return _mail_page(of, kind, form, plan, words)
    words = templates(form, tags)
    if not form.validate():
        return _mail_page(of, kind, form, plan, words), 422
    if request.form.get("action") == "test":
        return _test(of, kind, form, plan, words)
    if request.form.get("action") == "send":
        return _send(of, kind, form, plan, words)
    return _mail_page(of, kind, form, plan, words)


@blueprint.post("/mail/queue")
@requires(Permission.RUN_ROUNDS)
def decide(slug: str) -> Response:
    """Settle a mail that is in doubt or was refused, or stop what is still queued."""
    of = _published(slug)
    topic, key = operations.topic(of), request.form.get("mail", "")
    action = request.form.get("action")
    with db.transaction() as writing:
        if action == "again":
            mail.send_again(writing, topic, key, db.now())
        elif action == "sent":
            mail.consider_sent(writing, topic, key)
        elif action == "cancel":
            mail.cancel_queued(writing, topic)
        else:
            abort(400)
        audit.record(writing, "round.changed", slug, {"mail": action}, unit_id=of.unit_id)
    return redirect(url_for("distribution.home", slug=slug) + "#mail")


def site() -> str:
    """The address of the front page, as respondents reach it, without a slash at the end."""
    configured: str = current_app.extensions[_PUBLIC_URL]
    return configured or request.host_url.rstrip("/")


def _published(slug: str) -> Round:
    of = find(slug)
    if of.state == "draft":
        abort(404)
    return of


def _secret() -> str:
    return str(current_app.secret_key)


def _home(of: Round, form: SheetsForm | None = None, problem: str = "") -> str:
    stocks = _stocks(of) if of.how.invitations and not of.how.personal else []
    topic = operations.topic(of)
    poster_form = PosterForm(formdata=None)
    poster_form.language.choices = languages_offered(of.languages)
    poster_form.language.data = poster_form.language.choices[0].value
    return render_template(
        "distribution/home.html",
        of=of,
        problem=problem,
        stocks=stocks,
        form=form or _sheets_form(of, stocks),
        poster_form=poster_form,
        site=site(),
        mode_name=mode_name,
        promise=promise(of.mode),
        progress=mail.progress(db.session(), topic) if of.how.personal else {},
        troubles=mail.troubles(db.session(), topic, MOST_TROUBLES) if of.how.personal else [],
        shown=_SHOWN_STATES,
        states=texts.STATES,
        kinds=_kind_names(),
        reason=texts.reason,
    )


def _stocks(of: Round) -> list[Stock]:
    units = operations.unit_names(db.session(), of)
    return [Stock(group, _name(group, units)) for group in groups(db.session(), of)]


def _name(group: AudienceGroup, units: dict[int, FieldedUnit]) -> str:
    unit = units[group.unit_id].name.get(i18n.language())
    return f"{unit} · {group.role}" if group.role else unit


def _sheets_form(of: Round, stocks: list[Stock]) -> SheetsForm:
    form = SheetsForm()
    every = SelectChoice(EVERY_GROUP, _("all units"))
    form.group.choices = [every, *(SelectChoice(stock.group.id, stock.name) for stock in stocks)]
    form.language.choices = languages_offered(of.languages)
    if not form.is_submitted():
        form.language.data = form.language.choices[0].value
        form.show_unit.data = True
    return form


def _issue(writing: Session, of: Round, form: SheetsForm) -> list[Codes]:
    chosen = [form.group.data]
    if form.group.data == EVERY_GROUP:
        chosen = [group.id for group in groups(writing, of)]
    if form.lost.data:
        return operations.replace_unused(writing, of, chosen)
    return operations.issue_missing(writing, of, chosen)


def _nothing_to_print(form: SheetsForm) -> str:
    if form.lost.data:
        return _("There are no unused codes to replace.")
    return _(
        "All codes have been issued and cannot be printed again. If the sheets did not arrive or "
        "were lost, withdraw the unused codes and print new ones."
    )


def _printed(of: Round, form: SheetsForm, issued: list[Codes]) -> Response:
    units = operations.unit_names(db.session(), of)
    sheets = Sheets(
        title=of.title,
        mode=of.mode,
        site=site(),
        languages=form.language.data.split(),
        show_unit=form.show_unit.data,
        sections=[
            Section(
                name=_name(one.group, units),
                unit=units[one.group.unit_id].name.get(i18n.language()),
                file_name=f"{number:03}-{units[one.group.unit_id].code}",
                codes=one.codes,
            )
            for number, one in enumerate(issued, start=1)
        ],
    )
    if form.packed.data:
        return _download(sheets.archive(), "application/zip", f"{of.slug}-codes.zip")
    return _download(sheets.pdf(), "application/pdf", f"{of.slug}-codes.pdf")


def _download(content: bytes, kind: str, name: str) -> Response:
    found = current_app.response_class(content, mimetype=kind)
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


def _mail_page(
    of: Round,
    kind: str,
    form: MailForm,
    plan: operations.Plan,
    words: dict[str, Template],
    problem: str = "",
) -> str:
    return render_template(
        "distribution/mail.html",
        of=of,
        kind=kind,
        kinds=_kind_names(),
        form=form,
        plan=plan,
        previews={tag: words[tag].filled(_sample(of, tag)) for tag in words},
        slots=texts.SLOTS,
        needed=texts.NEEDED,
        problem=problem,
    )


def _sample(of: Round, tag: str) -> dict[str, str]:
    """Somebody invented, for previews and tests: the link opens nothing."""
    name = {"zh": "张三", "en": "Pat Lee"}[tag]
    return dict(texts.slots(of, tag, name=name, link=f"{site()}/s/XXXX-XXXX-XXXX"))


def _test(
    of: Round, kind: str, form: MailForm, plan: operations.Plan, words: dict[str, Template]
) -> str | tuple[str, int]:
    if not form.test_address.data:
        problem = _("Please give the address for the test.")
        return _mail_page(of, kind, form, plan, words, problem), 422
    with db.transaction() as writing:
        operations.send_test(
            writing,
            of,
            key=f"test-{secrets.token_urlsafe(_KEY_BYTES)}",
            address=form.test_address.data,
            templates=words,
            slots=lambda tag: _sample(of, tag),
            secret=_secret(),
            now=db.now(),
        )
    said = _("A test has been queued for %(address)s.", address=form.test_address.data)
    return _mail_page(of, kind, form, plan, words, said)


def _send(
    of: Round, kind: str, form: MailForm, plan: operations.Plan, words: dict[str, Template]
) -> str | Response | tuple[str, int]:
    if not form.sure.data:
        problem = _("Please read the mail first, and say that you have.")
        return _mail_page(of, kind, form, plan, words, problem), 422
    address = site()
    try:
        with db.transaction() as writing:
            count = operations.start_mailing(
                writing,
                of,
                kind,
                key=form.key.data or "",
                templates=words,
                slots=lambda letter, tag: texts.slots(
                    of,
                    tag,
                    name=letter.person.name.get(tag),
                    link=f"{address}/s/{codes.normalise(letter.personal.code)}",
                ),
                secret=_secret(),
                now=db.now(),
                today=clock.today(),
            )
            if count:
                details = {"kind": kind, "mails": count}
                audit.record(writing, "invitations.sent", of.slug, details, unit_id=of.unit_id)
    except errors.NotNow:
        problem = _("Mails can be sent for a published or open round.")
        return _mail_page(of, kind, form, plan, words, problem), 409
    return redirect(url_for("distribution.home", slug=of.slug) + "#mail")


def _own_address() -> str:
    found = db.session().scalar(select(Account.email).where(Account.id == current_user.id))
    return found or ""


def _kind_names() -> dict[str, str]:
    return {
        operations.INVITATION: _("Invitations"),
        operations.REMINDER: _("Reminders"),
        operations.TEST: _("Tests"),
    }
