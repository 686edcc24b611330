"""Charts are readable text in a valid drawing, the same every time, and nothing runs out of it."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import questionnaires
from analysis import fonts
from analysis.charts import Chart, heatmap, likert, two_sided
from analysis.charts.heatmap import MOST_UNITS
from analysis.charts.style import columns, wrapped
from analysis.figures import Release
from questionnaires import Questionnaire

from .making import County, Person, random_county, sizable, survey

SVG = "{http://www.w3.org/2000/svg}"
LONG = (
    "Taking everything together that you have experienced in the past twelve months, how satisfied "
    "or dissatisfied are you with the Antidisestablishmentarianismcommitteechairmanship?"
)
DRAWINGS = (likert, two_sided, heatmap)


def made(
    items: int = 3, levels: int = 5, *, label: str = "How is it?", two_sided: bool = False
) -> Questionnaire:
    """Return a survey with so many items on one scale; two-sided ones are bad at both ends."""

    def level(place: int) -> dict[str, object]:
        bad = place in (0, levels - 1) if two_sided else place < levels / 2
        text = {"zh": f"第{place}级", "en": f"Rather long level {place}"}
        score = {} if two_sided else {"score": place}
        return {"value": f"v{place}", "negative": bad, "label": text, **score}

    return questionnaires.load(
        json.dumps(
            {
                "id": "sample",
                "title": {"zh": "调查", "en": "Survey"},
                "scales": {"s": [level(place) for place in range(levels)]},
                "sections": [
                    {
                        "id": "main",
                        "title": {"zh": "题目", "en": "Items"},
                        "items": [
                            {
                                "id": f"q{n}",
                                "kind": "scale",
                                "scale": "s",
                                "label": {"zh": f"第{n}题怎么样？", "en": f"{label} {n}"},
                            }
                            for n in range(items)
                        ],
                    }
                ],
                "negative_list": {"min_valid": 5, "negative_share_at_least": "1/4"},
            }
        )
    )


def released(questionnaire: Questionnaire, units: int = 4, name: str = "Town") -> Release:
    """Return the release of units of 9 people each, whose answers go round all levels."""
    codes = {f"{name} {n}": None for n in range(units)}
    variables = questionnaires.codebook(questionnaire).closed
    people = [
        Person(
            unit,
            {
                v.name: v.categories[(person * person + at + place) % len(v.categories)].value
                for at, v in enumerate(variables)
            },
        )
        for place, unit in enumerate(codes)
        for person in range(9)
    ]
    return County(questionnaire, codes, people).release()


@dataclass(frozen=True)
class Box:
    """Where a text stands: its corners in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 0.5 and high > 0.5


@cache
def advances(face: Path) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = TTFont(face)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def width(text: str, size: float, bold: bool) -> float:
    cmap, metrics, em = advances(fonts.FILES[bold])
    return sum(metrics[cmap[ord(c)]][0] if ord(c) in cmap else em for c in text) * size / em


def boxes(chart: Chart, *, slanting: bool) -> Iterator[Box]:
    """Measure every text with the very font, and turn it as the drawing turns it."""
    for element in ET.fromstring(chart.svg).iter(f"{SVG}text"):  # noqa: S314 - our own drawing
        style = dict(part.split(": ", 1) for part in element.attrib["style"].split("; "))
        size, text = (
            float(style["font-size"].removesuffix("px")),
            " ".join((element.text or "").split()),
        )
        wide = width(text, size, style.get("font-weight") == "700")
        start = {"start": 0.0, "middle": -wide / 2, "end": -wide}[style.get("text-anchor", "start")]
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        angle = math.radians(float(element.attrib["transform"].removeprefix("rotate(").split()[0]))
        if bool(angle) is slanting or not slanting:
            corners = [
                (
                    x + a * math.cos(angle) - b * math.sin(angle),
                    y + a * math.sin(angle) + b * math.cos(angle),
                )
                for a in (start, start + wide)
                for b in (-0.75 * size, 0.15 * size)
            ]
            xs, ys = zip(*corners, strict=True)
            if slanting or not angle:
                yield Box(text, min(xs), min(ys), max(xs), max(ys))


def outside(chart: Chart) -> list[str]:
    """Return the texts that run out of the drawing."""
    root = ET.fromstring(chart.svg)  # noqa: S314 - our own drawing
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    found = [*boxes(chart, slanting=True), *boxes(chart, slanting=False)]
    return [
        box.text
        for box in found
        if box.left < -0.5 or box.top < -0.5 or box.right > wide + 0.5 or box.bottom > high + 0.5
    ]


def colliding(chart: Chart) -> list[tuple[str, str]]:
    """Return the pairs of level texts that lie on each other."""
    level = list(boxes(chart, slanting=False))
    return [(a.text, b.text) for a, b in combinations(level, 2) if a.meets(b)]


def texts(chart: Chart) -> list[str]:
    return [box.text for slanting in (True, False) for box in boxes(chart, slanting=slanting)]


CASES: dict[str, Callable[[], Release]] = {
    "ordinary": lambda: released(made()),
    "one unit, one item": lambda: released(made(1), 1),
    "30 units": lambda: released(made(19), 30),
    "long English": lambda: released(
        made(6, label=LONG), 18, "The Far-away Township of Upper Stonebridge"
    ),
    "long Chinese": lambda: released(made(6), 18, "青山绿水白云街道办事处下属第一综合服务中心"),
    "one endless word": lambda: released(made(3, label="x" * 300), 5, "y" * 80),
    "2 levels": lambda: released(made(4, 2)),
    "3 levels": lambda: released(made(4, 3)),
    "7 levels": lambda: released(made(4, 7)),
    "two-sided": lambda: released(made(4, 5, two_sided=True, label=LONG)),
    "two-sided, 7 levels": lambda: released(made(4, 7, two_sided=True)),
    "two-sided, 2 levels": lambda: released(made(4, 2, two_sided=True)),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_nothing_runs_out_of_a_drawing_or_over_another_text(case: str, language: str) -> None:
    charts = [chart for draw in DRAWINGS if (chart := draw(CASES[case](), language))]
    assert len(charts) == 2
    for chart in charts:
        assert texts(chart)
        assert outside(chart) == []
        assert colliding(chart) == []


def test_the_measuring_notices_what_runs_out_or_collides() -> None:
    chart = likert(CASES["ordinary"](), "en")
    assert chart is not None
    moved = replace(chart, svg=chart.svg.replace(">How is it? 0<", ">x<").replace("Item", LONG))
    longer = replace(chart, svg=chart.svg.replace("How is it?", LONG))
    assert outside(longer)
    assert not outside(moved)
    assert colliding(replace(chart, svg=chart.svg.replace(">Rather long level 1<", f">{LONG}<")))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_chart_is_valid_xml_with_text_as_text(
    draw: Callable[[Release, str], Chart | None], language: str
) -> None:
    chart = draw(sizable().release(), language)
    assert chart is not None
    assert ET.fromstring(chart.svg).tag == f"{SVG}svg"  # noqa: S314 - our own drawing
    words = {
        "zh": {likert: "工作如何？", two_sided: "负担如何？", heatmap: "工作如何？"},
        "en": {
            likert: "How is the work?",
            two_sided: "How is the load?",
            heatmap: "How is the work?",
        },
    }
    assert any(words[language][draw] in text for text in texts(chart))
    assert chart.alt.strip()
    assert chart.alt.isprintable()
    assert "<script" not in chart.svg
    assert "href=" not in chart.svg.replace('xlink:href="#', ""), "nothing is fetched"


def test_the_legend_uses_the_words_of_a_scale_that_all_share() -> None:
    shared = likert(released(made()), "zh")
    assert shared is not None
    assert {"第0级", "第4级"} <= set(texts(shared))
    mixed = likert(released(questionnaires.library.get("team-survey-19")), "zh")
    assert mixed is not None
    assert {"最差", "较差", "中间", "较好", "最好"} <= set(texts(mixed))
    assert "第0级" not in texts(mixed)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_the_same_figures_give_the_same_bytes(draw: Callable[[Release, str], Chart | None]) -> None:
    first, second = (draw(random_county(8, levels=2).release(), "zh") for _ in range(2))
    assert first is not None
    assert first == second
    assert first != draw(random_county(9, levels=2).release(), "zh"), "control"


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib; from analysis.charts import *;"
        "from tests.analysis.making import random_county;"
        "release = random_county(8, levels=2).release();"
        "drawn = [d(release, 'zh').svg for d in (likert, two_sided, heatmap)];"
        "print(hashlib.sha256(''.join(drawn).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[2],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_a_heat_map_of_too_many_units_is_not_drawn() -> None:
    few, many = (heatmap(released(made(), units), "zh") for units in (MOST_UNITS, MOST_UNITS + 1))
    assert few is not None
    assert f"{MOST_UNITS} 个单位" in few.alt
    assert many is None


def test_without_rated_items_nothing_is_drawn() -> None:
    people = [Person("a", {"post": "office"})] * 9
    release = County(survey(), {"a": None}, people).release()
    assert likert(release, "zh") is two_sided(release, "zh") is None
    choice = questionnaires.library.get("suggestion-box")
    assert all(draw(County(choice, {"a": None}, []).release(), "zh") is None for draw in DRAWINGS)


def test_hidden_cells_are_dashes_and_hidden_items_are_not_drawn() -> None:
    full, silent = {"work": "1", "help": "4"}, {"work": "1"}
    people = [Person("a", full)] * 3 + [Person("a", silent)] * 8 + [Person("b", silent)] * 3
    release = County(survey(), dict.fromkeys("ab"), people).release()
    drawn = heatmap(release, "en")
    assert drawn is not None
    assert texts(drawn).count("—") == 4, "two hidden units, two items with enough answers or none"
    assert not any("help" in text for text in texts(drawn)), "3 answers in all: not shown"
    assert likert(release, "en") is not None


def test_long_texts_are_cut_between_words() -> None:
    assert wrapped("How is the work of this unit?", 12, 1) == "How is the…"
    assert wrapped("How is the work of this unit?", 12, 2) == "How is the\nwork of…"
    assert wrapped("How is it?", 12, 1) == "How is it?"
    assert wrapped("x" * 30, 12, 2) == "x" * 12 + "\n" + "x" * 11 + "…"
    assert wrapped("班子成员之间的职责分工如何？", 12, 1) == "班子成员之…"
    assert wrapped("13  公共活动场所的日常管护如何？", 14, 1) == "13  公共活动…"
    for text in (LONG, "班子成员之间的，职责分工（如何）？" * 5, "a " * 90, "x" * 90):
        assert all(columns(line) <= 20 for line in wrapped(text, 20, 3).split("\n"))
