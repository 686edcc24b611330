"""What a survey can show: power, sample sizes, the smallest difference that can be seen."""

from __future__ import annotations

from math import ceil, inf, nan, sqrt

from scipy.optimize import brentq
from scipy.special import fdtri, ncfdtr, nctdtr, ndtr, ndtri, stdtrit

from analysis.statistics.results import Estimate, Reason


def power_two_shares(
    p1: float, p2: float, n1: float, n2: float | None = None, alpha: float = 0.05
) -> float:
    """Return the power of the two-sided z-test of two shares; R ``power.prop.test``.

    Φ((|p1 - p2| - z sqrt(p q (1/n1 + 1/n2))) / sqrt(p1 q1 / n1 + p2 q2 / n2)) with the pooled share
    p; the tail on the wrong side is left out, as R does by default. ``n2`` is n1 unless given.
    nan where a sample is empty.
    """
    second = n1 if n2 is None else n2
    if min(n1, second) <= 0:
        return nan
    pooled = (n1 * p1 + second * p2) / (n1 + second)
    null = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / second))
    spread = sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / second)
    beyond = abs(p1 - p2) - float(ndtri(1 - alpha / 2)) * null
    if spread == 0:
        return 1.0 if beyond > 0 else 0.0
    return float(ndtr(beyond / spread))


def sample_size_two_shares(
    p1: float, p2: float, power: float = 0.8, alpha: float = 0.05
) -> Estimate:
    """Return n per group for ``power``, not rounded; R ``power.prop.test``, solved exactly.

    ((z_α sqrt(2 p q) + z_β sqrt(p1 q1 + p2 q2)) / (p1 - p2))². Out of reach where p1 = p2.
    """
    if p1 == p2:
        return Estimate(nan, reason=Reason.OUT_OF_REACH)
    middle = (p1 + p2) / 2
    null = float(ndtri(1 - alpha / 2)) * sqrt(2 * middle * (1 - middle))
    spread = float(ndtri(power)) * sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return Estimate(((null + spread) / (p1 - p2)) ** 2)


def detectable_share(
    p1: float,
    n1: float,
    n2: float | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
    higher: bool = True,
) -> Estimate:
    """Return the share nearest to p1, above it or below, that is told apart with ``power``.

    The inverse of ``power_two_shares``; out of reach where not even 1 (or 0) is.
    """
    far = 1.0 if higher else 0.0

    def lack(p2: float) -> float:
        return power_two_shares(p1, p2, n1, n2, alpha) - power

    if not lack(far) >= 0:
        return Estimate(nan, reason=Reason.OUT_OF_REACH)
    return Estimate(float(brentq(lack, p1, far, xtol=1e-14, rtol=1e-14)))


def power_t(
    n: float, difference: float, sd: float = 1.0, alpha: float = 0.05, samples: int = 2
) -> float:
    """Return the power of the two-sided t-test with n in each group; R ``power.t.test``.

    ``samples`` is 2 for two groups, 1 for one group or pairs (sd then of the differences). The tail
    on the wrong side is left out, as R does by default. nan below two in a group.
    """
    if n < 2 or sd <= 0:
        return nan
    df = (n - 1) * samples
    shift = sqrt(n / samples) * abs(difference) / sd
    return 1 - float(nctdtr(df, shift, stdtrit(df, 1 - alpha / 2)))


def power_anova(n: float, groups: int, between: float, within: float, alpha: float = 0.05) -> float:
    """Return the power of the analysis of variance with n in each group; R ``power.anova.test``.

    ``between`` is the variance of the group means (denominator groups - 1), ``within`` that of the
    answers in a group. nan below two groups or answers.
    """
    if groups < 2 or n < 2 or within <= 0:
        return nan
    df1, df2 = groups - 1, (n - 1) * groups
    noncentral = df1 * n * between / within
    return 1 - float(ncfdtr(df1, df2, noncentral, fdtri(df1, df2, 1 - alpha)))


def margin_of_error(
    share: float, n: float, population: float = inf, confidence: float = 0.95
) -> float:
    """Return half the normal interval: z sqrt(p q / n), times sqrt((N - n) / (N - 1)) of N people.

    nan where nobody answered; 0 where everybody did. Cochran (1977), Sampling Techniques, 3.2.
    """
    if n <= 0:
        return nan
    z = float(ndtri(0.5 + confidence / 2))
    return z * sqrt(share * (1 - share) / n) * sqrt(finite_population(n, population))


def finite_population(n: float, population: float = inf) -> float:
    """Return (N - n) / (N - 1), what drawing from only N people leaves of the variance of a share.

    1 for an endless population, 0 where everybody is in the sample.
    """
    if population == inf:
        return 1.0
    return max(0.0, (population - n) / (population - 1)) if population > 1 else 0.0


def sample_size_share(
    margin: float, share: float = 0.5, population: float = inf, confidence: float = 0.95
) -> Estimate:
    """Return the answers needed for a margin of error, not rounded: n0 / (1 + (n0 - 1) / N).

    n0 = z² p q / margin². Cochran (1977), Sampling Techniques, 4.4. See ``whole`` for people. Out
    of reach where the margin is not positive.
    """
    if margin <= 0 or population <= 0:
        return Estimate(nan, reason=Reason.OUT_OF_REACH)
    endless = float(ndtri(0.5 + confidence / 2)) ** 2 * share * (1 - share) / margin**2
    return Estimate(endless if population == inf else endless / (1 + (endless - 1) / population))


def whole(size: Estimate) -> int | None:
    """Return the number of people that a sample size asks for; None where there is none."""
    # A size that is whole but for rounding asks for nobody more.
    return None if size.reason else ceil(size.value - 1e-9)
