"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts import operations
from surveyapp.accounts.forms import SignInForm
from surveyapp.accounts.sign_in import COOKIE, forget, is_known_device, remember

blueprint = Blueprint("accounts", __name__, template_folder="templates", url_prefix="/staff")
HOME = "/staff"


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    target = _local(request.args.get("next", ""))
    form = SignInForm()
    if request.method == "GET":
        return redirect(target) if current_user.is_authenticated else _page(form)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        token = _signed_in(form.username.data or "", form.password.data or "")
    except operations.Throttled as refused:
        return _page(form, _too_many(refused.wait)), 429
    except operations.WrongCredentials:
        return _page(form, _("The user name or the password is not right.")), 401
    session.clear()  # nothing from before signing in lives on, the CSRF token included
    response = redirect(target)
    remember(response, token, form.username.data or "")
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    token = request.cookies.get(COOKIE)
    if token:
        with db.transaction() as writing:
            operations.end_session(writing, token)
    session.clear()
    response = redirect("/staff/sign-in")
    forget(response)
    return response


def _signed_in(username: str, password: str) -> str:
    known = is_known_device(username)
    now = db.now()
    with db.transaction() as writing:
        operations.count_attempt(writing, username, known, now)
    account = operations.verify(db.session(), username, password)
    with db.transaction() as writing:
        return operations.start_session(
            writing,
            account,
            known_device=known,
            replaces=request.cookies.get(COOKIE),
            now=now,
            days=current_app.extensions["surveyapp.session_days"],
        )


def _page(form: SignInForm, problem: str = "") -> str:
    return render_template("accounts/sign_in.html", form=form, problem=problem)


def _too_many(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    return _("Too many attempts. Please try again in %(seconds)d seconds.", seconds=seconds)


def _local(target: str) -> str:
    """``target`` if it is a path on this server, else the staff home page."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if safe and target.isprintable() else HOME
