"""Putting the application together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from surveyapp import assets, clock, compression, db, forms, i18n, limits, paging, security
from surveyapp.accounts import forgotten, guard, oidc, sign_in
from surveyapp.accounts import views as accounts
from surveyapp.config import Config
from surveyapp.design import views as design
from surveyapp.fieldwork import progress
from surveyapp.fieldwork import views as fieldwork
from surveyapp.fieldwork.distribution import kiosk
from surveyapp.fieldwork.distribution import views as distribution
from surveyapp.guide import views as guide
from surveyapp.interviews import views as interviews
from surveyapp.organisation import views as organisation
from surveyapp.respond import counting, openings, together
from surveyapp.respond import views as respond
from surveyapp.results import views as results


class _Parameters(ImmutableMultiDict[str, Any]):
    def get(  # type: ignore[override]
        self, key: str, default: Any = None, type: Any = None
    ) -> Any:
        """Return what was sent. Werkzeug's makes an error page for each thing that was not."""
        return super().get(key, default, type) if key in self else default


class _Request(Request):
    parameter_storage_class = _Parameters


class _Application(Flask):
    request_class = _Request

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return it as it is: no view or hook of ours is a coroutine, and Flask would look."""
        return func


def build(config: Config) -> Flask:
    """A Flask application with its own database engine."""
    app = _Application("surveyapp")
    app.secret_key = config.secret_key()
    db.init_app(app, db.Database(config.database_url))
    security.init_app(app, max_text=config.max_text, max_body=config.max_body)
    clock.init_app(app, config.zone)
    i18n.init_app(app)
    paging.init_app(app)
    assets.init_app(app)
    compression.init_app(app)
    forms.init_app(app)
    sign_in.init_app(app, config)
    oidc.init_app(app, config)
    forgotten.init_app(app, config)
    guard.init_app(app)
    distribution.init_app(app, config)
    for feature in (
        organisation, accounts, design, fieldwork, distribution, kiosk, interviews, respond,
        results, guide,
    ):  # fmt: skip
        app.register_blueprint(feature.blueprint)
    # Respondents have no cookie that a stranger's page could ride on, so nothing to protect with a
    # token; their page stays free of one. security.py checks where the request comes from.
    security.csrf.exempt(respond.blueprint)
    progress.init_app(app, counting.extents)
    openings.init_app(app, app.extensions["surveyapp.database"])
    together.init_app(app, app.extensions["surveyapp.database"])
    guard.respondents(app, respond.blueprint)
    guard.respondents(app, kiosk.blueprint)
    limits.init_app(app, config.workers, (respond.blueprint, kiosk.blueprint))
    guard.check(app)
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app
