"""The blueprint that the pages of accounts are put on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, template_folder="templates", url_prefix="/staff")
