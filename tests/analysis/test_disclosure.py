"""Nobody can work out from a release what it hides."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analysis import report
from analysis.charts import heatmap, likert, two_sided
from analysis.disclosure import shown
from analysis.negative_list import Ratings

from .attacker import leaks, pinned, solved, unexplained
from .making import County, Person, random_county, survey, valid

FLOOR = 5
RATED = ("work", "help", "load")
SEEDS = range(60)


def level_of(county: County, levels: bool) -> dict[str, str]:
    """Return what each unit is counted under: itself, or its parent."""
    return {u: (parent or u) if levels else u for u, parent in county.units.items()}


def counted(county: County, under: dict[str, str], variable: str | None) -> Counter[str]:
    return Counter(
        under[p.unit]
        for p in county.people
        if variable is None or valid(p, county.questionnaire, variable)
    )


def floor_alone(county: County) -> dict[str, Any]:
    """Return the release as it would be if only groups under the floor were hidden."""
    release = copy.deepcopy(county.json())
    release["overview"]["returned"] = len(county.people)
    for level in (release, release["by_parent"]):
        if level is None:
            continue
        under = level_of(county, level is not release)
        people = counted(county, under, None)
        for unit in level["units"]:
            n = people[unit["code"]]
            unit["returned"] = n if n >= FLOOR else None
        for variable, cells in level["grid"].items():
            sizes = counted(county, under, variable)
            for unit, cell in zip(level["units"], cells, strict=True):
                n = sizes[unit["code"]]
                cell["valid"] = n if n >= FLOOR else None
        for item in level["items"]:
            item["valid"] = sum(counted(county, under, item["variable"]).values())
    return release


def numbers_of_cells(release: dict[str, Any]) -> int:
    """Return how many cells of units and of parents a release shows."""
    levels = [level for level in (release, release["by_parent"]) if level]
    cells = (cell for level in levels for row in level["grid"].values() for cell in row)
    return sum(cell["valid"] is not None for cell in cells)


@pytest.mark.parametrize("levels", [1, 2])
def test_no_small_group_follows_by_adding_and_subtracting(levels: int) -> None:
    kept = of = beaten = 0
    for seed in SEEDS:
        county = random_county(seed, levels=levels)
        release, naive = county.json(), floor_alone(county)
        assert leaks(release, FLOOR) == [], f"county {seed}"
        beaten += bool(leaks(naive, FLOOR))
        kept += numbers_of_cells(release)
        of += numbers_of_cells(naive)
    assert beaten > len(SEEDS) / 4, "control: the attacker beats the floor alone"
    print(f"{levels} level(s): {kept} of {of} cells kept, floor alone leaks in {beaten} counties")
    assert kept / of >= 0.8, "hiding must not cost more than needed"


@pytest.mark.parametrize("levels", [1, 2])
def test_no_hidden_cell_has_only_one_possible_size(levels: int) -> None:
    for seed in range(8):
        county = random_county(seed, levels=levels, silent=0.1)
        release = county.json()
        for variable in RATED:
            sizes = counted(county, level_of(county, False), variable)
            found = pinned(release, variable)
            assert not {u: n for u, n in found.items() if 0 < n < FLOOR}, (seed, variable)
            assert all(sizes[unit] == n for unit, n in found.items()), "the attack is sound"


@pytest.mark.parametrize("levels", [1, 2])
def test_evidence_follows_from_what_is_shown(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither shrunk shares nor peers nor ranks tell anything of a cell that is hidden."""

    def releases() -> Iterator[dict[str, Any]]:
        for seed in range(12):
            county = random_county(seed, levels=levels)
            yield county.json()
            yield county.json(issued=dict.fromkeys(county.units, 20))

    entries = 0
    for release in releases():
        assert unexplained(release) == []
        entries += sum(len(one["entries"]) for one in release["negative_list"])
    assert entries > 50
    monkeypatch.setattr(Ratings, "only", lambda self, shown: self)
    caught = [release for release in releases() if unexplained(release)]
    assert len(caught) > 6, "control: evidence drawn from hidden cells too is noticed"


def test_the_attacker_finds_the_only_possible_size() -> None:
    county = sizes(8, 3, 7)
    assert pinned(floor_alone(county), "work") == {"u1": 3}
    assert pinned(county.json(), "work") == {}


def test_the_attacker_solves_what_can_be_solved() -> None:
    everyone, two = frozenset("abc"), frozenset("ab")
    assert solved([(everyone, 12), (frozenset("c"), 9)]) == [(two, 3), (frozenset("c"), 9)]
    assert solved([(everyone, 12)]) == [(everyone, 12)]


def sizes(*numbers: int, parents: str = "") -> County:
    """Return units of so many people, each answering everything; ``parents`` is one letter each."""
    units = {f"u{n}": (parents[n] if parents else None) for n in range(len(numbers))}
    answer = {"work": "4", "help": "2", "load": "right", "post": "office"}
    people = [Person(f"u{n}", answer) for n, size in enumerate(numbers) for _ in range(size)]
    return County(survey(), units, people)


def visible(county: County) -> tuple[str, str]:
    """Return one mark for each unit and each parent: + shown, - hidden."""
    release = county.release()
    above = release.by_parent.units if release.by_parent else ()
    units, parents = (
        "".join("-+"[unit.shown] for unit in level) for level in (release.units, above)
    )
    return units, parents


@pytest.mark.parametrize(
    ("numbers", "parents", "expected"),
    [
        ((8, 9, 7), "", ("+++", "")),
        ((8, 3, 7), "", ("+--", "")),  # the smallest other unit goes with the small one
        ((8, 2, 3), "", ("+--", "")),  # two small ones of 5 people hide each other
        ((8, 2, 2), "", ("---", "")),
        ((8, 9, 0), "", ("++-", "")),  # that nobody answered says nothing of anybody's answers
        ((8, 3, 0), "", ("---", "")),  # nor does it hide anybody
        ((4, 3, 2), "", ("---", "")),
        ((9,), "", ("+", "")),
        ((4,), "", ("-", "")),
        ((0, 0), "", ("--", "")),
        ((8, 9, 7, 6), "xxyy", ("++++", "++")),
        ((8, 3, 7, 6), "xxyy", ("--++", "++")),  # each parent's total is known
        # One small parent with one small unit: another parent and a unit of it are hidden with it.
        ((3, 8, 7, 20), "xyyz", ("-+-+", "--+")),
        # A parent that hides enough of its units already is hidden rather than a shown unit.
        ((3, 9, 3, 3, 8), "xyyyz", ("-+--+", "--+")),
        ((3, 9), "xy", ("--", "--")),
        ((3, 2, 9), "xyz", ("--+", "--+")),
    ],
)
def test_what_is_hidden_with_a_small_unit(
    numbers: tuple[int, ...], parents: str, expected: tuple[str, str]
) -> None:
    county = sizes(*numbers, parents=parents)
    assert visible(county) == expected
    assert leaks(county.json(), FLOOR) == []


def test_a_unit_that_has_units_below_it_does_not_give_them_away() -> None:
    """The figures of the parent are its own and its units' together."""
    units = {"office": None, "village": "office", "other": None}
    sizes = {"office": 9, "village": 3, "other": 8}
    answer = {"work": "4", "help": "4", "load": "right"}
    people = [Person(unit, answer) for unit, size in sizes.items() for _ in range(size)]
    county = County(survey(), units, people)
    assert visible(county) == ("--+", "++")
    assert leaks(county.json(), FLOOR) == []
    assert leaks(floor_alone(county), FLOOR), "control"


def test_an_item_hides_cells_of_its_own() -> None:
    """All units may be shown, yet in one of them hardly anybody rated this item."""
    full = {"work": "4", "help": "4", "load": "right"}
    silent = {"work": "dk", "help": "4", "load": "right"}
    people = [Person("a", full)] * 9 + [Person("b", full)] * 8
    people += [Person("c", full)] * 3 + [Person("c", silent)] * 5
    release = County(survey(), dict.fromkeys("abc"), people).release()
    assert [unit.shown for unit in release.units] == [True] * 3
    assert [cell.valid for cell in release.grid["work"]] == [9, None, None]
    assert [cell.valid for cell in release.grid["help"]] == [9, 8, 8], "control"


def test_a_whole_round_under_the_floor_shows_no_number() -> None:
    """Neither how many answered, nor what: "fewer than 5" is all that is said."""
    county = sizes(2, 2, parents="xy")
    release = county.json()
    for level in (release, release["by_parent"]):
        assert level["overview"]["returned"] is None
        assert level["overview"]["rate"] is None
        assert all(unit["returned"] is None for unit in level["units"])
        assert all(figure is None for item in level["items"] for figure in figures_of(item))
    assert release == sizes(1, 3, parents="xy").json(), "2 + 2 and 1 + 3 people look alike"
    assert release == sizes(1, 0, parents="xy").json()
    assert release != sizes(3, 2, parents="xy").json(), "control: 5 people are shown"
    assert sizes(0, 0).json()["overview"]["returned"] == 0, "an empty round says that it is empty"


def figures_of(item: dict[str, Any]) -> Iterator[Any]:
    named = ("valid", "not_substantive", "unanswered", "negative", "negative_share")
    yield from (item[name] for name in (*named, "low", "high", "mean", "sd"))
    yield from (level[name] for level in item["levels"] for name in ("count", "share"))


@pytest.mark.parametrize("variable", ["work", "post"])
def test_an_item_that_hardly_anybody_answered_shows_no_number(variable: str) -> None:
    full = {"work": "4", "help": "4", "load": "right", "post": "office"}
    without = {name: value for name, value in full.items() if name != variable}

    def item(answered: int) -> dict[str, Any]:
        people = [Person("a", full)] * answered + [Person("a", without)] * (20 - answered)
        release = County(survey(), {"a": None}, people).json()
        return next(item for item in release["items"] if item["variable"] == variable)

    assert all(figure is None for figure in figures_of(item(3)))
    assert not item(3)["shown"]
    assert item(3) == item(1), "one person or three look alike"
    assert (item(5)["valid"], item(5)["unanswered"]) == (5, 15), "control"
    assert (item(0)["valid"], item(0)["unanswered"]) == (0, 20), "nobody's answer is no secret"


def exchanged(first: int, second: int) -> County:
    """Return a county whose two small units hold 6 people together, split so."""
    draw = [p for seed in range(3) for p in random_county(seed, levels=2, silent=0.0).people]
    units = {"small one": None, "small two": None, "large": None, "larger": None}
    places = ["small one"] * first + ["small two"] * second + ["large"] * 9 + ["larger"] * 11
    people = [Person(u, p.answers) for u, p in zip(places, draw[: len(places)], strict=True)]
    return County(survey(), units, people)


def outputs(county: County) -> dict[str, object]:
    """Return everything that leaves the house: figures, charts, their texts, the report."""
    release = county.release(synthetic=True)
    found: dict[str, object] = {"json": release.to_json()}
    for language in ("zh", "en"):
        for draw in (likert, two_sided, heatmap):
            found[f"{draw.__name__} {language}"] = draw(release, language)
        found[f"pdf {language}"] = report.pdf(release, county.questionnaire, language)
    return found


def test_everything_that_leaves_the_house_is_the_same_whoever_is_in_which_hidden_unit() -> None:
    """Not a byte of JSON, chart, alternative text or PDF depends on the split of the hidden."""
    before = outputs(exchanged(2, 4))
    after = outputs(exchanged(4, 2))
    assert {name for name, value in before.items() if value != after[name]} == set()
    people = list(exchanged(2, 4).people)
    people[6], people[-1] = Person("larger", people[6].answers), Person("large", people[-1].answers)
    moved = outputs(County(survey(), exchanged(2, 4).units, people))
    assert {name for name, value in before.items() if value != moved[name]} >= {"json", "pdf zh"}, (
        "control: people moved between units that are shown"
    )


def test_a_higher_floor_of_the_round_hides_more() -> None:
    county = sizes(8, 12, 15, 20)
    assert [unit.shown for unit in county.release().units] == [True] * 4
    raised = county.release(min_group=10)
    assert raised.min_group == 10
    assert [unit.shown for unit in raised.units] == [False, False, True, True]
    assert leaks(county.json(min_group=10), 10) == []
    assert county.release(min_group=2).min_group == FLOOR, "a round cannot go below the promise"


def test_a_typical_county_loses_little() -> None:
    """18 units of about 12 people and one of 3: one more unit is withheld."""
    county = sizes(3, *[12, 14, 9, 13, 11] * 3, 10, 14)
    assert visible(county)[0].count("-") == 2
    release = county.json()
    print(f"{numbers_of_cells(release)} of {numbers_of_cells(floor_alone(county))} cells kept")
    assert numbers_of_cells(release) / numbers_of_cells(floor_alone(county)) > 0.9


def test_no_units_at_all() -> None:
    nothing = np.zeros(0, np.int64)
    found = shown(nothing, nothing, FLOOR)
    assert found.whole
    assert found.units.tolist() == []
