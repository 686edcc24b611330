"""The forms of distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from surveyapp.fieldwork.distribution.sheets import PAPERS
from surveyapp.fieldwork.distribution.texts import NEEDED, SLOTS, problem
from surveyapp.i18n import LANGUAGES
from surveyapp.mail.addresses import BadAddress, normalise
from surveyapp.mail.templates import Template

EVERY_GROUP = 0


def languages_offered(tags: Sequence[str]) -> list[SelectChoice]:
    """Each language of a round that the program speaks, and all of them together."""
    known = [tag for tag in tags if tag in LANGUAGES]
    single = [SelectChoice(tag, LANGUAGES[tag][1]) for tag in known]
    together = SelectChoice(" ".join(known), " + ".join(LANGUAGES[tag][1] for tag in known))
    return [together, *single] if len(known) > 1 else single


class SheetsForm(FlaskForm):
    """How the cards are to look, and for which group. ``language``: tags with spaces between."""

    group = SelectField(_l("For"), coerce=int)
    language = RadioField(_l("Languages on each card"), [InputRequired()])
    show_unit = BooleanField(_l("Print the name of the unit on its cards"))
    packed = BooleanField(_l("One file for each unit (zip archive)"))
    lost = BooleanField(_l("Withdraw the codes nobody has used, and print new ones instead"))


class PosterForm(FlaskForm):
    class Meta:
        csrf = False  # asks only for a picture

    language = RadioField(_l("Languages"), [InputRequired()])
    paper = RadioField(
        _l("Paper"),
        [InputRequired()],
        choices=[SelectChoice(one, one.upper()) for one in PAPERS],
        default="a4",
    )


class MailForm(FlaskForm):
    """The words of a mailing: a subject and a body for each language of the round."""

    key = HiddenField(validators=[InputRequired(), Regexp(r"[0-9A-Za-z_-]{20,64}\Z")])
    test_address = StringField(_l("Send a test to"), [Length(max=254)])
    sure = BooleanField(_l("I have read the mail above and want to send it"))

    def validate_test_address(self, field: Field) -> None:
        if field.data:
            try:
                field.data = normalise(field.data)
            except BadAddress:
                raise ValidationError(_("This is not a mail address.")) from None

    def subject(self, tag: str) -> Field:
        return self[f"subject_{tag}"]

    def body(self, tag: str) -> Field:
        return self[f"body_{tag}"]


def mail_form(words: dict[str, Template], **given: Any) -> MailForm:
    """A form with the fields of these languages, filled with their words at first."""

    class Form(MailForm):
        pass

    for tag, template in words.items():
        subject = StringField(
            _l("Subject"), [_WellFormed(tag, "subject")], default=template.subject
        )
        body = TextAreaField(_l("Text"), [_WellFormed(tag, "body")], default=template.body)
        setattr(Form, f"subject_{tag}", subject)
        setattr(Form, f"body_{tag}", body)
    return Form(**given)


def templates(form: MailForm, tags: Sequence[str]) -> dict[str, Template]:
    """The words as they stand in the form, with line ends as we keep them."""
    return {
        tag: Template(
            (form.subject(tag).data or "").strip(),
            (form.body(tag).data or "").replace("\r\n", "\n"),
        )
        for tag in tags
    }


class _WellFormed:
    """Let a subject or a body hear everything that is wrong with it."""

    def __init__(self, tag: str, place: str) -> None:
        self._tag = tag
        self._place = place

    def __call__(self, form: MailForm, field: Field) -> None:
        template = templates(form, [self._tag])[self._tag]
        wrong = [
            problem(found)
            for found in template.problems(SLOTS, NEEDED)
            if found.field == self._place
        ]
        if wrong:
            raise ValidationError(" ".join(wrong))
