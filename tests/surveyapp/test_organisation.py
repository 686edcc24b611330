"""The tree of units and what happens in it: added, renamed, moved, ended; what it was before."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.db import Database
from surveyapp.organisation import operations
from surveyapp.organisation.models import MAX_DEPTH, Posting, Unit, UnitPast, below
from surveyapp.organisation.paging import holds, page_of
from surveyapp.organisation.tree import branch, tops, tree_at, tree_on
from tests.surveyapp.organisations import city, imported, workbook

MARCH = datetime(2026, 3, 1, 8, 30)
APRIL = datetime(2026, 4, 1, 8, 30)
DAY = date(2026, 3, 15)


def add(session: Session, code: str, parent: Unit | None = None, **given: object) -> Unit:
    name = Text({"zh": f"{code}乡", "en": f"{code} town"})
    return operations.add_unit(session, code=code, name=name, kind="town", parent=parent, **given)  # type: ignore[arg-type]


def rename(session: Session, unit: Unit, name: str, now: datetime) -> None:
    operations.change_unit(
        session,
        unit,
        now,
        name=Text({"zh": name}),
        kind=unit.kind,
        category=unit.category,
        position=unit.position,
        valid_from=unit.valid_from,
    )


@pytest.fixture
def family(session: Session) -> dict[str, Unit]:
    """a > b > c, and d beside a."""
    a = add(session, "a")
    b = add(session, "b", a)
    return {"a": a, "b": b, "c": add(session, "c", b), "d": add(session, "d")}


def everyone(session: Session, top: Unit) -> set[str]:
    return set(session.scalars(select(Unit.code).where(below(top.path))))


def test_the_units_below_one_are_a_range_of_paths(
    session: Session, family: dict[str, Unit]
) -> None:
    assert family["c"].path == "/{}/{}/{}/".format(*(family[x].id for x in "abc"))
    assert everyone(session, family["a"]) == {"a", "b", "c"}
    assert everyone(session, family["b"]) == {"b", "c"}
    assert everyone(session, family["d"]) == {"d"}


def test_units_whose_ids_begin_alike_are_kept_apart(session: Session) -> None:
    units = [add(session, f"u{n}") for n in range(12)]  # ids 1 and 10, 11, 12
    assert [len(everyone(session, unit)) for unit in units] == [1] * 12


def test_a_unit_moves_with_all_below_it(session: Session, family: dict[str, Unit]) -> None:
    operations.move_unit(session, family["b"], family["d"], MARCH)
    session.expire_all()
    assert everyone(session, family["d"]) == {"d", "b", "c"}
    assert everyone(session, family["a"]) == {"a"}
    assert family["c"].depth == 3


@pytest.mark.parametrize("below", ["a", "b", "c"])
def test_no_unit_is_moved_below_itself(
    session: Session, family: dict[str, Unit], below: str
) -> None:
    with pytest.raises(operations.Cycle):
        operations.move_unit(session, family["a"], family[below], MARCH)


def test_a_move_to_where_it_is_leaves_no_past(session: Session, family: dict[str, Unit]) -> None:
    operations.move_unit(session, family["b"], family["a"], MARCH)
    assert session.scalar(select(func.count()).select_from(UnitPast)) == 0


def test_the_tree_of_an_earlier_day_can_be_asked_for(
    session: Session, family: dict[str, Unit]
) -> None:
    operations.move_unit(session, family["b"], family["d"], MARCH)
    rename(session, family["b"], "新名", APRIL)

    def seen(moment: datetime) -> tuple[str, str]:
        tree = tree_at(session, moment, DAY)
        above = tree.parent(family["b"].id)
        return (above.code if above else "", tree.places[family["b"].id].name.get("zh"))

    assert seen(datetime(2026, 2, 1)) == ("a", "b乡")
    assert seen(datetime(2026, 3, 20)) == ("d", "b乡")
    assert seen(datetime(2026, 4, 2)) == ("d", "新名")
    assert tree_on(session, date(2026, 2, 1)).trail(family["c"].id)[0].code == "a"
    assert tree_on(session, date(2026, 5, 1)).trail(family["c"].id)[0].code == "d"


def test_a_tree_that_is_too_deep_is_refused(session: Session) -> None:
    unit: Unit | None = None
    for level in range(MAX_DEPTH):
        unit = add(session, f"u{level}", unit)
    with pytest.raises(operations.TooDeep):
        add(session, "one-more", unit)
    top, other = operations.unit(session, "u0"), add(session, "other")
    with pytest.raises(operations.TooDeep):
        operations.move_unit(session, top, other, MARCH)


def test_a_code_is_given_once(session: Session, family: dict[str, Unit]) -> None:
    with pytest.raises(operations.CodeTaken):
        add(session, "a")


def test_what_lies_below_ends_with_a_unit(session: Session, family: dict[str, Unit]) -> None:
    name = Text({"zh": "尹知遥"})
    operations.add_person(session, code="p", name=name, home=family["d"], host=family["c"])
    operations.end_unit(session, family["a"], DAY)
    session.expire_all()
    assert [family[x].valid_until for x in "abcd"] == [DAY, DAY, DAY, None]
    ends = dict(session.execute(select(Posting.line, Posting.valid_until)).all())
    assert ends == {"host": DAY, "home": None}
    assert set(tree_on(session, DAY).places) == {unit.id for unit in family.values()}
    assert set(tree_on(session, date(2026, 3, 16)).places) == {family["d"].id}


def test_a_unit_comes_back_only_below_one_that_is_in_force(
    session: Session, family: dict[str, Unit]
) -> None:
    operations.end_unit(session, family["a"], DAY)
    session.expire_all()
    with pytest.raises(operations.ParentEnded):
        operations.end_unit(session, family["b"], None)
    session.expire_all()
    operations.end_unit(session, family["a"], None)
    operations.end_unit(session, family["b"], None)
    with pytest.raises(operations.ParentEnded):
        add(session, "e", session.get_one(Unit, family["c"].id))


def test_dates_run_forward(session: Session, family: dict[str, Unit]) -> None:
    with pytest.raises(operations.DatesReversed):
        add(session, "x", valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 31))
    one = add(session, "y", valid_from=date(2026, 2, 1))
    with pytest.raises(operations.DatesReversed):
        operations.end_unit(session, one, date(2026, 1, 31))


def test_a_person_has_a_home_and_a_host_unit_but_no_two_of_a_line_at_once(
    session: Session, family: dict[str, Unit]
) -> None:
    name = Text({"zh": "尹知遥"})
    person = operations.add_person(session, code="p", name=name, home=family["a"], host=family["d"])
    with pytest.raises(operations.TwoAtOnce):
        operations.add_posting(session, person, family["b"], "host")
    [old] = session.scalars(select(Posting).where(Posting.line == "host"))
    operations.end_posting(session, old, DAY)
    operations.add_posting(session, person, family["b"], "host", valid_from=date(2026, 3, 16))
    with pytest.raises(operations.TwoAtOnce):
        operations.add_posting(session, person, family["c"], "host", valid_until=DAY)


def test_the_home_units_of_a_team_are_those_it_must_not_visit(
    session: Session, family: dict[str, Unit]
) -> None:
    people = [
        operations.add_person(session, code=f"p{x}", name=Text({"zh": x}), home=family[x])
        for x in "ab"
    ]
    team = operations.add_team(
        session, code="t", name=Text({"zh": "组"}), members=people, leader=people[1]
    )
    assert operations.home_units(session, team) == {family["a"].id, family["b"].id}
    with pytest.raises(operations.LeaderOutside):
        operations.change_team(session, team, name=team.name, members=people[:1], leader=people[1])
    operations.end_team(session, team)
    assert operations.teams(session) == []


def test_a_page_holds_whole_levels_and_leaves_the_rest_a_link_away(session: Session) -> None:
    imported(session, workbook(**city()))
    [top] = branch(session, tops(session), DAY)
    assert (top.unit.code, top.count, len(top.children)) == ("C", 11, 11)
    counties = top.children
    assert sum(len(county.children) for county in counties) == 138
    assert all(not town.children for county in counties for town in county.children)
    assert sum(town.count for county in counties for town in county.children) == 1142
    town = operations.unit(session, "T004")
    [below_it] = branch(session, [town], DAY)
    assert len(below_it.children) == below_it.count == 9


def test_units_are_found_by_any_part_of_a_name_or_code(
    session: Session, family: dict[str, Unit]
) -> None:
    def found(words: str) -> list[str]:
        return [unit.code for unit in page_of(session, Unit, holds(Unit, words), 1).rows]

    assert found("B乡") == found("b T") == ["b"]
    assert found("town") == found("") == ["a", "b", "c", "d"]
    assert found("%") == found("zh") == found('"') == []


def test_the_tree_and_the_search_are_the_same_on_postgresql(postgresql: Database) -> None:
    with postgresql.transaction() as session:
        a = add(session, "a")
        units = [add(session, f"b{n}", a) for n in range(12)]
        operations.move_unit(session, units[3], units[1], MARCH)
        operations.end_unit(session, units[0], DAY)
    with postgresql.session() as session:
        [top] = branch(session, tops(session), date(2026, 4, 1))
        assert [node.unit.code for node in top.children][:3] == ["b1", "b10", "b11"]
        assert (top.count, top.children[0].count) == (10, 1)
        assert everyone(session, units[1]) == {"b1", "b3"}
        found = page_of(session, Unit, holds(Unit, "B1 乡"), 1)
        assert [unit.code for unit in found.rows] == ["b1", "b10", "b11"]
        assert tree_at(session, datetime(2026, 1, 1), DAY).places[units[3].id].parent_id == a.id
