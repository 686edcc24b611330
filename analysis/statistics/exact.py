"""Fisher's exact test of tables with more than two rows or columns.

The exact way fills the table column by column (after Mehta and Patel 1983, JASA 78:427). A state is
what is left to place of each row and the sum of -log(cell!) so far; states with the same remainders
in another order are one. Bounds on what the rest can add tell early that every completion counts,
or none does. Tables that would need too many steps are sampled, and the method says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import random_table

from analysis.statistics.odds import fisher
from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result
from analysis.statistics.tables import without_empty

#: States times ways to fill a column, above which a table is sampled: some seconds' work.
BUDGET = 20_000_000
#: Tables whose log probability differs by no more than this are equally probable: R's 1e-7.
TIE = 1e-7
REPLICATES = 10_000
BATCH = 5_000


def exact_independence(
    cells: Integers, replicates: int = REPLICATES, seed: int = 1, budget: int = BUDGET
) -> Result:
    """Return Fisher's exact test of a table (R, C), exact where it can be, else simulated.

    p is the probability of all tables with these margins that are no more probable than this one.
    Method ``fisher_exact`` equals R ``fisher.test``; ``fisher_simulated`` is R's
    ``simulate.p.value``: (1 + tables no more probable) / (1 + replicates), with its standard error
    as the estimate's and a fixed seed, so that the same table always gives the same figure. A
    2 x 2 table has its odds ratio as the estimate.
    """
    table = without_empty(cells)
    n = int(table.sum())
    if min(table.shape, default=0) < 2:
        reason = Reason.NO_ANSWERS if n == 0 else Reason.ONE_CATEGORY
        return Result("fisher_exact", n, reason=reason)
    if table.shape == (2, 2):
        return fisher(table)
    p = _exact(table, budget)
    if p is not None:
        return Result("fisher_exact", n, p=min(1.0, p))
    p = _simulated(table, replicates, seed)
    estimate = Estimate(p, se=sqrt(p * (1 - p) / replicates))
    return Result("fisher_simulated", n, p=p, estimate=estimate)


def _simulated(table: Integers, replicates: int, seed: int) -> float:
    margins = random_table(table.sum(axis=1), table.sum(axis=0))
    source = np.random.default_rng(seed)
    seen, extreme = _log_weight(table), 0
    for start in range(0, replicates, BATCH):
        drawn = margins.rvs(min(BATCH, replicates - start), random_state=source)
        weights = -gammaln(drawn + 1.0).sum(axis=(1, 2))
        extreme += int((weights <= seen + TIE).sum())
    return (1 + extreme) / (1 + replicates)


def _log_weight(table: Integers) -> float:
    return -float(gammaln(table + 1.0).sum())


@dataclass(frozen=True, eq=False)
class _States:
    """S states: ``left`` (S, R) sorted, the sum of -log(cell!) so far, and their probability."""

    left: Integers
    gathered: Floats
    probability: Floats

    def at(self, chosen: npt.NDArray[np.bool_]) -> _States:
        return _States(self.left[chosen], self.gathered[chosen], self.probability[chosen])


def _exact(table: Integers, budget: int) -> float | None:
    """Return p, or None when it takes more steps than the budget."""
    across = table if table.shape[0] <= table.shape[1] else table.T
    rows, columns = across.sum(axis=1), np.sort(across.sum(axis=0))
    if rows.size * np.log2(rows.max() + 1) > 62:
        return None
    # The largest column comes last: it is what the others leave, and need not be gone through.
    columns = np.append(columns[-2::-1], columns[-1])
    seen, counted = _log_weight(table), 0.0
    states = _States(np.sort(rows)[np.newaxis], np.zeros(1), np.ones(1))
    for position in range(columns.size - 2):
        limit = budget // len(states.left)
        ways = _ways(int(columns[position]), rows.size, int(rows.max()), limit)
        if ways is None:
            return None
        budget -= len(ways) * len(states.left)
        states = _filled(states, ways)
        low, high = _bounds(states.left, columns[position + 1 :])
        certain = states.gathered + high <= seen + TIE
        counted += float(states.probability[certain].sum())
        states = _merged(states.at(~certain & (states.gathered + low <= seen + TIE)))
        if not len(states.left):
            return counted
    rest = _two_columns(states, int(columns[-2]), seen, budget)
    return None if rest is None else counted + rest


def _ways(total: int, parts: int, most: int, limit: int) -> Integers | None:
    """Every way (W, parts) to split a total into parts of at most ``most``; None above a limit."""
    ways, left = np.zeros((1, 0), np.int64), np.array([total])
    for rest in range(parts - 1, 0, -1):
        lowest = np.maximum(0, left - rest * most)
        sizes = np.minimum(left, most) - lowest + 1
        if int(sizes.sum()) > limit:
            return None
        source = np.repeat(np.arange(len(ways)), sizes)
        step = np.arange(source.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        part = lowest[source] + step
        ways, left = np.column_stack([ways[source], part]), left[source] - part
    return np.column_stack([ways, left])


def _filled(states: _States, ways: Integers) -> _States:
    """Every state after every way to fill the next column."""
    parts = []
    batch = max(1, 1_000_000 // len(ways))
    add = -gammaln(ways + 1.0).sum(axis=1)
    for start in range(0, len(states.left), batch):
        some = slice(start, start + batch)
        left = states.left[some]
        state, way = np.nonzero((ways[np.newaxis] <= left[:, np.newaxis]).all(axis=2))
        after = left[state] - ways[way]
        probability = states.probability[some][state] * _chance(left[state], after, add[way])
        gathered = states.gathered[some][state] + add[way]
        parts.append(_merged(_States(np.sort(after, axis=1), gathered, probability)))
    return _merged(
        _States(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.gathered for part in parts]),
            np.concatenate([part.probability for part in parts]),
        )
    )


def _chance(before: Integers, after: Integers, add: Floats) -> Floats:
    """The probability of the column taken from ``before`` (M, R), leaving ``after``."""
    people, remain = before.sum(axis=1), after.sum(axis=1)
    logs = (gammaln(before + 1.0) - gammaln(after + 1.0)).sum(axis=1) + add
    chosen = gammaln(people + 1.0) - gammaln(remain + 1.0) - gammaln(people - remain + 1.0)
    return np.asarray(np.exp(logs - chosen))


def _merged(states: _States) -> _States:
    """The states with those that hold the same remainders and the same sum put together."""
    if not len(states.left):
        return states
    key = _key(states.left)
    near = np.round(states.gathered * 1e9).astype(np.int64)
    order = np.lexsort((near, key))
    first = np.append(True, (np.diff(key[order]) != 0) | (np.diff(near[order]) != 0))
    probability = np.add.reduceat(states.probability[order], np.flatnonzero(first))
    kept = order[first]
    return _States(states.left[kept], states.gathered[kept], probability)


def _key(left: Integers) -> Integers:
    """One number for each row of remainders (S, R)."""
    base = int(left.max(initial=0)) + 1
    places = base ** np.arange(left.shape[1], dtype=np.int64)
    return np.asarray(left @ places, dtype=np.int64)


def _bounds(left: Integers, columns: Integers) -> tuple[Floats, Floats]:
    """Bounds (S,) of what filling ``columns`` can add to the sum of -log(cell!).

    A row is most even, or packed into as few columns as hold it, at the ends of its range; and so
    is a column. Both give bounds, and the closer ones are taken.
    """
    most = int(left.max(initial=0))
    even = np.array([_even(size, columns.size) for size in range(most + 1)])
    packed = np.array([_packed(size, columns) for size in range(most + 1)])
    low, high = packed[left].sum(axis=1), even[left].sum(axis=1)
    level = float(sum(_even(int(size), left.shape[1]) for size in columns))
    heaped = np.zeros(len(left))
    for size in columns:
        room = np.full(len(left), size)
        for row in range(left.shape[1] - 1, -1, -1):
            taken = np.minimum(left[:, row], room)
            heaped -= gammaln(taken + 1.0)
            room -= taken
    return np.maximum(low, heaped), np.minimum(high, level)


def _even(size: int, cells: int) -> float:
    share, more = divmod(size, cells)
    return -float(more * gammaln(share + 2.0) + (cells - more) * gammaln(share + 1.0))


def _packed(size: int, columns: Integers) -> float:
    total = 0.0
    for room in sorted(columns.tolist(), reverse=True):
        taken = min(size, room)
        total -= float(gammaln(taken + 1.0))
        size -= taken
    return total


def _two_columns(states: _States, size: int, seen: float, budget: int) -> float | None:
    """The probability that the states end no more probable than what was seen.

    Two columns are left. For each row of remainders all ways to fill the first are put in order
    once; each of its states then needs one look-up.
    """
    key = _key(states.left)
    order = np.argsort(key, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(key[order])) + 1)
    parts, most = states.left.shape[1], int(states.left.max())
    ways = _ways(size, parts, most, budget // len(groups))
    if ways is None:
        return None
    counted = 0.0
    for group in groups:
        left = states.left[group[0]]
        fits = ways[(ways <= left).all(axis=1)]
        after = left - fits
        add = -gammaln(fits + 1.0).sum(axis=1)
        value = add - gammaln(after + 1.0).sum(axis=1)
        chance = _chance(np.broadcast_to(left, fits.shape), after, add)
        by_value = np.argsort(value)
        below = np.append(0.0, np.cumsum(chance[by_value]))
        reach = np.searchsorted(value[by_value], seen + TIE - states.gathered[group], "right")
        counted += float((states.probability[group] * below[reach]).sum())
    return counted
