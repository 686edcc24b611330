"""The worker as a process of its own beside the server, so that one machine needs one command.

A process, not a thread of the server: the server ends its threads wherever they stand, which could
leave a mail in doubt, while this process is asked to stop and finishes the mail in hand. When it
dies it is started again; when the server dies it hears it (its standard input ends) and stops too.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

_AGAIN_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 300.0
_FINISH_SECONDS = 5.0
COMMAND = (sys.executable, "-m", "surveyapp", "mail", "work", "--until-stdin-ends")


class Supervisor:
    """``with Supervisor(): serve()``"""

    def __init__(self, command: tuple[str, ...] = COMMAND, again: float = _AGAIN_SECONDS) -> None:
        self._command = command
        self._again = again
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="mail", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._stop.set()
            process = self._process
        if process is not None:
            _finish(process)
        self._thread.join(_FINISH_SECONDS)

    def _watch(self) -> None:
        pause = self._again
        while self._start():
            assert self._process is not None
            started = time.monotonic()
            self._process.wait()
            quickly = time.monotonic() - started < _LONGEST_PAUSE_SECONDS
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS) if quickly else self._again
            self._stop.wait(pause)

    def _start(self) -> bool:
        """Start the worker, unless the server is stopping."""
        with self._lock:
            if self._stop.is_set():
                return False
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603
            return True


def _finish(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_FINISH_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
