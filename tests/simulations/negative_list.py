"""How often the evidence of a negative list is wrong, in worlds where the truth is known.

    python -m tests.simulations.negative_list [--runs 100] [--seed 1] [--world NAME ...] [--json]

For 18 and 138 units and each world of ``tests.simulations.worlds``: flags per survey, the share of
all flags that are false with its standard error (surveys vary, not cells), the mean of each
survey's own share, the share of truly bad cells that are found, and how many 95 % intervals hold
the truth. Rules: what everybody does (the raw share, Wilson's lower bound, an exact test, with and
without Benjamini and Hochberg), and the Bayesian false discovery rate at q = .05 and .10 with the
dispersion plugged in by item, integrated by item, half-pooled and pooled; where people of one
office answer alike, also half-pooled after dividing all counts by the design effect.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from analysis.statistics import betabinomial
from analysis.statistics.bayes_fdr import flagged
from analysis.statistics.multiplicity import adjust
from analysis.statistics.proportions import wilson
from analysis.statistics.shrinkage import Pooling, shrink
from tests.simulations.worlds import CUT, SIZES, WORLDS, Survey, invented

Flags = npt.NDArray[np.bool_]
QS = (0.05, 0.10)


@dataclass(frozen=True)
class Run:
    """One rule in one survey."""

    flags: int
    false: int
    bad: int
    covered: float = float("nan")


@dataclass(frozen=True)
class Summary:
    """One rule over many surveys of one world."""

    flags: float
    """Per survey."""
    false_share: float
    """False among all flags of all surveys; nan without flags."""
    se: float
    fdp: float
    """The mean over surveys of the false share of each, 0 where it has no flags."""
    power: float
    covered: float


def simulated(world: str, units: int, runs: int, seed: int) -> dict[str, Summary]:
    """Return what each rule comes to in so many surveys of a world."""
    found: dict[str, list[Run]] = {}
    for number in range(runs):
        survey = invented(world, units, np.random.default_rng([seed, units, number]))
        bad = survey.truth > CUT
        for name, flags, covered in rules(survey):
            run = Run(int(flags.sum()), int((flags & ~bad).sum()), int(bad.sum()), covered)
            found.setdefault(name, []).append(run)
    return {name: summary(of) for name, of in found.items()}


def rules(survey: Survey) -> Iterable[tuple[str, Flags, float]]:
    """Return what each rule flags, and the share of its intervals that hold the truth."""
    x, n, none = survey.negative, survey.valid, float("nan")
    yield "raw share", x > CUT * n, none
    low, high = wilson(x, n)
    yield "Wilson", low > CUT, _covered(survey, low, high)
    p = binom.sf(x - 1, n, CUT)
    yield "exact", p < 0.05, none
    yield "exact, BH .10", adjust(p) < 0.10, none
    fitted = betabinomial.posterior(x, n, betabinomial.fit(x, n))
    yield from _at_each_q("plug-in", fitted.below(CUT), _covered(survey, *fitted.interval()))
    for pooling in Pooling:
        shrunk = shrink(x, n, pooling)
        covered = _covered(survey, *shrunk.interval())
        yield from _at_each_q(pooling.value, shrunk.below(CUT), covered)
    if survey.design_effect > 1:
        shrunk = shrink(x / survey.design_effect, n / survey.design_effect)
        yield from _at_each_q("by design effect", shrunk.below(CUT), none)


def _at_each_q(
    name: str, lfdr: npt.NDArray[np.float64], covered: float
) -> Iterable[tuple[str, Flags, float]]:
    for q in QS:
        yield f"{name} q {q:.2f}", flagged(lfdr, q), covered
    yield f"{name} confirmed", flagged(lfdr, 0.10, least=0.80), covered


def _covered(survey: Survey, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> float:
    return float(((low <= survey.truth) & (survey.truth <= high)).mean())


def summary(of: list[Run]) -> Summary:
    """Return the means; the standard error is that of a ratio of sums over surveys."""
    flags, false, bad = (
        np.array([getattr(run, name) for run in of], float) for name in ("flags", "false", "bad")
    )
    total = flags.sum()
    ratio = false.sum() / total if total else float("nan")
    size = len(of)
    se = np.sqrt(((false - ratio * flags) ** 2).sum() * size / max(1, size - 1)) / max(1.0, total)
    return Summary(
        flags=float(flags.mean()),
        false_share=float(ratio),
        se=float(se),
        fdp=float((false / np.maximum(flags, 1)).mean()),
        power=float((flags - false).sum() / max(1.0, bad.sum())),
        covered=float(np.mean([run.covered for run in of])),
    )


def _table(name: str, found: dict[str, Summary]) -> str:
    head = f"{name:28}{'flags':>8}{'false':>8}{'SE':>7}{'FDP':>7}{'power':>7}{'cover':>7}"
    rows = (
        f"{rule:28}{s.flags:8.2f}{s.false_share:8.3f}{s.se:7.3f}{s.fdp:7.3f}{s.power:7.3f}"
        f"{s.covered:7.3f}"
        for rule, s in found.items()
    )
    return "\n".join([head, *rows, ""])


def main() -> None:
    """Simulate, and print."""
    parser = argparse.ArgumentParser(description="How often the evidence is wrong.")
    parser.add_argument("--runs", type=int, default=100, help="surveys of each world and size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", nargs="+", choices=WORLDS, default=list(WORLDS))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {}
    for units in SIZES:
        for world in asked.world:
            one = simulated(world, units, asked.runs, asked.seed)
            found[f"{world} {units}"] = {rule: asdict(s) for rule, s in one.items()}
            if not asked.json:
                print(_table(f"{world}, {units} units", one), flush=True)
    if asked.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
