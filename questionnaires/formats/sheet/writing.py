"""A definition -> a workbook made for people: heads in their language, lists, colours, help."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from questionnaires import locales
from questionnaires.explanations import explanation
from questionnaires.formats.losses import Written
from questionnaires.formats.sheet import shapes
from questionnaires.formats.sheet.cells import CONDITION, FALSE, FLAG, PRESENT, TRUE
from questionnaires.formats.sheet.grids import MORE, Cells, Grid, Gridding
from questionnaires.formats.sheet.words import ADVICE, HELP, SHEETS, column, described, roots
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Item
from questionnaires.kinds.words import WORDS
from questionnaires.model import Questionnaire

#: Fixed, so that the same questionnaire gives the same file.
_MADE = datetime.datetime(2000, 1, 1)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
#: Heads and codes stand above the rows.
FIRST_ROW = 2
#: Rows beyond the last one that are ready to be filled in.
_SPARE = 200
#: Columns of items that are shown although they may all be blank.
_ALWAYS = ("hint", "required", "relevant", MORE)
#: Excel takes no more characters than this for a list that stands in the rule itself.
_MAX_LIST = 255
_STYLES: dict[str, dict[str, object]] = {
    "head": {"bold": True, "bg_color": "#DCE6F0", "text_wrap": True, "valign": "top", "border": 1},
    "must": {
        "bold": True,
        "bg_color": "#14548C",
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "valign": "top",
        "border": 1,
    },
    "code": {"font_color": "#6B7884", "bg_color": "#F3F5F7", "font_size": 9, "bottom": 1},
    "cell": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "blank": {"bg_color": "#FFF5D9"},
    "title": {"bold": True, "font_size": 14},
}


def write(questionnaire: Questionnaire, ending: str = ".sheet.xlsx", reader: str = "") -> Written:
    """Return the workbook with heads for ``reader`` (the main language of the definition)."""
    reader = "zh" if locales.chinese(reader or questionnaire.languages[0]) else "en"
    grids = Gridding(questionnaire).grids()
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": _MADE})
        styles = {name: book.add_format(look) for name, look in _STYLES.items()}
        pages = [(grid, book.add_worksheet(SHEETS[grid.sheet].get(reader))) for grid in grids]
        kinds = _Help(book.add_worksheet(HELP.get(reader)), reader).write(styles)
        for grid, page in pages:
            _Sheet(grid, page, reader, styles, kinds).write()
    return Written(stream.getvalue())


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Writes one grid."""

    grid: Grid
    page: Worksheet
    reader: str
    styles: dict[str, Style]
    #: Where the names of the kinds stand, for the list to choose from.
    kinds: str

    def write(self) -> None:
        """Write heads, codes, rows, and what helps to fill them in."""
        for number, key in enumerate(self.grid.columns):
            self._head(number, key)
        for row, cells in enumerate(self.grid.rows, start=FIRST_ROW):
            for number, key in enumerate(self.grid.columns):
                if text := self._shown(key, cells):
                    self.page.write_string(row, number, text, self.styles["cell"])
        self.page.freeze_panes(FIRST_ROW, 2 if self.grid.sheet == "items" else 1)
        self.page.set_row(0, 34)
        if self.grid.sheet == "questionnaire":
            self._settings()

    def _shown(self, key: str, cells: Cells) -> str:
        """Return the text of a cell, yes and no in the language of the reader."""
        text = cells.get(key, "")
        if text in (TRUE[0], FALSE[0]) and self._takes_yes_or_no(cells.get("key", key)):
            return _yes_no(self.reader)[0 if text == TRUE[0] else 1]
        return text

    def _takes_yes_or_no(self, code: str) -> bool:
        steps = tuple(code.split("."))
        found = (shapes.resolved(root, steps) for root in roots(self.grid.sheet))
        leaf = next((one[0] for one in found if one is not None), None)
        return leaf is not None and leaf.sort in (FLAG, CONDITION, PRESENT)

    @property
    def _last(self) -> int:
        return FIRST_ROW + len(self.grid.rows) + _SPARE

    def _head(self, number: int, key: str) -> None:
        said = column(self.grid.sheet, key)
        must = _must(self.grid.sheet, key)
        self.page.write_string(0, number, said.name.get(self.reader), self._style(must))
        self.page.write_comment(0, number, said.about.get(self.reader), {"x_scale": 2})
        self.page.write_string(1, number, key, self.styles["code"])
        folded = {"level": 1, "hidden": True} if self._idle(key, must) else {}
        self.page.set_column(number, number, _width(key), self.styles["cell"], folded)
        if must:
            self._show_blanks(number)
        if choices := self._choices(key):
            self._offer(FIRST_ROW, self._last, number, choices)

    def _idle(self, key: str, must: bool) -> bool:
        """Say whether nobody misses a column: a setting of items that none of them uses."""
        if self.grid.sheet != "items" or must or key.split(".")[0] in _ALWAYS:
            return False
        return not any(key in cells for cells in self.grid.rows)

    def _style(self, must: bool) -> Style:
        return self.styles["must" if must else "head"]

    def _show_blanks(self, number: int) -> None:
        """Colour what must be filled in and is blank, in rows that hold anything."""
        letters, end = xl_col_to_name(number), xl_col_to_name(len(self.grid.columns) - 1)
        row = FIRST_ROW + 1
        rule = f'=AND(COUNTA($A{row}:${end}{row})>0,${letters}{row}="")'
        format_ = {"type": "formula", "criteria": rule, "format": self.styles["blank"]}
        self.page.conditional_format(FIRST_ROW, number, self._last, number, format_)

    def _choices(self, key: str) -> list[str] | str:
        if self.grid.sheet == "questionnaire":
            return []
        if (self.grid.sheet, key) == ("items", "kind"):
            return self.kinds
        return list(_yes_no(self.reader)) if self._takes_yes_or_no(key) else []

    def _offer(self, first: int, last: int, number: int, choices: list[str] | str) -> None:
        if isinstance(choices, list) and len(",".join(choices)) > _MAX_LIST:
            return
        rule = {"validate": "list", "source": choices, "error_type": "information"}
        self.page.data_validation(first, number, last, number, rule)

    def _settings(self) -> None:
        """Name each setting in a comment, and offer the words that it may have."""
        value = self.grid.columns.index("value")
        for row, cells in enumerate(self.grid.rows, start=FIRST_ROW):
            key = cells["key"]
            if said := described(Questionnaire, key):
                text = f"{said.name.get(self.reader)}\n{said.about.get(self.reader)}"
                self.page.write_comment(row, 0, text, {"x_scale": 2})
            yes_no = list(_yes_no(self.reader)) if self._takes_yes_or_no(key) else []
            if choices := _literals(Questionnaire, key) or yes_no:
                self._offer(row, row, value, choices)


class _Help:
    """Writes the page that explains the others and lists the kinds."""

    def __init__(self, page: Worksheet, reader: str) -> None:
        self._page, self._reader = page, reader

    def write(self, styles: dict[str, Style]) -> str:
        """Write it; return where the names of the kinds stand."""
        page, reader = self._page, self._reader
        page.set_column(0, 0, 22, styles["cell"])
        page.set_column(1, 1, 22, styles["cell"])
        page.set_column(2, 3, 60, styles["cell"])
        page.write_string(0, 0, HELP.get(reader), styles["title"])
        for row, line in enumerate(ADVICE, start=1):
            page.merge_range(row, 0, row, 3, line.get(reader), styles["cell"])
        first = len(ADVICE) + 2
        for row, (kind, words) in enumerate(WORDS.items(), start=first):
            page.write_string(row, 0, kind)
            page.write_string(row, 1, words.name.get(reader), styles["cell"])
            page.write_string(row, 2, words.about.get(reader), styles["cell"])
            page.write_string(row, 3, self._settings(kind), styles["cell"])
        return f"='{HELP.get(reader)}'!$A${first + 1}:$A${first + len(WORDS)}"

    def _settings(self, kind: str) -> str:
        model = KINDS[kind]
        own = [name for name in model.model_fields if name not in Item.model_fields]
        said = (f"{name} {explanation(model, name).name.get(self._reader)}" for name in own)
        return ("；" if self._reader == "zh" else "; ").join(said)


def _yes_no(reader: str) -> tuple[str, str]:
    place = 1 if reader == "zh" else 0
    return TRUE[place], FALSE[place]


def _literals(root: Any, key: str) -> list[str]:
    part = shapes.bare(root)
    for step in key.split("."):
        if not shapes.is_model(part) or step not in part.model_fields:
            return []
        part = shapes.bare(part.model_fields[step].annotation)
    return list(get_args(part)) if get_origin(part) is Literal else []


def _must(sheet: str, key: str) -> bool:
    """Say whether a column must be filled in, whatever else is in the row."""
    if key in ("section", "item", "scale", "name", "key") and sheet != "questionnaire":
        return sheet != "items" or key == "section"
    head = key.split(".")[0]
    field = None if sheet == "questionnaire" else roots(sheet)[0].model_fields.get(head)
    return field is not None and field.is_required() and key != MORE


def _width(key: str) -> int:
    head = key.split(".")[0]
    if head in ("label", "title", "text", "hint", "intro", "about", "probes"):
        return 42
    return {"value": 24, "key": 34, MORE: 40}.get(head, 16)
