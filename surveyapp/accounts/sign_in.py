"""Flask-Login on top of server-side sessions: a cookie with a random token, and who it stands for.

The signed-in person is ``flask_login.current_user``; ``guard`` says which pages they may open.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from surveyapp import db
from surveyapp.accounts import audit, carrying, sessions
from surveyapp.accounts.grants import Rights, rights
from surveyapp.accounts.models import AccountSession
from surveyapp.accounts.permissions import Permission
from surveyapp.config import Config
from surveyapp.scope import Scope
from surveyapp.security import cookie_name

#: Over https both travel under the names that ``security.cookie_name`` gives.
COOKIE = "surveyapp_staff"
DEVICE_COOKIE = "surveyapp_device"
_A_YEAR = timedelta(days=365)


class Staff(UserMixin):
    """The person who sent this request."""

    def __init__(self, running: AccountSession, held: Rights) -> None:
        self.id = running.account.id
        self.username = running.account.username
        self.locale = running.account.locale
        self.person_id = running.account.person_id
        self.session_id = running.id
        self.rights = held

    def scope(self, permission: Permission) -> Scope:
        """Return where they hold this permission."""
        return self.rights.scope(permission)


def init_app(app: Flask, config: Config) -> None:
    """Let Flask-Login find the person of a request by its session cookie."""
    app.extensions["surveyapp.session_idle"] = timedelta(hours=config.session_idle_hours)
    app.extensions["surveyapp.session_days"] = config.session_days
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows, not the signed cookie
    # Not init_app: with each answer that looks into the signed cookie whether to give one that
    # remembers people, which we never do.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.context_processor(lambda: {"current_user": current_user})
    manager.request_loader(_load)
    manager.unauthorized_handler(_unauthorised)
    carrying.init_app(app)
    app.after_request(_hand_out)


def idle() -> timedelta:
    """Return the time without a request after which a session is over."""
    found: timedelta = current_app.extensions["surveyapp.session_idle"]
    return found


def days() -> int:
    """Return the days after which a session is over in any case."""
    found: int = current_app.extensions["surveyapp.session_days"]
    return found


def _load(incoming: Request) -> Staff | None:
    token = incoming.cookies.get(cookie_name(COOKIE))
    if not token:
        return None
    # Who somebody is comes before what they may see.
    with db.unscoped():
        running = sessions.signed_in(db.session(), token, now=db.now(), idle=idle())
        if running is None or not _kept_up(running, token):
            return None
        return Staff(running, rights(db.session(), running.account_id))


def _kept_up(running: AccountSession, token: str) -> bool:
    """Write down that the session is in use, or change its token; False ends a copied one."""
    now = db.now()
    if sessions.is_stale(running, token, now):
        with db.transaction() as writing:
            sessions.end_sessions(writing, running.account_id, only=running.id)
            name = running.account.username
            audit.record(writing, "session.ended", name, {"why": "copied"}, actor=name)
        return False
    if sessions.needs_rotation(running, token, now):
        with db.transaction() as writing:
            g.session_token = sessions.rotate(writing, running, token, now)
    elif sessions.needs_touch(running, token, now):
        with db.transaction() as writing:
            sessions.touch(writing, running, token, now)
    return True


def _unauthorised() -> AnyResponse | tuple[str, int]:
    if carrying.wanted():
        return carrying.page(), 401
    if request.method != "GET":
        abort(401)  # a redirect would throw away what was posted
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _hand_out(response: Response) -> Response:
    """Give the browser the token that took the place of its own."""
    if token := g.pop("session_token", None):
        _set(response, COOKIE, token, timedelta(days=days()))
    return response


def remember(response: Response | AnyResponse, token: str, username: str) -> None:
    """Give the browser its session, and the mark of having signed in here under this name."""
    g.pop("session_token", None)
    _set(response, COOKIE, token, timedelta(days=days()))
    remember_device(response, username)


def remember_device(response: Response | AnyResponse, username: str) -> None:
    """Give the browser the mark of somebody who has shown to be the owner of this name."""
    _set(response, DEVICE_COOKIE, str(_signer().dumps(username)), _A_YEAR)


def forget(response: AnyResponse) -> None:
    """Take the session from the browser."""
    g.pop("session_token", None)
    response.delete_cookie(cookie_name(COOKIE), secure=request.is_secure)


def is_known_device(username: str) -> bool:
    """Whether this browser has signed in under this name before, or chosen its password."""
    try:
        return bool(
            _signer().loads(request.cookies.get(cookie_name(DEVICE_COOKIE), "")) == username
        )
    except BadSignature:
        return False


def device() -> str:
    """What the browser says it is, in a few words that tell one's own sessions apart."""
    agent = request.user_agent.string
    return " · ".join(filter(None, (_named(agent, _BROWSERS), _named(agent, _SYSTEMS))))


# In this order: many browsers name their ancestors too.
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "python": "Python",
    "curl": "curl",
}
_SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def _named(agent: str, names: dict[str, str]) -> str:
    return next((shown for sign, shown in names.items() if sign in agent), "")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")


def _set(response: Response | AnyResponse, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=age,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
