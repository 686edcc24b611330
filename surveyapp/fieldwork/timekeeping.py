"""Letting rounds open and close when their time has come: whoever looks at one turns the clock."""

from __future__ import annotations

from surveyapp import clock, db
from surveyapp.fieldwork.operations import advance, anything_due


def keep_time() -> None:
    """Open and close what is due, before a page is made. Costs one query when nothing is.

    The new state is stored, so it holds from the first time anybody saw it, whatever clocks do.
    """
    at = clock.now()
    with db.unscoped():
        if not anything_due(db.session(), at):
            return
        with db.transaction() as writing:
            advance(writing, at)
        db.session().rollback()  # what it reads from now on is what is true from now on
