"""Shares and their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]


def share(hits: npt.ArrayLike, base: npt.ArrayLike) -> Floats:
    """Return hits / base, elementwise; nan where the base is 0."""
    x, n = np.asarray(hits, float), np.asarray(base, float)
    out: Floats = np.full(np.broadcast(x, n).shape, np.nan)
    np.divide(x, n, out=out, where=n > 0)
    return out


def wilson(
    hits: npt.ArrayLike, base: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the Wilson score interval (low, high) of hits / base, elementwise.

    nan where the base is 0. Wilson (1927), JASA 22:209, without continuity correction.
    """
    n: Any = np.asarray(base, float)
    p: Any = share(hits, base)
    z = float(ndtri(0.5 + confidence / 2))
    safe = np.where(n > 0, n, np.nan)
    middle = p + z * z / (2 * safe)
    half = z * np.sqrt(p * (1 - p) / safe + z * z / (4 * safe * safe))
    scale = 1 + z * z / safe
    low, high = (middle - half) / scale, (middle + half) / scale
    # At 0 and n hits the bound is exactly 0 or 1; rounding must not push it past.
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
