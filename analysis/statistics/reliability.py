"""How far the items of a scale agree: alpha, omega, Guttman's lambdas, and single items.

Everything follows from the covariances of the items (``Items``), so from counts. R package psych.
Split halves: ``splits``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from analysis.statistics.covariance import Items, squared_multiple_correlations
from analysis.statistics.factors import Extraction, Solution, factors, principal
from analysis.statistics.results import Estimate, Floats, Integers, Reason, divided, missing


def alpha(items: Items, confidence: float = 0.95) -> Estimate:
    """Return Cronbach's alpha with Feldt's interval; R ``psych::alpha``: ``raw_alpha``, ``feldt``.

    k/(k-1) (1 - tr C / sum C). The interval is 1 - (1 - alpha) F(n - 1, (n - 1)(k - 1)), Feldt
    (1965), Psychometrika 30:357. ``se`` is that of Duhachek and Iacobucci (2004), Journal of
    Applied Psychology 89:792 (psych's ``ase``).
    """
    if reason := trouble(items):
        return missing(reason, confidence)
    k, c = len(items.items), items.covariance
    total, trace, squared = float(c.sum()), float(np.trace(c)), c @ c
    value = _alpha(c)
    tail, df1, df2 = (1 - confidence) / 2, items.n - 1, (items.n - 1) * (k - 1)
    low, high = (1 - (1 - value) * float(fdtri(df1, df2, p)) for p in (1 - tail, tail))
    spread = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    se = sqrt(max(0.0, 2 * k * k / ((k - 1) ** 2 * total**3) * spread / items.n))
    return Estimate(value, low, high, se, confidence)


def standardised_alpha(items: Items) -> Estimate:
    """Return alpha of the correlations; R ``psych::alpha``: ``std.alpha``."""
    return _figure(items, lambda: _alpha(items.correlation))


def lambda_2(items: Items, standardised: bool = True) -> Estimate:
    """Return Guttman's lambda-2; R ``psych::splitHalf``: ``lambda2``, of correlations as there.

    (S + sqrt(k/(k-1) Q)) / sum, S and Q the sums of the off-diagonal and of its squares; Guttman
    (1945), Psychometrika 10:255. Of the covariances where not ``standardised``.
    """
    return _figure(items, lambda: _lambda_2(matrix_of(items, standardised)))


def lambda_6(items: Items, standardised: bool = True) -> Estimate:
    """Return Guttman's lambda-6, 1 - Σ(1 - smc) v / sum; R ``psych::alpha``: ``G6(smc)``.

    Of the covariances where not ``standardised``. SINGULAR where an item follows from the others.
    """
    if trouble(items) is None and items.singular:
        return missing(Reason.SINGULAR)
    return _figure(items, lambda: _lambda_6(matrix_of(items, standardised)))


def omega_total(items: Items, method: Extraction = "minres") -> Estimate:
    """Return McDonald's omega total of one factor, 1 - Σu² / sum R.

    u² are the uniquenesses of one factor of the correlations: by ``minres``, R ``psych::omega(
    nfactors = 1)``: ``omega.tot``; by ``ml``, the same of ``factanal``. McDonald (1999), Test
    Theory. The reason AT_LIMIT marks a Heywood case.
    """
    total = float(items.correlation.sum()) if trouble(items) is None else nan
    return _of_one_factor(items, method, lambda one: 1 - float(one.uniqueness.sum()) / total)


def omega_model(items: Items, method: Extraction = "ml") -> Estimate:
    """Return (Σl)² / ((Σl)² + Σu²) of one factor of the correlations: omega as the model has it.

    McDonald (1999), with the loadings of R ``factanal(factors = 1)`` or, ``minres``, ``psych::fa``.
    """

    def share(one: Solution) -> float:
        common = float(one.loadings.sum()) ** 2
        return common / (common + float(one.uniqueness.sum()))

    return _of_one_factor(items, method, share)


@dataclass(frozen=True, eq=False)
class ItemFigures:
    """Figures of each item, (k,), as R ``psych::alpha`` has in ``item.stats`` and ``alpha.drop``.

    ``total`` is the correlation with the sum of all items (``raw.r``, of complete cases), ``rest``
    that with the sum of the others (``r.drop``); ``alpha``, ``standardised``, ``lambda_6`` are
    those of the other items. ``items`` are their positions.
    """

    items: Integers
    mean: Floats
    sd: Floats
    total: Floats
    rest: Floats
    alpha: Floats
    standardised: Floats
    lambda_6: Floats
    reason: Reason | None = None


def item_figures(items: Items) -> ItemFigures:
    """Return how each item hangs together with the others; see ``ItemFigures``.

    Where one item would remain it has no alpha, and the figures of the remainder are nan (R calls
    a ratio of covariance and variance so).
    """
    k, c = len(items.items), items.covariance
    if reason := trouble(items):
        none = np.full(k, nan)
        return ItemFigures(items.items, items.means, items.sd, *(none,) * 5, reason)
    sums, own, whole = c.sum(axis=0), np.diag(c), float(c.sum())
    others = np.maximum(whole - 2 * sums + own, 0.0)
    rest = _quotient(sums - own, np.sqrt(own * others))
    left = [items.only(np.delete(np.arange(k), item)) for item in range(k)]
    without, standardised, guttman = (
        np.array([figure(part).value for part in left])
        for figure in (alpha, standardised_alpha, lambda_6)
    )
    total = _quotient(sums, np.sqrt(own * whole))
    return ItemFigures(
        items.items, items.means, items.sd, total, rest, without, standardised, guttman
    )


def keyed(items: Items) -> Items:
    """Return the items with those turned round that load negatively on the first component.

    R ``psych::alpha(check.keys = TRUE)``, and ``splitHalf`` by default.
    """
    if trouble(items):
        return items
    first = principal(items, 1).loadings[:, 0]
    return items.turned(np.where(first < 0, -1.0, 1.0))


def item_totals(answers: npt.ArrayLike) -> Floats:
    """Return (k,) the correlation of each item with each row's mean of the answers it has.

    Of answers (n, k) in which nan is missing; R ``psych::alpha``: ``raw.r``. Without gaps it is
    ``ItemFigures.total``. nan for an item without spread.
    """
    x = np.asarray(answers, float)
    known = ~np.isnan(x)
    mean = divided(np.where(known, x, 0.0).sum(axis=1), known.sum(axis=1))
    found = np.full(x.shape[1], nan)
    for item, column in enumerate(x.T):
        pair = Items.from_columns(np.column_stack([mean, column]))
        if pair.reason is None and len(pair.items) == 2:
            found[item] = pair.correlation[0, 1]
    return found


def trouble(items: Items) -> Reason | None:
    """Return why a scale of these items has no reliability, if so."""
    if items.reason:
        return items.reason
    if len(items.items) < 2:
        return Reason.ONE_CATEGORY
    # Items that cancel out leave no spread in their sum.
    return Reason.NO_SPREAD if cancels(items.covariance) else None


def matrix_of(items: Items, standardised: bool) -> Floats:
    """Return the correlations or the covariances."""
    return items.correlation if standardised else items.covariance


def cancels(matrix: Floats) -> bool:
    """Return whether the items of a covariance matrix leave no spread in their sum."""
    return float(matrix.sum()) <= 1e-12 * float(np.trace(matrix))


def _alpha(c: Floats) -> float:
    k = len(c)
    return float((1 - np.trace(c) / c.sum()) * k / (k - 1))


def _lambda_2(c: Floats) -> float:
    k, off = len(c), c - np.diag(np.diag(c))
    return (float(off.sum()) + sqrt(float((off**2).sum()) * k / (k - 1))) / float(c.sum())


def _lambda_6(c: Floats) -> float:
    sd = np.sqrt(np.diag(c))
    explained = squared_multiple_correlations(c / np.outer(sd, sd))
    return 1 - float(((1 - explained) * np.diag(c)).sum()) / float(c.sum())


def _figure(items: Items, figure: Callable[[], float]) -> Estimate:
    if reason := trouble(items):
        return missing(reason)
    if cancels(items.correlation):
        return missing(Reason.NO_SPREAD)
    return Estimate(figure())


def _of_one_factor(
    items: Items, method: Extraction, figure: Callable[[Solution], float]
) -> Estimate:
    if reason := trouble(items):
        return missing(reason)
    one = factors(items, 1, method)
    if one.reason and one.reason is not Reason.AT_LIMIT:
        return missing(one.reason)
    return Estimate(figure(one), reason=one.reason)


def _quotient(above: Floats, below: Floats) -> Floats:
    found: Floats = np.full(len(above), nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
