"""Flask-Login on top of server-side sessions: a cookie with a random token, and who it stands for.

The signed-in account is in ``flask_login.current_user``; ``flask_login.login_required`` guards a
view.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request, Response, abort, current_app, redirect, request, url_for
from flask_login import LoginManager, UserMixin
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from surveyapp import db
from surveyapp.accounts import operations
from surveyapp.accounts.models import Account
from surveyapp.config import Config

COOKIE = "surveyapp_staff"
DEVICE_COOKIE = "surveyapp_device"
_A_YEAR = timedelta(days=365)


class Staff(UserMixin):
    """The account that sent this request."""

    def __init__(self, account: Account) -> None:
        self.id = account.id
        self.username = account.username
        self.locale = account.locale


def init_app(app: Flask, config: Config) -> None:
    """Let Flask-Login find the account of a request by its session cookie."""
    app.extensions["surveyapp.session_idle"] = timedelta(hours=config.session_idle_hours)
    app.extensions["surveyapp.session_days"] = config.session_days
    manager = LoginManager(app)
    manager.session_protection = None  # our sessions are rows, not the signed cookie
    manager.request_loader(_load)
    manager.unauthorized_handler(_unauthorised)


def _load(incoming: Request) -> Staff | None:
    token = incoming.cookies.get(COOKIE)
    if not token:
        return None
    now = db.now()
    running = operations.signed_in(
        db.session(), token, now=now, idle=current_app.extensions["surveyapp.session_idle"]
    )
    if running is None:
        return None
    if operations.needs_touch(running, now):
        with db.transaction() as session:
            operations.touch(session, running, now)
    return Staff(running.account)


def _unauthorised() -> AnyResponse:
    if request.method != "GET":
        abort(401)  # a redirect would throw away what was posted
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def remember(response: Response | AnyResponse, token: str, username: str) -> None:
    """Give the browser its session, and the mark of having signed in here under this name."""
    days = timedelta(days=current_app.extensions["surveyapp.session_days"])
    _set(response, COOKIE, token, days)
    _set(response, DEVICE_COOKIE, str(_signer().dumps(username)), _A_YEAR)


def forget(response: AnyResponse) -> None:
    response.delete_cookie(COOKIE)


def is_known_device(username: str) -> bool:
    """Whether this browser has signed in under this name before."""
    try:
        return bool(_signer().loads(request.cookies.get(DEVICE_COOKIE, "")) == username)
    except BadSignature:
        return False


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")


def _set(response: AnyResponse, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        name, value, max_age=age, httponly=True, samesite="Lax", secure=request.is_secure
    )
