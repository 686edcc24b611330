"""Questionnaire -> WTForms form: reading what was typed, drawing it again, placing mistakes."""

from __future__ import annotations

from fractions import Fraction

from flask import Blueprint, Flask

from surveyapp.forms.form import QuestionnaireForm, form_for

__all__ = ["QuestionnaireForm", "form_for", "init_app"]


def init_app(app: Flask) -> None:
    """Give templates the macros that draw the kinds of items."""
    app.register_blueprint(Blueprint("forms", __name__, template_folder="templates"))
    app.jinja_env.globals["percent"] = _percent


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
