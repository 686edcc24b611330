"""The questions of an item that FHIR has as a group, one for each of its rows."""

from __future__ import annotations

from questionnaires.kinds.allotting import ConstantSum
from questionnaires.kinds.base import Item
from questionnaires.kinds.rating import Matrix
from questionnaires.kinds.tabulating import (
    MatrixDual,
    MatrixMultiple,
    MatrixNumber,
    MatrixText,
)


def links(item: Item | None) -> tuple[str, ...]:
    """Return the linkIds of the rows of an item; none for what is a question itself."""
    match item:
        case ConstantSum():
            return tuple(link(item, share.value) for share in item.shares)
        case MatrixDual():
            sides = ("first", "second")
            return tuple(link(item, row.value, side) for side in sides for row in item.rows)
        case Matrix() if item.rows_from_units:
            return ()
        case Matrix() | MatrixMultiple() | MatrixNumber() | MatrixText():
            return tuple(link(item, row.value) for row in item.rows)
    return ()


def link(item: Item, *parts: str) -> str:
    """Return the linkId of one row."""
    return ".".join((item.id, *parts))
