"""How every chart looks, and how it becomes SVG: same data, same bytes."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from threading import RLock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from analysis import fonts

INK, MUTED, RULE = "#1a2530", "#52606d", "#d5dbe1"
#: Least to most favourable; orange to blue stays apart for colour-blind readers, and every bar
#: carries its number.
DIVERGING = ("#b35806", "#f1a340", "#d9d9d9", "#8cb8da", "#2166ac")
SANS = "sans-serif"

_DRAWING = RLock()
_SETTINGS: Any = {
    "font.family": [fonts.FAMILY, fonts.RARE_FAMILY],
    "font.size": 9.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "surveyapp",
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "axes.unicode_minus": False,
    # A dollar sign in the wording of a question is a dollar sign.
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Chart:
    """A drawing and the sentence that stands for it."""

    svg: str
    alt: str


def ink_on(colour: str) -> str:
    """Return white or ink, whichever is easier to read on a colour (relative luminance, WCAG)."""
    red, green, blue = (_linear(part) for part in to_rgb(colour))
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.215 else INK


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


@cache
def _register_fonts() -> None:
    for file in fonts.FILES:
        fontManager.addfont(str(file))
    # The rare face serves bold text too, rather than a warning on the console.
    [rare] = [entry for entry in fontManager.ttflist if entry.name == fonts.RARE_FAMILY]
    fontManager.ttflist.append(replace(rare, weight=700))


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
    families = f"'{fonts.FAMILY}', '{fonts.RARE_FAMILY}'"
    return svg.replace(families, f"{families}, {SANS}")


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
    with _DRAWING, mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # A character that our fonts lack is measured as a box; a browser draws it all the same.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def wrapped(text: str, width: int, lines: int) -> str:
    """Break ``text`` into at most ``lines`` lines of ``width`` half-width columns; cut with "…"."""
    broken: list[str] = [""]
    for word in _words(text, width):
        if columns(broken[-1]) + columns(word.rstrip()) > width and broken[-1]:
            broken.append("")
        broken[-1] += word if broken[-1] else word.lstrip()
    if len(broken) > lines:
        last = broken[lines - 1].rstrip()
        while columns(last) > width - 1:
            # Whole words where there are several: half a word misleads.
            last = "".join(_words(last)[:-1]).rstrip() or last[:-1]
        broken = [*broken[: lines - 1], last.rstrip() + "…"]
    return "\n".join(line.rstrip() for line in broken)


def columns(text: str) -> int:
    """Return the width of text in half-width columns."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _words(text: str, longest: int = 1000) -> list[str]:
    """Split where a line may break: after spaces, and around any Chinese character but before no
    closing mark. Longer words than ``longest`` are broken too."""
    words = re.findall(
        r"[\u2e80-\u9fff\uff00-\uffef“”][，。、；：？！）”》]*|[^\s\u2e80-\u9fff\uff00-\uffef“”]+\s*|\s+",
        text,
    )
    return [word[at : at + longest] for word in words for at in range(0, len(word), longest)]
