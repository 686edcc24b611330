"""Invitation and response cannot be brought together: not by key, order, time or content."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import IntegrityError

from surveyapp.db import Database
from surveyapp.fieldwork import codes
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response
from tests.surveyapp.test_submission import TODAY, Canteen

RESPONDENTS = 200


def _rows(database: Database, table: str) -> list[dict[str, Any]]:
    """The whole table, in the order in which it lies in the file."""
    with database.session() as session:
        return [dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()]


@pytest.fixture
def canteen(database: Database) -> Canteen:
    return Canteen(database, codes=RESPONDENTS)


def _everyone_answers(canteen: Canteen) -> list[tuple[bytes, bytes]]:
    """(code hash, response key) in the order of arrival: what an attacker would love to have."""
    arrived = []
    for code in canteen.codes:
        key = respond.new_submission_key()
        canteen.send(code, key)
        digest = codes.digest(code)
        assert digest is not None
        arrived.append((digest, respond.response_key(key)))
    return arrived


def _agreement(arrival: list[bytes], stored: list[bytes]) -> float:
    """Share of neighbours in the file that lie in the order of arrival: 0.5 is chance."""
    place = {key: index for index, key in enumerate(arrival)}
    return sum(place[a] < place[b] for a, b in pairwise(stored)) / (len(stored) - 1)


def test_the_two_tables_share_nothing_but_the_group(canteen: Canteen) -> None:
    _everyone_answers(canteen)
    invitations = _rows(canteen.database, "invitation")
    responses = _rows(canteen.database, "response")
    assert len(responses) == RESPONDENTS
    shared = {
        (left, right)
        for left in invitations[0].keys() - {"used"}  # yes or no: equal to any 0 or 1
        for right in responses[0]
        if {r[left] for r in invitations} & {r[right] for r in responses}
    }
    assert shared == {("group_id", "group_id")}


def test_no_digest_of_one_key_is_the_other(canteen: Canteen) -> None:
    arrived = _everyone_answers(canteen)
    keys = {key for _, key in arrived}
    for digest, _ in arrived:
        assert digest[:16] not in keys
        assert digest[16:] not in keys
        assert hashlib.sha256(digest).digest()[:16] not in keys
    control = {hashlib.sha256(digest).digest()[:16] for digest, _ in arrived}
    assert hashlib.sha256(arrived[0][0]).digest()[:16] in control


def test_the_order_of_rows_is_not_the_order_of_arrival(canteen: Canteen) -> None:
    arrived = _everyone_answers(canteen)
    responses = [row["key"] for row in _rows(canteen.database, "response")]
    invitations = [row["code_hash"] for row in _rows(canteen.database, "invitation")]
    assert 0.35 < _agreement([key for _, key in arrived], responses) < 0.65
    assert 0.35 < _agreement([digest for digest, _ in arrived], invitations) < 0.65


def test_control_an_ordinary_table_gives_the_order_of_arrival_away(database: Database) -> None:
    arrival = [hashlib.sha256(bytes([n])).digest() for n in range(RESPONDENTS)]
    with database.transaction() as session:
        session.execute(text("CREATE TABLE ordinary (key BLOB PRIMARY KEY)"))
        for key in arrival:
            session.execute(text("INSERT INTO ordinary VALUES (:key)"), {"key": key})
    assert _agreement(arrival, [row["key"] for row in _rows(database, "ordinary")]) == 1


@pytest.mark.parametrize("table", ["invitation", "response", "attachment"])
def test_there_is_no_rowid_and_no_column_for_a_time(database: Database, table: str) -> None:
    with database.session() as session, pytest.raises(Exception, match="rowid"):
        session.execute(text(f"SELECT rowid FROM {table}"))
    types = {c["name"]: str(c["type"]) for c in inspect(database.engine).get_columns(table)}
    assert not {name for name, kind in types.items() if "TIME" in kind.upper()}


@pytest.mark.parametrize(
    "day",
    [
        "2026-05-04 10:11:12",
        "2026-05-04T10:11",
        "1777889472",
        1777889472,
        2461164.9,
        "2026-05-04.4",
        "",
    ],
)
def test_the_database_itself_refuses_a_time_of_day(canteen: Canteen, day: object) -> None:
    statement = text(
        "INSERT INTO response (key, group_id, version_hash, day, answers, codes)"
        " VALUES (:key, :group, :version, :day, '{}', x'00')"
    )
    values = {"key": b"k" * 16, "group": canteen.group.id, "version": canteen.round.version_hash}
    with pytest.raises(IntegrityError, match="day_only"), canteen.database.transaction() as session:
        session.execute(statement, values | {"day": day})
    with canteen.database.transaction() as session:
        session.execute(statement, values | {"day": "2026-05-04"})
    assert [row.day for row in canteen.stored()] == [date(2026, 5, 4)]


def test_a_moment_given_for_a_day_is_refused_or_cut_to_the_day(canteen: Canteen) -> None:
    moment = datetime(2026, 5, 4, 10, 11, 12)
    row = {
        "key": b"k" * 16,
        "group_id": canteen.group.id,
        "version_hash": canteen.round.version_hash,
        "day": moment,
        "answers": "{}",
        "codes": b"\0",
    }
    with canteen.database.transaction() as session:
        session.execute(insert(Response), [row])
    assert _rows(canteen.database, "response")[0]["day"] == "2026-05-04"


@pytest.mark.parametrize("key", [b"", b"k", b"k" * 15, b"k" * 17])
def test_a_response_key_has_sixteen_bytes(canteen: Canteen, key: bytes) -> None:
    with (
        pytest.raises(IntegrityError, match="key_length"),
        canteen.database.transaction() as session,
    ):
        session.execute(
            insert(Response),
            [
                {
                    "key": key,
                    "group_id": canteen.group.id,
                    "version_hash": canteen.round.version_hash,
                    "day": TODAY,
                    "answers": "{}",
                    "codes": b"\0",
                }
            ],
        )


def test_neither_code_nor_submission_key_is_anywhere_in_the_files(canteen: Canteen) -> None:
    key = respond.new_submission_key()
    canteen.send(canteen.codes[0], key, why="needle-in-the-answers")
    path = canteen.database.engine.url.database
    assert path
    written = b""
    for suffix in ("", "-wal"):
        try:
            with open(path + suffix, "rb") as file:
                written += file.read()
        except FileNotFoundError:
            continue
    assert b"needle-in-the-answers" in written, "control: what is stored is found"
    for secret in (key, canteen.codes[0], canteen.codes[0].replace("-", "")):
        assert secret.encode() not in written
