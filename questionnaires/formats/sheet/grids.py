"""A definition -> the rows of each sheet, and which columns these have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.formats.limits import MAX_CELL
from questionnaires.formats.sheet import shapes
from questionnaires.formats.sheet.cells import ANYTHING, TEXT, TEXTS, as_json, cell, escaped, fits
from questionnaires.formats.sheet.shapes import Leaf, leaves
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Choice, Item
from questionnaires.model import Questionnaire, Section, Term
from questionnaires.text import UNDETERMINED

Cells = dict[str, str]
#: The column of what has no column, or does not fit into a cell, as JSON.
MORE = "more"
#: Characters of the rest in one cell; each takes one or two of the places that a cell has.
_PIECE = MAX_CELL // 2
_SPACE = re.compile(r"\s")
#: Between the values that lead to an entry inside an entry.
STEP = "/"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: the keys of its columns and its rows."""

    sheet: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Gridding:
    """Takes one definition apart."""

    questionnaire: Questionnaire

    def grids(self) -> list[Grid]:
        """Return all sheets, in the order in which they stand in the workbook."""
        tree = self.questionnaire.model_dump(mode="json", exclude_defaults=True)
        sections, items, options = [], [], []
        for section in tree["sections"]:
            plain = {name: part for name, part in section.items() if name != "items"}
            sections.append(record(Section, plain))
            for item in section["items"]:
                cells, entries = self._item(item)
                items.append({"section": section["id"], **cells})
                options += entries
        scales = [
            {"scale": name, **record(Choice, level)}
            for name, levels in tree.get("scales", {}).items()
            for level in levels
        ]
        terms = [
            {"name": name, **record(Term, term)} for name, term in tree.get("terms", {}).items()
        ]
        return [
            self._settings(tree),
            self._grid("sections", [], shapes.columns(Section, frozenset({"items"})), sections),
            self._grid("items", ["section"], _item_columns(items), items),
            self._grid("options", ["item", "list", "under"], _entry_columns(options), options),
            self._grid("scales", ["scale"], shapes.columns(Choice), scales),
            self._grid("terms", ["name"], shapes.columns(Term), terms),
        ]

    def _item(self, item: dict[str, Any]) -> tuple[Cells, list[Cells]]:
        plain, entries = dict(item), []
        for name, model in shapes.tables(item["kind"]).items():
            inside = shapes.nested(model)
            if _in_rows(item.get(name), inside):
                owner = {"item": item["id"], "list": name}
                entries += list(self._entries(owner, model, plain.pop(name), inside, ""))
        return record(KINDS[item["kind"]], plain), entries

    def _entries(
        self, owner: Cells, model: Any, entries: Sequence[dict[str, Any]], inside: str, under: str
    ) -> Iterator[Cells]:
        for one in entries:
            plain = {name: part for name, part in one.items() if name != inside}
            above = {"under": under} if under else {}
            yield {**owner, **above, **record(model, plain)}
            below = f"{under}{STEP}{one['value']}" if under else one["value"]
            yield from self._entries(owner, model, one.get(inside, ()), inside, below)

    def _settings(self, tree: dict[str, Any]) -> Grid:
        """Return the sheet of the questionnaire itself: one row for each setting."""
        plain = {name: part for name, part in tree.items() if name in shapes.vertical()}
        filled = {".".join(leaf.path): leaf for leaf in leaves(Questionnaire, plain)}
        usual = shapes.columns(Questionnaire, frozenset(shapes.APART))
        keys = dict.fromkeys([*(".".join(leaf.path) for leaf in usual), *filled])
        rows = [self._setting(key, filled.get(key)) for key in keys]
        return self._grid("questionnaire", ["key", "value"], [Leaf(("text",), TEXT)], rows)

    def _setting(self, key: str, leaf: Leaf | None) -> Cells:
        if leaf is None:
            return {"key": key}
        column = "text" if leaf.sort in (TEXT, TEXTS) else "value"
        written = spelled(Leaf((column,), leaf.sort, leaf.value))
        return {"key": key, **(written or _rest(leaf.value))}

    def _grid(
        self, sheet: str, first: list[str], places: Iterable[Leaf], rows: list[Cells]
    ) -> Grid:
        used = dict.fromkeys(key for row in rows for key in row if key.split(".")[0] != MORE)
        last = sorted({key for row in rows for key in row} - set(used) - {MORE}, key=piece_number)
        keys = [*first, *(key for leaf in places for key in self._keys(leaf, used))]
        return Grid(sheet, tuple(dict.fromkeys([*keys, *used, MORE, *last])), tuple(rows))

    def _keys(self, leaf: Leaf, used: Mapping[str, Any]) -> list[str]:
        """Return the columns of one place: of a text, one for each language."""
        key = ".".join(leaf.path)
        if leaf.sort not in (TEXT, TEXTS):
            return [key]
        tags = [tag for tag in self.questionnaire.languages if tag != UNDETERMINED]
        also = [other for other in used if other.startswith(f"{key}.")]
        neutral = [key] if key in used or not tags else []
        return [*neutral, *(f"{key}.{tag}" for tag in tags), *also]


def record(model: Any, value: Mapping[str, Any]) -> Cells:
    """Return the cells of one record; what fits into none stands as JSON in the last one."""
    cells: Cells = {}
    rest: dict[str, Any] = {}
    for leaf in leaves(model, value):
        written = spelled(leaf)
        if written is None:
            put(rest, leaf.path, leaf.value)
        else:
            cells |= written
    return cells | _rest(rest) if rest else cells


def _rest(value: Any) -> Cells:
    """Return a value as JSON, in as many of the last columns as it takes."""
    found = enumerate(pieces(value), start=1)
    return {MORE if n == 1 else f"{MORE}.{n}": piece for n, piece in found}


def spelled(leaf: Leaf) -> Cells | None:
    """Return the cells of one value, or None when cells cannot hold it exactly."""
    key = ".".join(leaf.path)
    if leaf.sort not in (TEXT, TEXTS):
        text = None if leaf.sort is ANYTHING else cell(leaf.sort, leaf.value)
        return None if text is None else {key: text}
    by_language = _by_language(leaf)
    if not by_language or not all(fits(text) for text in by_language.values()):
        return None
    return {key if tag == UNDETERMINED else f"{key}.{tag}": t for tag, t in by_language.items()}


def _by_language(leaf: Leaf) -> dict[str, str] | None:
    if leaf.sort is TEXT:
        return _worded(leaf.value)
    texts = [_worded(text) for text in leaf.value]
    if any(len(one.splitlines()) != 1 for text in texts for one in text.values()):
        return None
    tags = dict.fromkeys(tag for text in texts for tag in text)
    return {tag: "\n".join(text.get(tag, "") for text in texts) for tag in tags}


def _worded(text: Any) -> dict[str, str]:
    return text if isinstance(text, dict) else {UNDETERMINED: text}


def pieces(value: Any) -> Iterator[str]:
    """Yield JSON in parts that cells hold.

    A cell loses spaces at its ends; where JSON is cut, those inside its texts are therefore written
    as escapes, and there are no others.
    """
    text = as_json(value)
    if fits(text):
        yield text
        return
    text = _SPACE.sub(escaped, as_json(value, compact=True))
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


def piece_number(key: str) -> int:
    """Return which part of the rest stands in a column; one without a number is the first."""
    number = key.partition(".")[2]
    return int(number) if number.isdigit() else 1


def put(tree: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set the value at a path, making the mappings that lead there."""
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _in_rows(entries: Any, inside: str) -> bool:
    """Say whether a list can stand in rows: there is one, and its values can be told apart."""
    if not entries:
        return False
    values = [entry["value"] for entry in entries]
    plain = all(fits(value) and STEP not in value for value in values) if inside else True
    below = (entry.get(inside) for entry in entries)
    return plain and all(_in_rows(one, inside) for one in below if one)


def _item_columns(rows: Iterable[Cells]) -> Iterator[Leaf]:
    """Yield what all items have, then the settings of kinds that are common or used here."""
    yield from shapes.columns(Item)
    used = {key.split(".")[0] for row in rows for key in row}
    wanted = shapes.shared_settings() | used
    for kind, model in KINDS.items():
        known = set(Item.model_fields) | set(shapes.tables(kind))
        yield from shapes.columns(model, frozenset(known | (set(model.model_fields) - wanted)))


def _entry_columns(rows: Iterable[Cells]) -> Iterator[Leaf]:
    yield from shapes.columns(Choice)
    used = {key.split(".")[0] for row in rows for key in row}
    for model in shapes.every_entry():
        yield from shapes.columns(model, frozenset(set(model.model_fields) - used))
