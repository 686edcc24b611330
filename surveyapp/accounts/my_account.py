"""One's own account: what one may do, where one is signed in, the password, the second factor."""

from __future__ import annotations

import io
from datetime import datetime

import segno
from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from surveyapp import clock, db
from surveyapp.accounts import audit, operations, passwords, second_factor, sessions
from surveyapp.accounts.blueprint import blueprint
from surveyapp.accounts.forms import ChangePasswordForm, CodeForm, PasswordForm, complain, why_not
from surveyapp.accounts.guard import any_staff
from surveyapp.accounts.listing import shown_grants
from surveyapp.accounts.models import Account
from surveyapp.accounts.permissions import ROLE_DUTIES, ROLE_NAMES
from surveyapp.accounts.sign_in import idle
from surveyapp.accounts.throttle import Throttled, count_attempt, forget_attempts

Page = str | Response | tuple[str, int]


@blueprint.get("/account")
@any_staff
def my_account() -> str:
    """Everything about one's own account."""
    return _page(ChangePasswordForm(), PasswordForm())


@blueprint.post("/account/password")
@any_staff
def change_password() -> Page:
    """A new password; every other session ends."""
    form = ChangePasswordForm()
    if not form.validate_on_submit() or not _is_password(form, form.password.data or ""):
        return _page(form, PasswordForm()), 422
    try:
        with db.unscoped(), db.transaction() as writing:
            account = writing.get_one(Account, current_user.id)
            operations.set_password(
                writing, account, form.new.data or "", keep=current_user.session_id
            )
            sessions.renew_tokens(writing, account.id)
            audit.record(writing, "password.changed", account.username)
    except operations.BadPassword as bad:
        complain(form, "new", why_not(bad.fault))
        return _page(form, PasswordForm()), 422
    return _back()


@blueprint.post("/account/sessions/<int:session_id>/end")
@any_staff
def end_one(session_id: int) -> Response:
    """End one of one's own sessions; the number of somebody else's does nothing."""
    _end(only=session_id)
    return _back()


@blueprint.post("/account/sessions/end-others")
@any_staff
def end_others() -> Response:
    """End all sessions but this one."""
    _end(but=current_user.session_id)
    return _back()


@blueprint.route("/account/authenticator", methods=["GET", "POST"])
@any_staff
def authenticator() -> Page:
    """Add an authenticator app: scan the picture, then prove that it works."""
    with db.unscoped():
        if second_factor.is_on(db.session(), current_user.id):
            return _back()
        form = CodeForm()
        secret = _secret()
        if request.method == "GET":
            return _enrolment(form, secret)
        if not form.validate_on_submit():
            return _enrolment(form, secret), 422
        try:
            codes = _confirmed(form.code.data or "")
        except second_factor.WrongCode:
            complain(
                form, "code", _("This code is not right. Does the telephone's clock go right?")
            )
            return _enrolment(form, secret), 422
    return render_template("accounts/recovery_codes.html", codes=codes)


@blueprint.post("/account/authenticator/remove")
@any_staff
def remove_authenticator() -> Page:
    """Do without the second factor again; asks for the password."""
    form = PasswordForm()
    if not form.validate_on_submit() or not _is_password(form, form.password.data or ""):
        return _page(ChangePasswordForm(formdata=None), form), 422
    with db.unscoped(), db.transaction() as writing:
        second_factor.remove(writing, current_user.id)
        sessions.renew_tokens(writing, current_user.id)
        audit.record(writing, "authenticator.removed", current_user.username)
    return _back()


def _is_password(form: PasswordForm | ChangePasswordForm, typed: str) -> bool:
    """Whether this is the person's password; guesses are counted as at sign-in, but apart."""
    name = current_user.username
    try:
        with db.unscoped():
            with db.transaction() as writing:
                count_attempt(writing, name, True, db.now(), "own")
            stored = db.session().get_one(Account, current_user.id).password_hash
            if passwords.is_right(typed, stored):
                with db.transaction() as writing:
                    forget_attempts(writing, name, True, "own")
                return True
        complain(form, "password", _("The password is not right."))
    except Throttled:
        complain(form, "password", _("Too many attempts. Please wait a minute."))
    return False


def _end(*, only: int | None = None, but: int | None = None) -> None:
    with db.unscoped(), db.transaction() as writing:
        sessions.end_sessions(writing, current_user.id, only=only, but=but)
        audit.record(writing, "session.ended", current_user.username)


def _secret() -> bytes:
    with db.transaction() as writing:
        return second_factor.begin(writing, current_user.id, _key())


def _confirmed(code: str) -> list[str]:
    with db.transaction() as writing:
        codes = second_factor.confirm(writing, current_user.id, code, db.now(), _key())
        sessions.renew_tokens(writing, current_user.id)
        audit.record(writing, "authenticator.added", current_user.username)
    return codes


def _enrolment(form: CodeForm, secret: bytes) -> str:
    picture = io.BytesIO()
    code = segno.make(second_factor.address(secret, current_user.username), error="m")
    code.save(picture, kind="svg", scale=4, xmldecl=False, svgclass="qr", lineclass=None)
    return render_template(
        "accounts/authenticator.html",
        form=form,
        picture=Markup(picture.getvalue().decode("utf-8")),  # noqa: S704 - drawn here
        secret=second_factor.typed(secret),
    )


def _page(change: ChangePasswordForm, removal: PasswordForm) -> str:
    with db.unscoped():
        reading = db.session()
        account = reading.get(Account, current_user.id) or abort(404)
        return render_template(
            "accounts/my_account.html",
            account=account,
            grants=shown_grants(reading, [account.id])[account.id],
            role_names=ROLE_NAMES,
            duties=ROLE_DUTIES,
            sessions=sessions.running_sessions(reading, account.id, now=db.now(), idle=idle()),
            second_factor=second_factor.is_on(reading, account.id),
            change=change,
            removal=removal,
            shortest=passwords.SHORTEST,
            wall=_wall,
        )


def _wall(utc: datetime) -> datetime:
    """What clocks showed then where the organisation is."""
    return clock.local(utc, clock.now().zone)


def _key() -> str:
    return str(current_app.secret_key)


def _back() -> Response:
    return redirect(url_for("accounts.my_account"), 303)
