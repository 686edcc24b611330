"""Linear and logistic regression of a designed sample: R ``survey::svyglm``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, fdtrc, stdtr, xlog1py, xlogy

from analysis.statistics.design.estimates import Estimates, known, quantile_t
from analysis.statistics.design.sample import Sample
from analysis.statistics.results import Floats, Reason, Result

Family = Literal["gaussian", "binomial"]
#: R's ``glm.control``: steps of iteratively reweighted least squares, and when they may stop.
MOST_STEPS, EPSILON = 25, 1e-8
#: A column whose part that no other column explains is shorter than this follows from the others.
DEPENDENT = 1e-11
#: R's ``binomial`` keeps fitted shares this far from 0 and 1.
TINY = float(np.finfo(float).eps)
#: Beyond these log odds a fitted share is 0 or 1 to the last digit: the outcome is separated.
CERTAIN = 30.0


@dataclass(frozen=True, eq=False)
class Regression:
    """k coefficients in the order of the columns, as R ``summary(svyglm(...))`` has them.

    ``coefficients`` holds values and covariance; ``naive`` (k, k) is R's ``naive.cov``, which
    ignores the design; ``df`` is R's ``df.residual`` (degf + 1 - k); ``t`` and ``p`` (k,);
    ``dispersion`` is the population variance of the Pearson residuals, as R's summary prints it.
    """

    coefficients: Estimates
    naive: Floats
    df: float
    t: Floats
    p: Floats
    dispersion: float
    reason: Reason | None = None

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the Wald interval with the residual degrees of freedom; R ``confint``."""
        half = quantile_t(0.5 + confidence / 2, self.df) * self.coefficients.se
        return self.coefficients.values - half, self.coefficients.values + half

    def wald(self, columns: list[int]) -> Result:
        """Return the test that these coefficients are 0; R ``regTermTest(method = "Wald")``."""
        beta = self.coefficients.values[columns]
        part = self.coefficients.covariance[np.ix_(columns, columns)]
        n, k = self.coefficients.n, float(len(columns))
        if self.reason or not self.df > 0:
            return Result("wald", n, reason=self.reason or Reason.TOO_FEW)
        if np.linalg.matrix_rank(part, hermitian=True) < k:
            return Result("wald", n, reason=Reason.SINGULAR)
        f = float(beta @ np.linalg.solve(part, beta)) / k
        return Result("wald", n, f, (k, self.df), float(fdtrc(k, self.df, f)))


def regression(
    sample: Sample, outcome: npt.ArrayLike, predictors: npt.ArrayLike, family: Family = "gaussian"
) -> Regression:
    """Return the regression of ``outcome`` (n,) on ``predictors`` (n, k); R ``svyglm``.

    The columns of ``predictors`` are those of the model matrix: put a column of ones first for the
    intercept. ``binomial`` is the logistic regression of an outcome of 0 and 1 (R
    ``quasibinomial``), with the start and the stopping rule of R's ``glm``. Rows with a missing
    value are left out. Covariance: linearised, or from the replicates (Binder 1983, International
    Statistical Review 51:279). A column that follows from others gives SINGULAR, where R drops one;
    a separated outcome gives AT_LIMIT.
    """
    fit = _FITS[family]
    table, within = known(sample, np.column_stack([outcome, predictors]))
    y, x = table[:, 0], table[:, 1:]
    if family == "binomial" and not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("the outcome of a logistic regression is 0 or 1")
    reason = within.reason or (Reason.NEGATIVE_WEIGHTS if (within.weights < 0).any() else None)
    if reason:
        return _no_fit(within, x.shape[1], reason)
    weights = within.weights / (sample.weights.sum() / sample.size)
    whole = fit(y, x, weights, None)
    if whole.reason:
        return _no_fit(within, x.shape[1], whole.reason)
    naive: Floats = np.linalg.inv((x * whole.working[:, np.newaxis]).T @ x).astype(float)
    score = whole.working * (y - whole.fitted) / whole.slope
    covariance, lost = within.covariance(
        lambda w: fit(y, x, w / w.sum(), whole.beta).beta,
        lambda: np.asarray((x * score[:, np.newaxis]) @ naive),
    )
    n, beta = int(np.count_nonzero(weights)), whole.beta
    found = Estimates(beta, covariance, np.full(beta.size, nan), within.df, n, lost)
    df = within.df + 1 - beta.size
    t = np.divide(beta, found.se, out=np.full(beta.size, nan), where=found.se > 0)
    p = 2 * stdtr(df, -np.abs(t)) if df > 0 else np.full(beta.size, nan)
    spread = _dispersion((y - whole.fitted) / np.sqrt(whole.slope), within)
    few = None if df > 0 else Reason.TOO_FEW
    return Regression(found, naive, df, t, np.asarray(p), spread, lost or few)


def t_test(sample: Sample, values: npt.ArrayLike, second: npt.ArrayLike) -> Result:
    """Return the test that two groups have the same mean; R ``svyttest(x ~ g, design)``.

    ``second`` (n,) is 0 or 1; the estimate is the mean of the second group less that of the first,
    with degrees of freedom degf - 1.
    """
    group = np.asarray(second, float)
    found = regression(sample, values, np.column_stack([np.ones(group.size), group]))
    n = found.coefficients.n
    if found.reason:
        return Result("design_t", n, reason=found.reason)
    estimate = found.coefficients.one(1, df=found.df)
    return Result("design_t", n, float(found.t[1]), (found.df,), float(found.p[1]), estimate)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Coefficients (k,), fitted values (n,), the derivative of the mean there (which is also the
    variance of an outcome), and the working weights (n,) of the last step."""

    beta: Floats
    fitted: Floats
    slope: Floats
    working: Floats
    reason: Reason | None = None


def _linear(y: Floats, x: Floats, weights: Floats, start: Floats | None) -> _Fit:
    beta, reason = _least_squares(x, y, weights)
    return _Fit(beta, x @ beta, np.ones(y.size), weights, reason)


def _logistic(y: Floats, x: Floats, weights: Floats, start: Floats | None) -> _Fit:
    """Iteratively reweighted least squares, step for step R ``glm.fit``.

    R stops when the deviance changes by less than 1e-8 of itself, and takes its standard errors
    from the weights before the last step; so does this.
    """
    share = (weights * y + 0.5) / (weights + 1) if start is None else expit(x @ start)
    share = np.clip(share, TINY, 1 - TINY)
    log_odds = np.log(share) - np.log1p(-share)
    deviance = _deviance(y, share, weights)
    used = weights > 0
    for _ in range(MOST_STEPS):
        slope = share * (1 - share)
        working = weights * slope
        target = log_odds + np.divide(y - share, slope, out=np.zeros(y.size), where=used)
        beta, reason = _least_squares(x, target, working)
        if reason:
            return _unfit(y, x, reason)
        log_odds = x @ beta
        if np.abs(log_odds[used]).max() > CERTAIN:
            return _unfit(y, x, Reason.AT_LIMIT)
        share = np.clip(expit(log_odds), TINY, 1 - TINY)
        before, deviance = deviance, _deviance(y, share, weights)
        if abs(deviance - before) / (abs(deviance) + 0.1) < EPSILON:
            return _Fit(beta, share, share * (1 - share), working)
    return _unfit(y, x, Reason.NOT_CONVERGED)


def _deviance(y: Floats, share: Floats, weights: Floats) -> float:
    return -2 * float(weights @ (xlogy(y, share) + xlog1py(1 - y, -share)))


def _least_squares(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Reason | None]:
    """The weighted least squares solution; SINGULAR where a column follows from others."""
    root = np.sqrt(np.maximum(weights, 0.0))
    scaled = x * root[:, np.newaxis]
    length = np.sqrt((scaled**2).sum(axis=0))
    if len(x) < x.shape[1] or not (length > 0).all():
        return np.full(x.shape[1], nan), Reason.SINGULAR
    q, r = np.linalg.qr(scaled)
    if (np.abs(np.diag(r)) < DEPENDENT * length).any():
        return np.full(x.shape[1], nan), Reason.SINGULAR
    return np.linalg.solve(r, q.T @ (y * root)), None


def _unfit(y: Floats, x: Floats, reason: Reason) -> _Fit:
    empty = np.full(y.size, nan)
    return _Fit(np.full(x.shape[1], nan), empty, empty, empty, reason)


def _dispersion(residual: Floats, sample: Sample) -> float:
    """R ``svyvar`` of the Pearson residuals."""
    n, share = int(np.count_nonzero(sample.weights)), sample.weights / sample.weights.sum()
    return float(share @ (residual - share @ residual) ** 2 * n / (n - 1)) if n > 1 else nan


def _no_fit(sample: Sample, k: int, reason: Reason) -> Regression:
    empty, n = np.full(k, nan), int(np.count_nonzero(sample.weights))
    found = Estimates(empty, np.full((k, k), nan), empty, sample.df, n, reason)
    return Regression(found, found.covariance, nan, empty, empty, nan, reason)


_FITS: dict[Family, Callable[[Floats, Floats, Floats, Floats | None], _Fit]] = {
    "gaussian": _linear,
    "binomial": _logistic,
}
