"""One worker of an installation at a time: a lock that dies with the process that holds it.

Not a lease: a lease needs clocks, and clocks jump. On SQLite it is a lock on a file beside the
database, on PostgreSQL an advisory lock of one connection; kill -9 frees both at once.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

#: "mail" in ASCII: the number under which PostgreSQL knows this lock.
_NUMBER = 0x6D61696C


class FileLock:
    """Held as long as the file is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Whether the lock is ours, now or already."""
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def still_held(self) -> bool:
        """Nobody can take a file lock away."""
        return self._handle is not None

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class AdvisoryLock:
    """Held as long as its connection lives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Whether the lock is ours, now or already."""
        if self._connection is not None:
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": _NUMBER}):
            connection.close()
            return False
        self._connection = connection
        return True

    def still_held(self) -> bool:
        """False when the connection, and the lock with it, is gone."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # a connection given back to the pool would keep the lock
            self._connection.close()
            self._connection = None


Lock = FileLock | AdvisoryLock


def lock_for(engine: Engine) -> Lock:
    """The lock of the installation behind this database."""
    if engine.dialect.name == "postgresql":
        return AdvisoryLock(engine)
    return FileLock(Path(f"{engine.url.database}-mail-lock"))
