"""The blueprint that all pages about questionnaires belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("design", __name__, template_folder="templates", url_prefix="/staff/library")
