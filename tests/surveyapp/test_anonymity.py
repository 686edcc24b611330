"""Invitation and response cannot be brought together: not by key, order, time or content."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import IntegrityError

from surveyapp.db import Database
from surveyapp.fieldwork import codes
from surveyapp.journal import settle
from surveyapp.respond import operations as respond
from surveyapp.respond.models import Response
from tests.surveyapp.fielding import TODAY
from tests.surveyapp.test_submission import Canteen

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
        for right in responses[0].keys() - {"counted"}
        if {r[left] for r in invitations} & {r[right] for r in responses}
    }
    assert shared == {("group_id", "group_id")}


def test_no_digest_of_one_key_is_the_other(canteen: Canteen) -> None:
    arrived = _everyone_answers(canteen)
    keys = {row["key"] for row in _rows(canteen.database, "response")}
    for digest, _ in arrived:
        for derived in (digest, hashlib.sha256(digest).digest(), hashlib.md5(digest).digest()):  # noqa: S324
            assert derived[:16] not in keys
            assert derived[-16:] not in keys
    assert arrived[0][1] in keys, "control: the attacker looks in the right place"


def test_a_receipt_leads_to_no_response(canteen: Canteen) -> None:
    """Not even for somebody who has the database, the program and a receipt."""
    key = respond.new_submission_key()
    receipt = canteen.send(canteen.codes[0], key)
    stored = _rows(canteen.database, "response")[0]
    guesses = {respond.receipt_code(guess) for guess in (stored["key"].hex(), str(stored["key"]))}
    assert receipt.code not in guesses
    assert receipt.code == respond.receipt_code(key), "control: the key of the form makes it"


def test_an_error_never_writes_answers_into_a_log(canteen: Canteen) -> None:
    row = {"key": b"short", "counted": False, "group_id": 1, "version_hash": "x", "day": TODAY}
    row["extent"] = "complete"
    with pytest.raises(IntegrityError) as raised, canteen.database.transaction() as session:
        session.execute(insert(Response), [{**row, "answers": "MY-OPINION", "codes": b""}])
    assert "MY-OPINION" not in str(raised.value)
    assert "INSERT INTO response" in str(raised.value), "control: the statement is told"


def test_the_files_can_be_read_by_their_owner_only(canteen: Canteen) -> None:
    file = Path(canteen.database.engine.url.database or "")
    canteen.send(canteen.codes[0], respond.new_submission_key())
    files = list(file.parent.glob(file.name + "*"))
    assert len(files) == 4, "the database, its journal, its index, the queue of writers"
    assert {oct(one.stat().st_mode & 0o777) for one in files} == {"0o600"}


def test_settled_no_journal_keeps_the_order_of_arrival(canteen: Canteen) -> None:
    canteen.send(canteen.codes[0], respond.new_submission_key())
    journal = Path(f"{canteen.database.engine.url.database}-wal")
    assert journal.stat().st_size > 0, "control: there was something to settle"
    settle(canteen.database.engine)
    assert journal.stat().st_size == 0


def test_the_places_of_rows_inside_the_file_are_not_in_the_order_of_arrival(
    canteen: Canteen,
) -> None:
    """SQLite fills a page from its end: where a row lies would tell when it came."""
    arrived = [key for _, key in _everyone_answers(canteen)]
    settle(canteen.database.engine)
    raw = Path(canteen.database.engine.url.database or "").read_bytes()
    places = {key: [m.start() for m in re.finditer(re.escape(key), raw)] for key in arrived}
    last = sorted(arrived, key=lambda key: -places[key][-1])
    assert 0.35 < _agreement(arrived, last) < 0.65


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
        "INSERT INTO response (key, counted, group_id, version_hash, day, extent, answers, codes)"
        " VALUES (:key, 0, :group, :version, :day, 'complete', '{}', x'00')"
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
        "extent": "complete",
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
                    "extent": "complete",
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


def test_on_postgresql_no_transaction_number_joins_a_code_to_a_response(
    postgresql: Database,
) -> None:
    """Every row tells which transaction wrote it: used code and response must not agree on one."""
    hall = Canteen(postgresql, codes=20)
    arrived = _everyone_answers(hall)
    joined = text(
        "SELECT i.code_hash, r.key FROM invitation i JOIN response r"
        " ON i.xmin::text = r.xmin::text WHERE i.used"
    )
    with postgresql.session() as session:
        pairs = session.execute(joined).all()
        written = session.scalars(text("SELECT DISTINCT xmin::text FROM invitation")).all()
    by_code: dict[bytes, set[bytes]] = {}
    for digest, key in pairs:
        by_code.setdefault(bytes(digest), set()).add(bytes(key))
    assert all(len(keys) >= 5 for keys in by_code.values()), "a code leads to a crowd or to nobody"
    assert len(written) == 1, "nor do the codes tell in which order they were used"
    with postgresql.transaction() as session:
        session.execute(
            text("UPDATE invitation SET used = used WHERE code_hash = :one"), {"one": arrived[0][0]}
        )
        session.execute(
            text("UPDATE response SET day = day WHERE key = :one"), {"one": arrived[0][1]}
        )
    with postgresql.session() as session:
        pairs = session.execute(joined).all()
    found = [bytes(key) for digest, key in pairs if bytes(digest) == arrived[0][0]]
    assert found == [arrived[0][1]], "control: alone in a transaction they are found"


def test_on_postgresql_the_places_of_rows_are_not_in_the_order_of_arrival(
    postgresql: Database,
) -> None:
    hall = Canteen(postgresql, codes=60)
    arrived = [key for _, key in _everyone_answers(hall)]
    with postgresql.session() as session:
        placed = session.scalars(text("SELECT key FROM response ORDER BY ctid")).all()
    assert 0.3 < _agreement(arrived, [bytes(key) for key in placed]) < 0.7
