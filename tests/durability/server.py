"""The real server as a process that can be killed, starved of disk space and started again."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path

import psutil

from surveyapp.config import Config

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).parent / "inside"
RUN = ("surveyapp", "run")
_PATIENCE = 60


class Server:
    """``surveyapp run`` on one port, or another ``program`` that serves as it does.

    ``environment`` reaches ``inside/sitecustomize.py``, which every process of the server loads.
    """

    def __init__(
        self,
        config: Config,
        *,
        program: Sequence[str] = RUN,
        workers: int = 1,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self._program = program
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(INSIDE), str(ROOT)]),
            "SURVEYAPP_DATA": str(config.data),
            "SURVEYAPP_DATABASE": config.database,
            "SURVEYAPP_PORT": str(self.port),
            "SURVEYAPP_WORKERS": str(workers),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._output = config.data / "server.log"

    def start(self) -> None:
        """Start, and come back when it answers."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._program],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait()

    def kill(self) -> None:
        """kill -9 of every process of the server at one blow."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        _wait_for(lambda: _is_free(self.port), "the port is still taken")

    def stop(self) -> None:
        """End as an administrator ends it; by force what does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def limit_files(self, size: int | None) -> None:
        """Let no file grow beyond ``size`` bytes, as a full disk does; None: space is back."""
        for process in self._processes():
            _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            soft = hard if size is None else size
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))

    def cpu_seconds(self) -> float:
        """User and system time of all processes of the server so far."""
        times = [process.cpu_times() for process in self._processes()]
        return sum(one.user + one.system for one in times)

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        return [main, *main.children(recursive=True)]

    def _wait(self) -> None:
        assert self._process is not None
        process = self._process
        _wait_for(
            lambda: process.poll() is not None or _answers(self.port), "the server does not answer"
        )
        if process.poll() is not None:
            raise AssertionError(f"the server ended:\n{self._output.read_text()[-3000:]}")


def serve(factory: str) -> None:
    """Serve an application made by ``module:function`` as ``surveyapp run`` serves the product."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server as Granian

    config = Config.from_environment()
    Granian(
        factory,
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=config.threads,
        log_level=LogLevels.error,
        websockets=False,
        workers_kill_timeout=1,
    ).serve()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(condition: Callable[[], object], complaint: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(complaint)
        time.sleep(0.02)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
