"""The forms around a record; the notes themselves are read in ``typed``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from surveyapp.interviews.models import MAX_NAME

MAX_REASON = 200


class InterviewForm(FlaskForm):
    """One more interviewee. What a round does not ask for is taken out of the form."""

    role = SelectField(_l("Role"), [InputRequired()])
    name = StringField(_l("Name"), [InputRequired(), Length(max=MAX_NAME)])
    language = SelectField(_l("Language of the talk"), [InputRequired()])
    held_on = DateField(_l("Day of the talk"), [InputRequired()])


class ReopenForm(FlaskForm):
    reason = StringField(_l("Reason"), [InputRequired(), Length(max=MAX_REASON)])
