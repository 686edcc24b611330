"""How the tests of this folder compare figures, and how they forbid warnings."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from analysis.statistics.results import Estimate, Result

#: Every test of this folder: a warning, of NumPy or of anything else, is a failure.
STRICT = pytest.mark.filterwarnings("error")


def same(found: Iterable[float], expected: Iterable[float], tolerance: float = 1e-9) -> bool:
    """Whether all figures agree to the tolerance, relative or (near 0) absolute; nan to nan."""
    left, right = [float(f) for f in found], [float(e) for e in expected]
    return len(left) == len(right) and all(
        (math.isnan(a) and math.isnan(b))
        or math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance * 1e-3)
        for a, b in zip(left, right, strict=True)
    )


def figures(result: Result) -> list[float]:
    """Statistic, degrees of freedom and p, as R prints them."""
    return [result.statistic, *result.df, result.p]


def ends(estimate: Estimate | None) -> list[float]:
    """Value and interval."""
    assert estimate is not None
    return [estimate.value, estimate.low, estimate.high]
