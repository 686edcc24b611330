"""The blueprint that the pages of the organisation are put on, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import db
from surveyapp.accounts import audit
from surveyapp.i18n import language
from surveyapp.organisation import operations
from surveyapp.organisation.kinds import kind_name
from surveyapp.organisation.models import Person, Team, Unit

blueprint = Blueprint(
    "organisation", __name__, template_folder="templates", url_prefix="/staff/organisation"
)
_T = TypeVar("_T", Unit, Person, Team)
#: A change that is refused -> why, in the reader's language.
REFUSED = {
    operations.CodeTaken: _l("This code is in use already."),
    operations.TooDeep: _l("The tree would have too many levels."),
    operations.Cycle: _l("A unit cannot be put below itself."),
    operations.DatesReversed: _l("It would end before it begins."),
    operations.ParentEnded: _l("The unit above ends before that."),
    operations.TwoAtOnce: _l("The person has another unit of this line on some of these days."),
    operations.LeaderOutside: _l("The leader must be one of the members."),
}


@blueprint.app_template_filter()
def kind(word: str) -> str:
    """Word a level in the language of the page."""
    return kind_name(word, language())


def find(session: Session, model: type[_T], code: str) -> _T:
    """Return what has this code, or answer 404."""
    found = session.scalar(select(model).where(model.code == code))
    if found is None:
        abort(404)
    return found


def change(
    form: FlaskForm, field: str, what: Callable[[Session], str], *, unit: Unit | None = None
) -> str | None:
    """Make a change in one transaction and record it; what it returns, or None when refused.

    ``what`` returns the code of what was changed; why it was refused is put to ``field``.
    """
    try:
        with db.transaction() as session:
            code = what(session)
            audit.record(
                session,
                "organisation.changed",
                code,
                {"page": (request.endpoint or "").partition(".")[2]},
                unit_id=unit.id if unit else None,
            )
            return code
    except operations.OrganisationError as refused:
        form[field].errors = [*form[field].errors, REFUSED[type(refused)]]
        return None
