"""Diverging bars of ordered items, and plain stacked bars of items that are bad at both ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure

from analysis.charts import style
from analysis.charts.style import Chart, columns, figure, finish, paragraph, wrapped
from analysis.figures import ItemFigures, Level, Release
from analysis.words import Words
from questionnaires import locales

#: A thin line between the parts of a bar: neighbours may be of one colour.
_APART: dict[str, Any] = {"edgecolor": "#ffffff", "linewidth": 0.5}
#: For scales of more levels than there are colours.
_BETWEEN = LinearSegmentedColormap.from_list("levels", style.DIVERGING)
#: Inches: the chart, the bars between their edges, the right edges of the two columns of figures.
WIDTH = 7.4
_BARS_FROM, _BARS_TO = 2.95, 6.05
_NEGATIVE, _MISSING = 6.62, 7.3
_TOP, _ROW, _SIDED_ROW, _END = 0.55, 0.42, 0.66, 0.12
_LABEL = 46
#: Inches: the legend between its edges, and from one of its lines to the next.
_LEGEND_FROM, _LEGEND_TO, _LINE = 0.1, 6.1, 0.22
#: The words under a part of a bar: points, and inches of a half-width column.
_SMALL, _STEP = 6.8, 0.05
_NARROWEST_NUMBER = 0.035
_POSITIONS = ("most_unfavourable", "unfavourable", "neutral", "favourable", "most_favourable")


@dataclass(frozen=True)
class _Plot:
    """A figure whose y counts rows from the top and whose x, along the bars, is a share."""

    drawing: Figure
    axes: Axes
    row: float
    per_inch: float

    @classmethod
    def make(cls, rows: int, row: float, low: float, high: float, top: float = _TOP) -> _Plot:
        drawing, axes = figure(WIDTH, top + row * rows + _END)
        per_inch = (high - low) / (_BARS_TO - _BARS_FROM)
        left = low - _BARS_FROM * per_inch
        axes.set_xlim(left, left + WIDTH * per_inch)
        axes.set_ylim(rows - 0.5 + _END / row, -0.5 - top / row)
        axes.set_axis_off()
        return cls(drawing, axes, row, per_inch)

    def at(self, inches: float) -> float:
        """Return the x of a distance from the left edge."""
        return float(self.axes.get_xlim()[0]) + inches * self.per_inch

    @property
    def head(self) -> float:
        """The y of the line of words above the bars."""
        return -0.5 - 0.62 * _TOP / self.row

    def write(self, inches: float, y: float, text: str, size: float, **look: object) -> None:
        """Write lines centred on y at a distance from the left edge."""
        paragraph(self.axes, self.at(inches), y, text, size=size, inch=self.row, **look)


def ordered_items(release: Release) -> list[ItemFigures]:
    """Return the items that have ordered levels and answers, the worst first."""
    rated = [item for item in release.items if item.scored and item.rated and item.valid]
    return sorted(rated, key=lambda item: (-(item.negative_share or 0), item.number))


def two_sided_items(release: Release) -> list[ItemFigures]:
    """Return the rated items without an order from good to bad, in the order asked."""
    return [item for item in release.items if item.rated and not item.scored and item.valid]


def likert(release: Release, language: str) -> Chart | None:
    """Draw the diverging chart; None when no item has ordered levels and answers."""
    items, words = ordered_items(release), Words(language)
    if not items:
        return None
    low, high = (_rounded_out(_reach(items, side)) for side in (-1, 1))
    legend = _legend_places(_legend_names(items, words))
    with style.font_settings():
        plot = _Plot.make(len(items), _ROW, -low, high, _TOP + legend[-1].line * _LINE)
        for row, item in enumerate(items):
            _diverging_bar(plot, row, item)
            _figures(plot, row, item, words)
        plot.axes.plot([0, 0], [-0.5, len(items) - 0.5], color=style.INK, linewidth=0.8, zorder=0)
        _legend(plot, legend)
        _column_heads(plot, words)
    alt = words(
        "likert_alt",
        count=len(items),
        number=items[0].number,
        share=words.percent(items[0].negative_share),
    )
    return Chart(finish(plot.drawing), alt)


def two_sided(release: Release, language: str) -> Chart | None:
    """Draw the items that are unfavourable at both ends; None when there is none."""
    items, words = two_sided_items(release), Words(language)
    if not items:
        return None
    with style.font_settings():
        plot = _Plot.make(len(items), _SIDED_ROW, 0.0, 1.0)
        for row, item in enumerate(items):
            _stacked_bar(plot, row, item, language)
            _figures(plot, row, item, words)
        _column_heads(plot, words)
    return Chart(finish(plot.drawing), words("sides_alt", count=len(items)))


def label(item: ItemFigures, language: str) -> str:
    """Return the wording of an item, with its row or option where it is one of several."""
    if item.part is None:
        return item.label.get(language)
    return item.label.get(language) + locales.colon(language) + item.part.get(language)


def _levels(item: ItemFigures) -> list[Level]:
    """Return the substantive levels, least favourable first."""
    levels = [level for level in item.levels if level.score is not None and not level.missing]
    return sorted(levels, key=lambda level: level.score or 0)


def _start(item: ItemFigures) -> float:
    """Return where the bar begins, left of 0: a middle level lies half on each side."""
    shares = [level.share or 0.0 for level in _levels(item)]
    half = len(shares) / 2
    return -sum(share * min(1.0, max(0.0, half - place)) for place, share in enumerate(shares))


def _reach(items: Sequence[ItemFigures], side: int) -> float:
    """Return how far the longest bar reaches to the left (-1) or the right (1) of 0."""
    return max(-_start(item) if side < 0 else 1 + _start(item) for item in items)


def _rounded_out(share: float) -> float:
    return max(0.1, math.ceil(share * 20 + 0.01) / 20)


def _colour(position: int, size: int) -> str:
    """Return the colour of a level by its place from worst (0) to best (size - 1)."""
    place = position / max(size - 1, 1)
    scale = style.DIVERGING
    if size > len(scale):
        return to_hex(_BETWEEN(place))
    return scale[round(place * (len(scale) - 1))]


def _diverging_bar(plot: _Plot, row: int, item: ItemFigures) -> None:
    levels, left = _levels(item), _start(item)
    for position, level in enumerate(levels):
        width, colour = level.share or 0.0, _colour(position, len(levels))
        plot.axes.barh(row, width, left=left, height=0.62, color=colour, **_APART)
        _number(plot, left + width / 2, row, width, colour)
        left += width


def _number(plot: _Plot, x: float, y: float, share: float, colour: str) -> None:
    if share < _NARROWEST_NUMBER:
        return
    ink = style.ink_on(colour)
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "color": ink}
    plot.axes.text(x, y, f"{share * 100:.0f}", **look)


def _figures(plot: _Plot, row: int, item: ItemFigures, words: Words) -> None:
    """Write the item at the left of its bar and its two figures at the right."""
    name = wrapped(f"{item.number}  {label(item, words.language)}", _LABEL, 2)
    plot.write(_BARS_FROM - 0.12, row, name, 8, ha="right")
    share = words.percent(item.negative_share)
    plot.write(_NEGATIVE, row, share, 8, ha="right", color=style.DIVERGING[0], weight="bold")
    missing = words.count(item.without_opinion)
    plot.write(_MISSING, row, missing, 8, ha="right", color=style.MUTED)


def _column_heads(plot: _Plot, words: Words) -> None:
    for inches, key in ((_NEGATIVE, "negative_column"), (_MISSING, "missing_column")):
        head = wrapped(words(key), 8, 2)
        plot.write(inches, plot.head, head, 7.5, ha="right", color=style.MUTED)


@dataclass(frozen=True)
class _Key:
    """One colour of the legend: its name, the line from the top, and inches from the left."""

    name: str
    line: int
    inches: float


def _legend_places(names: Sequence[str]) -> list[_Key]:
    """Place the names one after the other, in as many lines as they need."""
    keys: list[_Key] = []
    line, inches = 0, _LEGEND_FROM
    for name in (wrapped(name, 60, 1) for name in names):
        width = 0.36 + columns(name) * 0.062
        if keys and inches + width > _LEGEND_TO:
            line, inches = line + 1, _LEGEND_FROM
        keys.append(_Key(name, line, inches))
        inches += width
    return keys


def _legend(plot: _Plot, keys: Sequence[_Key]) -> None:
    for position, key in enumerate(keys):
        y = plot.head - (keys[-1].line - key.line) * _LINE / plot.row
        width, colour = 0.13 * plot.per_inch, _colour(position, len(keys))
        plot.axes.barh(y, width, left=plot.at(key.inches), height=0.3, color=colour)
        plot.write(key.inches + 0.19, y, key.name, 8, ha="left")


def _legend_names(items: Sequence[ItemFigures], words: Words) -> list[str]:
    """Name the colours: by the scale's own words when all items share one, else by position."""
    if share_one_scale(items):
        return [level.label.get(words.language) for level in _levels(items[0])]
    return [words(key) for key in _POSITIONS]


def share_one_scale(items: Sequence[ItemFigures]) -> bool:
    """Say whether the levels of all items are worded alike."""
    return len({tuple(level.label for level in _levels(item)) for item in items}) <= 1


def _stacked_bar(plot: _Plot, row: int, item: ItemFigures, language: str) -> None:
    """Draw one bar over the whole width; each part bears its own words, as scales differ."""
    levels, left = [level for level in item.levels if not level.missing], 0.0
    for position, level in enumerate(levels):
        width, colour = level.share or 0.0, _side_colour(level, position, len(levels))
        plot.axes.barh(row - 0.14, width, left=left, height=0.38, color=colour, **_APART)
        _number(plot, left + width / 2, row - 0.14, width, colour)
        left += width
    for inches, name in _part_names(plot, levels, language):
        plot.write(inches, row + 0.27, name, _SMALL, ha="center", color=style.MUTED)


def _part_names(plot: _Plot, levels: Sequence[Level], language: str) -> list[tuple[float, str]]:
    """Return each level's words and the middle of its part; all in a row where one lacks room."""
    placed: list[tuple[float, str]] = []
    left, written_to = 0.0, 0.0
    for level in levels:
        width = level.share or 0.0
        name = wrapped(level.label.get(language), max(8, int(width * 56)), 2)
        middle = (left + width / 2) / plot.per_inch + _BARS_FROM
        half = max(columns(line) for line in name.split("\n")) * _STEP / 2
        if width and ("…" in name or middle - half < written_to):
            in_order = " | ".join(level.label.get(language) for level in levels)
            return [((_BARS_FROM + _BARS_TO) / 2, wrapped(in_order, 64, 2))]
        if width:
            placed.append((middle, name))
            written_to = middle + half
        left += width
    return placed


def _side_colour(level: Level, position: int, size: int) -> str:
    if level.negative:
        return style.DIVERGING[0] if position in (0, size - 1) else style.DIVERGING[1]
    return "#a9c4dc" if position == size // 2 else "#cfd8e0"
