"""Counting what is sent to a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from surveyapp import statements as prepared

_ASIDE = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the SQL statements that are executed meanwhile; BEGIN and PRAGMA do not count.

    Those that go straight to the driver are seen on their way, the others by SQLAlchemy.
    """
    seen: list[str] = []
    send = prepared.execute

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_ASIDE):
            seen.append(statement)

    def note_and_send(link: prepared.Link, statement: str, values: Any) -> Any:
        connection = link if isinstance(link, Connection) else link.connection()
        if connection.engine.pool is engine.pool and not statement.startswith(_ASIDE):
            seen.append(statement)
        return send(link, statement, values)

    event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prepared, "execute", note_and_send)
            yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
