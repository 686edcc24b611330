"""Unfavourable shares as a grid: one row per item, one column per unit."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from analysis.charts import style
from analysis.charts.likert import WIDTH, label
from analysis.charts.style import Chart, figure, finish, wrapped
from analysis.release import Cell, Release, UnitFigures
from analysis.words import Words

#: More columns than this cannot be read on a page.
MOST_UNITS = 30
#: Inches: beside and above the grid, at its right for the slanting names, and one row.
_LEFT, _TOP, _RIGHT, _ROW = 2.15, 0.95, 0.55, 0.27
_COLOURS = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#fddfb0", "#f1a340", "#b35806"])
#: Shares from here on are drawn in the darkest colour.
_DARKEST = 0.6


def heatmap(release: Release, language: str) -> Chart | None:
    """Draw the grid of a release; None when it has no rated item or too many units to be read."""
    items = release.rated_items
    if not items or not 0 < len(release.units) <= MOST_UNITS:
        return None
    words = Words(language)
    height = _TOP + _ROW * len(items) + 0.08
    drawing, axes = figure(WIDTH, height)
    per_column = (WIDTH - _LEFT - _RIGHT) / len(release.units)
    axes.set_xlim(-_LEFT / per_column, (WIDTH - _LEFT) / per_column)
    axes.set_ylim(len(items) + 0.08 / _ROW, -_TOP / _ROW)
    axes.set_axis_off()
    listed = {(one.code, entry.variable) for one in release.negative_list for entry in one.entries}
    with style.font_settings():
        _heads(axes, release.units, words)
        for row, item in enumerate(items):
            name = wrapped(f"{item.number}  {label(item, language)}", 42, 1)
            axes.text(
                -0.1 / per_column, row + 0.5, name, ha="right", va="center_baseline", fontsize=7
            )
            for column, cell in enumerate(release.grid[item.variable]):
                framed = (release.units[column].code, item.variable) in listed
                _cell(axes, column, row, cell, framed)
    alt = words("heatmap_alt", units=len(release.units), items=len(items))
    return Chart(finish(drawing), alt)


def _heads(axes: Axes, units: Sequence[UnitFigures], words: Words) -> None:
    for column, unit in enumerate(units):
        name = wrapped(unit.label.get(words.language), 22, 1)
        axes.text(
            column + 0.45,
            -0.25,
            name,
            rotation=55,
            ha="left",
            va="bottom",
            fontsize=7,
            rotation_mode="anchor",
        )


def _cell(axes: Axes, column: int, row: int, cell: Cell, framed: bool) -> None:
    shade = "#eef1f4" if cell.share is None else _COLOURS(min(cell.share / _DARKEST, 1.0))
    axes.add_patch(Rectangle((column + 0.03, row + 0.04), 0.94, 0.92, facecolor=shade, linewidth=0))
    if framed:
        axes.add_patch(
            Rectangle(
                (column + 0.06, row + 0.08),
                0.88,
                0.84,
                fill=False,
                edgecolor=style.INK,
                linewidth=1.1,
            )
        )
    text = "—" if cell.share is None else f"{cell.share * 100:.0f}"
    ink = "#ffffff" if cell.share is not None and cell.share >= 0.5 else style.INK
    axes.text(
        column + 0.5, row + 0.5, text, ha="center", va="center_baseline", fontsize=7, color=ink
    )
