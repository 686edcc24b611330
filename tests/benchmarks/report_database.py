"""Reading responses from the product's own table in SQLite, and refreshing its figures."""

from __future__ import annotations

import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

import questionnaires
from surveyapp import db
from surveyapp.db import Database
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork import publishing
from surveyapp.fieldwork.models import AudienceGroup, Round
from surveyapp.fieldwork.progress import progress
from surveyapp.respond import kept_counts
from surveyapp.respond.models import Response
from surveyapp.results import tables as kept
from tests.benchmarks.report_tools import ITEMS, LEVELS, UNITS, definition
from tests.queries import statements
from tests.surveyapp.fielding import SECRET, TODAY, a_draft, a_unit, noon

BATCH = 5
_INSERTED = 50_000
_SLUG = "standard"


def measured(responses: int, new: int) -> dict[str, Any]:
    """Store responses, read them as columns, let new ones into the figures, and look again."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'survey.sqlite'}")
        db.upgrade(database.engine)
        with database.transaction() as session:
            groups = _field(session)
        draw = np.random.default_rng(21)
        _store(database, groups, draw.integers(0, LEVELS + 1, (responses, ITEMS), np.uint8), draw)
        found = _read(database)
        _keep(database, groups)
        arriving = _arrive(database, groups, draw, new)
        found |= arriving | _refresh(database) | _settle(database)
        database.dispose()
    return found


def told(found: dict[str, Any]) -> list[str]:
    return [
        f"SQLite: {found['responses']:,} responses into the matrix in {found['read']:.2f} s; "
        f"counting each group for good when the round has closed {found['settle']:.2f} s",
        f"  a refresh after new responses {found['refresh'] * 1e3:.1f} ms, "
        f"{found['statements']} statements, none of them for responses that are counted; "
        f"letting in a batch of {BATCH} adds {found['batch'] * 1e3:.2f} ms to its transaction",
    ]


def _field(session: Session) -> list[AudienceGroup]:
    units = [a_unit(session, f"u{at:03}") for at in range(UNITS)]
    of = a_draft(session, {units[0]: 1}, definition=definition(), slug=_SLUG)
    plans = [fieldwork.GroupPlan(unit.id, role, 9, None) for unit in units for role in "abcde"]
    fieldwork.set_audience(session, of, plans)
    publishing.publish(session, of, questionnaires.load(definition()), SECRET, noon())
    return fieldwork.groups(session, of)


def _store(
    database: Database,
    groups: list[AudienceGroup],
    codes: np.ndarray[Any, Any],
    draw: np.random.Generator,
) -> None:
    """Store responses as the product stores them, but in the order of their keys."""
    keys = sorted(secrets.token_bytes(16) for _ in codes)
    group = draw.integers(0, len(groups), len(codes))
    answers = "{" + ",".join(f'"q{at:02}":"4"' for at in range(ITEMS)) + "}"
    with database.session() as session:
        version = fieldwork.find_round(session, _SLUG).version_hash
    for start in range(0, len(codes), _INSERTED):
        rows = [
            {
                "key": keys[at],
                "counted": True,
                "group_id": groups[group[at]].id,
                "version_hash": version,
                "day": TODAY,
                "extent": "complete",
                "answers": answers,
                "codes": codes[at].tobytes(),
            }
            for at in range(start, min(start + _INSERTED, len(codes)))
        ]
        with database.engine.begin() as connection:
            connection.execute(insert(Response.__table__), rows)


def _read(database: Database) -> dict[str, Any]:
    with database.session() as session:
        of = fieldwork.find_round(session, _SLUG)
        layout = kept.Layout(session, of, progress(session, of))
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            found = kept.columns(session, of, layout)
            best = min(best, time.perf_counter() - start)
        return {"responses": found.responses, "read": best}


def _keep(database: Database, groups: list[AudienceGroup]) -> None:
    """Let each group have its counts, as if its responses had come one by one."""
    with database.transaction() as session:
        book = questionnaires.codebook(questionnaires.load(definition()))
        for group in groups:
            kept_counts.add(session, group.id, book, [])


def _arrive(
    database: Database, groups: list[AudienceGroup], draw: np.random.Generator, new: int
) -> dict[str, Any]:
    book = questionnaires.codebook(questionnaires.load(definition()))
    batches = draw.integers(0, LEVELS + 1, (new // BATCH, BATCH, ITEMS), np.uint8)
    with database.transaction() as session:
        start = time.perf_counter()
        for at, batch in enumerate(batches):
            kept_counts.add(session, groups[at].id, book, [one.tobytes() for one in batch])
        return {"batch": (time.perf_counter() - start) / len(batches)}


def _refresh(database: Database) -> dict[str, Any]:
    with database.session() as session:
        of: Round = fieldwork.find_round(session, _SLUG)
        groups = progress(session, of)
        best = float("inf")
        for _ in range(5):
            with statements(database.engine) as said:
                start = time.perf_counter()
                kept.tables(session, of, groups)
                best = min(best, time.perf_counter() - start)
        return {"refresh": best, "statements": len(said)}


def _settle(database: Database) -> dict[str, Any]:
    with database.transaction() as session:
        fieldwork.close_round(session, fieldwork.find_round(session, _SLUG), noon())
    with database.transaction() as session:
        of = fieldwork.find_round(session, _SLUG)
        groups = progress(session, of)
        start = time.perf_counter()
        kept.settle(session, of, groups)
        return {"settle": time.perf_counter() - start}
