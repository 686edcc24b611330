"""Unfavourable shares as a grid: one row per item, one column per unit."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from analysis.charts import style
from analysis.charts.likert import WIDTH, label
from analysis.charts.style import Chart, columns, figure, finish, wrapped
from analysis.figures import Cell, Release
from analysis.words import Words

#: More columns than this cannot be read on a page.
MOST_UNITS = 30
#: Inches: beside the grid, one row, and what is left free at the edges.
_LEFT, _ROW, _EDGE = 2.15, 0.27, 0.08
#: Inches: a column, where there are few.
_WIDEST = 0.6
#: Unit names slant over their columns: degrees, most half-width columns, inches of each.
_SLANT, _NAME, _STEP = 55, 32, 0.054
_COLOURS = LinearSegmentedColormap.from_list("shares", ["#ffffff", "#fddfb0", "#f1a340", "#b35806"])
#: Shares from here on are drawn in the darkest colour.
_DARKEST = 0.6


def heatmap(release: Release, language: str) -> Chart | None:
    """Draw the grid of a release; None when it has no rated item or too many units to be read."""
    items = release.rated_items
    if not items or not 0 < len(release.units) <= MOST_UNITS:
        return None
    words = Words(language)
    names = [wrapped(unit.label.get(language), _NAME, 1) for unit in release.units]
    top, right = _room(names)
    drawing, axes = figure(WIDTH, top + _ROW * len(items) + _EDGE)
    per_column = min(_WIDEST, (WIDTH - _LEFT - right) / len(release.units))
    axes.set_xlim(-_LEFT / per_column, (WIDTH - _LEFT) / per_column)
    axes.set_ylim(len(items) + _EDGE / _ROW, -top / _ROW)
    axes.set_axis_off()
    listed = {(one.code, entry.variable) for one in release.negative_list for entry in one.entries}
    with style.font_settings():
        _heads(axes, names)
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


def _room(names: Sequence[str]) -> tuple[float, float]:
    """Return the inches that slanting names need above the grid and at its right."""
    longest, slant = max(columns(name) for name in names) * _STEP, math.radians(_SLANT)
    return 0.2 + longest * math.sin(slant), _EDGE + longest * math.cos(slant)


def _heads(axes: Axes, names: Sequence[str]) -> None:
    for column, name in enumerate(names):
        axes.text(
            column + 0.45,
            -0.25,
            name,
            rotation=_SLANT,
            ha="left",
            va="bottom",
            fontsize=7,
            rotation_mode="anchor",
        )


def _cell(axes: Axes, column: int, row: int, cell: Cell, framed: bool) -> None:
    share = cell.share
    shade = "#eef1f4" if share is None else to_hex(_COLOURS(min(share / _DARKEST, 1.0)))
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
    text = "—" if share is None else f"{share * 100:.0f}"
    ink = style.ink_on(shade)
    axes.text(
        column + 0.5, row + 0.5, text, ha="center", va="center_baseline", fontsize=7, color=ink
    )
