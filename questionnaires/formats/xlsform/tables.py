"""Groups that are shown as a table -> one matrix, when all their questions share a list."""

from __future__ import annotations

from collections.abc import Iterable

from questionnaires.formats.xlsform.columns import MEDIA
from questionnaires.formats.xlsform.survey import Node, yes
from questionnaires.formats.xlsform.wording import PIPE
from questionnaires.formats.xlsform.workshop import Body, Draft, Workshop, without_properties
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.rating import MOST_ROWS
from questionnaires.kinds.words import WORDS

_KINDS = {"select_one": "matrix", "select_multiple": "matrix_multiple"}
_ROW_LOOKS = ("list-nolabel", "list", "nolabel")
#: What a row of a matrix cannot have of its own.
_OWN = ("hint", "guidance_hint", "default", "parameters", "constraint_message", *MEDIA)


def is_table(group: Node) -> bool:
    """Say whether a group asks to be shown as a table."""
    return "table-list" in _looks(group) or any(
        set(_looks(child)) & {"list-nolabel"} for child in group.children
    )


def mentioned(nodes: Iterable[Node]) -> set[str]:
    """Return the names that any cell of these rows refers to."""
    return {
        name.strip()
        for node in nodes
        for text in node.row.cells.values()
        if "${" in text
        for name in PIPE.findall(text)
    }


def table(shop: Workshop, group: Node, used: set[str]) -> Draft | None:
    """Return the matrix of a group, or None when its questions must stay apart."""
    head, rows = _head(group)
    where = group.row.where("appearance")
    if not _alike(rows, used) or not (options := _options(shop, rows[0])):
        shop.ledger.add("table_apart", "info", where, name=group.name)
        return None
    kind = _KINDS[rows[0].type.name]
    shop.ledger.add("table_made", "info", where, name=group.name, instead=WORDS[kind].name)
    body: Body = {"id": group.id, "kind": kind, "label": _label(shop, group, head)}
    if kind == "matrix":
        body["scale"] = shop.scale(rows[0].type.list_name, options)
    else:
        body["options"] = without_properties(options)
    body["rows"] = [
        {"value": one.id, "label": shop.wording.or_name(one.row, one.name or one.id)}
        for one in rows
    ]
    if yes(rows[0].row.get("required")):
        body["required"] = True
    for row in group.children:
        shop.leave_out(row)
    return Draft(group, body)


def _head(group: Node) -> tuple[Node | None, list[Node]]:
    """Return the row that only shows the labels of the columns, and the questions."""
    rows = list(group.children)
    if rows and "label" in _looks(rows[0]):
        return rows[0], rows[1:]
    return None, rows


def _alike(rows: list[Node], used: set[str]) -> bool:
    if not 1 < len(rows) <= MOST_ROWS:
        return False
    first = rows[0]
    return first.type.name in _KINDS and all(
        row.type.name == first.type.name
        and row.type.list_name == first.type.list_name
        and not row.type.other
        and not row.formulas
        and not any(row.row.get(name) for name in _OWN)
        and row.name not in used
        and yes(row.row.get("required")) == yes(first.row.get("required"))
        for row in rows
    )


def _options(shop: Workshop, row: Node) -> list[Body]:
    name = row.type.list_name
    options = shop.lists.get(name, shop.wording) if name in shop.lists else []
    return options if 2 <= len(options) <= MAX_OPTIONS else []


def _label(shop: Workshop, group: Node, head: Node | None) -> dict[str, str]:
    if label := shop.wording.text(group.row, "label"):
        return label
    if head is not None and (label := shop.wording.text(head.row, "label")):
        return label
    return shop.wording.or_name(group.row, group.name or group.id)


def _looks(node: Node) -> list[str]:
    return node.row.get("appearance").lower().split()
