"""Who may open a page. Every page of staff says what it takes; a page that says nothing is shut.

    @blueprint.get("/rounds/<slug>")
    @requires(Permission.SEE_RESULTS)
    def results(slug: str) -> str: ...

``requires`` goes under the route. The person must hold the permission somewhere, else the answer is
403; and while the page is made, ``db.session()`` and ``db.transaction()`` see just the subtrees
where they hold *this* permission: what lies elsewhere is not found, so the answer is 404.
``any_staff`` asks for a sign-in only and sees no unit; a part of the page that needs some says
``with acting(Permission.SEE_UNITS): ...``. ``public`` is for pages without sign-in.
``respondents(blueprint)`` is for those who hold a code instead of an account.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from http import HTTPStatus
from typing import Any, Protocol, TypeVar, cast

from flask import Blueprint, Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from surveyapp import db, i18n
from surveyapp.accounts.permissions import MAY, Permission, Role
from surveyapp.scope import EVERYTHING, NOTHING, OutOfScope, Scope

__all__ = [
    "MAY",
    "Permission",
    "Role",
    "acting",
    "any_staff",
    "keeps_text",
    "may",
    "may_open",
    "public",
    "requires",
    "respondents",
    "scope_for",
]

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "surveyapp_guard"
_KEEPS = "surveyapp_keeps_text"
_RESPONDENTS = "surveyapp.respondents"


class Unguarded(RuntimeError):
    """A page does not say who may open it."""


class _Open(Enum):
    """Marks that name no permission."""

    PUBLIC = "public"
    ANY_STAFF = "any staff"
    RESPONDENT = "respondent"


Mark = Permission | _Open


class Principal(Protocol):
    """Who is signed in, as far as the guard wants to know."""

    username: str

    def scope(self, permission: Permission) -> Scope:
        """Return where they hold this permission."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view: only for staff who hold ``permission``, and showing only where they do."""
    return lambda view: _marked(view, permission)


def any_staff(view: View) -> View:
    """Mark a view: for whoever is signed in. It sees no units but within ``acting``."""
    return _marked(view, _Open.ANY_STAFF)


def public(view: View) -> View:
    """Mark a view: for everybody, without sign-in. It sees no units."""
    return _marked(view, _Open.PUBLIC)


def keeps_text(view: View) -> View:
    """Mark a view to which long texts are sent: a post that comes after the sign-in has expired is
    answered with a page that carries the texts on (see ``carrying``)."""
    setattr(view, _KEEPS, True)
    return view


def text_is_kept(endpoint: str | None) -> bool:
    """Say whether a view is marked with ``keeps_text``."""
    return hasattr(current_app.view_functions.get(endpoint or ""), _KEEPS)


def respondents(app: Flask, blueprint: Blueprint) -> None:
    """Say that the pages of ``blueprint`` are for people with a code.

    They see what the code opens, wherever in the organisation that is.
    """
    app.extensions.setdefault(_RESPONDENTS, set()).add(blueprint.name)


def scope_for(permission: Permission) -> Scope:
    """Return where the person of this request holds ``permission``; nowhere for a stranger."""
    person = cast(Principal, current_user)
    return person.scope(permission) if current_user.is_authenticated else NOTHING


def may(permission: Permission | str) -> bool:
    """Say whether the person of this request holds ``permission`` anywhere."""
    return bool(scope_for(Permission(permission)))


def may_open(endpoint: str) -> bool:
    """Say whether the person of this request gets past the guard of a page."""
    mark = mark_of(current_app, endpoint)
    if isinstance(mark, Permission):
        return may(mark)
    return bool(mark) and (mark is not _Open.ANY_STAFF or bool(current_user.is_authenticated))


def acting(permission: Permission) -> AbstractContextManager[None]:
    """Within the block, see and change the subtrees where the person holds ``permission``."""
    return db.scoped(scope_for(permission))


def init_app(app: Flask) -> None:
    """Guard every request."""
    public(app.view_functions["static"])
    app.before_request(_enforce)
    app.register_error_handler(OutOfScope, _not_there)
    app.jinja_env.globals.update(may=may, may_open=may_open)


def check(app: Flask) -> None:
    """Raise Unguarded naming every page that does not say who may open it."""
    silent = [endpoint for endpoint in app.view_functions if mark_of(app, endpoint) is None]
    if silent:
        raise Unguarded(", ".join(sorted(silent)))


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """Return what a page asks for; None if it does not say."""
    if endpoint.rpartition(".")[0] in app.extensions.get(_RESPONDENTS, ()):
        return _Open.RESPONDENT
    found: Mark | None = getattr(app.view_functions.get(endpoint), _MARK, None)
    return found


def _marked(view: View, mark: Mark) -> View:
    setattr(view, _MARK, mark)
    return view


def _enforce() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    mark = mark_of(current_app, endpoint)
    if mark is None:
        abort(HTTPStatus.FORBIDDEN)
    if mark is _Open.RESPONDENT:
        g.scope = EVERYTHING
    if mark in (_Open.PUBLIC, _Open.RESPONDENT):
        return None
    if not current_user.is_authenticated:
        return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    i18n.remember_language()
    g.actor = current_user.username
    if isinstance(mark, Permission):
        g.scope = scope_for(mark)
        if not g.scope:
            abort(HTTPStatus.FORBIDDEN)
    return None


def _not_there(_error: Exception) -> ResponseReturnValue:
    """Answer as for a page that does not exist: what is outside must not be told from nothing."""
    return current_app.handle_http_exception(NotFound())
