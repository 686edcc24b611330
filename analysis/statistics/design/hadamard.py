"""Hadamard matrices of zeros and ones, for balanced repeated replication."""

from __future__ import annotations

import numpy as np

from analysis.statistics.results import Integers


def hadamard(strata: int) -> Integers:
    """Return a Hadamard matrix of zeros and ones with more rows than there are strata.

    Sylvester's doubling or Paley's construction, whichever is smaller: the matrices of R
    ``survey:::hadamard`` up to 23 strata, where R begins to use a table. The first row is constant,
    and every other row is half ones.
    """
    if strata < 1:
        raise ValueError("there is no stratum")
    doubled = 4
    while doubled <= strata:
        doubled *= 2
    smallest = strata + 4 - strata % 4
    size = next((s for s in range(smallest, doubled, 4) if _is_prime(s - 1)), doubled)
    return _paley(size - 1) if size < doubled else _sylvester(doubled)


def _sylvester(size: int) -> Integers:
    matrix = np.ones((1, 1), np.int64)
    while len(matrix) < size:
        matrix = np.block([[matrix, matrix], [matrix, 1 - matrix]])
    return matrix


def _paley(prime: int) -> Integers:
    """Paley (1933), Journal of Mathematics and Physics 12:311, for a prime of the form 4m + 3."""
    squares = np.arange(prime) ** 2 % prime
    numbers = np.arange(prime)
    core = ~np.isin((numbers[:, np.newaxis] + numbers) % prime, squares)
    matrix = np.ones((prime + 1, prime + 1), np.int64)
    matrix[1:, 1:] = core
    return matrix


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, int(number**0.5) + 1))
