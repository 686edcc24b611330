"""Questions that choose from a list of the form."""

from __future__ import annotations

from questionnaires.formats.xlsform.survey import Node
from questionnaires.formats.xlsform.workshop import Body, Workshop, without_properties
from questionnaires.kinds.cascading import MOST_ENDS
from questionnaires.kinds.choosing import MAX_OPTIONS
from questionnaires.kinds.words import WORDS

LONGEST_LINE = 2000
LONGEST_TEXT = 20000
OTHER = "other"
_OTHER_LABEL = {"zh": "其他（请注明）", "en": "Other (please specify)", "fr": "Autre (précisez)"}


def outside(shop: Workshop, node: Node) -> Body:
    """Choices in another file: the answer is typed in."""
    name = node.type.list_name
    shop.ledger.add("list_outside", "error", node.row.where("type"), name=name)
    return {"kind": "short_text", "max_characters": LONGEST_LINE}


def select(shop: Workshop, node: Node) -> Body:
    """One or several choices of a list, or an order of them."""
    name = node.type.list_name
    if name not in shop.lists or not (options := shop.lists.get(name, shop.wording)):
        if "${" in name:
            return outside(shop, node)
        shop.ledger.add("list_missing", "error", node.row.where("type"), name=name)
        return {"kind": "short_text", "max_characters": LONGEST_LINE}
    options = with_other(options) if node.type.other else options
    if len(options) == 1:
        return _single(shop, node, options[0])
    if len(options) > MAX_OPTIONS - (node.type.name == "rank"):
        return _many(shop, node, options)
    return _sized(shop, node, options)


def _single(shop: Workshop, node: Node, option: Body) -> Body:
    """A list of one entry is a box to tick."""
    shop.ledger.add("list_short", "warning", node.row.where("type"), name=node.type.list_name)
    shop.consents[node.id] = option["value"]
    return {"kind": "consent"}


def _many(shop: Workshop, node: Node, options: list[Body]) -> Body:
    """A list that is too long for one packed byte: a cascade of one level, or typed in."""
    flat = node.type.name != "select_multiple" and node.type.name != "rank"
    kind = "cascade" if flat and len(options) <= MOST_ENDS else "long_text"
    values = {
        "name": node.type.list_name,
        "count": len(options),
        "limit": MAX_OPTIONS,
        "instead": WORDS[kind].name,
    }
    shop.ledger.add("list_long", "error", node.row.where("type"), **values)
    if kind == "long_text":
        return {"kind": kind, "max_characters": LONGEST_TEXT}
    branches = [{"value": o["value"].replace("/", "∕"), "label": o["label"]} for o in options]
    return {"kind": kind, "branches": branches}


def _sized(shop: Workshop, node: Node, options: list[Body]) -> Body:
    kind = {"select_multiple": "multiple_choice", "rank": "ranking"}.get(
        node.type.name, "single_choice"
    )
    filtered = "choice_filter" in node.formulas
    likert = "likert" in node.row.get("appearance").lower().split()
    plain = not (filtered or node.type.other or node.row.get("parameters"))
    if kind == "single_choice" and likert and plain:
        return {"kind": "scale", "scale": shop.scale(node.type.list_name, options)}
    return {"kind": kind, "options": options if filtered else without_properties(options)}


def with_other(options: list[Body]) -> list[Body]:
    """Return the options with one that asks to specify."""
    if any(option["value"] == OTHER for option in options):
        return [o | {"text": True} if o["value"] == OTHER else o for o in options]
    tags = {tag for option in options for tag in option["label"]}
    label = {tag: words for tag in tags if (words := _OTHER_LABEL.get(tag.split("-")[0]))}
    english = {} if tags <= set(label) else {"und": _OTHER_LABEL["en"]}
    return [*options, {"value": OTHER, "label": label | english, "text": True}]
