"""Putting the application together."""

from __future__ import annotations

from flask import Flask
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
from surveyapp.respond import counting, openings
from surveyapp.respond import views as respond
from surveyapp.results import views as results


def build(config: Config) -> Flask:
    """A Flask application with its own database engine."""
    app = Flask("surveyapp")
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
