"""The application as servers load it: ``surveyapp.wsgi:app``."""

from surveyapp import create_app

app = create_app()
