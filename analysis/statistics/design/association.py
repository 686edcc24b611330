"""Association of two variables in a designed sample: R ``survey::svychisq``."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc

from analysis.statistics.design.estimates import Estimates, indicators, mean, total
from analysis.statistics.design.sample import Booleans, Sample
from analysis.statistics.results import Floats, Integers, Reason, Result

#: R's names: F is Rao and Scott's second order correction, Chisq their first, as R defines them.
Statistic = Literal["F", "Chisq", "Wald", "adjWald"]


def rao_scott(
    sample: Sample, rows: npt.ArrayLike, columns: npt.ArrayLike, statistic: Statistic = "F"
) -> Result:
    """Return the test that two variables are independent; R ``svychisq(~r + c, design)``.

    ``rows`` and ``columns`` (n,) are codes 0.. with negative codes for missing. Pearson's
    chi-square X² of the weighted table (scaled to the n rows) is compared with what the design
    makes of its distribution, a sum of weighted chi-squares (Rao and Scott 1984, Annals of
    Statistics 12:46). ``F``: X² / tr(D) with d0 = tr(D)² / tr(D²) and d0 nu degrees of freedom.
    ``Chisq``: X² itself, with p from X² / mean(D) on (R-1)(C-1). ``Wald`` and ``adjWald``: the Wald
    statistics of Koch, Freeman and Freeman (1975), International Statistical Review 43:59. Rows
    and columns nobody is in are left out.
    """
    given = _column(sample, rows), _column(sample, columns)
    within = sample.where((given[0] >= 0) & (given[1] >= 0))
    r, c = (_places(column, within.weights != 0) for column in given)
    nr, nc = int(r.max(initial=-1)) + 1, int(c.max(initial=-1)) + 1
    n = int(np.count_nonzero(within.weights))
    method = f"rao_scott_{statistic.lower()}" if statistic in ("F", "Chisq") else statistic.lower()
    if within.reason:
        return Result(method, n, reason=within.reason)
    if nr < 2 or nc < 2:
        return Result(method, n, reason=Reason.ONE_CATEGORY)
    both = np.where((r >= 0) & (c >= 0), r * nc + c, -1)
    if statistic in ("Wald", "adjWald"):
        return _wald(total(within, indicators(both, nr * nc)), nr, nc, statistic, method)
    cells = mean(within, indicators(both, nr * nc))
    return _corrected(cells, nr, nc, statistic, method, sample.size)


def _corrected(
    cells: Estimates, nr: int, nc: int, statistic: Statistic, method: str, rows: int
) -> Result:
    if cells.reason:
        return Result(method, cells.n, reason=cells.reason)
    p = cells.values.reshape(nr, nc)
    expected = np.outer(p.sum(axis=1), p.sum(axis=0))
    if not (expected > 0).all():
        return Result(method, cells.n, reason=Reason.NEGATIVE_WEIGHTS)
    pearson = rows * float(((p - expected) ** 2 / expected).sum())
    delta = _design_effects(cells, nr, nc) * rows
    trace = float(np.trace(delta))
    if not trace > 0:
        return Result(method, cells.n, reason=Reason.NO_SPREAD)
    if statistic == "Chisq":
        df = float((nr - 1) * (nc - 1))
        return Result(method, cells.n, pearson, (df,), float(chdtrc(df, pearson * df / trace)))
    d0 = trace**2 / float(np.trace(delta @ delta))
    if not cells.df > 0:
        return Result(method, cells.n, reason=Reason.TOO_FEW)
    f = pearson / trace
    return Result(method, cells.n, f, (d0, d0 * cells.df), float(fdtrc(d0, d0 * cells.df, f)))


def _design_effects(cells: Estimates, nr: int, nc: int) -> Floats:
    """The matrix of generalised design effects of the interaction, times 1 / rows.

    Its eigenvalues do not depend on which contrasts are taken; these compare with the first.
    """
    contrasts = np.kron(_contrasts(nr), _contrasts(nc))
    inverse = np.where(cells.values > 0, 1 / np.where(cells.values > 0, cells.values, 1), 0.0)
    scaled = contrasts * inverse[:, np.newaxis]
    simple = contrasts.T @ scaled
    drawn = scaled.T @ cells.covariance @ scaled
    return np.asarray(np.linalg.lstsq(simple, drawn, rcond=None)[0])


def _contrasts(levels: int) -> Floats:
    return np.vstack([-np.ones(levels - 1), np.eye(levels - 1)])


def _wald(cells: Estimates, nr: int, nc: int, statistic: Statistic, method: str) -> Result:
    if cells.reason:
        return Result(method, cells.n, reason=cells.reason)
    table = cells.values.reshape(nr, nc)
    row, column, size = table.sum(axis=1), table.sum(axis=0), float(table.sum())
    away = (table - np.outer(row, column) / size).ravel()
    # The derivative of every residual with respect to every cell.
    same_row = np.kron(np.eye(nr), np.ones((nc, nc)))
    same_column = np.kron(np.ones((nr, nr)), np.eye(nc))
    expected = np.outer(row, column).ravel() / size**2
    slope = np.eye(nr * nc) - same_row * np.tile(column, nr)[:, np.newaxis] / size
    slope = slope - same_column * np.repeat(row, nc)[:, np.newaxis] / size + expected[:, np.newaxis]
    used = np.arange(nr * nc).reshape(nr, nc)[1:, 1:].ravel()
    covariance = (slope @ cells.covariance @ slope.T)[np.ix_(used, used)]
    df, nu = float(used.size), cells.df
    if np.linalg.matrix_rank(covariance, hermitian=True) < df:
        return Result(method, cells.n, reason=Reason.SINGULAR)
    form = float(away[used] @ np.linalg.solve(covariance, away[used]))
    rest = nu if statistic == "Wald" else nu - df + 1
    if not rest > 0:
        return Result(method, cells.n, reason=Reason.TOO_FEW)
    f = form / df if statistic == "Wald" else form * rest / (df * nu)
    return Result(method, cells.n, f, (df, rest), float(fdtrc(df, rest, f)))


def _column(sample: Sample, codes: npt.ArrayLike) -> Integers:
    column = np.asarray(codes)
    if column.shape != sample.weights.shape:
        raise ValueError("one code for every row of the sample is needed")
    return column


def _places(column: Integers, used: Booleans) -> Integers:
    """Codes 0..K-1 of the categories that somebody in use has; -1 for all others."""
    found = np.unique(column[used])
    return np.where(np.isin(column, found), np.searchsorted(found, column), -1)
