"""How fast respondents may send: enough for any person, too slow for a program that floods.

Three brakes on what is sent to respondents' pages: for each code, for each round that is open to
all, and for everything together. They know no address, so nobody behind the same office line is
mistaken for anybody else, and they live in memory only: kept in the database, when a code was last
used would be a trace of the person who used it. The price is that processes do not know of each
other. Each therefore gives out its share, so all processes of one machine together keep to the
rates below; several machines each have these rates.

They are no defence against guessing: that is the length of the codes (59 bits). So a valid code is
never refused because others have typed wrong ones: those draw on a bucket of their own, and what
they took from the common one is put back.

Looking at a form is never refused. But how often one door is counted as opened is limited, so that
whoever reloads a page all day does not make up the figures of the fieldwork page.
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

from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

_MOST_REMEMBERED = 20_000


@dataclass(frozen=True)
class Rate:
    """``burst`` at once, then ``per_second``."""

    burst: float
    per_second: float

    def shared(self, processes: int) -> Rate:
        """Return one process's part; at least one thing at a time."""
        return Rate(max(1.0, self.burst / processes), self.per_second / processes)


#: Sending, adding a row, changing the language: a person comes nowhere near, not even near the part
#: of one process, with which a browser stays.
PER_CODE = Rate(burst=80, per_second=1)
#: 2,100 people who open one link in the same minute get through, four steps of a form each. A
#: program that goes on and on takes a seventh of what two cores can do, and leaves the rest.
PER_ROUND = Rate(burst=6_000, per_second=60)
#: Twice what two cores can store: no crowd is refused that could be served. What comes beyond
#: would only wait, and is better told to come back.
TOGETHER = Rate(burst=6_000, per_second=1_000)
WRONG_CODES = Rate(burst=300, per_second=20)
#: Openings of one form that are counted: somebody who looks, goes away and comes back; half of
#: them by each of two processes.
OPENED_CODE = Rate(burst=6, per_second=1 / 1800)
OPENED_ROUND = PER_ROUND
_EXTENSION = "surveyapp.limiter"
_ALL = ("together",)


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
        name = self._name(subject)
        with self._lock:
            now = self._clock()
            left, since = self._buckets.pop(name, (own.burst, now))
            left = min(own.burst, left + (now - since) * own.per_second)
            allowed = left >= 1
            self._buckets[name] = (left - 1 if allowed else left, now)
            if len(self._buckets) > _MOST_REMEMBERED:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / own.per_second

    def give_back(self, *subject: str) -> None:
        """Put back what was taken from the subject's bucket a moment ago."""
        name = self._name(subject)
        with self._lock:
            if name in self._buckets:
                left, since = self._buckets[name]
                self._buckets[name] = (left + 1, since)

    def _name(self, subject: tuple[str, ...]) -> bytes:
        return blake2b("\0".join(subject).encode("utf-8", "replace"), key=self._key).digest()


def init_app(app: Flask, processes: int, blueprints: Iterable[Blueprint]) -> None:
    """Put the brakes on what is sent to the pages of these blueprints."""
    names = {blueprint.name for blueprint in blueprints}
    limiter = app.extensions[_EXTENSION] = Limiter(processes)

    @app.before_request
    def brake() -> None:
        if request.method != "POST" or request.blueprint not in names:
            return
        given = request.view_args or {}
        wait = limiter.wait(TOGETHER, *_ALL)
        if "slug" in given:
            wait = max(wait, limiter.wait(PER_ROUND, "round", str(given["slug"])))
        if "code" in given:
            wait = max(wait, limiter.wait(PER_CODE, "code", _bare(str(given["code"]))))
        if wait:
            raise TooManyRequests(retry_after=math.ceil(wait))


def wrong_code() -> None:
    """Count a code that nobody has; raises TooManyRequests when there are too many of them."""
    limiter = _limiter()
    if request.method == "POST":
        limiter.give_back(*_ALL)
    if wait := limiter.wait(WRONG_CODES, "wrong codes"):
        raise TooManyRequests(retry_after=math.ceil(wait))


def counts_as_opened(*, code: str = "", slug: str = "") -> bool:
    """Whether one more opening is counted of the form behind a code, or behind an open link."""
    if slug:
        return not _limiter().wait(OPENED_ROUND, "opened round", slug)
    return not _limiter().wait(OPENED_CODE, "opened code", _bare(code))


def _limiter() -> Limiter:
    found: Limiter = current_app.extensions[_EXTENSION]
    return found


def _bare(code: str) -> str:
    """The code without what can be typed in several ways."""
    return "".join(filter(str.isalnum, code.upper()))
