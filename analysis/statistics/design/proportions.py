"""Intervals of a share in a designed sample: R ``survey::svyciprop``, all its methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, log, nan, sin, sqrt

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.special import betaincinv, expit, fdtri, ndtr, ndtri, xlogy

from analysis.statistics.design.estimates import Estimates, known, mean, quantile_t
from analysis.statistics.design.regression import Regression, regression
from analysis.statistics.design.sample import Sample
from analysis.statistics.results import Estimate, Floats, Reason

Ends = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Asked:
    """The share of ones in ``x`` (n, 1) of a sample without missing rows; ``df`` and ``rows`` are
    those of the sample before they were left out, which is what R takes."""

    sample: Sample
    x: Floats
    shares: Estimates
    df: float
    rows: int
    confidence: float

    @property
    def value(self) -> float:
        """The share."""
        return float(self.shares.values[0])

    @property
    def t(self) -> float:
        """The quantile of Student's t that the interval reaches to."""
        return quantile_t(0.5 + self.confidence / 2, self.df)

    @property
    def half(self) -> float:
        """Half the symmetric interval of the share."""
        return self.t * float(self.shares.se[0])


#: Points of R's profile: steps to either side, and steps until the bound is reached.
MOST_STEPS, STEPS_TO_BOUND = 9, 5


def proportion(
    sample: Sample, values: npt.ArrayLike, method: str = "logit", confidence: float = 0.95
) -> Estimate:
    """Return the share of ones in a column (n,) of 0 and 1 with its interval; R ``svyciprop``.

    ``method`` is one of ``METHODS``; KeyError for another. ``logit`` (R's default) is symmetric on
    the logit scale; ``likelihood`` inverts the Rao-Scott scaled likelihood ratio, on R's grid;
    ``asin`` is symmetric after the variance-stabilising transformation; ``beta`` is
    Clopper-Pearson with the effective sample size of Korn and Graubard (1998), Survey Methodology
    24:193; ``mean`` is symmetric; ``xlogit`` is the logit of the mean by the delta method. Degrees
    of freedom are those of the design. ``se`` is that of the share.
    """
    found = METHODS[method]
    x, within = known(sample, values)
    if not np.isin(x, (0.0, 1.0)).all():
        raise ValueError("a share is of ones among zeros and ones")
    shares = mean(within, x)
    if shares.reason:
        value = float(shares.values[0])
        return Estimate(value, confidence=confidence, reason=shares.reason)
    p, se = float(shares.values[0]), float(shares.se[0])
    if not 0 < p < 1 and method != "mean":
        return Estimate(p, se=se, confidence=confidence, reason=Reason.ALL_OR_NONE)
    if not sample.df > 0:
        return Estimate(p, se=se, confidence=confidence, reason=Reason.TOO_FEW)
    low, high = found(Asked(within, x, shares, sample.df, sample.size, confidence))
    lost = Reason.AT_LIMIT if np.isnan(low) or np.isnan(high) else None
    return Estimate(p, low, high, se, confidence, lost)


def _logit(asked: Asked) -> Ends:
    found = _intercept(asked).coefficients
    low, high = found.interval(asked.confidence, asked.df)
    return float(expit(low[0])), float(expit(high[0]))


def _intercept(asked: Asked) -> Regression:
    """The log odds as R has them: ``svyglm(x ~ 1, family = quasibinomial)``."""
    return regression(asked.sample, asked.x[:, 0], np.ones_like(asked.x), "binomial")


def _mean(asked: Asked) -> Ends:
    return asked.value - asked.half, asked.value + asked.half


def _xlogit(asked: Asked) -> Ends:
    p = asked.value
    middle, half = log(p / (1 - p)), asked.half / (p * (1 - p))
    return float(expit(middle - half)), float(expit(middle + half))


def _asin(asked: Asked) -> Ends:
    p = asked.value
    middle, half = asin(sqrt(p)), asked.half / (2 * sqrt(p * (1 - p)))
    return sin(middle - half) ** 2, sin(middle + half) ** 2


def _beta(asked: Asked) -> Ends:
    p, variance = asked.value, float(asked.shares.covariance[0, 0])
    tail = (1 - asked.confidence) / 2
    if variance <= 0 or asked.rows < 2:
        return nan, nan
    wider = quantile_t(tail, asked.rows - 1) / quantile_t(tail, asked.df)
    n = p * (1 - p) / variance * wider**2
    low = betaincinv(n * p, n * (1 - p) + 1, tail)
    high = betaincinv(n * p + 1, n * (1 - p), 1 - tail)
    return float(low), float(high)


def _likelihood(asked: Asked) -> Ends:
    """As R has it: the signed root of the deviance at up to nine steps either side, a cubic spline
    through them, sampled three times as densely, and straight lines between those."""
    found, n = _intercept(asked), asked.sample.size
    middle, se = float(found.coefficients.values[0]), float(found.coefficients.se[0])
    inflation = se / sqrt(float(found.naive[0, 0]))
    level = float(ndtr(-asked.t * inflation)) / 2
    if n < 2 or not se > 0 or not level > 0:
        return nan, nan
    ones = asked.value * n

    def deviance(log_odds: float) -> float:
        share = float(expit(log_odds))
        return -2 * float(xlogy(ones, share) + xlogy(n - ones, 1 - share))

    bound = sqrt(float(fdtri(1, n - 1, 1 - level)))
    at, root = [middle], [0.0]
    for sign in (-1, 1):
        for step in range(1, MOST_STEPS + 1):
            at.append(middle + sign * step * bound / STEPS_TO_BOUND * se)
            excess = max((deviance(at[-1]) - deviance(middle)) / found.dispersion, 0.0)
            root.append(sign * sqrt(excess))
            if abs(root[-1]) >= bound:
                break
    order = np.argsort(root, kind="stable")
    x, y, cutoff = np.array(at)[order], np.array(root)[order], abs(float(ndtri(2 * level)))
    usable = len(x) > 3 and np.isfinite(x).all() and np.isfinite(y).all()
    return _interpolated(x, y, cutoff) if usable and (np.diff(x) > 0).all() else (nan, nan)


def _interpolated(at: Floats, root: Floats, cutoff: float) -> Ends:
    """Where R's ``approx`` of its ``spline(at, root)`` reaches -cutoff and cutoff."""
    dense = np.linspace(at[0], at[-1], 3 * at.size)
    curve = _fmm_spline(at, root)(dense)
    low, high = np.interp([-cutoff, cutoff], curve, dense, left=nan, right=nan)
    return float(expit(low)), float(expit(high))


def _fmm_spline(x: Floats, y: Floats) -> CubicSpline:
    """R's default spline (Forsythe, Malcolm and Moler 1977): at the ends it has the third
    derivative of the cubic through the four outermost points."""
    ends = [6 * _divided_difference(x[part], y[part]) for part in (slice(0, 4), slice(-4, None))]
    # The second derivatives solve a tridiagonal system whose first and last rows are the ends.
    h, n = np.diff(x), x.size
    system = np.zeros((n, n))
    right = np.zeros(n)
    inner = np.arange(1, n - 1)
    system[inner, inner - 1], system[inner, inner + 1] = h[:-1], h[1:]
    system[inner, inner] = 2 * (h[:-1] + h[1:])
    right[1:-1] = 6 * np.diff(np.diff(y) / h)
    system[0, :2], right[0] = (-1, 1), ends[0] * h[0]
    system[-1, -2:], right[-1] = (-1, 1), ends[1] * h[-1]
    bends = np.linalg.solve(system, right)
    return CubicSpline(x, y, bc_type=((2, bends[0]), (2, bends[-1])))


def _divided_difference(x: Floats, y: Floats) -> float:
    for width in range(1, x.size):
        y = np.diff(y) / (x[width:] - x[:-width])
    return float(y[0])


Method = Callable[[Asked], Ends]
#: The intervals by name, as R names them.
METHODS: dict[str, Method] = {
    "logit": _logit,
    "likelihood": _likelihood,
    "asin": _asin,
    "beta": _beta,
    "mean": _mean,
    "xlogit": _xlogit,
}
