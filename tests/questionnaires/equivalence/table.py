"""The table of meanings: every expression of ``table.json`` with the one value that it has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from questionnaires.expressions import Context, parse

from .running import Line

ANSWERS: dict[str, Any] = {
    ".": "own",
    "five": 5,
    "huge": 1e300,
    "digits": "5",
    "text": "abc",
    "list": ["a", "b"],
    "empty": [],
    "object": {"a": 1},
    "notanumber": float("nan"),
    "day": "2026-03-15",
    "moment": "2026-03-15T09:30",
    "clock": "09:30",
    "town": "b",
    "people": [{"age": 10, "sex": "f"}, {"age": 30, "sex": "m"}, {"sex": "f"}],
}
CONTEXT = Context(
    today="2026-03-15",
    now="2026-03-15T09:30",
    uuid="0f0e0d0c-0b0a-4908-8706-050403020100",
    random=(0.25, 0.75),
    labels={"list": {"a": "甲"}},
    lists={
        "towns": [{"id": "a", "label": "Ala", "size": 9}, {"id": "b", "label": "Bor", "size": 7}]
    },
)


def rows() -> Iterator[tuple[str, Any]]:
    """Yield each expression with its value."""
    groups = json.loads(Path(__file__).with_name("table.json").read_text(encoding="utf-8"))
    for group in groups:
        yield from map(tuple, group["cases"])


def lines() -> list[Line]:
    """Return the table as lines with one case each."""
    answers = {name: None if value != value else value for name, value in ANSWERS.items()}
    return [Line("table", parse(text), [(answers, CONTEXT)]) for text, _ in rows()]
