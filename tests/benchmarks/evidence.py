"""How long the evidence of a negative list takes.

    python -m tests.benchmarks.evidence [--json]

Milliseconds, the best of several, for 19 items in 18 units of 8-20 answers, in 138 units of 5-30,
and in 138 units of 6,000-8,000; and the ratio to one exponential of each of the J x U cells times
1,000, which stands for the speed of the machine. ``search`` is what the fit costs with a general
optimiser, item by item.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln, expit

from analysis.evidence import Cut, assess, evidence
from analysis.statistics import betabinomial
from analysis.statistics.shrinkage import shrink
from tests.benchmarks.definitions import fastest

Counts = npt.NDArray[np.int64]
ITEMS = 19
SURVEYS = {"18 small": (18, 8, 20), "138 small": (138, 5, 30), "138 large": (138, 6000, 8000)}


def drawn(units: int, low: int, high: int) -> tuple[Counts, Counts]:
    """Return (J, U) negative and valid answers, rho 0.08 and a mean share of 15 %."""
    draw = np.random.default_rng(1)
    n = draw.integers(low, high, (ITEMS, units))
    m = 1 / 0.08 - 1
    return draw.binomial(n, draw.beta(0.15 * m, 0.85 * m, n.shape)), n


def parts(x: Counts, n: Counts) -> Iterator[tuple[str, Callable[[], object]]]:
    """Return each part of the work by its name."""
    fitted = betabinomial.fit(x, n)
    shrunk = shrink(x, n)
    cut = Cut(Fraction(3, 10), min_valid=5)
    assessed = assess(cut, x, n)
    listed = 10 * x > 3 * n
    yield "fit", lambda: betabinomial.fit(x, n)
    yield "fit_intervals", lambda: betabinomial.posterior(x, n, fitted).interval()
    yield "search", lambda: searched(x, n)
    yield "shrink", lambda: shrink(x, n)
    yield "shrink_intervals", shrunk.interval
    yield "assess", lambda: assess(cut, x, n)
    yield "evidence", lambda: evidence(assessed, listed)


def searched(x: Counts, n: Counts) -> list[npt.NDArray[np.float64]]:
    """Fit each item with a general optimiser."""

    def height(theta: npt.NDArray[np.float64], hits: Counts, base: Counts) -> float:
        m = np.exp(theta[1])
        a, b = expit(theta[0]) * m, expit(-theta[0]) * m
        return -float((betaln(hits + a, base - hits + b) - betaln(a, b)).sum())

    return [
        minimize(height, [-1.5, 2.0], args=(hits, base), method="L-BFGS-B").x
        for hits, base in zip(x, n, strict=True)
    ]


def measured() -> dict[str, dict[str, float]]:
    """Return the milliseconds of each part in each survey."""
    found = {}
    for name, size in SURVEYS.items():
        x, n = drawn(*size)
        cells = np.repeat(x / n, 1000)
        found[name] = {"machine": fastest(lambda cells=cells: np.exp(cells))}  # type: ignore[misc]
        found[name] |= {part: fastest(work, least=0.3) for part, work in parts(x, n)}
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How long the evidence takes.")
    parser.add_argument("--json", action="store_true")
    found = measured()
    if parser.parse_args().json:
        print(json.dumps(found, indent=1))
        return
    for name, times in found.items():
        print(f"{name} (machine {times['machine']:.1f} ms)")
        for part, taken in times.items():
            if part != "machine":
                print(f"  {part:18}{taken:9.1f} ms{taken / times['machine']:9.2f} x")


if __name__ == "__main__":
    main()
