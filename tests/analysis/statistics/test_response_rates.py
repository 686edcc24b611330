"""AAPOR outcome rates, held against the definitions worked by hand in exact fractions."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics.response_rates import Dispositions, ResponseRates, response_rates
from analysis.statistics.results import Reason

CASES = Dispositions(
    complete=600, partial=50, refusal=200, non_contact=100, other=50,
    unknown_household=300, unknown_other=100, not_eligible=250,
)  # fmt: skip

cases = st.builds(Dispositions, *[st.integers(0, 10_000)] * 8)
ORDERED = ("rr1", "rr3", "rr5"), ("rr2", "rr4", "rr6"), ("ref1", "ref2", "ref3")


def test_every_rate_is_the_one_of_the_standard_definitions() -> None:
    """1,000 known to be eligible, 250 known not to be: e = 0.8, so 400 unknown count as 320."""
    expected = {
        "rr1": Fraction(600, 1400), "rr2": Fraction(650, 1400),
        "rr3": Fraction(600, 1320), "rr4": Fraction(650, 1320),
        "rr5": Fraction(600, 1000), "rr6": Fraction(650, 1000),
        "coop1": Fraction(600, 900), "coop2": Fraction(650, 900),
        "coop3": Fraction(600, 850), "coop4": Fraction(650, 850),
        "ref1": Fraction(200, 1400), "ref2": Fraction(200, 1320), "ref3": Fraction(200, 1000),
        "con1": Fraction(900, 1400), "con2": Fraction(900, 1320), "con3": Fraction(900, 1000),
        "e": Fraction(4, 5),
    }  # fmt: skip
    found = asdict(response_rates(CASES))
    assert found.pop("reason") is None
    assert found == {name: pytest.approx(float(rate), abs=1e-15) for name, rate in expected.items()}


def test_a_given_eligible_share_replaces_the_estimate() -> None:
    found = response_rates(replace(CASES, eligible_share=0.5))
    assert found.rr3 == pytest.approx(600 / 1200)
    assert found.rr1 == response_rates(CASES).rr1, "only the middle base knows e"


def test_where_nothing_is_known_every_unknown_case_counts() -> None:
    found = response_rates(Dispositions(unknown_other=40))
    assert (found.e, found.rr1, found.rr3, found.con2) == (1.0, 0.0, 0.0, 0.0)
    assert math.isnan(found.rr5)
    assert found.reason is None


def test_no_cases_have_no_rates() -> None:
    found = response_rates(Dispositions(not_eligible=9))
    assert found.reason is Reason.NO_ANSWERS
    assert math.isnan(found.rr1)
    assert math.isnan(found.coop4)


@pytest.mark.parametrize("wrong", [{"refusal": -1}, {"eligible_share": 1.2}])
def test_impossible_cases_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"cannot be negative|between 0 and 1"):
        Dispositions(**wrong)  # type: ignore[arg-type]


@given(cases)
def test_rates_are_shares_in_their_known_order(drawn: Dispositions) -> None:
    found = response_rates(drawn)
    for name in (field for field in ResponseRates.__dataclass_fields__ if field != "reason"):
        rate = getattr(found, name)
        assert math.isnan(rate) or 0 <= rate <= 1 + 1e-12, name
    for names in ORDERED:
        rates = [r for r in (getattr(found, name) for name in names) if not math.isnan(r)]
        assert rates == sorted(rates), "fewer unknown cases in the base, higher rates"
    if drawn.interviewed:
        assert found.rr2 == pytest.approx(found.coop2 * found.con1), "RR2 = COOP2 x CON1"
