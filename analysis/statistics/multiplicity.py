"""Many tests at once: adjusted p-values, as R's ``p.adjust`` gives them."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
import numpy.typing as npt

from analysis.statistics.results import Floats


def adjust(p: npt.ArrayLike, method: str = "bh") -> Floats:
    """Return p adjusted over all its finite entries, in the shape of p; nan stays nan.

    Methods: ``none``; ``bonferroni``; ``holm`` (Holm 1979, Scand J Stat 6:65); ``hochberg``
    (1988, Biometrika 75:800); ``bh`` (Benjamini and Hochberg 1995, JRSS B 57:289), the default;
    ``by`` (Benjamini and Yekutieli 2001, Ann Stat 29:1165). A test without a p-value is no test:
    it does not count. Raises KeyError for an unknown method. Equals R ``p.adjust``.
    """
    values = np.asarray(p, float)
    out: Floats = np.full(values.shape, nan)
    tested = ~np.isnan(values)
    if tested.any():
        out[tested] = METHODS[method](values[tested])
    return out


def _none(p: Floats) -> Floats:
    return p


def _bonferroni(p: Floats) -> Floats:
    return np.minimum(1.0, p * p.size)


def _holm(p: Floats) -> Floats:
    """Step down: (m - i + 1) p_(i), never falling as p rises."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate((p.size - np.arange(p.size)) * p[order])
    return _back(steps, order)


def _hochberg(p: Floats) -> Floats:
    return _step_up(p, np.arange(1.0, p.size + 1))


def _bh(p: Floats) -> Floats:
    return _step_up(p, p.size / np.arange(p.size, 0, -1))


def _by(p: Floats) -> Floats:
    harmonic = float((1 / np.arange(1, p.size + 1)).sum())
    return _step_up(p, harmonic * p.size / np.arange(p.size, 0, -1))


def _step_up(p: Floats, factors: Floats) -> Floats:
    """From the largest p down: factor times p, never rising as p falls."""
    order = np.argsort(-p, kind="stable")
    return _back(np.minimum.accumulate(factors * p[order]), order)


def _back(steps: Floats, order: npt.NDArray[np.intp]) -> Floats:
    out: Floats = np.empty_like(steps)
    out[order] = np.minimum(1.0, steps)
    return out


METHODS: dict[str, Callable[[Floats], Floats]] = {
    "none": _none,
    "bonferroni": _bonferroni,
    "holm": _holm,
    "hochberg": _hochberg,
    "bh": _bh,
    "by": _by,
}
