"""What respondents see when something is refused or fails: what they typed, above all.

A refusal that shows nothing of it would throw it away, because browsers do not keep what was typed
into a page that is not to be stored.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from surveyapp import db, i18n, security
from surveyapp.design.operations import UnknownVersion
from surveyapp.design.operations import questionnaire as published
from surveyapp.forms import form_for
from surveyapp.forms.controls import OWN_NAMES
from surveyapp.forms.sent import Sent
from surveyapp.respond import pages

#: So many times the accepted size is read, only to be given back.
_READ = 4
#: From these nothing is shown: what was sent may not come from the respondent, or is no form.
_BARE = frozenset({401, 403, 405, 415})


def init_blueprint(blueprint: Blueprint) -> None:
    """Let the pages of a blueprint give back what was typed, whatever goes wrong."""
    blueprint.before_request(_read)
    for status in security.ERROR_PAGES:
        blueprint.register_error_handler(status, _refused)


def too_large() -> bool:
    """Say whether more was sent than is accepted."""
    return bool(g.get("too_large", False))


def typed(session: Session) -> list[tuple[str, str]]:
    """Return (question, answer) of what was posted, by the version that the form names.

    That version answers for the wording even when the code is no longer known.
    """
    try:
        questionnaire = published(session, request.form.get("_version", ""))
    except (UnknownVersion, SQLAlchemyError):
        return _bare()
    return form_for(questionnaire)(Sent(request.form)).shown(i18n.language())


def _bare() -> list[tuple[str, str]]:
    """Return (control, value) of what was posted."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in OWN_NAMES and isinstance(value, str) and value.strip()
    ]


def _read() -> None:
    """Read a form that is too large as well, within reason: its text is to be given back."""
    if request.method != "POST":
        return
    try:
        _ = request.form
    except RequestEntityTooLarge:
        if request.mimetype != security.URL_ENCODED:
            raise
        limit = _READ * int(current_app.config["MAX_FORM_MEMORY_SIZE"])
        request.max_content_length = request.max_form_memory_size = limit
        _ = request.form
        g.too_large = True


def _refused(error: Exception) -> tuple[str, int] | Response | Any:
    page, status = security.error_page(error)
    if request.method == "POST" and status not in _BARE and _posted_form():
        page = pages.unsent(status, typed(db.session()))
    answer = current_app.make_response((page, status))
    if isinstance(error, HTTPException) and (after := getattr(error, "retry_after", None)):
        answer.headers["Retry-After"] = str(after)
    return answer


def _posted_form() -> bool:
    """Say whether a form can be read from the request."""
    try:
        return "_key" in request.form
    except RequestEntityTooLarge:
        return False
