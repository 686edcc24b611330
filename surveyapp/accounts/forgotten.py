"""Forgotten passwords: a link by mail, where mails are sent and it is known where we are.

The answer is the same whether there is such an account or not. The link leads to the configured
address, never to the one that the request names: anybody may write there what they like.
"""

from __future__ import annotations

import secrets

from flask import Flask, abort, current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts import audit, operations
from surveyapp.accounts.blueprint import blueprint
from surveyapp.accounts.forms import ForgottenForm, too_many
from surveyapp.accounts.guard import public
from surveyapp.accounts.models import Account
from surveyapp.accounts.sign_in import is_known_device
from surveyapp.accounts.throttle import Throttled, count_attempt, rewrite
from surveyapp.config import Config
from surveyapp.i18n import said_in
from surveyapp.mail import operations as mail
from surveyapp.mail.operations import Addressed
from surveyapp.mail.sealing import Seal
from surveyapp.mail.templates import Template

Page = str | Response | tuple[str, int]
_SITE = "surveyapp.mailed_links"
_TOPIC, _KIND, _PROOF = "accounts", "new_password", "link"


def init_app(app: Flask, config: Config) -> None:
    """Remember to where the links lead; nowhere when mails are not sent."""
    app.extensions[_SITE] = config.public_url.rstrip("/") if config.mail_host else ""
    app.jinja_env.globals["links_are_mailed"] = bool(app.extensions[_SITE])


@blueprint.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for a link to choose a new password with."""
    if not current_app.extensions[_SITE]:
        abort(404)
    form = ForgottenForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 422
    name = (form.name.data or "").strip()
    known = is_known_device(name)
    try:
        with db.unscoped():  # who somebody is comes before what they may see
            with db.transaction() as writing:
                count_attempt(writing, name, known, db.now(), _PROOF)
            with db.transaction() as writing:
                # Known or not, something is written: the time of an answer tells nothing.
                rewrite(writing, name, known, _PROOF)
                if (account := operations.find_reachable(writing, name)) is not None:
                    _mail_link(writing, account)
    except Throttled as refused:
        return _page(form, too_many(refused.wait)), 429
    return _page(form, asked=True)


def _mail_link(writing: Session, account: Account) -> None:
    token = operations.make_mailed_link(writing, account, db.now())
    if token is None:
        return
    name, address = account.username, account.email
    assert address is not None
    mail.enqueue(
        writing,
        Seal(str(current_app.secret_key)),
        key=secrets.token_hex(16),
        unit_id=None,
        topic=_TOPIC,
        kind=_KIND,
        templates={account.locale: said_in(account.locale, _words)},
        mails=[Addressed(name, address, account.locale, {"name": name, "link": _link(token)})],
        now=db.now(),
    )
    audit.record(writing, "password.mailed", name, actor=name)


def _link(token: str) -> str:
    return f"{current_app.extensions[_SITE]}/staff/new-password/{token}"


def _words() -> Template:
    return Template(
        _("A new password for {name}"),
        _(
            "Somebody, most likely you, asked for a new password for the user name {name}. "
            "Choose it here within an hour:\n\n{link}\n\nIf it was not you, there is nothing "
            "to do: the password stays as it is.\n"
        ),
    )


def _page(form: ForgottenForm, problem: str = "", *, asked: bool = False) -> str:
    return render_template("accounts/forgotten.html", form=form, problem=problem, asked=asked)
