"""What the evidence says beside the rule of a negative list, and what it never does."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evidence import FALSE_SHARE, LIKELY, METHOD, Assessed, Cut, assess, evidence
from analysis.figures import Evidence, Tier
from analysis.negative_list import NegativeList, Ratings, negative_list
from analysis.telling import told
from analysis.words import Words
from questionnaires import NegativeRule
from tests.simulations.worlds import invented

from .making import County, Person, same, survey

pytestmark = pytest.mark.filterwarnings("error")

CUT = Cut(Fraction(3, 10), min_valid=5)
RULE = NegativeRule(min_valid=5, negative_share_above=Fraction(3, 10))
Counts = np.ndarray


def drawn(units: int = 60, seed: int = 1) -> tuple[Counts, Counts]:
    found = invented("unalike", units if units in (18, 138) else 138, np.random.default_rng(seed))
    return found.negative[:, :units], found.valid[:, :units]


def all_of(assessed: Assessed, **known: Any) -> dict[tuple[int, int], Evidence]:
    return dict(evidence(assessed, assessed.valid > 0, **known))


@pytest.fixture(scope="module")
def assessed() -> Assessed:
    return assess(CUT, *drawn())


def test_each_tier_is_what_it_says(assessed: Assessed) -> None:
    for (item, unit), one in all_of(assessed).items():
        assert one.tier.value == assessed.tier[item, unit]
        assert one.exceedance is not None
        assert one.q is not None
        if one.tier is Tier.CONFIRMED:
            assert one.exceedance >= LIKELY
            assert one.q <= FALSE_SHARE
        elif one.tier is Tier.CLEAR:
            assert one.exceedance < 0.05
        elif one.tier is Tier.WATCH:
            assert one.exceedance >= LIKELY or one.worse
            assert one.exceedance < LIKELY or one.q > FALSE_SHARE
        else:
            assert 0.05 <= one.exceedance < LIKELY
    assert {tier.value for tier in Tier} == set(assessed.tier.ravel()), "every tier occurs"


def test_the_confirmed_are_expected_to_be_mostly_right(assessed: Assessed) -> None:
    confirmed = assessed.tier == Tier.CONFIRMED.value
    assert 0 < assessed.false_expected <= FALSE_SHARE * confirmed.sum()
    assert assessed.false_expected == pytest.approx((1 - assessed.exceedance[confirmed]).sum())


def test_figures_of_an_entry_hang_together(assessed: Assessed) -> None:
    ranks = []
    for (item, unit), one in all_of(assessed).items():
        x, n = assessed.negative[item, unit], assessed.valid[item, unit]
        assert 0 <= one.shrunk_low < one.shrunk < one.shrunk_high <= 1
        others = (assessed.negative[item].sum() - x) / (assessed.valid[item].sum() - n)
        assert one.peers == pytest.approx(others)
        assert one.rank is not None
        assert one.rank_low is not None
        assert one.rank_high is not None
        assert 1 <= one.rank_low <= one.rank_high <= one.ranked == 60
        assert one.rank_low - 1 <= one.rank <= one.rank_high + 1
        assert (one.detectable is None) == (one.tier is not Tier.NOT_ENOUGH)
        assert (one.method, one.data) == (METHOD, assessed.data)
        ranks.append(one.rank)
    assert sum(ranks) == pytest.approx(19 * 60 * 61 / 2)


def test_evidence_is_of_the_cells_that_are_asked_for(assessed: Assessed) -> None:
    wanted = np.zeros(assessed.valid.shape, np.bool_)
    wanted[3, 7] = wanted[11, 0] = True
    few, everything = evidence(assessed, wanted), all_of(assessed)
    assert set(few) == {(3, 7), (11, 0)}
    for place, one in few.items():
        found, expected = asdict(one), asdict(everything[place])
        assert found == pytest.approx(expected, abs=1e-6)


def test_the_share_among_all_who_were_asked_gets_certain(assessed: Assessed) -> None:
    none = all_of(assessed)[0, 0]
    assert none.among_all_low is none.among_all_high is None, "nobody said how many were asked"
    x, n = assessed.negative[0, 0], assessed.valid[0, 0]
    widths = []
    for unheard in (0, 3, 300):
        one = all_of(assessed, unheard=np.full(60, unheard))[0, 0]
        assert one.among_all_low is not None
        assert one.among_all_high is not None
        assert one.among_all_low <= (x + unheard) / (n + unheard)
        widths.append(one.among_all_high - one.among_all_low)
    assert widths[0] == 0 < widths[1] < widths[2]


def test_the_same_counts_have_the_same_version(assessed: Assessed) -> None:
    x, n = drawn()
    assert assess(CUT, x.copy(), n).data == assessed.data
    other = x.copy()
    other[0, 0] += 1 if x[0, 0] < n[0, 0] else -1
    assert assess(CUT, other, n).data != assessed.data
    assert assess(Cut(Fraction(1, 4), 5), x, n).data != assessed.data


def test_too_few_answers_are_never_confirmed_nor_clear() -> None:
    x, n = drawn()
    x[:, 0], n[:, 0] = 4, 4
    few = assess(CUT, x, n)
    assert set(few.tier[:, 0]) == {Tier.NOT_ENOUGH.value}
    enough = assess(Cut(CUT.share, min_valid=4), x, n)
    assert set(enough.tier[:, 0]) != {Tier.NOT_ENOUGH.value}, "control"
    one = all_of(few)[0, 0]
    assert (one.exceedance, one.q) == (None, None)
    assert one.detectable is not None
    assert one.detectable > 0.8


def test_a_unit_that_is_merely_worse_than_the_others_is_to_be_watched() -> None:
    n = np.full((3, 40), 60)
    x = np.full((3, 40), 3)
    x[0, 5] = 16  # 27 %, others 5 %
    found = negative_list(RULE, Ratings((0, 1, 2), n, x))
    assert found.entries == ()
    assert [(one.unit, one.variable) for one in found.watched] == [(5, 0)]
    assert found.watched[0].evidence.tier is Tier.WATCH
    assert found.watched[0].evidence.peers_p is not None
    assert found.watched[0].evidence.peers_p < 0.001
    text = told(found.watched[0].evidence, Words("en"))
    assert "clearly worse than other units (together 5.0%)" in text


def test_with_many_answers_not_every_difference_is_watched() -> None:
    """With 5,000 answers in each unit hardly one does not differ from the others significantly."""
    draw = np.random.default_rng(2)
    n = np.full((6, 60), 5000)
    x = draw.binomial(n, draw.beta(15, 285, n.shape))
    found = assess(CUT, x, n)
    significant = (found.peers.adjusted <= FALSE_SHARE).mean()
    watched = (found.tier == Tier.WATCH.value).mean()
    assert watched < 0.10
    assert significant > 0.3, "control: the test alone"


@pytest.mark.parametrize("share", [0, 1])
def test_a_cut_that_parts_nothing_has_no_evidence_of_its_own(share: int) -> None:
    """By chance every share is above 0 and below 1, so nothing could be said."""
    x, n = drawn(18)
    found = assess(Cut(Fraction(share), 5), x, n)
    assert np.isnan(found.exceedance).all()
    assert set(found.tier.ravel()) <= {Tier.NOT_ENOUGH.value, Tier.WATCH.value}
    one = all_of(found)[0, 0]
    assert (one.exceedance, one.q) == (None, None)
    assert one.shrunk > 0


counts = st.integers(1, 3).flatmap(
    lambda items: st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=items, max_size=items),
        min_size=1,
        max_size=6,
    )
)


@settings(max_examples=60, deadline=None)
@given(
    counts,
    st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(3, 10), Fraction(1)]),
    st.integers(1, 6),
)
def test_whatever_people_answer_there_is_a_result(
    cells: list[list[tuple[int, int]]], share: Fraction, min_valid: int
) -> None:
    x = np.array([[a for a, _ in unit] for unit in cells]).T
    n = np.array([[a + b for a, b in unit] for unit in cells]).T
    found = assess(Cut(share, min_valid), x, n)
    assert ((found.tier == "") == (n == 0)).all()
    for one in all_of(found, unheard=np.arange(len(cells))).values():
        numbers = [value for value in asdict(one).values() if isinstance(value, float)]
        assert np.isfinite(numbers).all()
        for language in ("zh", "en"):
            assert "nan" not in told(one, Words(language))


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (3, 0), (1, 1), (2, 3)])
def test_nothing_to_judge_is_no_mistake(shape: tuple[int, int]) -> None:
    nothing = np.zeros(shape, np.int64)
    found = negative_list(RULE, Ratings(tuple(range(shape[0])), nothing, nothing))
    assert (found.entries, found.watched) == ((), ())
    assert found.assessed.false_expected == 0


def listed(**numbers: int) -> NegativeList:
    ratings = Ratings((0,), np.array([[20, 14, 9]]), np.array([[numbers["bad"], 1, 0]]))
    return negative_list(RULE, ratings)


def test_the_rule_alone_decides_what_is_listed() -> None:
    """A share just above the cut is listed, though the evidence could not tell; and the reverse."""
    just = listed(bad=7)
    assert [one.unit for one in just.entries] == [0]
    assert just.entries[0].evidence.tier is Tier.NOT_ENOUGH
    assert [one.unit for one in listed(bad=6).entries] == [], "30 % is not above 30 %"
    sure = listed(bad=18)
    assert sure.entries[0].evidence.tier is Tier.CONFIRMED


def test_words_tell_all_that_is_known() -> None:
    one = listed(bad=18).entries[0].evidence
    text = told(one, Words("en"))
    assert text.startswith("Allowing for chance about ")
    assert "above the threshold with probability above 99%" in text
    assert "other units together 4.3%" in text
    assert "about 1 of 3 from the worst (1 to 1)" in text
    assert "排除偶然因素后约" in told(one, Words("zh"))
    assert told(one, Words("zh")).endswith("。")
    unsure = told(listed(bad=7).entries[0].evidence, Words("en"))
    assert "would usually show only a true share of" in unsure


def test_evidence_rests_on_nothing_that_is_hidden() -> None:
    """The hidden units' answers change, all that is shown stays: so does every figure of it."""
    everyone = [
        *same("a", "work", **{"1": 6, "5": 6}), *same("b", "work", **{"1": 2, "5": 12}),
        *same("c", "work", **{"1": 1, "5": 9}), *same("d", "work", **{"4": 11}),
    ]  # fmt: skip

    def released(hidden: list[Person]) -> Any:
        county = County(survey(), dict.fromkeys("abcdef"), everyone + hidden)
        tree = county.json(issued=dict.fromkeys("abcdef", 20))
        return [tree[name] for name in ("negative_list", "watched", "assessment")], tree["items"]

    first = released([*same("e", "work", **{"1": 3}), *same("f", "work", **{"5": 3})])
    second = released(
        [*same("e", "work", **{"5": 2, "1": 1}), *same("f", "work", **{"1": 1, "5": 2})]
    )
    third = released([*same("e", "work", **{"5": 3}), *same("f", "work", **{"1": 3})])
    assert first[0][0], "there is an entry"
    for other in (second, third):
        entries = [dict(one) for one in first[0][0][0]["entries"]]
        others = [dict(one) for one in other[0][0][0]["entries"]]
        for mine, its in zip(entries, others, strict=True):
            del mine["overall"], its["overall"]
        assert entries == others
        assert first[0][1:] == other[0][1:]
    assert first[1] != second[1], "control: the whole did change"
