"""Counts are exact integers, whatever the parts they are added up from."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import questionnaires
from analysis import kernel
from analysis.columns import Axes, Columns, Unit
from analysis.counts import Tables, counts
from analysis.parents import rolled_up
from questionnaires import Text, Variable

from .making import Person, columns, random_county, survey

VARIABLES = questionnaires.codebook(survey()).closed
UNITS = tuple(
    Unit(code, Text(code), parent) for code, parent in [("a", "x"), ("b", "x"), ("c", "y")]
)
AXES = Axes(VARIABLES, UNITS, ("", "lead"))
SIZES = [len(variable.categories) + 1 for variable in VARIABLES]

#: One response: its codes, its unit, its role.
Response = tuple[tuple[int, ...], int, int]
RESPONSES = st.lists(
    st.tuples(
        st.tuples(*(st.integers(0, size - 1) for size in SIZES)),
        st.integers(0, len(UNITS) - 1),
        st.integers(0, 1),
    ),
    max_size=40,
)


def made(responses: list[Response]) -> Columns:
    return Columns(
        AXES,
        np.array([codes for codes, _, _ in responses], np.uint8).reshape(-1, len(VARIABLES)).T,
        np.array([unit for _, unit, _ in responses], np.int32),
        np.array([role for _, _, role in responses], np.int32),
    )


def taken(responses: list[Response]) -> Tables:
    return counts(made(responses))


def score(variable: Variable, code: int) -> int | None:
    return next((c.score for c in variable.categories if c.code == code and not c.missing), None)


@settings(max_examples=60, deadline=None)
@given(RESPONSES)
def test_every_cell_is_what_counting_one_by_one_gives(responses: list[Response]) -> None:
    tables = taken(responses)
    for v, u, r, c in product(range(len(VARIABLES)), range(3), range(2), range(AXES.width)):
        slow = sum(codes[v] == c and (unit, role) == (u, r) for codes, unit, role in responses)
        assert tables.cells[v, u, r, c] == slow
    for u, r in product(range(3), range(2)):
        assert tables.responses[u, r] == sum(row[1:] == (u, r) for row in responses)
    assert tables.total.sum() == len(VARIABLES) * len(responses)
    assert tables.cells.dtype == np.int64


@settings(max_examples=60, deadline=None)
@given(RESPONSES)
def test_the_gram_matrix_is_what_multiplying_one_by_one_gives(responses: list[Response]) -> None:
    scored = [v for v, variable in enumerate(VARIABLES) if variable.scored]
    rows = [[score(VARIABLES[v], codes[v]) for v in scored] for codes, _, _ in responses]
    complete = [[value for value in row if value is not None] for row in rows if None not in row]
    gram = taken(responses).gram
    assert gram.complete == len(complete)
    assert gram.sums.tolist() == [sum(row[i] for row in complete) for i in range(len(scored))]
    assert gram.products.tolist() == [
        [sum(row[i] * row[j] for row in complete) for j in range(len(scored))]
        for i in range(len(scored))
    ]


@settings(max_examples=60, deadline=None)
@given(RESPONSES, st.data())
def test_parts_in_any_order_add_up_to_the_whole(
    responses: list[Response], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(responses))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(responses)), max_size=4)))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(responses)], strict=True)]
    summed = Tables.zero(AXES)
    for part in data.draw(st.permutations(parts)):
        summed = summed + taken(part)
    assert summed == taken(responses)
    if responses:
        assert summed + taken(responses[:1]) != taken(responses), "control: one more is seen"


@settings(max_examples=60, deadline=None)
@given(RESPONSES, RESPONSES)
def test_withdrawn_responses_are_taken_out_exactly(
    kept: list[Response], withdrawn: list[Response]
) -> None:
    assert taken(kept + withdrawn) - taken(withdrawn) == taken(kept)


@pytest.mark.parametrize("codes", [(1, 1, 1, 1), (0, 0, 0, 1), (6, 6, 0, 0)])
def test_a_response_that_was_never_counted_cannot_be_taken_out(codes: tuple[int, ...]) -> None:
    there: list[Response] = [((2, 2, 2, 2), 0, 0), ((3, 3, 3, 2), 1, 0)]
    with pytest.raises(ValueError, match="never counted"):
        taken(there) - taken([(codes, 0, 0)])
    assert taken(there) - taken(there[:1]) == taken(there[1:]), "control"


def test_a_response_is_not_taken_out_twice_even_where_nothing_is_closed() -> None:
    axes = Axes((), UNITS)
    one = counts(Columns(axes, np.zeros((0, 1), np.uint8), *(np.zeros(1, np.int32),) * 2))
    assert one.responses.sum() == 1
    with pytest.raises(ValueError, match="never counted"):
        one - one - one


def test_tables_of_different_axes_are_not_mixed() -> None:
    other = Tables.zero(Axes(VARIABLES, UNITS[:2], AXES.roles))
    for combined in (lambda: taken([]) + other, lambda: taken([]) - other):
        with pytest.raises(ValueError, match="different variables, units or roles"):
            combined()
    assert taken([]) != other
    assert taken([]) + taken([]) == Tables.zero(AXES), "control"
    assert taken([]) != 0


def test_nothing_and_one_response() -> None:
    assert taken([]) == Tables.zero(AXES)
    one = taken([((1, 6, 0, 2), 2, 1)])
    assert [int(one.cells[v, 2, 1, c]) for v, c in enumerate((1, 6, 0, 2))] == [1, 1, 1, 1]
    assert one.cells.sum() == len(VARIABLES)
    assert one.gram.complete == 0, "the second item was not rated, so the case is not complete"
    assert taken([((1, 2, 0, 2), 2, 1)]).gram.complete == 1, "control"


def test_many_responses_over_several_blocks() -> None:
    size = 300_000
    assert size > 2 * kernel.BLOCK
    draw = np.random.default_rng(7)
    codes = np.stack([draw.integers(0, n, size, np.uint8) for n in SIZES])
    unit, role = (draw.integers(0, n, size, np.int32) for n in (3, 2))
    whole = counts(Columns(AXES, codes, unit, role))
    for v, u, r, c in product(range(len(VARIABLES)), range(3), range(2), range(AXES.width)):
        slow = np.count_nonzero((codes[v] == c) & (unit == u) & (role == r))
        assert whole.cells[v, u, r, c] == slow
    order = draw.permutation(size)
    assert counts(Columns(AXES, codes[:, order], unit[order], role[order])) == whole


def test_rolling_up_keeps_every_total() -> None:
    county = random_county(11, levels=2)
    tables, names = county.tables, {"0": Text("第一片")}
    above = rolled_up(tables, names)
    assert len(above.axes.units) < len(tables.axes.units)
    assert np.array_equal(above.total, tables.total)
    assert above.responses.sum() == tables.responses.sum() == len(county.people)
    assert above.gram is tables.gram
    for place, parent in enumerate(above.axes.units):
        slow = sum(county.units[person.unit] == parent.code for person in county.people)
        assert above.responses[place].sum() == slow
    assert [unit.label for unit in above.axes.units][:2] == [Text("第一片"), Text("1")]


def test_parents_stand_in_natural_order_and_a_unit_without_one_is_its_own() -> None:
    units = {"u1": "10", "u2": "2", "u3": "1", "u4": None, "u5": "u4"}
    above = rolled_up(counts(columns(survey(), units, [Person("u4"), Person("u5")])), {})
    assert [unit.code for unit in above.axes.units] == ["1", "2", "10", "u4"]
    assert above.responses.sum(axis=1).tolist() == [0, 0, 0, 2]
    assert above.axes.units[3].label == Text("u4镇"), "a parent that answers itself keeps its name"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (bytes([1, 1, 1]), "packed by another codebook"),
        (bytes([1, 1, 1, 1, 1]), "packed by another codebook"),
        (bytes([1, 1, 1, 3]), "a code is higher"),  # the last item has two options only
        (bytes([7, 1, 1, 1]), "a code is higher"),
        (bytes([1, 1, 4, 1]), "a code is higher"),
    ],
)
def test_rows_packed_by_another_codebook_are_refused(row: bytes, complaint: str) -> None:
    book = questionnaires.codebook(survey())
    right = (bytes([6, 6, 3, 2]), 0, 0)
    with pytest.raises(ValueError, match=complaint):
        Columns.from_packed(book, UNITS, [""], [right, (row, 0, 0)])
    assert Columns.from_packed(book, UNITS, [""], [right]).responses == 1, "control"


@settings(max_examples=40)
@given(RESPONSES)
def test_groups_in_a_row_are_the_same_responses(responses: list[Response]) -> None:
    book = questionnaires.codebook(survey())
    groups = []
    for unit, role in product(range(3), range(2)):
        own = [bytes(codes) for codes, u, r in responses if (u, r) == (unit, role)]
        groups.append((len(own), b"".join(own), unit, role))
    found = Columns.from_groups(book, UNITS, AXES.roles, groups)
    assert found.responses == len(responses)
    assert counts(found) == taken(responses)
    for size, packed in ((1, b"\1" * 3), (2, b"\1" * 4), (0, b"\1")):
        with pytest.raises(ValueError, match="packed by another codebook"):
            Columns.from_groups(book, UNITS, AXES.roles, [(size, packed, 0, 0)])


@pytest.mark.parametrize("place", [-1, 3])
def test_positions_outside_the_axes_are_refused(place: int) -> None:
    packed = bytes([1, 1, 1, 1])
    book = questionnaires.codebook(survey())
    with pytest.raises(ValueError, match="unit position"):
        Columns.from_packed(book, UNITS, [""], [(packed, place, 0)])
    with pytest.raises(ValueError, match="role position"):
        Columns.from_packed(book, UNITS, ["", "b", "c"], [(packed, 0, place)])


def test_columns_of_different_lengths_are_refused() -> None:
    codes, one, two = np.zeros((4, 2), np.uint8), np.zeros(1, np.int32), np.zeros(2, np.int32)
    for unit, role in ((one, two), (two, one)):
        with pytest.raises(ValueError, match="differ in length"):
            Columns(AXES, codes, unit, role)
    with pytest.raises(ValueError, match="number of rows"):
        Columns(AXES, codes[:3], two, two)
    assert Columns(AXES, codes, two, two).responses == 2, "control"


def test_packed_and_unpacked_agree_for_random_people() -> None:
    county = random_county(3, levels=1)
    tables = county.tables
    draw = random.Random(1)  # noqa: S311 - nothing secret
    for _ in range(50):
        v = draw.randrange(len(VARIABLES))
        category = draw.choice(VARIABLES[v].categories)
        slow = sum(p.answers.get(VARIABLES[v].name) == category.value for p in county.people)
        assert tables.total[v, category.code] == slow


@pytest.mark.parametrize("name", ["analysis.counts", "analysis.release", "analysis.sources.table"])
def test_counting_loads_neither_the_chart_library_nor_the_typesetter(name: str) -> None:
    """A server that shows a form, or a worker that counts, should start in no time."""
    code = f"import sys, {name}; print([m for m in ('matplotlib', 'typst') if m in sys.modules])"
    assert printed(code) == "[]"
    assert printed(code.replace(name, "analysis.charts")) == "['matplotlib']", "control"


def printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
