"""The blueprint of the staff pages about the field, and what all of them need."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime
from flask import Blueprint, abort
from flask_babel import get_locale

from surveyapp import clock, db
from surveyapp.fieldwork.errors import UnknownRound
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.operations import find_round
from surveyapp.fieldwork.timekeeping import keep_time

blueprint = Blueprint("fieldwork", __name__, template_folder="templates", url_prefix="/staff")


def find(slug: str) -> Round:
    """Return the round with this name as it is now, or answer 404."""
    keep_time()
    try:
        return find_round(db.session(), slug)
    except UnknownRound:
        abort(404)


def when(of: Round, utc: datetime) -> str:
    """Show a moment of UTC as clocks on the wall show it where the round was promised."""
    locale = get_locale()
    chinese = locale is not None and locale.language == "zh"
    pattern = "y年M月d日 HH:mm" if chinese else "d MMM y, HH:mm"
    return format_datetime(clock.local(utc, of.zone), pattern, locale=locale)
