"""surveyapp: who may, when, and is it stored? The Flask floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.config import Config


def create_app(config: Config | None = None) -> Flask:
    """The application for ``config`` (default: from the environment)."""
    # Imported here, so that `import surveyapp` stays cheap for the command line.
    from surveyapp.app import build
    from surveyapp.config import Config as Settings

    return build(config or Settings.from_environment())
