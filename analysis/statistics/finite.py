"""The share among all people of a unit when only some of them answered.

Of N = n + m people n answered, x of them negatively; how many of the other m would have is
beta-binomial, given what the unit's own share may be (Ericson 1969, JRSS B 31:195). This is the
finite population correction: with nobody left to ask nothing is uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln

from analysis.statistics.betabinomial import Beta
from analysis.statistics.results import Floats, Integers, divided

#: So many who did not answer are summed over one by one; more are taken as a Beta distribution.
MOST = 500


@dataclass(frozen=True, eq=False)
class Finite:
    """C groups of people: (C,) ``negative`` of ``valid`` answers, ``unheard`` who did not answer.

    ``share`` are the (C,) distributions of what the unit's own share may be.
    """

    negative: Floats
    valid: Floats
    unheard: Floats
    share: Beta

    @property
    def mean(self) -> Floats:
        """(x + m E p) / (n + m); nan where there is nobody."""
        return divided(self.negative + self.unheard * self.share.mean, self.valid + self.unheard)

    def above(self, cut: Fraction, strict: bool = True) -> Floats:
        """Return P(share > cut), or P(share >= cut) unless ``strict``; exact at the cut."""
        needed = np.array([
            floor(reached) + 1 if strict else ceil(reached)
            for reached in (
                int(n + m) * cut - int(x)
                for x, n, m in zip(self.negative, self.valid, self.unheard, strict=True)
            )
        ], np.int64)  # fmt: skip
        found = np.where(needed > self.unheard, 0.0, 1 - self._reached(needed - 1))
        return np.asarray(np.where(needed <= 0, 1.0, found))

    def interval(self, confidence: float = 0.95) -> tuple[Floats, Floats]:
        """Return the equal-tailed interval of the share; its ends are shares that can occur."""
        tail = (1 - confidence) / 2
        return self._quantile(tail), self._quantile(1 - tail)

    def _quantile(self, level: float) -> Floats:
        many = np.round(self._nearly.quantile(level) * self.unheard)
        many[self._few] = (self._below < level - 1e-12).sum(axis=1)
        return divided(self.negative + np.minimum(many, self.unheard), self.valid + self.unheard)

    def _reached(self, count: Integers) -> Floats:
        """(C,) P(Y <= count)."""
        found = self._nearly.below(np.clip(divided(count + 0.5, self.unheard), 0, 1))
        last = np.clip(count[self._few], 0, self._below.shape[1] - 1)
        found[self._few] = np.take_along_axis(self._below, last[:, np.newaxis], 1)[:, 0]
        return found

    @property
    def _few(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.unheard <= MOST)

    @cached_property
    def _nearly(self) -> Beta:
        """(C,) the Beta distribution with the mean and the variance of Y / m."""
        a, b, m = self.share.a, self.share.b, np.maximum(self.unheard, 1)
        mean, total = a / (a + b), a + b
        # Var Y / m² is mean (1 - mean) / (precision + 1) with this precision.
        precision = (total + 1) * m / (total + m) - 1
        precision = np.maximum(precision, 1e-9)
        return Beta(mean * precision, (1 - mean) * precision)

    @cached_property
    def _below(self) -> Floats:
        """(F, M + 1) P(Y <= y) of the F groups in which few did not answer, y = 0 .. the most."""
        m = self.unheard[self._few, np.newaxis]
        a, b = (part[self._few, np.newaxis] for part in self.share)
        y = np.arange(int(m.max(initial=0)) + 1)
        left = np.maximum(m - y, 0)
        ways = gammaln(m + 1) - gammaln(y + 1.0) - gammaln(left + 1)
        logs = ways + betaln(a + y, b + left) - betaln(a, b)
        return np.asarray(np.cumsum(np.where(y <= m, np.exp(logs), 0.0), axis=1))
