"""The figures of a round cost what its groups cost; the database and we count the same."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from analysis.counts import Tables, counts
from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.progress import progress
from surveyapp.organisation.models import Unit
from surveyapp.respond import operations as respond
from surveyapp.respond import storing
from surveyapp.respond.models import GroupCounts, Response
from surveyapp.results import operations as results
from surveyapp.results.pushdown import PushedDown
from surveyapp.results.tables import Layout, columns, settle, settled, tables
from surveyapp.scope import Scope
from tests.analysis.making import SURVEY
from tests.queries import statements
from tests.surveyapp.fielding import SECRET, TODAY, Hall, a_round, a_unit, noon, submission


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Database:
    """Each of the two databases."""
    fixture = "database" if request.param == "sqlite" else "postgresql"
    found: Database = request.getfixturevalue(fixture)
    return found


@pytest.fixture
def hall(either: Database) -> Hall:
    """An open round in two units, of 40 and of 12 people."""
    return Hall(either, {"canteen": 40, "kitchen": 12})


def seen(session: Session, of: Round) -> Tables:
    """What the figures of the round are made from."""
    return tables(session, of, progress(session, of))


def one_by_one(session: Session, of: Round) -> Tables:
    """The same, counted from all responses."""
    layout = Layout(session, of, progress(session, of))
    return counts(columns(session, of, layout))


def looked_at(hall: Hall) -> tuple[Tables, Tables]:
    with hall.database.session() as reading:
        return seen(reading, hall.round), one_by_one(reading, hall.round)


def answer(hall: Hall, codes: Sequence[str], draw: np.random.Generator) -> None:
    for code in codes:
        hall.send(code, respond.new_submission_key(), taste=str(draw.integers(1, 6)))


def kept(database: Database) -> int:
    with database.session() as reading:
        return len(reading.scalars(select(GroupCounts)).all())


def closed(hall: Hall) -> Round:
    with hall.database.transaction() as session:
        fieldwork.close_round(session, hall.round, noon())
        return fieldwork.find_round(session, hall.round.slug)


def test_after_each_response_the_kept_counts_are_those_of_the_responses(hall: Hall) -> None:
    draw = np.random.default_rng(1)
    steps = []
    for code in hall.codes:
        answer(hall, [code], draw)
        found, slow = looked_at(hall)
        assert found == slow
        steps.append(int(found.responses.sum()))
    assert steps[-1] == 35 + 5, "control: batches of five, and five to nine held back in each unit"
    assert kept(hall.database) == 2


def test_a_refresh_looks_at_no_response(hall: Hall) -> None:
    answer(hall, hall.codes, np.random.default_rng(2))
    with hall.database.session() as reading:
        before = seen(reading, hall.round)
        groups = progress(reading, hall.round)
        with statements(hall.database.engine) as said:
            tables(reading, hall.round, groups)
        assert len(said) == 2, said
        assert before == one_by_one(reading, hall.round)
    with hall.database.transaction() as writing:
        writing.execute(delete(Response))
    with hall.database.session() as reading:
        assert seen(reading, hall.round) == before, "they are not asked for"
        assert not one_by_one(reading, hall.round).responses.any(), "control: they are gone"


def _steps(engine: Engine, hall: Hall) -> int:
    """How many steps of SQLite's machine a refresh takes, in hundreds."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    with hall.database.session() as reading:
        groups = progress(reading, hall.round)
        raw: Any = reading.connection().connection.dbapi_connection
        raw.set_progress_handler(step, 100)
        tables(reading, hall.round, groups)
        raw.set_progress_handler(None, 0)
    return taken


def test_a_refresh_costs_the_same_however_many_have_answered(database: Database) -> None:
    """In steps of the database's own machine, which no load on this computer changes."""
    hall = Hall(database, {"canteen": 10})
    answer(hall, hall.codes, np.random.default_rng(3))
    few = _steps(database.engine, hall)
    with database.transaction() as session:
        session.execute(insert(Response), [stored(hall, b"\5") for _ in range(3_000)])
    assert _steps(database.engine, hall) <= few + 1
    with database.transaction() as session:
        session.execute(delete(GroupCounts))
    assert _steps(database.engine, hall) > few + 50, "control: counted from the responses"


def stored(hall: Hall, codes: bytes, group: int = 0) -> dict[str, Any]:
    return {
        "key": secrets.token_bytes(16),
        "counted": True,
        "group_id": hall.groups[group].id,
        "version_hash": hall.round.version_hash,
        "day": TODAY,
        "extent": "complete",
        "answers": "{}",
        "codes": codes,
    }


def test_what_fails_half_way_leaves_response_and_counts_as_they_were(hall: Hall) -> None:
    draw = np.random.default_rng(4)
    answer(hall, hall.codes[:9], draw)

    def sent_and_then_gone() -> None:
        with hall.database.transaction() as session:
            storing.accept(session, [submission(session, hall.codes[9], {"taste": "1"})])
            assert session.scalars(select(GroupCounts.packed)).all(), "the batch was complete"
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        sent_and_then_gone()
    assert kept(hall.database) == 0
    found, slow = looked_at(hall)
    assert found == slow
    assert not found.responses.any()
    answer(hall, hall.codes[9:10], draw)
    assert looked_at(hall)[0].responses.sum() == 5, "control"


def test_people_who_answer_at_the_same_time_are_each_counted_once(hall: Hall) -> None:
    def send(code: str) -> None:
        hall.send(code, respond.new_submission_key(), taste="2")

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(send, hall.codes))
    found, slow = looked_at(hall)
    assert found == slow
    assert found.responses.sum() == 40


def test_damaged_counts_are_counted_again_and_kept_right_from_the_next_batch(hall: Hall) -> None:
    draw = np.random.default_rng(5)
    answer(hall, hall.codes[:20], draw)
    for packed in (b"", b"nonsense", b"\0" * 40):
        with hall.database.transaction() as session:
            session.execute(update(GroupCounts).values(packed=packed))
        found, slow = looked_at(hall)
        assert found == slow
        assert found.responses.sum() == 15
    answer(hall, hall.codes[20:25], draw)
    with hall.database.transaction() as session:
        session.execute(delete(Response))
    with hall.database.session() as reading:
        assert seen(reading, hall.round).responses.sum() == 20, "control: kept again"


def test_a_group_without_kept_counts_is_counted_from_its_responses(hall: Hall) -> None:
    answer(hall, hall.codes, np.random.default_rng(6))
    with hall.database.transaction() as session:
        session.execute(delete(GroupCounts).where(GroupCounts.group_id == hall.groups[1].id))
    assert kept(hall.database) == 1
    found, slow = looked_at(hall)
    assert found == slow


def test_after_the_end_everybody_is_counted_once_and_for_good(hall: Hall) -> None:
    answer(hall, hall.codes[:-1], np.random.default_rng(7))
    of = closed(hall)
    with hall.database.session() as reading:
        assert not settled(reading, of)
        before = seen(reading, of)
        assert before.responses.sum() == 51, "those that were held back too"
    for _ in range(2):
        with hall.database.transaction() as session:
            settle(session, of, progress(session, of))
    with hall.database.session() as reading:
        assert settled(reading, of)
        assert seen(reading, of) == before == one_by_one(reading, of)
    with hall.database.transaction() as session:
        session.execute(delete(Response))
    with hall.database.session() as reading:
        assert seen(reading, of) == before, "nobody looks at them any more"


def test_what_an_earlier_version_kept_for_good_is_counted_anew(hall: Hall) -> None:
    answer(hall, hall.codes, np.random.default_rng(8))
    of = closed(hall)
    with hall.database.transaction() as session:
        settle(session, of, progress(session, of))
        session.execute(update(GroupCounts).values(packed=b"an earlier version"))
    with hall.database.session() as reading:
        assert not settled(reading, of)
        assert seen(reading, of) == one_by_one(reading, of)
    with hall.database.transaction() as session:
        settle(session, of, progress(session, of))
    with hall.database.session() as reading:
        assert settled(reading, of)
        assert seen(reading, of).responses.sum() == 52


def test_a_round_that_showed_nothing_before_its_end_is_settled_too(either: Database) -> None:
    hall = Hall(either, {"canteen": 12, "kitchen": 3}, mode="confidential")
    for code in hall.codes:
        hall.send(code, respond.new_submission_key())
    assert kept(either) == 0
    assert not looked_at(hall)[0].responses.any()
    of = closed(hall)
    with either.transaction() as session:
        results.settle(session, of)
    assert kept(either) == 2
    with either.session() as reading:
        assert seen(reading, of).responses.sum(axis=1).tolist() == [12, 3]


def test_whoever_may_see_a_round_settles_it_and_nobody_else(database: Database) -> None:
    """A round is its holder's: the canteen's, which comes first."""
    hall = Hall(database, {"canteen": 12, "kitchen": 8})
    for code in hall.codes:
        hall.send(code, respond.new_submission_key())
    of = closed(hall)
    with database.session() as reading:
        canteen, kitchen = reading.scalars(select(Unit.path).order_by(Unit.code))
    with database.transaction(Scope.of([kitchen])) as session:
        results.settle(session, of)
    with database.session() as reading:
        assert not settled(reading, of)
    with database.transaction(Scope.of([canteen])) as session:
        results.settle(session, of)
    with database.session(Scope.of([canteen])) as reading:
        assert settled(reading, of)
        assert seen(reading, of).responses.tolist() == [[12], [8]]


def survey_of(database: Database, responses: int, seed: int) -> Round:
    """A round in three units and two roles with random answers to items of all sorts."""
    draw = np.random.default_rng(seed)
    with database.transaction() as session:
        units = {a_unit(session, code): 1 for code in ("a", "b", "c")}
        of = a_round(session, units, definition=SURVEY, role="lead", secret=SECRET)
        groups = [group.id for group in fieldwork.groups(session, of)]
        rows = [
            {
                "key": secrets.token_bytes(16),
                "counted": bool(draw.integers(0, 4)),
                "group_id": groups[draw.integers(0, len(groups))],
                "version_hash": of.version_hash,
                "day": TODAY,
                "extent": "complete",
                "answers": "{}",
                "codes": bytes(draw.integers(0, size) for size in (7, 7, 4, 3)),
            }
            for _ in range(responses)
        ]
        if rows:
            session.execute(insert(Response), rows)
        return of


@pytest.mark.parametrize("responses", [0, 7, 800])
def test_the_database_counts_as_we_do(either: Database, responses: int) -> None:
    of = survey_of(either, responses, seed=responses)
    found, ours = counted_by_both(either, of)
    assert found == ours
    with either.transaction() as session:
        fieldwork.close_round(session, of, noon())
        of = fieldwork.find_round(session, of.slug)
    in_the_end, ours = counted_by_both(either, of)
    assert in_the_end == ours
    assert in_the_end.responses.sum() == responses
    if responses == 800:
        assert found.responses.sum() < 800, "control: some were held back"
        assert 0 < found.gram.complete < found.responses.sum()


def counted_by_both(database: Database, of: Round) -> tuple[Tables, Tables]:
    """The tables by the database's own counting, and by ours."""
    with database.session() as reading:
        layout = Layout(reading, of, progress(reading, of))
        with statements(database.engine) as said:
            found = counts(PushedDown(reading, of, layout))
        assert len(said) == 1, "one GROUP BY"
        return found, counts(columns(reading, of, layout))


def test_codes_of_another_codebook_are_refused_by_both(either: Database) -> None:
    of = survey_of(either, 20, seed=1)
    with either.session() as reading:
        one, right = reading.execute(
            select(Response.key, Response.codes).where(Response.counted)
        ).first() or (b"", b"")
    for codes, complaint in (
        (bytes([1, 1, 1]), "another codebook"),
        (bytes([1, 1, 1, 1, 1]), "another codebook"),
        (bytes([1, 1, 1, 3]), "a code is higher"),
        (bytes([255, 1, 1, 1]), "a code is higher"),
    ):
        with either.transaction() as session:
            session.execute(update(Response).where(Response.key == one).values(codes=codes))
        with either.session() as reading:
            layout = Layout(reading, of, progress(reading, of))
            with pytest.raises(ValueError, match=complaint):
                counts(PushedDown(reading, of, layout))
            with pytest.raises(ValueError, match=complaint):
                counts(columns(reading, of, layout))
    with either.transaction() as session:
        session.execute(update(Response).where(Response.key == one).values(codes=right))
    found, ours = counted_by_both(either, of)
    assert found == ours, "control"


def test_invitations_used_are_the_responses_unless_one_may_bring_many(either: Database) -> None:
    once = Hall(either, {"canteen": 6})
    for code in once.codes[:4]:
        once.send(code, respond.new_submission_key())
    many = Hall(either, {"kitchen": 6}, slug="again", repeatable=True)
    for code in many.codes[:2] * 2:
        many.send(code, respond.new_submission_key())
    with either.session() as reading:
        for hall, used, returned in ((once, 4, 4), (many, 2, 4)):
            [group] = progress(reading, hall.round)
            assert (group.used, group.returned) == (used, returned)
