"""Rows of small codes as keys: equal rows have equal keys, and nothing else does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.statistics.results import Integers

Codes = npt.NDArray[np.integer]
Keys = npt.NDArray[np.uint64]

#: Bits of one word of a key.
WORD = 64


def keys(codes: Codes) -> Keys:
    """Return (n,) keys of rows (n, K) of codes that are not negative.

    The codes of a row are packed side by side into words of 64 bits; where they need several, the
    words are numbered, so a key is exact however long the row.
    """
    table = np.asarray(codes)
    n, width = table.shape
    bits = max(1, int(table.max(initial=0)).bit_length())
    per_word = WORD // bits
    found: Keys = np.zeros(n, np.uint64)
    for start in range(0, width, per_word):
        word: Keys = np.zeros(n, np.uint64)
        for column in range(start, min(start + per_word, width)):
            word = (word << np.uint64(bits)) | table[:, column].astype(np.uint64)
        found = word if start == 0 else _paired(found, word)
    return found


def shared(key: Keys) -> Integers:
    """Return (n,) how many rows have the key of each, itself among them."""
    order = np.argsort(key)
    rising = key[order]
    first = np.flatnonzero(rising[1:] != rising[:-1]) + 1
    ends = np.concatenate([[0], first, [key.size]]) if key.size else np.zeros(1)
    sizes = np.diff(ends).astype(np.int64)
    found = np.empty(key.size, np.int64)
    found[order] = np.repeat(sizes, sizes)
    return found


def _paired(first: Keys, second: Keys) -> Keys:
    _, high = np.unique(first, return_inverse=True)
    _, low = np.unique(second, return_inverse=True)
    return (high.astype(np.uint64) << np.uint64(32)) | low.astype(np.uint64)
