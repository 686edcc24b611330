"""KoboToolbox's own groups: a rating table, a ranking and a matrix, each over a choice list.

``begin_score`` asks for one choice of a list in every row, ``begin_rank`` puts the entries of a
list in order, ``begin_kobomatrix`` asks the same questions of every entry of a list. KoboToolbox
itself turns each into single questions, named ``group_row``; where an expression reads one of
those, we do the same, and otherwise make one item of the group.
"""

from __future__ import annotations

from dataclasses import replace

from questionnaires.formats.xlsform.choices import ChoiceLists
from questionnaires.formats.xlsform.columns import KOBO
from questionnaires.formats.xlsform.records import Row
from questionnaires.formats.xlsform.survey import Node, yes
from questionnaires.formats.xlsform.types import Type
from questionnaires.formats.xlsform.workshop import Body, Draft, Workshop, without_properties
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.words import WORDS

SORTS = ("score", "ranking", "kobomatrix")
#: Kind of a column -> the kind of the table that it becomes.
_TABLES = {
    "select_one": "matrix",
    "select_multiple": "matrix_multiple",
    "integer": "matrix_number",
    "decimal": "matrix_number",
    "text": "matrix_text",
}


def list_of(group: Node) -> str:
    """Return the name of the list that a group goes through."""
    return next((group.row.get(column) for column in KOBO if group.row.get(column)), "")


def apart(root: Node, lists: ChoiceLists, used: set[str]) -> None:
    """Turn the groups whose single rows are read, or have rules, into ordinary groups."""
    for node in list(root.below()):
        if node.type.name not in SORTS:
            continue
        if node.type.name == "kobomatrix":
            cells = [cell for column in node.children for cell in _cells(node, column, lists)]
            if not (used & {cell.name for cell in cells} or _ruled(node, "relevant")):
                continue
            node.children = cells
        elif not (used & {child.name for child in node.children} or _ruled(node)):
            continue
        else:
            for child in node.children:
                child.type = replace(child.type, name="select_one", list_name=list_of(node))
        node.type = Type("group", node.type.written)


def _ruled(group: Node, *accepted: str) -> bool:
    """Say whether a question of a group has an expression that one item could not hold."""
    return any(set(child.formulas) - set(accepted) for child in group.children)


def _cells(group: Node, column: Node, lists: ChoiceLists) -> list[Node]:
    """Return a question for each entry of the list of a matrix, named ``matrix_entry_column``."""
    if list_of(group) not in lists:
        return []
    found = []
    for row in lists.rows(list_of(group)):
        cells = dict(column.row.cells)
        labels = dict(row.named("label"))
        for key, label in column.row.cells.items():
            if key[0] == "label":
                cells[key] = f"{labels.get(key[1]) or row.get('label')} · {label}"
        made = Row(column.row.sheet, column.row.number, cells, column.row.columns)
        name = f"{group.name}_{row.get('name')}_{column.name}"
        found.append(Node(column.type, made, group, name=name, formulas=dict(column.formulas)))
    return found


def drafts(shop: Workshop, group: Node) -> list[Draft]:
    """Return the items that a group of KoboToolbox becomes."""
    name = list_of(group)
    if name not in shop.lists or not shop.lists.get(name, shop.wording):
        where = group.row.where("type")
        shop.ledger.add("list_missing", "error", where, name=name)
        for child in group.children:
            shop.leave_out(child)
        return []
    makers = {"score": _score, "ranking": _ranking, "kobomatrix": _matrix}
    made = makers[group.type.name](shop, group, name)
    for draft in made:
        draft.node.answered = True
    return made


def _told(shop: Workshop, group: Node, kind: str) -> None:
    values = {"name": group.name, "instead": WORDS[kind].name}
    shop.ledger.add("table_made", "info", group.row.where("type"), **values)


def _score(shop: Workshop, group: Node, name: str) -> list[Draft]:
    _told(shop, group, "matrix")
    options = shop.lists.get(name, shop.wording)
    body = _body(shop, group, "matrix") | {"scale": shop.scale(name, options)}
    body["rows"] = [
        {"value": child.id, "label": shop.wording.or_name(child.row, child.name or child.id)}
        for child in group.children
    ]
    if group.children and all(yes(child.row.get("required")) for child in group.children):
        body["required"] = True
    return [Draft(group, body)]


def _ranking(shop: Workshop, group: Node, name: str) -> list[Draft]:
    _told(shop, group, "ranking")
    options = without_properties(shop.lists.get(name, shop.wording))[: MAX_OPTIONS - 1]
    body = _body(shop, group, "ranking") | {"options": options}
    levels = len(group.children)
    if 0 < levels < len(options):
        body["top"] = levels
    if any(yes(child.row.get("required")) for child in group.children):
        body["required"] = True
    return [Draft(group, body)]


def _matrix(shop: Workshop, group: Node, name: str) -> list[Draft]:
    rows = [
        {"value": option["value"], "label": option["label"]}
        for option in shop.lists.get(name, shop.wording)
    ]
    found = []
    for column in group.children:
        kind = _TABLES.get(column.type.name)
        if kind is None:
            shop.changed(column, "matrix_text")
            kind = "matrix_text"
        _told(shop, column, kind)
        body = _body(shop, column, kind) | {"rows": rows}
        listed = column.type.list_name
        if kind in ("matrix", "matrix_multiple") and listed in shop.lists:
            options = shop.lists.get(listed, shop.wording)
            if kind == "matrix":
                body["scale"] = shop.scale(listed, options)
            else:
                body["options"] = without_properties(options)
        if yes(column.row.get("required")):
            body["required"] = True
        body["label"] = _beside(shop, group, column)
        found.append(Draft(column, body))
    return found


def _body(shop: Workshop, node: Node, kind: str) -> Body:
    label = shop.wording.or_name(node.row, node.name or node.id)
    body: Body = {"id": node.id, "kind": kind, "label": label}
    if hint := shop.wording.hint(node.row):
        body["hint"] = hint
    return body


def _beside(shop: Workshop, group: Node, column: Node) -> dict[str, str]:
    """Return the labels of a matrix and of one of its columns as one."""
    outer = shop.wording.text(group.row, "label")
    inner = shop.wording.or_name(column.row, column.name or column.id)
    return {tag: f"{outer[tag]} · {body}" if tag in outer else body for tag, body in inner.items()}
