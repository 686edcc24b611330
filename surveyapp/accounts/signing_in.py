"""Signing in and out, the second step, and the link to choose a new password with."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from surveyapp import db
from surveyapp.accounts import audit, entering, oidc, operations, second_factor, sessions
from surveyapp.accounts.blueprint import blueprint
from surveyapp.accounts.forms import (
    CodeForm,
    NewPasswordForm,
    SignInForm,
    complain,
    too_many,
    why_not,
)
from surveyapp.accounts.guard import public
from surveyapp.accounts.models import Account
from surveyapp.accounts.sign_in import COOKIE, forget, is_known_device, remember_device
from surveyapp.accounts.throttle import Throttled, count_attempt, forget_attempts, rewrite
from surveyapp.security import cookie_name

Page = str | Response | tuple[str, int]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """User name and password."""
    target = entering.local(request.args.get("next", ""))
    form = SignInForm()
    if request.method == "GET":
        return redirect(target) if current_user.is_authenticated else _sign_in_page(form)
    if not form.validate_on_submit():
        return _sign_in_page(form), 422
    try:
        with db.unscoped():  # who somebody is comes before what they may see
            account = _verified(form.username.data or "", form.password.data or "")
            return entering.proven(account, "password", target)
    except Throttled as refused:
        return _sign_in_page(form, too_many(refused.wait)), 429
    except operations.WrongCredentials:
        return _sign_in_page(form, _("The user name or the password is not right.")), 401


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step() -> Page:
    """The code of the authenticator app, or a recovery code."""
    with db.unscoped():
        if (found := entering.waiting()) is None:
            return redirect(url_for("accounts.sign_in"))
        account, proof, target = found
        form = CodeForm()
        if request.method == "GET":
            return _code_page(form)
        if not form.validate_on_submit():
            return _code_page(form), 422
        try:
            second = _proved(account, form.code.data or "")
        except Throttled as refused:
            return _code_page(form, too_many(refused.wait)), 429
        except second_factor.WrongCode:
            return _code_page(form, _("This code is not right, or was used before.")), 401
        return entering.admitted(account, f"{proof}, {second}", target)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session on the server and in the browser."""
    token = request.cookies.get(cookie_name(COOKIE))
    if token and current_user.is_authenticated:
        with db.unscoped(), db.transaction() as writing:
            sessions.end_session(writing, token)
            audit.record(writing, "sign_out", current_user.username, actor=current_user.username)
    session.clear()
    response = redirect("/staff/sign-in")
    forget(response)
    return response


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Page:
    """Choose a password by a link that an administrator made."""
    form = NewPasswordForm()
    try:
        with db.unscoped():
            username = operations.reset_target(db.session(), token, db.now()).username
            if request.method == "GET":
                return _new_password_page(form, username)
            if not form.validate_on_submit():
                return _new_password_page(form, username), 422
            _choose(token, form.new.data or "")
    except operations.BadPassword as bad:
        complain(form, "new", why_not(bad.fault))
        return _new_password_page(form, username), 422
    except operations.LinkUsed:
        return render_template("accounts/link_used.html"), 410
    response = redirect(url_for("accounts.sign_in"))
    # Only the owner has the link: strangers' guesses keep this browser out no more.
    remember_device(response, username)
    return response


def _verified(username: str, password: str) -> Account:
    known = is_known_device(username)
    with db.transaction() as writing:
        count_attempt(writing, username, known, db.now())
    try:
        account = operations.verify(db.session(), username, password)
    except operations.WrongCredentials:
        _note_failure(username, "password")
        raise
    with db.transaction() as writing:
        forget_attempts(writing, username, known)
        return operations.refresh_hash(writing, account.id, password)


def _proved(account: Account, code: str) -> str:
    """Take the second proof; raises Throttled or WrongCode. Its attempts are counted apart."""
    known = is_known_device(account.username)
    with db.transaction() as writing:
        count_attempt(writing, account.username, known, db.now(), "code")
    key = str(current_app.secret_key)
    try:
        with db.transaction() as writing:
            second = second_factor.prove(writing, account.id, code, db.now(), key)
            forget_attempts(writing, account.username, known, "code")
    except second_factor.WrongCode:
        _note_failure(account.username, "code")
        raise
    return second


def _choose(token: str, password: str) -> None:
    with db.transaction() as writing:
        account = operations.use_reset_link(writing, token, password, db.now())
        name = account.username
        audit.record(writing, "password.changed", name, {"by": "link"}, actor=name)


def _note_failure(username: str, proof: str) -> None:
    """Record a failed sign-in under the name of an account; other names may be passwords.

    They cost a write all the same: the time of an answer must not tell which names exist.
    """
    with db.transaction() as writing:
        if operations.find(writing, username) is not None:
            audit.record(writing, "sign_in.failed", username, {"proof": proof}, actor=username)
        else:
            rewrite(writing, username, is_known_device(username))


def _sign_in_page(form: SignInForm, problem: str = "") -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        problem=problem or _service_problem(request.args.get("service", "")),
        provider=oidc.provider_name(),
        target=entering.local(request.args.get("next", "")),
    )


def _service_problem(why: str) -> str:
    return {
        "unreachable": _("The sign-in service cannot be reached. Please try again later."),
        "refused": _("The sign-in service did not let you in. Please try again."),
        "unknown": _("The sign-in service knows you, but you have no account here."),
    }.get(why, "")


def _code_page(form: CodeForm, problem: str = "") -> str:
    return render_template("accounts/second_step.html", form=form, problem=problem)


def _new_password_page(form: NewPasswordForm, username: str) -> str:
    return render_template("accounts/new_password.html", form=form, username=username)
