"""The way in, whatever somebody proves themselves with: a second factor if any, then a session.

Between the first proof and the second the browser holds a signed note of whose turn it is. It is
good for a few minutes, and for the password of that moment only.
"""

from __future__ import annotations

import time

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts import audit, operations, second_factor, sessions
from surveyapp.accounts.models import Account
from surveyapp.accounts.sign_in import COOKIE, days, device, remember
from surveyapp.security import cookie_name

HOME = "/staff"
_WAITING = "second_factor"
_WAITS_SECONDS = 300


def proven(account: Account, proof: str, target: str) -> Response:
    """Let somebody in who has proved themselves by ``proof``, or ask for the second factor."""
    # Nothing from before signing in lives on, the CSRF token included.
    session.clear()
    if second_factor.is_on(db.session(), account.id):
        session[_WAITING] = {
            "account": account.id,
            "password": operations.fingerprint(account),
            "until": int(time.time()) + _WAITS_SECONDS,
            "proof": proof,
            "target": target,
        }
        return redirect(url_for("accounts.second_step"))
    return admitted(account, proof, target)


def waiting() -> tuple[Account, str, str] | None:
    """Return who is at the second step, their first proof, and where they want to go."""
    note = session.get(_WAITING)
    if note is None or note["until"] < time.time():
        return None
    account = db.session().get(Account, note["account"])
    if account is None or not account.active:
        return None
    if operations.fingerprint(account) != note["password"]:
        return None
    return account, note["proof"], note["target"]


def admitted(account: Account, proof: str, target: str) -> Response:
    """Start the session and send the browser to where it wanted to go."""
    session.clear()
    with db.transaction() as writing:
        token = sessions.start_session(
            writing,
            account,
            replaces=request.cookies.get(cookie_name(COOKIE)),
            now=db.now(),
            days=days(),
            device=device(),
        )
        name = account.username
        audit.record(writing, "sign_in", name, {"proof": proof}, actor=name)
    response = redirect(target)
    remember(response, token, account.username)
    return response


def local(target: str) -> str:
    """``target`` if it is a path on this server, else the staff home page."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if safe and target.isprintable() else HOME
