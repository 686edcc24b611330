"""How fast respondents may send: enough for any person, too slow for a program that floods.

Three brakes on what is sent to respondents' pages: for each code, for each round that is open to
all, and for everything together. They know no address, so nobody behind the same office line is
mistaken for anybody else, and they live in memory only: kept in the database, when a code was last
used would be a trace of the person who used it. The price is that processes do not know of each
other. Each therefore gives out its share, so all processes of one machine together keep to the
rates below; several machines each have these rates.

They are no defence against guessing: that is the length of the codes (59 bits). So a valid code is
never refused because others have typed wrong ones.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus

from flask import Blueprint, Flask, Response, abort, make_response, render_template, request

_MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Rate:
    """``burst`` at once, then ``per_second``."""

    burst: float
    per_second: float

    def shared(self, processes: int) -> Rate:
        """Return one process's part; at least one thing at a time."""
        return Rate(max(1.0, self.burst / processes), self.per_second / processes)


#: Sending, adding a row, changing the language: a person comes nowhere near.
PER_CODE = Rate(burst=40, per_second=0.5)
PER_ROUND = Rate(burst=400, per_second=20)
TOGETHER = Rate(burst=1000, per_second=100)


class Limiter:
    """Token buckets by subject, in the memory of this process.

    A subject is kept as a keyed hash that means nothing outside the process. ``clock`` gives
    seconds and never goes back.
    """

    def __init__(self, processes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._processes = processes
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, rate: Rate, *subject: str) -> float:
        """Take one from the subject's bucket: 0, or the seconds until there is one again."""
        own = rate.shared(self._processes)
        name = blake2b("\0".join(subject).encode("utf-8", "replace"), key=self._key).digest()
        with self._lock:
            now = self._clock()
            left, since = self._buckets.pop(name, (own.burst, now))
            left = min(own.burst, left + (now - since) * own.per_second)
            allowed = left >= 1
            self._buckets[name] = (left - 1 if allowed else left, now)
            if len(self._buckets) > _MOST_REMEMBERED:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / own.per_second


def init_app(app: Flask, processes: int, blueprints: Iterable[Blueprint]) -> None:
    """Put the brakes on what is sent to the pages of these blueprints."""
    names = {blueprint.name for blueprint in blueprints}
    limiter = Limiter(processes)

    @app.before_request
    def brake() -> None:
        if request.method != "POST" or request.blueprint not in names:
            return
        given = request.view_args or {}
        wait = limiter.wait(TOGETHER, "together")
        if "slug" in given:
            wait = max(wait, limiter.wait(PER_ROUND, "round", str(given["slug"])))
        if "code" in given:
            wait = max(wait, limiter.wait(PER_CODE, "code", _bare(str(given["code"]))))
        if wait:
            abort(_refusal(math.ceil(wait)))


def _bare(code: str) -> str:
    """The code without what can be typed in several ways."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _refusal(seconds: int) -> Response:
    page = render_template("error.html", status=HTTPStatus.TOO_MANY_REQUESTS.value)
    response = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response
