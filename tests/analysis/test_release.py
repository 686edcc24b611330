"""A release says what the answers say, all of it, and nothing twice differently."""

from __future__ import annotations

import dataclasses
import json
import math
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from scipy.stats import binomtest

import questionnaires
from analysis import report
from analysis.charts import heatmap, likert, two_sided
from analysis.columns import Columns, Unit
from analysis.counts import counts
from analysis.figures import Release
from analysis.release import Fieldwork, build
from questionnaires import Text

from .making import RULE, TODAY, County, Person, negative, random_county, survey, valid

RATED = ("work", "help", "load")


def interval(hits: int, base: int) -> tuple[float, float]:
    found = binomtest(hits, base).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def near(found: Any, expected: float | None) -> bool:
    if expected is None:
        return found is None
    return math.isclose(found, expected, abs_tol=1e-9)


class Slow:
    """The same figures, counted person by person from the definition and the answers."""

    def __init__(self, county: County, *, by_parent: bool = False) -> None:
        self.questionnaire = county.questionnaire
        self.people = county.people
        self.under = {u: (p or u) if by_parent else u for u, p in county.units.items()}

    def of(self, unit: str | None) -> list[Person]:
        return [p for p in self.people if unit is None or self.under[p.unit] == unit]

    def ratings(self, variable: str, unit: str | None = None) -> tuple[int, int]:
        """Return unfavourable and valid answers."""
        people = [p for p in self.of(unit) if valid(p, self.questionnaire, variable)]
        return sum(negative(p, self.questionnaire, variable) for p in people), len(people)

    def check_item(self, item: dict[str, Any]) -> None:
        name = item["variable"]
        if not item["shown"]:
            assert 0 < self.ratings(name)[1] < 5
            return
        chosen = Counter(p.answers.get(name) for p in self.people)
        assert {v["value"]: v["count"] for v in item["levels"] if v["count"]} == {
            value: count for value, count in chosen.items() if value is not None
        }
        bad, base = self.ratings(name)
        assert (item["valid"], item["unanswered"]) == (base, chosen[None])
        assert item["not_substantive"] == len(self.people) - base - chosen[None]
        for level in item["levels"]:
            share = level["count"] / base if base and not level["missing"] else None
            assert near(level["share"], share)
        if item["rated"]:
            assert item["negative"] == bad
            assert near(item["negative_share"], bad / base if base else None)
            low, high = interval(bad, base) if base else (None, None)
            assert near(item["low"], low)
            assert near(item["high"], high)
        scores = [int(p.answers[name]) for p in self.people if p.answers.get(name, "x").isdigit()]
        if item["scored"]:
            assert near(item["mean"], statistics.fmean(scores) if scores else None)
            assert near(item["sd"], statistics.stdev(scores) if len(scores) > 1 else None)
        else:
            assert item["mean"] is item["sd"] is None

    def check_units(self, level: dict[str, Any], issued: dict[str, int]) -> None:
        for unit in level["units"]:
            people = self.of(unit["code"])
            sent = sum(n for code, n in issued.items() if self.under[code] == unit["code"])
            assert unit["issued"] == sent
            if unit["shown"]:
                assert unit["returned"] == len(people) >= level["min_group"]
                assert near(unit["rate"], len(people) / sent)
            else:
                hidden = ("returned", "rate", "listed", "severe")
                assert [unit[name] for name in hidden] == [None] * 4

    def check_grid(self, level: dict[str, Any]) -> None:
        assert tuple(level["grid"]) == RATED
        for variable, cells in level["grid"].items():
            for unit, cell in zip(level["units"], cells, strict=True):
                if cell["valid"] is None:
                    assert set(cell.values()) == {None}
                    continue
                bad, base = self.ratings(variable, unit["code"])
                assert (cell["negative"], cell["valid"]) == (bad, base)
                assert base >= level["min_group"]
                expected = (bad / base, *interval(bad, base))
                found = (cell["share"], cell["low"], cell["high"])
                assert all(near(a, b) for a, b in zip(found, expected, strict=True))

    def check_list(self, release: dict[str, Any]) -> None:
        places = {unit["code"]: place for place, unit in enumerate(release["units"])}
        expected = {}
        for code, place in places.items():
            for variable in RATED:
                bad, base = self.ratings(variable, code)
                seen = release["grid"][variable][place]["valid"] is not None
                if seen and base >= 5 and Fraction(bad, base) >= Fraction(1, 4):
                    expected[code, variable] = (bad, base, 2 * bad >= base)
        found = {
            (one["code"], entry["variable"]): (entry["negative"], entry["valid"], entry["severe"])
            for one in release["negative_list"]
            for entry in one["entries"]
        }
        assert found == expected
        assert [one["code"] for one in release["negative_list"]] == [
            code for code in places if any(unit == code for unit, _ in expected)
        ]
        self._check_entries(release)
        self._check_totals(release, expected)

    def _check_entries(self, release: dict[str, Any]) -> None:
        overall = {item["variable"]: item["negative_share"] for item in release["items"]}
        for one in release["negative_list"]:
            shares = [entry["share"] for entry in one["entries"]]
            assert shares == sorted(shares, reverse=True)
            for entry in one["entries"]:
                low, high = interval(entry["negative"], entry["valid"])
                assert near(entry["low"], low)
                assert near(entry["high"], high)
                assert entry["overall"] == overall[entry["variable"]]

    def _check_totals(self, release: dict[str, Any], expected: dict[Any, Any]) -> None:
        seen = release["overview"]
        assert seen["listed"] == len(expected)
        assert seen["severe"] == sum(severe for _, _, severe in expected.values())
        assert seen["units_listed"] == len({code for code, _ in expected})
        for unit in release["units"]:
            own = [value for (code, _), value in expected.items() if code == unit["code"]]
            if unit["shown"]:
                assert (unit["listed"], unit["severe"]) == (len(own), sum(s for _, _, s in own))


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("seed", [100, 101, 102, 103, 105, 106, 107, 108])
def test_every_figure_is_what_counting_one_by_one_gives(seed: int, levels: int) -> None:
    county = random_county(seed, levels=levels)
    issued = {code: 20 + place for place, code in enumerate(county.units)}
    release = county.json(issued=issued)
    several = len(set(county.units.values())) > 1
    assert (release["by_parent"] is not None) == several
    checks = [(Slow(county), release)]
    checks += [(Slow(county, by_parent=True), release["by_parent"])] if several else []
    for slow, level in checks:
        seen = level["overview"]
        assert seen["returned"] == len(county.people)
        assert seen["issued"] == sum(issued.values())
        assert near(seen["rate"], len(county.people) / sum(issued.values()))
        assert seen["units"] == len(level["units"]) == len({*slow.under.values()})
        assert seen["units_shown"] == sum(unit["shown"] for unit in level["units"])
        assert seen["items"] == 5
        slow.check_units(level, issued)
        slow.check_grid(level)
        for item in level["items"]:
            slow.check_item(item)
    Slow(county).check_list(release)
    if several:
        assert release["by_parent"]["negative_list"] == []
        assert release["by_parent"]["rule"] is None


def test_the_slow_count_notices_a_wrong_figure() -> None:
    county = random_county(100, levels=1)
    release = county.json()
    release["items"][0]["levels"][0]["count"] += 1
    with pytest.raises(AssertionError):
        Slow(county).check_item(release["items"][0])


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def test_the_json_is_strict_and_complete() -> None:
    release = random_county(4, levels=2).release(min_group=7, mode="sealed_code")
    text = release.to_json()
    tree = json.loads(text, parse_constant=refuse)
    assert set(tree) == {field.name for field in dataclasses.fields(Release)}
    assert tree["title"] == {"zh": "情况调查", "en": "A survey"}
    assert tree["as_of"] == "2026-05-04"
    assert tree["rule"] == {"min_valid": 5, "share": "1/4", "strict": False, "severe": "1/2"}
    assert tree["version"] == questionnaires.content_hash(survey())
    assert len(tree["by_parent"]["units"]) == len(
        release.by_parent.units if release.by_parent else ()
    )
    assert "情况调查" in text, "Chinese stays readable"
    with pytest.raises(AssertionError, match="NaN"):
        json.loads("[NaN]", parse_constant=refuse)


def test_a_questionnaire_without_a_rule_lists_nothing() -> None:
    people = [Person("a", {"work": "1"})] * 9
    without = County(survey(rule=""), {"a": None}, people).release()
    assert (without.rule, without.negative_list, without.overview.listed) == (None, (), 0)
    assert len(County(survey(RULE), {"a": None}, people).release().negative_list) == 1, "control"


def test_a_rule_below_the_floor_lists_only_what_may_be_shown() -> None:
    rule = "negative_list: {min_valid: 1, negative_share_above: 0}\n"
    people = [Person("a", {"work": "1"})] * 3 + [Person("b", {"work": "1"})] * 9
    people += [Person("c", {"work": "1"})] * 8
    release = County(survey(rule), dict.fromkeys("abc"), people).release()
    assert [one.code for one in release.negative_list] == ["b"]


@pytest.mark.parametrize("name", questionnaires.library.names())
def test_an_empty_round_of_any_instrument_has_a_release(name: str) -> None:
    questionnaire = questionnaires.library.get(name)
    book = questionnaires.codebook(questionnaire)
    empty = Columns.from_packed(book, [Unit("a", Text("甲")), Unit("b", Text("乙"))], [""], [])
    release = build(questionnaire, counts(empty), Fieldwork(questionnaire.title), TODAY)
    assert release.overview.returned == 0
    assert release.negative_list == ()
    assert all(item.valid == 0 and item.negative_share is None for item in release.items)
    json.loads(release.to_json(), parse_constant=refuse)
    for language in ("zh", "en"):
        assert likert(release, language) is None
        assert two_sided(release, language) is None
        drawn = heatmap(release, language)
        assert (drawn is None) == (not release.rated_items)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("people", [0, 1])
def test_an_empty_or_nearly_empty_round_has_a_report(people: int, language: str) -> None:
    county = County(survey(), {"a": "x", "b": "y"}, [Person("a", {"work": "1"})] * people)
    pdf = report.pdf(county.release(issued={"a": 9, "b": 9}), county.questionnaire, language)
    assert pdf.startswith(b"%PDF-")


def test_no_units_and_no_closed_items() -> None:
    questionnaire = questionnaires.library.get("suggestion-box")
    book = questionnaires.codebook(questionnaire)
    nobody = Columns.from_packed(book, [], [""], [])
    release = build(questionnaire, counts(nobody), Fieldwork(questionnaire.title), TODAY)
    assert (release.units, release.overview.returned) == ((), 0)
    assert heatmap(release, "en") is None
