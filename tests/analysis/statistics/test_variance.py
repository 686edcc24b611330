"""Analysis of variance, equal variances and comparisons of all pairs, held against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import bartlett as scipy_bartlett
from scipy.stats import f_oneway, ncf, studentized_range
from scipy.stats import levene as scipy_levene

from analysis.statistics import tukey
from analysis.statistics.means import Scored, two_sample
from analysis.statistics.pairwise import games_howell, pairwise_t, tukey_hsd
from analysis.statistics.results import Reason
from analysis.statistics.variance import anova, bartlett, levene, welch_anova
from tests.analysis.statistics.close import STRICT, figures, same
from tests.analysis.statistics.datasets import (
    BREAKS,
    CHICK_WEIGHT,
    FEED,
    PLANT_GROUP,
    PLANT_WEIGHT,
    SPRAY,
    SPRAY_COUNT,
    TENSION,
)

pytestmark = STRICT

PLANTS = Scored.from_columns(PLANT_WEIGHT, PLANT_GROUP)
SPRAYS = Scored.from_columns(SPRAY_COUNT, SPRAY)
CHICKS = Scored.from_columns(CHICK_WEIGHT, FEED)

#: R 4.2.2: summary(aov()), oneway.test(), bartlett.test() of each data set.
ANOVA = [
    (PLANTS, [4.84608786238014, 2, 27, 0.0159099583256229]),
    (SPRAYS, [34.7022820554917, 5, 66, 3.18258372614518e-17]),
    (CHICKS, [15.3647997747125, 5, 65, 5.93641985347133e-10]),
]
WELCH = [
    (PLANTS, [5.18097240811319, 2, 17.1284186166441, 0.01739282149017]),
    (SPRAYS, [36.0654438935773, 5, 30.0425605087674, 7.99937945567335e-12]),
    (CHICKS, [19.6617243608369, 5, 29.9520363861042, 1.17705971606649e-08]),
]
BARTLETT = [
    (PLANTS, [2.87857378723609, 2, 0.237096773634558]),
    (SPRAYS, [25.9598253203687, 5, 9.08512233294531e-05]),
    (CHICKS, [3.25968908443216, 5, 0.660018689812243]),
]

grouped = arrays(
    np.int64, st.tuples(st.integers(2, 5), st.just(5)), elements=st.integers(0, 9)
).map(lambda cells: Scored.from_counts(cells, [1, 2, 3, 4, 5]))


@pytest.mark.parametrize(("data", "by_r"), ANOVA)
def test_analysis_of_variance_is_that_of_r(data: Scored, by_r: list[float]) -> None:
    assert same(figures(anova(data)), by_r)


@pytest.mark.parametrize(("data", "by_r"), WELCH)
def test_welchs_is_that_of_r(data: Scored, by_r: list[float]) -> None:
    assert same(figures(welch_anova(data)), by_r)


@pytest.mark.parametrize(("data", "by_r"), BARTLETT)
def test_bartletts_is_that_of_r(data: Scored, by_r: list[float]) -> None:
    assert same(figures(bartlett(data)), by_r)


def test_levenes_is_the_analysis_of_deviations_of_r() -> None:
    """summary(aov(abs(count - ave(count, spray, FUN = median)) ~ spray)), and with the mean."""
    assert same(figures(levene(SPRAYS)), [3.82135631322592, 5, 66, 0.00422279113899214])
    by_mean = levene(SPRAYS, "mean")
    assert same(figures(by_mean), [6.4553527100867, 5, 66, 6.10363383448211e-05])
    assert (levene(SPRAYS).method, by_mean.method) == ("brown_forsythe", "levene")
    with pytest.raises(KeyError):
        levene(SPRAYS, "mode")


def test_effect_sizes_follow_their_formulas() -> None:
    """PlantGrowth: SSB 3.76634, SST 14.25843, MSW 0.3885959."""
    found = anova(PLANTS)
    assert same([found.effect("eta2").value], [3.76634 / 14.25843], 1e-7)
    above, error = 3.76634 - 2 * 0.38859592592593, 0.38859592592593
    assert same([found.effect("omega2").value], [above / (14.25843 + error)], 1e-6)
    assert same([found.effect("epsilon2").value], [above / 14.25843], 1e-6)
    eta2 = found.effect("eta2")
    for bound, tail in ((eta2.low, ncf.sf), (eta2.high, ncf.cdf)):
        noncentral = 30 * bound / (1 - bound)
        assert same([tail(found.statistic, 2, 27, noncentral)], [0.025], 1e-6)


@given(grouped)
def test_the_figures_agree_with_an_independent_program(data: Scored) -> None:
    samples = [np.repeat(data.scores, row) for row in data.filled().cells]
    found = anova(data)
    if not found.reason:
        assert same([found.statistic, found.p], list(f_oneway(*samples)), 1e-7)
    spread = levene(data)
    if not spread.reason:
        assert same([spread.statistic, spread.p], list(scipy_levene(*samples)), 1e-6)
    if not bartlett(data).reason:
        assert same(figures(bartlett(data))[::2], list(scipy_bartlett(*samples)), 1e-7)


@given(grouped)
def test_groups_that_nobody_is_in_change_nothing(data: Scored) -> None:
    wider = Scored(data.scores, np.vstack([data.cells, np.zeros((2, data.scores.size), int)]))
    for test in (anova, welch_anova, levene, bartlett):
        assert same(figures(test(wider)), figures(test(data)))


@given(grouped)
def test_two_groups_are_compared_by_t_squared(data: Scored) -> None:
    two = Scored(data.scores, data.cells[:2])
    found, t = anova(two), two_sample(two, equal_variance=True)
    if not found.reason and not t.reason:
        assert same([found.statistic, found.p], [t.statistic**2, t.p], 1e-7)
    welch, t = welch_anova(two), two_sample(two)
    if not welch.reason and not t.reason:
        assert same([welch.statistic, welch.p], [t.statistic**2, t.p], 1e-7)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([[0, 0], [0, 0]], Reason.NO_ANSWERS),
        ([[3, 4], [0, 0]], Reason.ONE_GROUP),
        ([[1, 0], [0, 1]], Reason.TOO_FEW),
        ([[4, 0], [5, 0]], Reason.NO_SPREAD),
        ([[4, 0], [0, 5]], Reason.NO_SPREAD),
    ],
)
def test_groups_that_cannot_be_compared_say_why(cells: list[list[int]], reason: Reason) -> None:
    data = Scored.from_counts(np.array(cells), [1, 2])
    for test in (anova, welch_anova, levene, bartlett):
        found = test(data)
        assert found.reason is reason, test.__name__
        assert math.isnan(found.p)
    for pairs in (tukey_hsd(data), games_howell(data)):
        assert pairs.reason is reason, pairs.method
        assert np.isnan(pairs.p).all()


def test_two_answers_in_each_group_leave_no_deviations_to_compare() -> None:
    data = Scored.from_columns([0.1, 0.7, 0.3, 1.1, 5.3, 9.1], [0, 0, 1, 1, 2, 2])
    assert levene(data).reason is Reason.NO_SPREAD


def test_tukeys_differences_are_those_of_r() -> None:
    """TukeyHSD(aov(weight ~ group, PlantGrowth)); R's p is good to 1e-10."""
    found = tukey_hsd(PLANTS)
    assert same(found.difference, [-0.371, 0.494, 0.865])
    assert same(found.p, [0.390871144202125, 0.197995991299708, 0.0120064239794527])
    assert same(found.low, [-1.06221605141046, -0.197216051410459, 0.173783948589542])
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 2),
    ]


def test_tukeys_differences_of_unequal_groups_are_those_of_r() -> None:
    """TukeyHSD(aov(weight ~ feed, chickwts)): Tukey-Kramer."""
    by_r = [
        3.07019679679499e-08, 0.000210015132161567, 0.332458415973003, 0.00836530868305818,
        0.999890217393269, 0.141332894456581, 0.000106209151476522, 0.00421665424383666,
        1.21988666945683e-08, 0.127696481749042, 0.793285316154053, 8.84323280399002e-05,
        0.739135571505953, 0.220696236210412, 0.0038845212072347,
    ]  # fmt: skip
    found = tukey_hsd(CHICKS)
    assert np.abs(found.p - by_r).max() < 2e-10
    assert same(found.low[:3], [-232.346876204447, -170.587491482774, -113.906206623052], 1e-8)


def test_games_and_howells_differences_follow_their_formula() -> None:
    found = games_howell(PLANTS)
    for pair, (first, second) in enumerate([(0, 1), (0, 2), (1, 2)]):
        alone = two_sample(Scored(PLANTS.scores, PLANTS.cells[[first, second]]))
        assert same([found.df[pair]], alone.df)
        assert same([found.statistic[pair]], [abs(alone.statistic) * math.sqrt(2)])
        theirs = studentized_range.sf(found.statistic[pair], 3, found.df[pair])
        assert same([found.p[pair]], [theirs], 1e-8)
        width = (found.high[pair] - found.low[pair]) / 2
        assert alone.estimate is not None
        q = studentized_range.isf(0.05, 3, found.df[pair])
        assert same([width], [q * alone.estimate.se / math.sqrt(2)], 1e-8)


def test_pairwise_t_tests_are_those_of_r() -> None:
    """pairwise.t.test(breaks, tension), Holm; and of InsectSprays by "BH"."""
    warps = pairwise_t(Scored.from_columns(BREAKS, TENSION))
    assert same(warps.p, [0.0294339253333708, 0.00150258144537978, 0.238614375332875])
    sprays = pairwise_t(SPRAYS, "bh")
    assert same(sprays.p[:5], [0.604476065032339, 2.72508481186202e-10, 1.63615160155938e-07,
                               5.9012613502089e-09, 0.246272400308015])  # fmt: skip
    two = Scored(PLANTS.scores, PLANTS.cells[1:])
    alone = two_sample(two, equal_variance=True)
    assert same(pairwise_t(two).statistic, [-alone.statistic])
    assert pairwise_t(Scored.from_columns([1, 1], [0, 1])).reason is Reason.TOO_FEW


def test_two_groups_have_students_p() -> None:
    two = Scored(PLANTS.scores, PLANTS.cells[1:])
    assert same(tukey_hsd(two).p, [two_sample(two, equal_variance=True).p])
    assert same(games_howell(two).p, [two_sample(two).p])


def test_a_group_of_one_is_left_out_by_games_and_howell_only() -> None:
    data = Scored.from_columns([1, 2, 3, 2, 4, 5, 9], [0, 0, 0, 1, 1, 1, 2])
    found = games_howell(data)
    assert np.isnan(found.p).tolist() == [False, True, True]
    assert not np.isnan(tukey_hsd(data).p).any()


def test_an_empty_group_has_no_comparisons() -> None:
    data = Scored.from_columns([1, 2, 3, 2, 4, 5], [0, 0, 0, 2, 2, 2])
    for found in (tukey_hsd(data), games_howell(data)):
        assert np.isnan(found.p).tolist() == [True, False, True]
        assert np.isnan(found.df).tolist() == [True, False, True]


@pytest.mark.parametrize(("groups", "df"), [(2, 3.0), (3, 48.0), (6, 66.0), (20, 12.5)])
def test_the_studentized_range_agrees_with_an_independent_program(groups: int, df: float) -> None:
    q = np.array([0.5, 1.0, 2.0, 3.5, 5.0, 8.0])
    assert np.abs(tukey.tail(q, groups, df) - studentized_range.sf(q, groups, df)).max() < 1e-9
    assert same(
        [float(tukey.quantile(0.05, groups, df))], [studentized_range.isf(0.05, groups, df)], 1e-8
    )


def test_the_studentized_range_is_the_published_table() -> None:
    """Upper 5 % points, Harter (1960): q(3, 10) = 3.877, q(10, 20) = 5.008, q(20, 120) = 5.126."""
    found = [float(tukey.quantile(0.05, k, v)) for k, v in ((3, 10), (10, 20), (20, 120))]
    assert [round(q, 3) for q in found] == [3.877, 5.008, 5.126]


def test_the_range_of_nothing_is_certain_and_of_everything_impossible() -> None:
    assert same(tukey.tail([0.0, 1e6, math.nan], 4, 10), [1.0, 0.0, math.nan], 1e-9)
