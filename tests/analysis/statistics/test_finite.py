"""The share among everybody who was asked, and how bad a small unit must be to be seen."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import betabinom, binom

from analysis.statistics import finite
from analysis.statistics.betabinomial import Beta
from analysis.statistics.detectability import smallest_detectable
from analysis.statistics.finite import Finite
from tests.analysis.statistics.close import STRICT, same
from tests.analysis.statistics.references import figures

pytestmark = STRICT

THIRD = Fraction(3, 10)


def group(x: int, n: int, unheard: int) -> Finite:
    a, b = 1.5 + x, 6.0 + n - x
    parts = (np.array([float(part)]) for part in (x, n, unheard, a, b))
    negative, valid, left, first, second = parts
    return Finite(negative, valid, left, Beta(first, second))


@pytest.mark.parametrize(("x", "n", "unheard"), [(4, 12, 3), (0, 5, 9), (5, 5, 1), (3, 8, 40)])
@pytest.mark.parametrize("strict", [True, False])
def test_it_is_the_sum_over_what_the_others_may_say(
    x: int, n: int, unheard: int, strict: bool
) -> None:
    found = group(x, n, unheard)
    chances = betabinom.pmf(np.arange(unheard + 1), unheard, 1.5 + x, 6.0 + n - x)
    shares = [Fraction(x + y, n + unheard) for y in range(unheard + 1)]
    over = [share > THIRD if strict else share >= THIRD for share in shares]
    assert found.above(THIRD, strict)[0] == pytest.approx(chances[np.array(over)].sum(), abs=1e-10)
    assert found.mean[0] == pytest.approx(sum(s * c for s, c in zip(shares, chances, strict=True)))
    low, high = (Fraction(float(end[0])).limit_denominator(1000) for end in found.interval())
    assert {low, high} <= set(shares)
    assert chances[: shares.index(low)].sum() < 0.025 <= chances[: shares.index(low) + 1].sum()
    assert chances[: shares.index(high)].sum() < 0.975 <= chances[: shares.index(high) + 1].sum()


def test_with_nobody_left_nothing_is_uncertain() -> None:
    for strict, at_the_cut in ((True, 0.0), (False, 1.0)):
        assert group(3, 10, 0).above(THIRD, strict)[0] == at_the_cut, "exact at the cut"
    assert group(4, 10, 0).above(THIRD)[0] == 1.0
    assert [end[0] for end in group(4, 10, 0).interval()] == [0.4, 0.4]
    low, high = group(4, 10, 200).interval()
    assert high[0] - low[0] > 0.3, "control: with many left it is uncertain"


def test_many_unheard_are_nearly_exact_and_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    nearly = group(4, 12, 501)
    found = [nearly.above(THIRD), *nearly.interval()]
    monkeypatch.setattr(finite, "MOST", 1000)
    exactly = group(4, 12, 501)
    expected = [exactly.above(THIRD), *exactly.interval()]
    assert all(abs(f - e) < 0.004 for f, e in zip(found, expected, strict=True))
    assert found[0] != expected[0], "control: it was another way"
    low, high = group(40_000, 120_000, 50_000_000).interval()
    assert low[0] == pytest.approx(0.3307, abs=2e-4)
    assert high[0] == pytest.approx(0.3360, abs=2e-4)


def test_groups_of_different_sizes_go_together() -> None:
    parts = [group(4, 12, 3), group(0, 5, 9), group(2, 2, 0), group(3, 9, 9000)]
    counts = [(p.negative, p.valid, p.unheard) for p in parts]
    share = Beta(*(np.concatenate(ends) for ends in zip(*(p.share for p in parts), strict=True)))
    joined = Finite(*(np.concatenate(part) for part in zip(*counts, strict=True)), share)
    assert same(joined.above(THIRD), [p.above(THIRD)[0] for p in parts])
    assert same(joined.interval()[1], [p.interval()[1][0] for p in parts])


def test_no_group_and_nobody_in_it() -> None:
    none = Finite(*(np.zeros(0) for _ in range(3)), Beta(np.zeros(0), np.zeros(0)))
    assert none.above(THIRD).size == none.interval()[0].size == 0
    nobody = Finite(*(np.zeros(1) for _ in range(3)), Beta(np.ones(1), np.ones(1)))
    assert np.isnan(nobody.mean).all()
    assert np.isnan(nobody.interval()).all()


def test_detectable_shares_are_those_of_r() -> None:
    assert same(smallest_detectable([5, 12, 40, 300], 0.3), figures("evidence")["detectable"])


@pytest.mark.parametrize("n", [5, 9, 14, 60])
def test_the_detectable_share_is_found_four_times_in_five(n: int) -> None:
    share = float(smallest_detectable([n], 0.25)[0])
    needed = next(k for k in range(n + 1) if binom.sf(k - 1, n, 0.25) <= 0.05)
    assert binom.sf(needed - 1, n, share) == pytest.approx(0.8)
    assert binom.sf(needed - 1, n, 0.25) <= 0.05 < binom.sf(needed - 2, n, 0.25)


def test_too_few_answers_can_show_nothing() -> None:
    assert np.isnan(smallest_detectable([0, 1, 2], 0.3)).all()
    assert np.isnan(smallest_detectable([5, 500], 1.0)).all()
    assert same(smallest_detectable([3], 0.0), [1 - 0.2 ** (1 / 3)]), "one is enough at a cut of 0"
