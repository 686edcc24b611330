"""Figures of R in ``reference``, and the data they were made from.

``reference/design.R`` and ``items.R`` made them; R is not needed to run the tests. apistrat,
apiclus1 and apiclus2 are samples of California schools from R's package survey (Lumley, GPL-2 or
later), with its variables; ``ATTITUDE`` is R's data set of Chatterjee and Price (1977), Regression
Analysis by Example: rating, complaints, privileges, learning, raises, critical, advance.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analysis.statistics.design.estimates import Estimates

FOLDER = Path(__file__).with_name("reference")

ATTITUDE = np.array([
    [43, 51, 30, 39, 61, 92, 45], [63, 64, 51, 54, 63, 73, 47], [71, 70, 68, 69, 76, 86, 48],
    [61, 63, 45, 47, 54, 84, 35], [81, 78, 56, 66, 71, 83, 47], [43, 55, 49, 44, 54, 49, 34],
    [58, 67, 42, 56, 66, 68, 35], [71, 75, 50, 55, 70, 66, 41], [72, 82, 72, 67, 71, 83, 31],
    [67, 61, 45, 47, 62, 80, 41], [64, 53, 53, 58, 58, 67, 34], [67, 60, 47, 39, 59, 74, 41],
    [69, 62, 57, 42, 55, 63, 25], [68, 83, 83, 45, 59, 77, 35], [77, 77, 54, 72, 79, 77, 46],
    [81, 90, 50, 72, 60, 54, 36], [74, 85, 64, 69, 79, 79, 63], [65, 60, 65, 75, 55, 80, 60],
    [65, 70, 46, 57, 75, 85, 46], [50, 58, 68, 54, 64, 78, 52], [50, 40, 33, 34, 43, 64, 33],
    [64, 61, 52, 62, 66, 80, 41], [53, 66, 52, 50, 63, 80, 37], [40, 37, 42, 58, 50, 57, 49],
    [63, 54, 42, 48, 66, 75, 33], [66, 77, 66, 63, 88, 76, 72], [78, 75, 58, 74, 80, 78, 49],
    [48, 57, 44, 45, 51, 83, 38], [85, 85, 71, 71, 77, 74, 55], [82, 82, 39, 59, 64, 78, 39],
])  # fmt: skip


@cache
def figures(name: str) -> dict[str, Any]:
    """The figures of R in ``reference/<name>.json``; null and R's NaN are nan."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = _numbers(json.loads(text))
    return found


@cache
def table(name: str) -> dict[str, np.ndarray]:
    """The columns of ``reference/<name>.csv``; NA is nan."""
    rows = list(csv.DictReader((FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
    return {key: _column([row[key] for row in rows]) for key in rows[0]}


def codes(column: np.ndarray) -> np.ndarray:
    """The values of a column as 0..K-1 in rising order, as R orders the levels of a factor."""
    return np.unique(column, return_inverse=True)[1]


def flat(*found: Estimates) -> list[float]:
    """Values and standard errors, as ``pair`` of design.R has them."""
    return [f for e in found for f in e.values] + [f for e in found for f in e.se]


def pair(expected: dict[str, Any]) -> list[float]:
    return [*np.atleast_1d(expected["value"]), *np.atleast_1d(expected["se"])]


def _column(values: list[str]) -> np.ndarray:
    try:
        return np.array([float("nan") if value == "NA" else float(value) for value in values])
    except ValueError:
        return np.array(values)


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_numbers(part) for part in value]
    return float("nan") if value is None or value in ("NA", "NaN") else value
