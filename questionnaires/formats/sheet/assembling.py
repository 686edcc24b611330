"""The rows of a workbook -> one tree of plain values, and back from its parts to their cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from questionnaires.advice import suggestion
from questionnaires.formats.losses import Loss
from questionnaires.formats.sheet import shapes
from questionnaires.formats.sheet.cells import TEXT, TEXTS, NotThis, loose
from questionnaires.formats.sheet.grids import MORE, STEP, piece_number, put
from questionnaires.formats.sheet.shapes import Path
from questionnaires.formats.sheet.tables import Report, Row, Table
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Choice, Item
from questionnaires.model import Questionnaire, Section, Term
from questionnaires.text import UNDETERMINED, Text

#: Characters in the last columns of all sheets; a definition may not be much longer.
MAX_REST = 8_000_000
#: So many unknown names are answered with a suggestion.
MAX_ADVISED = 100
_SECTION = Text({"zh": "章节", "en": "section"})
_ITEM = Text({"zh": "题目", "en": "item"})
_SCALE = Text({"zh": "量表", "en": "scale"})
_TERM = Text({"zh": "术语", "en": "term"})
_ABOVE = Text({"zh": "上级选项", "en": "option above"})


@dataclass(slots=True)
class Assembly:
    """Puts one definition together; reports what does not fit."""

    sheets: dict[str, Table]
    report: Report
    #: Language -> where a text in it stands first.
    languages: dict[str, str] = field(default_factory=dict)
    _rows: dict[Path, Row] = field(default_factory=dict)
    _rest: int = 0
    _advised: int = 0

    def tree(self) -> dict[str, Any]:
        """Return the definition as it would stand in a YAML file."""
        tree = self._settings()
        sections = self._sections()
        items = self._items(sections)
        self._options(items)
        if scales := self._scales():
            tree["scales"] = scales
        terms = self._terms()
        if terms:
            tree["terms"] = terms
        return {**tree, "sections": [section for section, _ in sections.values()]}

    def where(self, dotted: str, language: str = "") -> str:
        """Return the cell that a part of the definition came from, or the nearest to it."""
        steps = tuple(dotted.split("."))
        for length in range(len(steps), 0, -1):
            row = self._rows.get(steps[:length])
            if row is not None:
                rest = [*steps[length:], *([language] if language else [])]
                return row.where(self._code(row, rest))
        first = next(iter(self._rows.values()), None)
        return first.where() if first else ""

    def _code(self, row: Row, rest: list[str]) -> str:
        if row.table.key != "questionnaire":
            return ".".join(rest)
        return ".".join(
            ["text" if any(c.startswith("text") for c in row.cells) else "value", *rest]
        )

    def _settings(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for row in self.sheets["questionnaire"].rows:
            steps = tuple(row.cells.get("key", "").split("."))
            if len(row.cells) < 2 or steps == ("",):
                continue
            self._rows[steps] = row
            self._rows.setdefault(steps[:1], row)
            found = shapes.resolved(Questionnaire, steps)
            value = self._setting(row, found[0].sort if found else None)
            if value is not None:
                merge(tree, nest(steps, value))
        return tree

    def _setting(self, row: Row, sort: Any) -> Any:
        if (rest := self._more(row)) is not None:
            return rest
        texts = {code: cell for code, cell in row.cells.items() if code.split(".")[0] == "text"}
        if texts:
            return self._text(row, "text", texts, TEXTS if sort is TEXTS else TEXT)
        return self._decoded(sort, row.cells["value"]) if "value" in row.cells else None

    def _sections(self) -> dict[str, tuple[dict[str, Any], int]]:
        """Return section id -> (section, its number)."""
        sections: dict[str, tuple[dict[str, Any], int]] = {}
        for row in self.sheets["sections"].rows:
            number = len(sections)
            name = row.cells.get("id", f"?{row.number}")
            if name in sections:  # the same id twice is for the examination to report
                name = f"{name}?{row.number}"
            section = self._record(row, Section, ("sections", str(number)))
            sections[name] = ({**section, "items": []}, number)
        return sections

    def _items(
        self, sections: dict[str, tuple[dict[str, Any], int]]
    ) -> dict[str, tuple[dict[str, Any], Path]]:
        """Put the items into their sections; return item id -> (item, its path)."""
        items: dict[str, tuple[dict[str, Any], Path]] = {}
        name = next(iter(sections), "") if len(sections) == 1 else ""
        for row in self.sheets["items"].rows:
            name = row.cells.get("section", name)
            if name not in sections:
                self._unowned(row, "section", _SECTION, name, list(sections))
                continue
            section, number = sections[name]
            path = ("sections", str(number), "items", str(len(section["items"])))
            model = KINDS.get(row.cells.get("kind", ""), Item)
            item = self._record(row, model, path, skip=("section",))
            section["items"].append(item)
            items.setdefault(str(item.get("id", "")), (item, path))
        return items

    def _options(self, items: dict[str, tuple[dict[str, Any], Path]]) -> None:
        made: dict[tuple[str, str, str], tuple[dict[str, Any], Path]] = {}
        name = ""
        for row in self.sheets["options"].rows:
            name = row.cells.get("item", name)
            if name not in items:
                self._unowned(row, "item", _ITEM, name, [known for known in items if known])
            elif found := self._list(row, items[name][0]):
                self._entry(row, name, found, items[name], made)

    def _list(self, row: Row, item: dict[str, Any]) -> str:
        """Return the name of the list that a row belongs to, or "" with a report."""
        known = shapes.tables(str(item.get("kind")))
        name = row.cells.get("list", next(iter(known), "") if len(known) == 1 else "")
        if name in known:
            return name
        advice = self._advice(name, list(known))
        values = {"item": item.get("id", ""), "name": name, "suggestion": advice}
        self.report(Loss("sheet_list_unknown", "error", row.where("list"), values))
        return ""

    def _entry(
        self,
        row: Row,
        name: str,
        listed: str,
        owner: tuple[dict[str, Any], Path],
        made: dict[tuple[str, str, str], tuple[dict[str, Any], Path]],
    ) -> None:
        item, path = owner
        model = shapes.tables(item["kind"])[listed]
        inside, under = shapes.nested(model), row.cells.get("under", "")
        field_name = listed
        if under:
            above = made.get((name, listed, under))
            if above is None:
                ways = [way for at, of, way in made if (at, of) == (name, listed)]
                self._unowned(row, "under", _ABOVE, under, ways)
                return
            (item, path), field_name = above, inside
        entries = item.setdefault(field_name, [])
        here = (*path, field_name, str(len(entries)))
        entry = self._record(row, model, here, skip=("item", "list", "under"))
        entries.append(entry)
        value = str(entry.get("value", ""))
        made.setdefault((name, listed, f"{under}{STEP}{value}" if under else value), (entry, here))

    def _scales(self) -> dict[str, list[dict[str, Any]]]:
        scales: dict[str, list[dict[str, Any]]] = {}
        name = ""
        for row in self.sheets["scales"].rows:
            name = row.cells.get("scale", name)
            if not name:
                self._unowned(row, "scale", _SCALE, name, [])
                continue
            self._rows.setdefault(("scales", name), row)
            levels = scales.setdefault(name, [])
            path = ("scales", name, str(len(levels)))
            levels.append(self._record(row, Choice, path, skip=("scale",)))
        return scales

    def _terms(self) -> dict[str, Any]:
        terms: dict[str, Any] = {}
        for row in self.sheets["terms"].rows:
            name = row.cells.get("name", "")
            if not name or name in terms:
                self._unowned(row, "name", _TERM, name, [])
                continue
            terms[name] = self._record(row, Term, ("terms", name), skip=("name",))
        return terms

    def _unowned(self, row: Row, code: str, what: Text, name: str, known: list[str]) -> None:
        problem = "sheet_owner_unknown" if name else "sheet_owner_missing"
        values = {"what": what, "name": name, "suggestion": self._advice(name, known)}
        self.report(Loss(problem, "error", row.where(code), values))

    def _advice(self, name: str, known: list[str]) -> Text | str:
        """Suggest a name, as long as there are few to suggest: comparing names takes time."""
        self._advised += 1
        return suggestion(name, known) if self._advised <= MAX_ADVISED else ""

    def _record(
        self, row: Row, model: Any, path: Path, skip: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return what a row says of one part, which stands at ``path``."""
        self._rows[path] = row
        record: dict[str, Any] = {}
        texts: dict[Path, tuple[Any, dict[str, str]]] = {}
        for code, text in row.cells.items():
            if code.split(".")[0] == MORE or code in skip:
                continue
            steps = tuple(code.split("."))
            found = shapes.resolved(model, steps)
            if found is None:  # a setting that this part does not have, for the examination
                merge(record, nest(steps, text))
            elif found[0].sort in (TEXT, TEXTS):
                texts.setdefault(found[0].path, (found[0].sort, {}))[1][code] = text
            elif (value := self._decoded(found[0].sort, text)) is not None:
                merge(record, nest(steps, value))
        for steps, (sort, cells) in texts.items():
            merge(record, nest(steps, self._text(row, ".".join(steps), cells, sort)))
        rest = self._more(row)
        for name in merge(record, rest) if isinstance(rest, dict) else ():
            values = {"name": name}
            self.report(Loss("sheet_given_twice", "error", row.where(MORE), values))
        return record

    def _decoded(self, sort: Any, text: str) -> Any:
        try:
            return text if sort is None else sort.decode(text)
        except NotThis:
            return text

    def _text(self, row: Row, code: str, cells: dict[str, str], sort: Any) -> Any:
        """Return a text from its cells: language -> wording, or a list of such texts."""
        by_language = {one[len(code) + 1 :] or UNDETERMINED: cell for one, cell in cells.items()}
        for tag in by_language:
            if tag != UNDETERMINED:
                self.languages.setdefault(tag, row.where(f"{code}.{tag}"))
        if sort is TEXT:
            return by_language
        lines = {tag: cell.splitlines() for tag, cell in by_language.items()}
        return [
            {tag: said[n] for tag, said in lines.items() if n < len(said) and said[n].strip()}
            for n in range(max(map(len, lines.values())))
        ]

    def _more(self, row: Row) -> Any:
        """Return what stands in the last column; only a mapping will do for a record."""
        parts = [code for code in row.cells if code.split(".")[0] == MORE]
        text = "".join(row.cells[code] for code in sorted(parts, key=piece_number))
        if not text or self._rest > MAX_REST:
            return None
        self._rest += len(text)
        if self._rest > MAX_REST:
            self.report(Loss("sheet_rest_long", "error", row.where(MORE), {"limit": MAX_REST}))
            return None
        try:
            value = loose(text)
            if row.table.key == "questionnaire" or isinstance(value, dict):
                return value
        except NotThis:
            pass
        self.report(Loss("sheet_rest_unreadable", "error", row.where(MORE), {"text": text}))
        return None


def nest(steps: Path, value: Any) -> Any:
    """Return the mappings that lead to a value."""
    tree: dict[str, Any] = {}
    put(tree, steps, value)
    return tree


def merge(tree: dict[str, Any], more: dict[str, Any], at: str = "") -> list[str]:
    """Add what ``more`` holds to ``tree``; return what both give, of which the first stays."""
    return list(_merged(tree, more, at))


def _merged(tree: dict[str, Any], more: dict[str, Any], at: str) -> Iterator[str]:
    for name, value in more.items():
        place = f"{at}.{name}" if at else name
        here = tree.get(name)
        if name not in tree:
            tree[name] = value
        elif isinstance(here, dict) and isinstance(value, dict):
            yield from _merged(here, value, place)
        else:
            yield place
