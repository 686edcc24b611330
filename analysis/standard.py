"""The standard report: the figures that every survey is asked for, all items at once.

Frequencies of every item overall and by unit, means and deviations by unit, whether units and
roles differ (chi-square, Cramer's V), how the items hang together (alpha, correlations), and each
unit's negative share, drawn towards that of all by the beta-binomial fit of its item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.columns import Axes
from analysis.counts import Integers, Tables, score_table, scored_codes
from analysis.disclosure import Flags, shown, tellable
from analysis.negative_list import Ratings, ratings, valid_codes
from analysis.parents import families
from analysis.statistics import betabinomial
from analysis.statistics.covariance import Items
from analysis.statistics.means import Moments, moments
from analysis.statistics.proportions import share
from analysis.statistics.reliability import alpha
from analysis.statistics.results import Estimate, Floats, Reason, missing
from analysis.statistics.tables import ChiSquares, chi_squares


@dataclass(frozen=True, eq=False)
class Seen:
    """Where figures may be shown: (V,) of all together, (V, U) by unit, (V, R) by role.

    ``together`` is whether those may that rest on the people who answered every scored item.
    """

    items: Flags
    units: Flags
    roles: Flags
    together: bool

    @classmethod
    def everywhere(cls, axes: Axes) -> Seen:
        """Hide nothing: for data that are nobody's secret."""
        shape = len(axes.variables), len(axes.units), len(axes.roles)
        items = np.ones(shape[0], np.bool_)
        return cls(items, np.ones(shape[:2], np.bool_), np.ones((shape[0], shape[2]), bool), True)

    @classmethod
    def above(cls, tables: Tables, floor: int) -> Seen:
        """Hide groups under the floor, and what they could be worked out from: see ``disclosure``.

        What is hidden of an item is one group, nobody or as many as the floor, also for the tests.
        """
        units, roles = tables.axes.units, np.zeros(len(tables.axes.roles), np.int64)
        parent = families(units)[1] if len({unit.parent for unit in units}) > 1 else None
        parent = np.zeros(len(units), np.int64) if parent is None else parent
        everyone = shown(tables.responses.sum(axis=1), parent, floor)
        of_roles = shown(tables.responses.sum(axis=0), roles, floor)
        valid = np.where(_valid(tables.axes)[:, np.newaxis, np.newaxis], tables.cells, 0)
        sizes = valid.sum(axis=-1)
        rows = [shown(row, parent, floor, everyone) for row in sizes.sum(axis=2)]
        columns = [shown(row, roles, floor, of_roles) for row in sizes.sum(axis=1)]
        left_out = int(tables.responses.sum()) - tables.gram.complete
        return cls(
            np.array([row.whole for row in rows], np.bool_),
            np.array([row.units for row in rows], np.bool_).reshape(len(rows), len(units)),
            np.array([column.units for column in columns], np.bool_).reshape(len(rows), len(roles)),
            everyone.whole and tellable(tables.gram.complete, floor) and tellable(left_out, floor),
        )


@dataclass(frozen=True, eq=False)
class Shrunk:
    """The negative shares of J rated items in U units, (J, U) each, by the fit of each item (J,).

    ``share`` is the mean of what a unit's own share may be, ``low`` and ``high`` hold it with 95 %.
    """

    positions: tuple[int, ...]
    fit: betabinomial.Fit
    share: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Together:
    """How the scored items hang together for the people who answered all of them.

    ``items`` (K,) are the positions of those whose answers vary, ``correlation`` is (K, K).
    """

    complete: int
    alpha: Estimate
    items: tuple[int, ...]
    correlation: Floats


@dataclass(frozen=True, eq=False)
class StandardReport:
    """The figures of V variables in U units and R roles; C is one more than the highest code.

    ``counts`` (V, C) and ``unit_counts`` (V, U, C) are of all answers, ``shares`` and
    ``unit_shares`` of the valid ones; ``moments`` (V,) and ``unit_moments`` (V, U) of the scores.
    ``units_differ`` and ``roles_differ`` (V,) test the valid answers. What is not ``seen`` counts 0
    and has no figure.
    """

    seen: Seen
    counts: Integers
    shares: Floats
    unit_counts: Integers
    unit_shares: Floats
    moments: Moments
    unit_moments: Moments
    units_differ: ChiSquares
    roles_differ: ChiSquares
    together: Together
    negative: Shrunk


def standard_report(tables: Tables, seen: Seen | None = None) -> StandardReport:
    """Compute every figure from the counts; the cost does not depend on how many responded."""
    axes = tables.axes
    seen = seen or Seen.everywhere(axes)
    scores = np.array([score_table(v, axes.width) for v in axes.variables]).reshape(-1, axes.width)
    scored = np.array([scored_codes(v, axes.width) for v in axes.variables], np.bool_)
    scored = scored.reshape(-1, axes.width)
    valid = _valid(axes)
    total = np.where(seen.items[:, np.newaxis], tables.total, 0)
    by_unit = np.where(seen.units[..., np.newaxis], tables.by_unit, 0)
    return StandardReport(
        seen=seen,
        counts=total,
        shares=_shares(total, valid),
        unit_counts=by_unit,
        unit_shares=_shares(by_unit, valid[:, np.newaxis]),
        moments=moments(total, scores, scored),
        unit_moments=moments(by_unit, scores[:, np.newaxis], scored[:, np.newaxis]),
        units_differ=_differ(tables.by_unit, valid, seen.units, seen.items),
        roles_differ=_differ(tables.cells.sum(axis=1), valid, seen.roles, seen.items),
        together=_together(tables, seen.together),
        negative=shrunk(_seen_ratings(tables, seen)),
    )


def shrunk(found: Ratings) -> Shrunk:
    """Return the negative shares of every unit, drawn towards the mean as far as units are alike.

    The fit of each item by maximum likelihood, taken as certain: enough where units are many.
    """
    fit = betabinomial.fit(found.negative, found.valid)
    own = betabinomial.posterior(found.negative, found.valid, fit)
    low, high = own.interval()
    return Shrunk(found.positions, fit, own.mean, low, high)


def _valid(axes: Axes) -> Flags:
    """(V, C) whether each code is a substantive answer."""
    found = [valid_codes(variable, axes.width) for variable in axes.variables]
    return np.array(found, np.bool_).reshape(-1, axes.width)


def _shares(counts: Integers, valid: Flags) -> Floats:
    """Return each code's share of the valid answers; nan for codes that are none."""
    base = np.where(valid, counts, 0).sum(axis=-1, keepdims=True)
    return np.where(valid, share(counts, base), np.nan)


def _differ(counts: Integers, valid: Flags, groups: Flags, items: Flags) -> ChiSquares:
    """Test (V, G, C) groups against each other; those that are not seen are one group more."""
    answers = np.where(valid[:, np.newaxis], counts, 0)
    apart = np.where(groups[..., np.newaxis], answers, 0)
    rest = (answers - apart).sum(axis=1, keepdims=True)
    both = np.concatenate([apart, rest], axis=1)
    return chi_squares(np.where(items[:, np.newaxis, np.newaxis], both, 0))


def _together(tables: Tables, seen: bool) -> Together:
    if not seen:
        return Together(0, missing(Reason.SMALL_BASE), (), np.zeros((0, 0)))
    scored = [p for p, variable in enumerate(tables.axes.variables) if variable.scored]
    items = Items.from_gram(tables.gram)
    varying = tuple(scored[at] for at in items.items)
    return Together(tables.gram.complete, alpha(items), varying, items.correlation)


def _seen_ratings(tables: Tables, seen: Seen) -> Ratings:
    found = ratings(tables)
    return found.only(seen.units[list(found.positions)])
