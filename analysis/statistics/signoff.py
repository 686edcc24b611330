"""Is a problem mended? What the wave after a rectification says, beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.statistics.betabinomial import Beta
from analysis.statistics.ranking import chance_of_less
from analysis.statistics.results import Floats

Flags = npt.NDArray[np.bool_]
#: How sure one must be, of either.
SURE = 0.90


@dataclass(frozen=True, eq=False)
class SignOff:
    """(U,) the chance that each share is below the cut now, and lower than it was; nan unknown."""

    below_cut: Floats
    fallen: Floats
    sure: float

    @property
    def mended(self) -> Flags:
        """Both are sure enough. A share that is not known is not mended."""
        return np.asarray((self.below_cut >= self.sure) & (self.fallen >= self.sure))


def sign_off(before: Beta, after: Beta, cut: float, sure: float = SURE) -> SignOff:
    """Return P(p_after < cut) and P(p_after < p_before), (U,) each, of two independent waves.

    Waves of anonymous surveys cannot be linked, so they are independent samples (Newcombe's problem
    with the shrunk shares of ``shrinkage`` or ``betabinomial`` in place of raw ones).
    """
    known = np.isfinite(before.a) & np.isfinite(after.a)
    below: Floats = np.full(known.shape, np.nan)
    fallen: Floats = np.full(known.shape, np.nan)
    if known.any():
        first, second = (Beta(wave.a[known], wave.b[known]) for wave in (before, after))
        below[known], fallen[known] = second.below(cut), chance_of_less(second, first)
    return SignOff(below, fallen, sure)
