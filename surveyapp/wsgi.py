"""The application as servers load it, once in each of their processes: ``surveyapp.wsgi:app``."""

import gc

from surveyapp import create_app

#: So many new objects are looked through for garbage at a time. Requests leave next to none behind
#: that is not gone by itself, and with the usual 700 looking takes a tenth of the time.
_NEW_OBJECTS = 20_000

app = create_app()
app.extensions["surveyapp.database"].keep_settled()
gc.collect()
gc.freeze()  # the application itself stays as long as the process
gc.set_threshold(_NEW_OBJECTS)
