"""How every chart looks, and how it becomes SVG: same data, same bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import StringIO
from threading import RLock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from analysis import fonts

INK, MUTED, RULE = "#1a2530", "#52606d", "#d5dbe1"
#: Least to most favourable; orange to blue stays apart for colour-blind readers, and every bar
#: carries its number.
DIVERGING = ("#b35806", "#f1a340", "#d9d9d9", "#8cb8da", "#2166ac")
DARK = {"#b35806", "#2166ac"}
SANS = "sans-serif"

_DRAWING = RLock()
_SETTINGS: Any = {
    "font.family": [fonts.FAMILY],
    "font.size": 9.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "surveyapp",
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "axes.unicode_minus": False,
}


@dataclass(frozen=True)
class Chart:
    """A drawing and the sentence that stands for it."""

    svg: str
    alt: str


@cache
def _register_fonts() -> None:
    for file in fonts.FILES:
        fontManager.addfont(str(file))


def figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of that size in inches with one axes that fills it."""
    _register_fonts()
    with font_settings():
        drawing = Figure(figsize=(width, height))
        axes = drawing.add_axes((0.0, 0.0, 1.0, 1.0))
    for side in axes.spines.values():
        side.set_visible(False)
    return drawing, axes


def finish(drawing: Figure) -> str:
    """Return the SVG. Its fonts fall back to what the reader's browser has."""
    out = StringIO()
    with font_settings():
        drawing.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    return re.sub(rf"(['\"]?){fonts.FAMILY}\1", f"'{fonts.FAMILY}', {SANS}", svg)


def paragraph(
    axes: Axes, x: float, y: float, text: str, *, size: float, inch: float, **look: Any
) -> None:
    """Write lines centred on (x, y), each anchored by itself, so that they line up in any font.

    ``inch`` is the height of one unit of y in inches; y grows downwards.
    """
    lines = text.split("\n")
    step = size * 1.3 / 72 / inch
    for number, line in enumerate(lines):
        offset = (number - (len(lines) - 1) / 2) * step
        axes.text(x, y + offset, line, va="center_baseline", fontsize=size, **look)


@contextmanager
def font_settings() -> Iterator[None]:
    """Measure and draw text as charts do.

    matplotlib's settings are the whole process's: threads of a server draw one after the other.
    """
    with _DRAWING, mpl.rc_context(_SETTINGS):
        yield


def wrapped(text: str, width: int, lines: int) -> str:
    """Break ``text`` into at most ``lines`` lines of ``width`` half-width columns; cut with "…"."""
    broken: list[str] = [""]
    for word in _words(text):
        if columns(broken[-1]) + columns(word.rstrip()) > width and broken[-1]:
            broken.append("")
        broken[-1] += word if broken[-1] else word.lstrip()
    if len(broken) > lines:
        last = broken[lines - 1].rstrip()
        while columns(last) > width - 1:
            last = last[:-1]
        broken = [*broken[: lines - 1], last.rstrip() + "…"]
    return "\n".join(line.rstrip() for line in broken)


def columns(text: str) -> int:
    """Return the width of text in half-width columns."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _words(text: str) -> list[str]:
    """Split where a line may break: after spaces, and around any Chinese character but before no
    closing mark."""
    return re.findall(
        r"[\u2e80-\u9fff\uff00-\uffef“”][，。、；：？！）”》]*|[^\s\u2e80-\u9fff\uff00-\uffef“”]+\s*|\s+",
        text,
    )
