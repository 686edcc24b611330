"""One question of a form -> one item of ours, as the tree that our definitions are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questionnaires.formats.losses import Severity
from questionnaires.formats.xlsform.parameters import slider
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.selecting import LONGEST_LINE, LONGEST_TEXT, outside, select
from questionnaires.formats.xlsform.survey import Node, yes
from questionnaires.formats.xlsform.workshop import QUIET, Body, Draft, Workshop
from questionnaires.kinds.words import WORDS

Maker = Callable[[Workshop, Node], Body | None]

_DIGITS = 10


def make(shop: Workshop, node: Node) -> Draft | None:
    """Return the item of a question, or None when nothing of it is kept."""
    body = _MAKERS.get(node.type.name, _unknown)(shop, node)
    if body is None:
        shop.leave_out(node)
        return None
    if "calculation" in node.formulas and body["kind"] not in QUIET:
        return _worked_out(shop, node, body)
    return shop.finish(node, body)


def _worked_out(shop: Workshop, node: Node, body: Body) -> Draft:
    """A question with a calculation shows its result; one that is only pre-filled is asked."""
    calculation = node.formulas["calculation"]
    locked = yes(node.row.get("read_only")) is True
    if node.row.get("trigger") and not locked:
        calculation.flag(REASONS["prefilled"], "warning")
        return shop.finish(node, body)
    if not locked:
        shop.ledger.add("calculation_editable", "warning", calculation.where)
    draft = shop.finish(node, {"kind": "calculated", "shown": True})
    draft.instead = None if locked else body
    return draft


def _unknown(shop: Workshop, node: Node) -> Body:
    shop.ledger.add("kind_unknown", "error", node.row.where("type"), kind=node.type.written)
    return {"kind": "short_text", "max_characters": LONGEST_LINE}


def _plain(kind: str, **settings: Any) -> Maker:
    def make(shop: Workshop, node: Node) -> Body:
        return {"kind": kind, **settings}

    return make


def _text(shop: Workshop, node: Node) -> Body | None:
    look = node.row.get("appearance").lower().split()
    locked = yes(node.row.get("read_only")) and "calculation" not in node.formulas
    if locked and not node.row.get("default"):
        shop.ledger.add("read_only_note", "info", node.row.where("read_only"))
        return {"kind": "note"}
    if "multiline" in look or node.row.get("rows").isdigit():
        return {"kind": "long_text", "max_characters": LONGEST_TEXT}
    if "url" in look:
        shop.changed(node, "short_text", "info")
    return {"kind": "short_text", "max_characters": LONGEST_LINE}


def _note(shop: Workshop, node: Node) -> Body | None:
    return (
        {"kind": "calculated", "shown": True}
        if "calculation" in node.formulas
        else {"kind": "note"}
    )


def _calculate(shop: Workshop, node: Node) -> Body | None:
    row = node.row
    if name := row.get("trigger"):
        shop.ledger.add("trigger_dropped", "warning", row.where("trigger"), name=name)
    if "calculation" in node.formulas:
        return {"kind": "calculated"}
    value = row.get("default")
    if node.type.name == "calculate":
        shop.ledger.add("calculation_missing", "error", row.where("type"), value=value)
    return {"kind": "hidden", "value": value}


def _picture(shop: Workshop, node: Node) -> Body | None:
    look = node.row.get("appearance").lower().split()
    if "signature" in look:
        shop.changed(node, "signature", "info")
        return {"kind": "signature"}
    for word in ("draw", "annotate"):
        if word in look:
            values = {"name": word, "instead": WORDS["photo"].name}
            shop.ledger.add(
                "appearance_meaningful", "warning", node.row.where("appearance"), **values
            )
    return {"kind": "photo"}


def _instead(kind: str, severity: Severity = "error", **settings: Any) -> Maker:
    def make(shop: Workshop, node: Node) -> Body:
        shop.changed(node, kind, severity)
        return {"kind": kind, **settings}

    return make


def _metadata(shop: Workshop, node: Node) -> Body | None:
    kind = node.type.written
    shop.ledger.add("metadata_dropped", "warning", node.row.where("type"), kind=kind)
    return None


def _dropped(shop: Workshop, node: Node) -> Body | None:
    shop.ledger.add("kind_dropped", "error", node.row.where("type"), kind=node.type.written)
    return None


def _consent(shop: Workshop, node: Node) -> Body | None:
    shop.consents[node.id] = "OK"
    return {"kind": "consent"}


_MAKERS: dict[str, Maker] = {
    "text": _text,
    "note": _note,
    "integer": _plain("integer"),
    "decimal": _plain("decimal", digits=_DIGITS),
    "date": _plain("date"),
    "time": _plain("time"),
    "datetime": _plain("date_time"),
    "url": _plain("url"),
    "range": lambda shop, node: slider(node, shop.ledger),
    "geopoint": _plain("location"),
    "geotrace": _instead("location"),
    "geoshape": _instead("location"),
    "image": _picture,
    "audio": _instead("file", "warning"),
    "video": _instead("file", "warning"),
    "file": _plain("file"),
    "barcode": _instead("short_text", "warning", max_characters=LONGEST_LINE),
    "calculate": _calculate,
    "hidden": _calculate,
    "acknowledge": _consent,
    "metadata": _metadata,
    "external": _dropped,
    "osm": _dropped,
    "select_one": select,
    "select_one_external": select,
    "select_multiple": select,
    "rank": select,
    "select_one_from_file": outside,
    "select_multiple_from_file": outside,
}
