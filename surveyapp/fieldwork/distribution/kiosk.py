"""A shared tablet: one address that starts a fresh form for each person and comes back by itself.

The address of every page of such a visit ends in ``?kiosk=<round>``, because the form posts to
where it is; nothing is kept in the browser. What ends a visit (a receipt, a refusal) carries a
``meta refresh`` back to the start, which works without JavaScript.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import db, i18n
from surveyapp.fieldwork.blueprint import find, when
from surveyapp.fieldwork.errors import UnknownCode
from surveyapp.fieldwork.forms import SLUG
from surveyapp.fieldwork.invitations import open_links
from surveyapp.fieldwork.models import Round
from surveyapp.modes import promise

blueprint = Blueprint("kiosk", __name__, template_folder="templates")
#: How long a receipt stays, so that its number can be written down.
BACK_AFTER_SECONDS = 20
#: How long a page stays that gives back what could not be sent, so that it can be copied.
KEPT_SECONDS = 300
_ASKED = "kiosk"


@blueprint.get("/kiosk/<slug>")
def start(slug: str) -> Response:
    """The page between two people."""
    of = find(slug)
    if of.how.personal or of.state == "draft":
        abort(404)
    page = make_response(
        render_template(
            "distribution/kiosk.html",
            of=of,
            doors=_doors(of),
            promise=promise(of.mode),
            problem="" if of.is_open else _not_open(of),
        )
    )
    # Whatever the browser kept of the last visit. Browsers heed it under https only.
    page.headers["Clear-Site-Data"] = '"cache", "storage"'
    return page


@blueprint.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"kiosk_start": kiosk_start, "kiosk_seconds": kiosk_seconds}


def kiosk_seconds(kept: Any = None) -> int:
    """How long a page that ends a visit stays; ``kept``: typed text that it gives back."""
    return KEPT_SECONDS if kept else BACK_AFTER_SECONDS


def kiosk_start() -> str:
    """The address at which this visit began; nothing when it is not one to a kiosk."""
    slug = request.args.get(_ASKED) or request.form.get(_ASKED) or ""
    return url_for("kiosk.start", slug=slug, lang=i18n.language()) if SLUG.match(slug) else ""


def _not_open(of: Round) -> str:
    if of.state == "closed" and of.closes_at:
        return _("This round closed on %(moment)s.", moment=when(of, of.closes_at))
    return _("This round is not open")


def _doors(of: Round) -> list[tuple[str, str]]:
    """(name, address of a fresh form) of each group of a round with an open link."""
    if of.how.invitations or not of.is_open:
        return []
    try:
        doors = open_links(db.session(), of.slug)
    except UnknownCode:
        return []
    return [
        (
            " · ".join(filter(None, (door.unit.name.get(i18n.language()), door.group.role))),
            f"/open/{of.slug}/{door.group.id}?kiosk={of.slug}&lang={i18n.language()}",
        )
        for door in doors
    ]
