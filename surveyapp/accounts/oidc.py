"""Signing in with the organisation's own sign-in service (OpenID Connect), if one is set.

The code flow with PKCE, state and nonce, done by Authlib. What the service says leads to an account
that exists, by the claim that the settings name; it never makes an account or grants a role.
"""

from __future__ import annotations

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import current_user
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import select
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts import entering
from surveyapp.accounts.blueprint import blueprint
from surveyapp.accounts.guard import public
from surveyapp.accounts.models import Account
from surveyapp.accounts.operations import normal_email
from surveyapp.config import Config, ConfigError

#: Claims that can lead to an account. An e-mail address counts only if the service verified it.
CLAIMS = ("email", "preferred_username")
_SECONDS = 10
_PROVIDER, _CLAIM, _NAME = "surveyapp.oidc", "surveyapp.oidc_claim", "surveyapp.oidc_name"
_TARGET = "oidc_target"


class NoAccount(Exception):
    """The service knows this person, but no open account here is theirs."""


def init_app(app: Flask, config: Config) -> None:
    """Set the service up, if the settings name one; raises ConfigError."""
    if not config.oidc_issuer:
        return
    if config.oidc_claim not in CLAIMS:
        raise ConfigError(f"SURVEYAPP_OIDC_CLAIM: {config.oidc_claim!r} ({', '.join(CLAIMS)})")
    issuer = config.oidc_issuer.rstrip("/")
    app.extensions[_PROVIDER] = OAuth(app).register(
        "provider",
        client_id=config.oidc_client,
        client_secret=config.oidc_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
        },
    )
    app.extensions[_CLAIM] = config.oidc_claim
    app.extensions[_NAME] = config.oidc_name


def provider_name() -> str:
    """Return what the button of the service says; nothing if there is none."""
    return str(current_app.extensions.get(_NAME, ""))


@blueprint.get("/sign-in/service")
@public
def to_service() -> Response:
    """Send the browser to the service."""
    service = current_app.extensions.get(_PROVIDER) or abort(404)
    target = entering.local(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(target)
    session[_TARGET] = target
    try:
        going: Response = service.authorize_redirect(
            url_for("accounts.from_service", _external=True)
        )
    except (AuthlibBaseError, RequestException):
        return _failed("unreachable")
    return going


@blueprint.get("/sign-in/service/back")
@public
def from_service() -> Response:
    """Let in whom the service sent back."""
    service = current_app.extensions.get(_PROVIDER) or abort(404)
    target = entering.local(session.pop(_TARGET, ""))
    try:
        told = service.authorize_access_token().get("userinfo") or {}
    except (AuthlibBaseError, JoseError, RequestException, ValueError):
        return _failed("refused")
    with db.unscoped():  # who somebody is comes before what they may see
        try:
            return entering.proven(_account(told), "service", target)
        except NoAccount:
            return _failed("unknown")


def _account(told: dict[str, object]) -> Account:
    """The open account that a claim leads to; raises NoAccount."""
    claim = current_app.extensions[_CLAIM]
    value = told.get(claim)
    trusted = claim != "email" or told.get("email_verified") is True
    if not isinstance(value, str) or not value or not trusted:
        raise NoAccount
    mine = Account.email == normal_email(value) if claim == "email" else Account.username == value
    account = db.session().scalar(select(Account).where(mine, Account.active.is_(True)))
    if account is None:
        raise NoAccount
    return account


def _failed(why: str) -> Response:
    session.clear()
    return redirect(url_for("accounts.sign_in", service=why))
