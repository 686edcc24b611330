"""The forms of sign-in, of one's own account, and of those who keep accounts."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Form, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, ValidationError

from surveyapp.accounts import passwords
from surveyapp.accounts.models import MAX_USERNAME
from surveyapp.accounts.permissions import ROLE_DUTIES, ROLE_NAMES

_LONGEST_TYPED = 1024


class SignInForm(FlaskForm):
    username = StringField(_l("User name"), [InputRequired(), Length(max=MAX_USERNAME)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=_LONGEST_TYPED)])


class CodeForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(), Length(max=40)])


class ForgottenForm(FlaskForm):
    name = StringField(_l("User name or e-mail address"), [InputRequired(), Length(max=254)])


class PasswordForm(FlaskForm):
    """To prove oneself once more before something that matters."""

    password = PasswordField(_l("Password"), [InputRequired(), Length(max=_LONGEST_TYPED)])


class NewPasswordForm(FlaskForm):
    new = PasswordField(_l("New password"), [InputRequired(), Length(max=_LONGEST_TYPED)])
    again = PasswordField(_l("The new password again"), [InputRequired()])

    def validate_again(self, field: Field) -> None:
        if field.data != self.new.data:
            raise ValidationError(_("The two are not the same."))


class ChangePasswordForm(NewPasswordForm):
    password = PasswordField(
        _l("Password until now"), [InputRequired(), Length(max=_LONGEST_TYPED)]
    )


class GrantForm(FlaskForm):
    role = SelectField(_l("Role"), choices=[])
    unit = StringField(_l("Unit (its code)"), [Length(max=64)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [
            SelectChoice(role.value, f"{name} — {ROLE_DUTIES[role]}")
            for role, name in ROLE_NAMES.items()
        ]


class DetailsForm(FlaskForm):
    email = EmailField(_l("E-mail (optional)"), [Length(max=254)])
    person = StringField(_l("Person (their code, optional)"), [Length(max=64)])


class AccountForm(GrantForm, DetailsForm):
    username = StringField(_l("User name"), [InputRequired(), Length(max=MAX_USERNAME)])


def complain(form: Form, field: str, message: str) -> None:
    """Put a problem that showed only when the form was carried out beside its field."""
    form[field].errors = [*form[field].errors, message]


def too_many(wait: timedelta) -> str:
    """Return in words how long somebody has to wait before the next attempt."""
    seconds = ceil(wait.total_seconds())
    return _("Too many attempts. Please try again in %(seconds)d seconds.", seconds=seconds)


def why_not(fault: str) -> str:
    """Return in words why something cannot be a password; see ``passwords.fault``."""
    return {
        "short": _("A password has at least %(number)d characters.", number=passwords.SHORTEST),
        "long": _("A password has at most %(number)d characters.", number=passwords.LONGEST),
        "plain": _("This is too easy to guess: only digits, a run, or the same again and again."),
        "common": _("This is among the passwords that are tried first. Choose another."),
        "name": _("This is hardly more than the user name. Choose another."),
    }[fault]
