"""The application as servers load it, once in each of their processes: ``surveyapp.wsgi:app``."""

from surveyapp import create_app

app = create_app()
app.extensions["surveyapp.database"].keep_settled()
