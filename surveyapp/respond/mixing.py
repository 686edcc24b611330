"""Storing a response so that neither its place nor its transaction tells which one it is.

Two things are done each time a response arrives, in the same transaction.

*Mixing.* Responses of the same group are taken out and put back in random order together with the
new one: all of them or, when they are many, some. Databases lay rows, and what they keep to find
them by group, where there is room as they come, and PostgreSQL numbers each with the transaction
that wrote it: so the order of arrival is gone from the files, and the transaction that used up a
code has written many responses and not one.

In SQLite only the place on a page could tell, so those are mixed who lie on the same few pages: the
neighbours by key. Keys are random, so who is next to whom says nothing; and how many are taken on
either side is drawn by lot, or the new one would be in the middle. In PostgreSQL all that is mixed
has the number of the transaction in common; neighbours would show around which of those who are
held back they lie, so there a sample is drawn blindly.

*Holding back.* Figures that are shown while a round is open would give a single person away: the
difference between two of them is that person's answers. So responses are counted in batches of
``min_group``, and ``min_group`` of them are always kept back until the round ends; the last step
then is no smaller either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surveyapp.respond import mixing_here, mixing_there
from surveyapp.statements import Link, spoken


def store_mixed(link: Link, new: Sequence[dict[str, Any]], batch: int | None) -> list[bytes]:
    """Store the columns of new responses to one group, after ``tally.enter`` in the transaction.

    Return the codes of the responses that have entered the figures by it.

    ``batch`` is the smallest step of shown figures; None: none are shown before the round closes.
    """
    where = mixing_here if spoken(link) == "sqlite" else mixing_there
    return where.store_mixed(link, [{**one, "counted": False} for one in new], batch)
