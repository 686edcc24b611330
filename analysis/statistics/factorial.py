"""Analysis of variance of two factors, from counts; balanced or not."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from analysis.statistics.means import EPSILON, moments
from analysis.statistics.results import Floats, Integers, Reason

#: The blocks of the model, in their order.
FIRST, SECOND, INTERACTION = 1, 2, 3
_NAMES = {FIRST: "first", SECOND: "second", INTERACTION: "interaction"}


@dataclass(frozen=True)
class Term:
    """One line of the table: a factor, their interaction, or what is left (``residual``).

    ``partial_eta2`` = SS / (SS + SS residual); ``partial_omega2`` = df (F - 1) / (df (F - 1) + n).
    """

    name: str
    squares: float
    df: int
    f: float = nan
    p: float = nan
    partial_eta2: float = nan
    partial_omega2: float = nan


@dataclass(frozen=True)
class Factorial:
    """The table of an analysis of variance: its terms, the residual last; or why there is none."""

    n: int
    terms: tuple[Term, ...] = ()
    reason: Reason | None = None


def two_way(
    cells: Integers,
    scores: npt.ArrayLike,
    scored: npt.NDArray[np.bool_] | None = None,
    interaction: bool = True,
    kind: int = 1,
) -> Factorial:
    """Return the analysis of variance of counts (A, B, C): factor A by factor B by score.

    ``kind`` 1 takes the terms one after another, as R ``aov(y ~ a * b)``; 2 each factor after the
    other one, as R ``car::Anova``; 3 each term after all others with sum contrasts, which needs
    answers in every cell. In a balanced design they agree. ValueError for another kind. Levels
    without answers are left out.
    """
    if kind not in (1, 2, 3):
        raise ValueError("sums of squares are of kind 1, 2 or 3")
    counts, values = np.asarray(cells, dtype=np.int64), np.asarray(scores, float)
    counts = counts if scored is None else np.where(scored, counts, 0)
    counts = counts[counts.sum(axis=(1, 2)) > 0][:, counts.sum(axis=(0, 2)) > 0]
    n = int(counts.sum())
    if n == 0 or min(counts.shape[:2]) < 2:
        return Factorial(n, reason=Reason.ONE_GROUP if n else Reason.NO_ANSWERS)
    if kind == 3 and (counts.sum(axis=2) == 0).any():
        return Factorial(n, reason=Reason.EMPTY_CELL)
    model = _Model(counts, values)
    blocks = (FIRST, SECOND, INTERACTION) if interaction else (FIRST, SECOND)
    left, rank = model.fit(blocks)
    residual = Term("residual", left, n - rank)
    if residual.df < 1:
        return Factorial(n, reason=Reason.TOO_FEW)
    if left <= n * (64 * EPSILON * float(np.abs(values).max())) ** 2:
        return Factorial(n, reason=Reason.NO_SPREAD)
    terms = [_term(model, block, blocks, kind, residual) for block in blocks]
    return Factorial(n, (*terms, residual))


class _Model:
    """Least squares on the cell means, weighted by the answers in each."""

    def __init__(self, counts: Integers, values: Floats) -> None:
        found = moments(counts, values, np.ones(values.size, np.bool_))
        here = found.n > 0
        self.people = int(found.n.sum())
        first, second = np.nonzero(here)
        a, b = _contrasts(counts.shape[0])[first], _contrasts(counts.shape[1])[second]
        product = (a[:, :, np.newaxis] * b[:, np.newaxis, :]).reshape(len(a), -1)
        self._blocks = {0: np.ones((len(a), 1)), FIRST: a, SECOND: b, INTERACTION: product}
        self._mean, self._root = found.mean[here], np.sqrt(found.n[here])
        spread = np.where(found.n[here] > 1, found.sd[here], 0.0)
        self._within = float(((found.n[here] - 1) * spread**2).sum())

    def fit(self, blocks: tuple[int, ...]) -> tuple[float, int]:
        """Return the residual sum of squares with these blocks (and the mean), and the rank."""
        design = np.hstack([self._blocks[block] for block in (0, *blocks)])
        weighted, target = design * self._root[:, np.newaxis], self._mean * self._root
        solution, _, rank, _ = np.linalg.lstsq(weighted, target, rcond=None)
        away = target - weighted @ solution
        return self._within + float((away**2).sum()), int(rank)


def _contrasts(levels: int) -> Floats:
    """Sum contrasts (levels, levels - 1)."""
    return np.vstack([np.eye(levels - 1), -np.ones(levels - 1)])


def _term(model: _Model, block: int, blocks: tuple[int, ...], kind: int, residual: Term) -> Term:
    if kind == 3:
        before = tuple(other for other in blocks if other != block)
    elif kind == 2 and block != INTERACTION:
        before = (SECOND,) if block == FIRST else (FIRST,)
    else:
        before = tuple(other for other in blocks if other < block)
    without, rank = model.fit(before)
    with_it, more = model.fit(tuple(sorted({*before, block})))
    squares, df = max(0.0, without - with_it), more - rank
    if df == 0:
        return Term(_NAMES[block], squares, 0)
    f = (squares / df) / (residual.squares / residual.df)
    above = df * (f - 1)
    return Term(
        _NAMES[block], squares, df, f, float(fdtrc(df, residual.df, f)),
        squares / (squares + residual.squares), above / (above + model.people),
    )  # fmt: skip
