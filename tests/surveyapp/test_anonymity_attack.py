"""Somebody gets hold of the whole database after a round of 250 people over 18 units.

They know more than anybody should: in which order the people answered, and with which code or link.
They try to find whose answers are whose: by joining tables, by the order of rows, by where rows lie
in the files, by the numbers of transactions. Each attack is also tried where it must succeed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from scipy.stats import spearmanr
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import make_url

from surveyapp import db
from surveyapp.db import Database
from surveyapp.fieldwork import codes
from surveyapp.journal import settle
from surveyapp.modes import MODES, promise
from surveyapp.respond import operations as respond
from tests.conftest import Demo
from tests.journeys import Respondent
from tests.surveyapp.fielding import TODAY, Hall

UNITS = 18
PEOPLE = {f"t{n:02}": 14 if n < 16 else 13 for n in range(UNITS)}  # 250
#: One round leaves much to chance (a correlation of 250 pairs has a spread of 0.06), five little.
ROUNDS = 5
#: Tables that say who was invited, and tables that say what was answered.
ASKED, ANSWERED = ("invitation", "addressee"), ("response", "attachment", "authorship")


@dataclass
class Held:
    """One round after the fact: who answered with what, in the order of arrival."""

    hall: Hall
    #: (hash of the code, key of the response), as they came.
    arrived: list[tuple[bytes, bytes]] = field(default_factory=list)

    def everyone_answers(self) -> None:
        """Everybody answers, in an order of their own."""
        doors = list(self.hall.codes)
        random.shuffle(doors)
        for code in doors:
            key = respond.new_submission_key()
            self.hall.send(code, key)
            digest = codes.digest(code)
            assert digest is not None
            self.arrived.append((digest, respond.response_key(key)))


@dataclass
class Loot:
    """The stolen database and what is known about five rounds in it."""

    database: Database
    rounds: list[Held]

    def rows(self, query: str) -> list[dict[str, Any]]:
        with self.database.session() as session:
            return [dict(row) for row in session.execute(text(query)).mappings()]

    def table(self, name: str) -> list[dict[str, Any]]:
        return self.rows(f"SELECT * FROM {name}")


@pytest.fixture(scope="module", params=["sealed_code", "confidential"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def sqlite(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loot]:
    """Five rounds in one file, after the server has stopped."""
    file = tmp_path_factory.mktemp("attack") / "surveyapp.sqlite"
    database = Database(f"sqlite:///{file}")

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # where rows lie is the same, only sooner

    event.listen(database.engine, "connect", hurry)
    db.upgrade(database.engine)
    yield _hold(database, mode)
    database.dispose()


@pytest.fixture(scope="module")
def postgresql_loot(mode: str, postgresql_server: str) -> Iterator[Loot]:
    """The same in PostgreSQL."""
    name = f"t{uuid4().hex}"
    administration = Database(postgresql_server)
    with administration.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as make:
        make.execute(text(f"CREATE DATABASE {name}"))
        make.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    administration.dispose()
    url = make_url(postgresql_server).set(database=name)
    database = Database(url.render_as_string(hide_password=False))
    db.upgrade(database.engine)
    yield _hold(database, mode)
    database.dispose()


def _hold(database: Database, mode: str) -> Loot:
    rounds = []
    for number in range(ROUNDS):
        units = {f"r{number}{code}": people for code, people in PEOPLE.items()}
        held = Held(Hall(database, units, mode=mode, slug=f"round-{number}"))
        held.everyone_answers()
        assert len(held.arrived) == 250
        rounds.append(held)
    settle(database.engine)
    return Loot(database, rounds)


def correlation(arrived: list[bytes], places: dict[bytes, float]) -> float:
    """Spearman's rank correlation of the order of arrival with that of places."""
    found = [places[one] for one in arrived if one in places]
    assert len(found) == len(arrived)
    if len(set(found)) == 1:
        return 0.0  # all in one place: it says nothing
    return float(spearmanr(range(len(found)), found).statistic)


def mean_correlation(loot: Loot, which: int, places: dict[bytes, float]) -> float:
    """Over the rounds; ``which``: 0 for the codes, 1 for the responses."""
    per_round = [
        correlation([pair[which] for pair in held.arrived], places) for held in loot.rounds
    ]
    return sum(per_round) / len(per_round)


def hits(loot: Loot, places: dict[bytes, float], group_of: dict[bytes, int]) -> int:
    """How many people are found by giving, in each group, the n-th response to the n-th person.

    By chance that is one in each group.
    """
    found = 0
    for held in loot.rounds:
        groups: dict[int, list[bytes]] = {}
        for _digest, key in held.arrived:
            groups.setdefault(group_of[key], []).append(key)
        for keys in groups.values():
            guessed = sorted(random.sample(keys, len(keys)), key=places.__getitem__)
            found += sum(a == b for a, b in zip(keys, guessed, strict=True))
    return found


BY_CHANCE = ROUNDS * UNITS
#: Four and a half standard deviations of a number with this mean and variance.
AT_MOST = BY_CHANCE + 4.5 * BY_CHANCE**0.5


def _groups(loot: Loot) -> dict[bytes, int]:
    return {bytes(row["key"]): row["group_id"] for row in loot.table("response")}


def shared_values(loot: Loot, answered: tuple[str, ...] = ANSWERED) -> set[tuple[str, str]]:
    """Pairs of columns, one of who was asked and one of what was answered, with a value in common.

    The group is known to be in both; yes and no, and the number of a round, lead to nobody.
    """
    known = {"group_id", "round_id", "used", "counted"}
    left = {(t, c): v for t in ASKED for c, v in _values(loot, t).items() if c not in known}
    right = {(t, c): v for t in answered for c, v in _values(loot, t).items() if c not in known}
    return {
        (f"{a[0]}.{a[1]}", f"{b[0]}.{b[1]}")
        for a, ours in left.items()
        for b, theirs in right.items()
        if (ours - {""}) & theirs
    }


def _values(loot: Loot, table: str) -> dict[str, set[Any]]:
    columns: dict[str, set[Any]] = {}
    for row in loot.table(table):
        for name, value in row.items():
            columns.setdefault(name, set()).add(
                bytes(value) if isinstance(value, memoryview) else value
            )
    return columns


class TestSQLite:
    def places(self, loot: Loot, secrets: list[bytes]) -> list[dict[bytes, float]]:
        """Where each of these lies in the file: its first place, its last, and how many it has.

        Each arrival writes its group anew, so copies that were left behind would tell the order.
        """
        file = Path(loot.database.engine.url.database or "")
        assert not Path(f"{file}-wal").read_bytes(), "no journal is left"
        raw = file.read_bytes()
        found = {one: [m.start() for m in re.finditer(re.escape(one), raw)] for one in secrets}
        ends = [{one: float(spots[end]) for one, spots in found.items()} for end in (0, -1)]
        return [*ends, {one: float(len(spots)) for one, spots in found.items()}]

    def test_what_is_deleted_is_overwritten(self, sqlite: Loot) -> None:
        assert sqlite.rows("PRAGMA secure_delete") == [{"secure_delete": 1}]

    def test_no_value_joins_who_was_asked_with_what_was_answered(self, sqlite: Loot) -> None:
        assert shared_values(sqlite) == set()

    def test_where_responses_lie_does_not_tell_when_they_came(self, sqlite: Loot) -> None:
        keys = [key for held in sqlite.rounds for _digest, key in held.arrived]
        for places in self.places(sqlite, keys):
            assert abs(mean_correlation(sqlite, 1, places)) < 0.1
            assert hits(sqlite, places, _groups(sqlite)) < AT_MOST

    def test_where_codes_lie_does_not_tell_when_they_were_used(self, sqlite: Loot) -> None:
        digests = [digest for held in sqlite.rounds for digest, _key in held.arrived]
        for places in self.places(sqlite, digests):
            assert abs(mean_correlation(sqlite, 0, places)) < 0.1

    @pytest.mark.parametrize("table", ["response", "invitation"])
    def test_the_order_of_rows_does_not_tell_either(self, sqlite: Loot, table: str) -> None:
        column, which = ("key", 1) if table == "response" else ("code_hash", 0)
        order = {row[column]: float(n) for n, row in enumerate(sqlite.table(table))}
        assert abs(mean_correlation(sqlite, which, order)) < 0.1

    def test_control_an_ordinary_table_gives_everybody_away(self, sqlite: Loot) -> None:
        keys = [key for held in sqlite.rounds for _digest, key in held.arrived]
        with sqlite.database.transaction() as session:
            session.execute(text("CREATE TABLE ordinary (number INTEGER PRIMARY KEY, key BLOB)"))
            for key in keys:
                session.execute(text("INSERT INTO ordinary (key) VALUES (:key)"), {"key": key})
            order = {
                key: float(number)
                for number, key in session.execute(text("SELECT number, key FROM ordinary"))
            }
            session.rollback()
        assert mean_correlation(sqlite, 1, order) == pytest.approx(1)
        assert hits(sqlite, order, _groups(sqlite)) == ROUNDS * 250

    def test_control_one_shared_value_is_found(self, sqlite: Loot) -> None:
        digest = sqlite.rounds[0].arrived[0][0]
        key = sqlite.rounds[0].arrived[0][1]
        with sqlite.database.transaction() as session:
            session.execute(text("CREATE TABLE naive (key BLOB, code_hash BLOB)"))
            session.execute(text("INSERT INTO naive VALUES (:k, :c)"), {"k": key, "c": digest})
        try:
            assert shared_values(sqlite, (*ANSWERED, "naive")) == {
                (f"{table}.code_hash", "naive.code_hash") for table in ASKED if sqlite.table(table)
            }
        finally:
            with sqlite.database.transaction() as session:
                session.execute(text("DROP TABLE naive"))


class TestPostgreSQL:
    def test_no_value_joins_who_was_asked_with_what_was_answered(
        self, postgresql_loot: Loot
    ) -> None:
        assert shared_values(postgresql_loot) == set()

    @pytest.mark.parametrize("asked", ASKED)
    def test_no_transaction_number_joins_them(self, postgresql_loot: Loot, asked: str) -> None:
        pairs = postgresql_loot.rows(
            f"SELECT a.code_hash, count(DISTINCT r.key) AS crowd FROM {asked} a"
            " JOIN response r ON r.xmin::text = a.xmin::text GROUP BY a.code_hash"
        )
        assert all(pair["crowd"] >= 5 for pair in pairs)

    @pytest.mark.parametrize("table", ["response", "invitation"])
    def test_transaction_numbers_tell_no_order_within_a_group(
        self, postgresql_loot: Loot, table: str
    ) -> None:
        numbers = postgresql_loot.rows(
            f"SELECT group_id, count(DISTINCT xmin::text) AS kinds FROM {table} GROUP BY group_id"
        )
        assert {row["kinds"] for row in numbers} == {1}

    @pytest.mark.parametrize("table", ["response", "invitation"])
    def test_where_rows_lie_does_not_tell_when_they_came(
        self, postgresql_loot: Loot, table: str
    ) -> None:
        column, which = ("key", 1) if table == "response" else ("code_hash", 0)
        rows = postgresql_loot.rows(f"SELECT {column} AS name FROM {table} ORDER BY ctid")
        order = {bytes(row["name"]): float(n) for n, row in enumerate(rows)}
        if table == "response":
            assert hits(postgresql_loot, order, _groups(postgresql_loot)) < AT_MOST
        within = [
            correlation(group, order)
            for held in postgresql_loot.rounds
            for group in _by_group(postgresql_loot, held, which)
        ]
        assert abs(sum(within) / len(within)) < 0.1

    def test_control_a_table_written_as_people_come_gives_them_away(
        self, postgresql_loot: Loot
    ) -> None:
        keys = [key for held in postgresql_loot.rounds for _digest, key in held.arrived]
        with postgresql_loot.database.transaction() as session:
            session.execute(text("CREATE TABLE ordinary (key BYTEA)"))
            for key in keys:
                session.execute(text("INSERT INTO ordinary VALUES (:key)"), {"key": key})
            rows = session.scalars(text("SELECT key FROM ordinary ORDER BY ctid")).all()
            session.rollback()
        order = {bytes(key): float(n) for n, key in enumerate(rows)}
        assert hits(postgresql_loot, order, _groups(postgresql_loot)) == ROUNDS * 250


def _by_group(loot: Loot, held: Held, which: int) -> list[list[bytes]]:
    """What arrived, in that order, group by group."""
    group_of = _groups(loot)
    found: dict[int, list[bytes]] = {}
    for pair in held.arrived:
        found.setdefault(group_of[pair[1]], []).append(pair[which])
    return list(found.values())


class TestTheLabelIsTrue:
    """What a page promises, against what the tables hold after somebody has answered."""

    @pytest.fixture(params=["sealed_code", "confidential", "named", "open_link"])
    def answered(self, request: pytest.FixtureRequest, database: Database) -> Hall:
        hall = Hall(database, {"a": 6}, mode=request.param)
        for door in [*hall.codes][:5] or [hall.door()] * 5:
            hall.send(door, respond.new_submission_key())
        return hall

    def held(self, hall: Hall) -> dict[str, bool]:
        """What can be read out of the tables."""
        loot = Loot(hall.database, [])
        joined = loot.rows("SELECT person_id FROM addressee JOIN authorship USING (code_hash)")
        known = loot.rows(
            "SELECT person_id FROM addressee JOIN invitation USING (code_hash) WHERE used"
        )
        return {
            "codes": bool(loot.table("invitation")),
            "names": bool(loot.table("addressee")),
            "who answered": len(known) == 5,
            "whose answers": len(joined) == 5,
        }

    def test_each_mode_holds_what_it_says_and_no_more(self, answered: Hall) -> None:
        mode = MODES[answered.round.mode]
        held = self.held(answered)
        assert held["codes"] == mode.invitations
        assert held["names"] == mode.personal
        assert held["who answered"] == mode.knows_who_answered
        assert held["whose answers"] == mode.signed

    def test_the_words_say_it_in_both_languages(self, demo_app: Flask, answered: Hall) -> None:
        mode = MODES[answered.round.mode]
        with demo_app.test_request_context("/?lang=en"):
            english = promise(mode.name)
        with demo_app.test_request_context("/?lang=zh"):
            chinese = promise(mode.name)
        assert english != chinese
        anonymous = not mode.personal
        assert english.startswith("Anonymous:") == chinese.startswith("匿名填写：") == anonymous
        assert english.startswith("Confidential:") == (mode.personal and not mode.signed)
        assert chinese.startswith("保密：") == (mode.personal and not mode.signed)
        assert english.startswith("With your name:") == chinese.startswith("记名：") == mode.signed
        assert ("watches" in english) == ("盯着" in chinese) == (mode.name == "confidential")
        assert ("twice" in english) == ("两次" in chinese) == (not mode.invitations)

    def test_in_a_confidential_round_the_day_is_the_same_for_all(self, database: Database) -> None:
        for mode, kinds in (("confidential", 1), ("sealed_code", 3)):
            hall = Hall(database, {mode: 6}, mode=mode, slug=mode)
            for number, code in enumerate(hall.codes[:3]):
                hall.send(code, respond.new_submission_key(), today=TODAY + timedelta(days=number))
            rows = Loot(database, []).rows(
                f"SELECT DISTINCT day FROM response WHERE group_id = {hall.group.id}"
            )
            assert len(rows) == kinds


def test_no_table_about_people_or_answers_has_a_time(database: Database) -> None:
    for table in (*ASKED, *ANSWERED, "tally"):
        kinds = {
            c["name"]: str(c["type"]).upper() for c in inspect(database.engine).get_columns(table)
        }
        assert not {name for name, kind in kinds.items() if "TIME" in kind}, table


def test_no_address_and_no_browser_is_anywhere_in_the_files(demo_app: Flask, demo: Demo) -> None:
    """Neither in the database nor in anything else that the installation writes."""
    traces = {
        "X-Forwarded-For": "203.0.113.77",
        "User-Agent": "Traceable/77.7",
        "Referer": "http://localhost/trace-77",
        "Cookie": "left=trace-78",
    }
    code = next(iter(demo.unused_codes.values()))[0]
    person = Respondent(demo_app)
    person.client.environ_base.update(
        {"REMOTE_ADDR": "203.0.113.78"}
        | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in traces.items()}
    )
    person.open(code).answer_all("4", q18="needle-in-the-answers").submit()
    assert person.receipt
    written = b"".join(
        path.read_bytes() for path in Path(demo.config.data).rglob("*") if path.is_file()
    )
    assert b"needle-in-the-answers" in written, "control: what is stored is found"
    for trace in (*traces.values(), "203.0.113.78", "trace-78"):
        assert trace.encode() not in written
