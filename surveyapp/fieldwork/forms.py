"""The forms of those who run rounds."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from surveyapp import clock
from surveyapp.modes import FOR_INTERVIEWS, OFFERED, mode_name

#: Names that a round cannot have, because a page has them.
RESERVED = {"new"}
#: What a round is called in addresses.
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]\Z")
_GROUP_LINE = re.compile(
    r"(?P<role>[^,，]{0,32})[,，]\s*(?P<count>\d{1,5})(?:\s*[,，]\s*(?P<quota>[1-9]\d{0,4}))?\Z"
)
_MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def _sensible(_form: FlaskForm, field: Field) -> None:
    """Refuse years that no clock on the wall can be turned from into UTC, and slips of the pen."""
    if field.data and not 2000 <= field.data.year < 3000:
        raise ValidationError(_("Please give a year from 2000 to 2999."))


def _after_opening(form: FlaskForm, field: Field) -> None:
    if field.data and form.opens.data and field.data <= form.opens.data:
        raise ValidationError(_("A round must close after it opens."))


class BasicsForm(FlaskForm):
    """What is asked, by whom, and when."""

    version = SelectField(_l("Questionnaire"), [InputRequired()])
    title_zh = StringField(_l("Title in Chinese"), [InputRequired(), Length(max=200)])
    title_en = StringField(_l("Title in English"), [InputRequired(), Length(max=200)])
    slug = StringField(
        _l("Short name for addresses"),
        [
            InputRequired(),
            Regexp(SLUG, message=_l("Small letters, digits and hyphens, 3 to 64 of them.")),
        ],
    )
    holder = SelectField(_l("Run by"), [InputRequired()], coerce=int)
    mode = RadioField(_l("What respondents are promised"), choices=["", *OFFERED], default="")
    opens = DateTimeLocalField(
        _l("Opens (empty: by hand)"), [Optional(), _sensible], format=_MINUTES
    )
    closes = DateTimeLocalField(
        _l("Closes (empty: by hand)"), [Optional(), _sensible], format=_MINUTES
    )

    def validate_slug(self, field: Field) -> None:
        if field.data in RESERVED:
            raise ValidationError(_("Please choose another short name."))

    validate_closes = _after_opening


class AudienceForm(FlaskForm):
    """Which units, and which groups of people in each of them."""

    below = SelectField(_l("Units below"), coerce=int)
    kind = SelectField(_l("Level"))
    groups = TextAreaField(_l("Groups in each unit"))

    def validate_groups(self, field: Field) -> None:
        roles = [role for role, _count, _quota in self.columns()]
        if len(set(roles)) < len(roles):
            raise ValidationError(_("Two groups have the same name."))
        for line in (field.data or "").splitlines():
            if line.strip() and not _GROUP_LINE.match(line.strip()):
                raise ValidationError(
                    _("Please write one group in a line: name, number of people, quota if any.")
                )

    def columns(self) -> list[tuple[str, int, int | None]]:
        """Return (role, people in each unit, quota or None) of every group."""
        found = []
        for line in (self.groups.data or "").splitlines():
            match = _GROUP_LINE.match(line.strip())
            if match:
                quota = match["quota"]
                found.append(
                    (match["role"].strip(), int(match["count"]), int(quota) if quota else None)
                )
        return found


class DecisionsForm(FlaskForm):
    """What must be decided before the first answer."""

    mode = RadioField(
        _l("What respondents are promised"),
        [InputRequired()],
        choices=list(OFFERED),
    )
    min_group = IntegerField(
        _l("Smallest group that is shown"),
        [InputRequired(), NumberRange(min=5, max=1000, message=_l("At least 5."))],
    )
    languages = SelectMultipleField(_l("Languages"), [InputRequired()])
    opens = DateTimeLocalField(
        _l("Opens (empty: by hand)"), [Optional(), _sensible], format=_MINUTES
    )
    closes = DateTimeLocalField(
        _l("Closes (empty: by hand)"), [Optional(), _sensible], format=_MINUTES
    )
    repeatable = BooleanField(_l("Each invitation may be used more than once"))
    editable = BooleanField(_l("Answers may be changed until the round closes"))
    pages = RadioField(
        _l("Pages of the form"),
        [InputRequired()],
        choices=[
            SelectChoice("one", _l("Everything on one page")),
            SelectChoice("sections", _l("Section by section")),
            SelectChoice("items", _l("One question at a time")),
        ],
        default="one",
    )
    drafts = BooleanField(_l("Respondents may save and continue later, on any device"))
    sure = BooleanField(_l("I know that this cannot be changed later"))

    validate_closes = _after_opening


class ActionForm(FlaskForm):
    action = SelectField(choices=["open", "close", "extend", "discard"], default="open")
    sure = BooleanField(_l("I know that it cannot be opened again"))


class ExtendForm(FlaskForm):
    closes = DateTimeLocalField(
        _l("New closing time"), [InputRequired(), _sensible], format=_MINUTES
    )


def _not_passed(_form: FlaskForm, field: Field) -> None:
    if field.data and field.data < clock.today():
        raise ValidationError(_("This day has passed."))


class AssignmentForm(FlaskForm):
    team = SelectField(_l("Team"), [InputRequired()], coerce=int)
    unit = SelectField(_l("Unit"), [InputRequired()], coerce=int)
    task = SelectField(_l("Task"), [InputRequired()])
    due_on = DateField(_l("Due on"), [Optional(), _not_passed])


def mode_choices(genre: str = "") -> list[SelectChoice]:
    """Return the modes that can be chosen, with their names in the language of the page."""
    offered = FOR_INTERVIEWS if genre == "interview" else OFFERED
    return [SelectChoice(mode, mode_name(mode)) for mode in offered]
