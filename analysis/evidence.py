"""The evidence beside the rule of a negative list: how sure one may be that a share is too high.

The rule is policy and is decided exactly; this says what chance could have done. Three questions,
each with its error rate kept over all units and items at once:

- Is the unit's own share above the cut? Shrunk shares (``statistics.shrinkage``, half-pooled) give
  the exceedance; the Bayesian false discovery rate chooses what is *confirmed*.
- Is the unit worse than all others together? An exact test with Benjamini and Hochberg, and the
  share above funnel limits that allow for the usual differences between units (with many answers
  every difference is significant); by itself that makes an entry one to *watch*.
- Could so few answers have shown it at all? Else there is *not enough evidence*.

``python -m tests.simulations.negative_list --runs 100`` tried the three ways to pool in seven
worlds, with 18 units (8-20 answers each) and 138 units (5-30), 19 items, cut 30 %. False among all
flags at q = .10, standard errors .002-.02, and "confirmed" below as the product uses it:

    world (18 / 138 units)        raw share   per item    pooled      half-pooled  confirmed
    items spread alike            .58 / .56   .20 / .12   .11 / .11   .09 / .11    .09 / .10
    unalike: rho .01 to .25       .64 / .60   .17 / .10   .11 / .09   .10 / .10    .09 / .07
    means unalike too             .51 / .49   .15 / .10   .16 / .12   .12 / .10    .11 / .07
    units good or bad, no middle  .17 / .16   .00 / .00   .00 / .00   .00 / .00    .00 / .00

With unalike items half-pooled finds as many truly bad cells as per item (.30 of them at 138 units)
where pooled finds .19, and with few units it is wrong half as often as per item. Where units hardly
differ (rho .01, or 0) it flagged nothing in 400 surveys. What no way of pooling repairs: people of
one office who answer alike, unknown to the survey. With offices of 4 and an intraclass correlation
of .15 inside them .33 / .27 of the confirmed are false. Where the design effect d is known,
``shrink(negative / d, valid / d)`` brings that to .19 / .09.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, nan

import numpy as np
import numpy.typing as npt

from analysis.figures import Evidence, Tier
from analysis.statistics.bayes_fdr import q_values
from analysis.statistics.betabinomial import Beta
from analysis.statistics.detectability import smallest_detectable
from analysis.statistics.finite import Finite
from analysis.statistics.peers import Peers, funnel, worse_than_peers
from analysis.statistics.ranking import Ranking
from analysis.statistics.results import Floats, Integers
from analysis.statistics.shrinkage import Shrunk, shrink

#: The version of the method: it changes whenever the same counts would give other figures.
METHOD = "evidence-1"
#: Of the confirmed, at most this share may be false; of the "worse than peers" alike.
FALSE_SHARE = 0.10
#: An exceedance from which an entry is likely by itself, and one below which it is clear.
LIKELY, UNLIKELY = 0.80, 0.05
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cut:
    """The share from which the rule lists an item, and the answers it asks for."""

    share: Fraction
    min_valid: int


@dataclass(frozen=True, eq=False)
class Assessed:
    """The evidence about J items in U units; everything is (J, U).

    ``negative`` and ``valid`` hold nothing that may not be shown, and all the rest follows from
    them. ``exceedance`` is P(own share > cut) and ``q`` the false share among all cells that are at
    least as likely; both are nan without enough answers, and where the cut is 0 or 1: chance puts
    every share above 0 and below 1. ``worse`` is clearly worse than the other units. ``tier`` is
    empty in cells without answers.
    """

    cut: Cut
    negative: Integers
    valid: Integers
    shrunk: Shrunk
    exceedance: Floats
    q: Floats
    peers: Peers
    worse: Flags
    tier: npt.NDArray[np.str_]

    @property
    def false_expected(self) -> float:
        """How many of the confirmed are expected to be false."""
        return float((1 - self.exceedance)[self.tier == Tier.CONFIRMED.value].sum())

    @property
    def data(self) -> str:
        """A short digest of the counts and the cut: equal figures have equal digests."""
        told = hashlib.sha256(repr((self.cut, self.valid.shape)).encode())
        for counts in (self.negative, self.valid):
            told.update(np.ascontiguousarray(counts, "<i8").tobytes())
        return told.hexdigest()[:16]


def assess(cut: Cut, negative: Integers, valid: Integers) -> Assessed:
    """Return the evidence of (J, U) counts, of which those that may not be shown are 0."""
    shrunk = shrink(negative, valid)
    enough = valid >= max(1, cut.min_valid)
    parts = enough & (0 < cut.share < 1)
    exceedance = np.where(parts, shrunk.above(float(cut.share)), nan)
    q = q_values(1 - exceedance)
    peers = worse_than_peers(negative, valid, FALSE_SHARE)
    likely = exceedance >= LIKELY
    outside = negative > valid * funnel(negative, valid, confidence=0.95).high
    worse = enough & outside & (peers.adjusted <= FALSE_SHARE)
    tier = np.select(
        [valid == 0, likely & (q <= FALSE_SHARE), likely | worse, exceedance < UNLIKELY],
        ["", Tier.CONFIRMED.value, Tier.WATCH.value, Tier.CLEAR.value],
        Tier.NOT_ENOUGH.value,
    )
    return Assessed(cut, negative, valid, shrunk, exceedance, q, peers, worse, tier)


def evidence(
    assessed: Assessed, wanted: Flags, unheard: Integers | None = None
) -> Mapping[tuple[int, int], Evidence]:
    """Return everything known of the cells ``wanted`` (J, U), by item and unit; they have answers.

    ``unheard`` (U,) are the people of each unit who were asked and have not answered, where that is
    known: with it comes the share among all of them who have an opinion.
    """
    shrunk = assessed.shrunk.cells(wanted)
    mean, (low, high) = shrunk.mean, shrunk.interval()
    among_low, among_high = _among_all(assessed, wanted, unheard, shrunk)
    rank, rank_low, rank_high = _ranks(assessed, wanted)
    detectable = smallest_detectable(assessed.valid[wanted], float(assessed.cut.share))
    tiers = assessed.tier[wanted]
    ranked, data = (assessed.valid > 0).sum(axis=1), assessed.data
    return {
        (int(item), int(unit)): Evidence(
            tier=Tier(str(tiers[c])),
            shrunk=float(mean[c]),
            shrunk_low=float(low[c]),
            shrunk_high=float(high[c]),
            exceedance=_known(assessed.exceedance[item, unit]),
            q=_known(assessed.q[item, unit]),
            peers=_known(assessed.peers.share[item, unit]),
            peers_p=_known(assessed.peers.adjusted[item, unit]),
            worse=bool(assessed.worse[item, unit]),
            rank=_known(rank[c]),
            rank_low=_known(rank_low[c]),
            rank_high=_known(rank_high[c]),
            ranked=int(ranked[item]),
            detectable=_known(detectable[c]) if tiers[c] == Tier.NOT_ENOUGH.value else None,
            among_all_low=_known(among_low[c]),
            among_all_high=_known(among_high[c]),
            method=METHOD,
            data=data,
        )
        for c, (item, unit) in enumerate(np.argwhere(wanted))
    }


def _among_all(
    assessed: Assessed, wanted: Flags, unheard: Integers | None, shrunk: Shrunk
) -> tuple[Floats, Floats]:
    """(C,) ends of the interval of the share among all who were asked; nan where not known."""
    if unheard is None:
        nothing: Floats = np.full(int(wanted.sum()), nan)
        return nothing, nothing
    people = np.broadcast_to(unheard, wanted.shape)[wanted].astype(float)
    negative, valid = (part[wanted].astype(float) for part in (assessed.negative, assessed.valid))
    return Finite(negative, valid, people, shrunk.matched()).interval()


def _ranks(assessed: Assessed, wanted: Flags) -> tuple[Floats, Floats, Floats]:
    """(C,) expected rank and its interval among the units with answers, 1 being the worst."""
    matched = assessed.shrunk.matched()
    found = np.full((3, *wanted.shape), nan)
    for item in np.flatnonzero(wanted.any(axis=1)):
        seen = assessed.valid[item] > 0
        if seen.sum() > 1:
            ranking = Ranking(Beta(*(np.where(seen, part[item], nan) for part in matched)))
            units = np.flatnonzero(wanted[item])
            found[0, item] = ranking.expected
            found[1:, item, units] = ranking.intervals(units)
    return found[0][wanted], found[1][wanted], found[2][wanted]


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
