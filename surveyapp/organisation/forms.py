"""The forms of the organisation's pages. A name is given in Chinese, in English, or in both."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from questionnaires import Text
from surveyapp.organisation.exchange.rows import email_of
from surveyapp.organisation.models import MAX_CODE, MAX_NAME, MAX_WORD

_CODE = [
    DataRequired(_l("Give a code.")),
    Length(max=MAX_CODE),
    Regexp(r"[\w.\-]+\Z", message=_l("A code has letters, digits and - _ . only.")),
]


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def _email(_form: FlaskForm, field: StringField) -> None:
    try:
        email_of(field.data or "")
    except ValueError:
        raise ValidationError(_l("This is not an e-mail address.")) from None


def _known(code: str) -> list[Any]:
    return [DataRequired(code), Length(max=MAX_CODE)]


class CodeForm(FlaskForm):
    """What has a code for life, given when it is made."""

    code = StringField(_l("Short code"), _CODE, filters=[_trimmed])


class NamedForm(FlaskForm):
    """What has a name."""

    name_zh = StringField(_l("Chinese name"), [Length(max=MAX_NAME)], filters=[_trimmed])
    name_en = StringField(_l("English name"), [Length(max=MAX_NAME)], filters=[_trimmed])

    def validate_name_zh(self, field: StringField) -> None:
        if not field.data and not self.name_en.data:
            raise ValidationError(_l("Give a name in Chinese or in English."))

    def name(self) -> Text:
        """Return the name as it is stored."""
        given = {"zh": self.name_zh.data, "en": self.name_en.data}
        return Text({tag: text for tag, text in given.items() if text})


class UnitForm(NamedForm):
    """What a unit is; not where it is."""

    kind = StringField(
        _l("Level"), [DataRequired(_l("Give a level.")), Length(max=MAX_WORD)], filters=[_trimmed]
    )
    category = StringField(_l("Category"), [Length(max=MAX_WORD)], filters=[_trimmed])
    position = IntegerField(_l("Order"), [InputRequired(), NumberRange(-999999, 999999)], default=0)
    valid_from = DateField(_l("Valid from"), [Optional()])


class NewUnitForm(CodeForm, UnitForm):
    """A new unit."""


class MoveForm(FlaskForm):
    """Where a unit is to be."""

    parent = StringField(_l("Code of the new parent"), [Length(max=MAX_CODE)], filters=[_trimmed])


class EndForm(FlaskForm):
    """When something ends."""

    last_day = DateField(_l("Last day"), [InputRequired(_l("Give the last day."))])


class PersonForm(NamedForm):
    """Who somebody is."""

    email = StringField(_l("E-mail"), [Optional(), Length(max=254), _email], filters=[_trimmed])
    language = SelectField(
        _l("Language of invitations"),
        choices=[
            SelectChoice("", _l("as the round says")),
            SelectChoice("zh", "中文"),
            SelectChoice("en", "English"),
        ],
    )


class PostingForm(FlaskForm):
    """Where somebody belongs or serves."""

    unit = StringField(
        _l("Code of the unit"), _known(_l("Give the code of a unit.")), filters=[_trimmed]
    )
    line = SelectField(
        _l("Line"),
        choices=[
            SelectChoice("home", _l("home unit (sends them)")),
            SelectChoice("host", _l("host unit (serves there)")),
        ],
    )
    role = StringField(_l("Role in the unit"), [Length(max=MAX_WORD)], filters=[_trimmed])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_until = DateField(_l("Valid until"), [Optional()])


class NewPersonForm(CodeForm, PersonForm, PostingForm):
    """A new person, and where they are."""


class TeamForm(NamedForm):
    """Who goes out together."""

    members = TextAreaField(
        _l("Codes of the members"),
        [DataRequired(_l("Give at least one member.")), Length(max=8000)],
        description=_l("With spaces or commas between."),
        filters=[_trimmed],
    )
    leader = StringField(_l("Code of the leader"), [Length(max=MAX_CODE)], filters=[_trimmed])


class NewTeamForm(CodeForm, TeamForm):
    """A new team."""


class ImportForm(FlaskForm):
    """Files with units, people, postings and teams."""

    files = MultipleFileField(_l("Workbook (.xlsx), or CSV files"))
    full = BooleanField(_l("This is a full list: whatever a sheet does not name has ended"))

    def validate_files(self, field: MultipleFileField) -> None:
        if not any(one.filename for one in field.data or ()):
            raise ValidationError(_l("Choose a file."))
