"""A load generator on raw sockets: one thread, no library in between.

A *journey* is a generator: it yields requests as bytes and is sent each answer as a Page. Each has
a connection of its own, kept alive to its end, as every respondent has. The generator costs about a
tenth of a millisecond for each request, so that it leaves the machine to the server; what it used
itself is told.
"""

from __future__ import annotations

import selectors
import socket
import time
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_IDLE = 0.005


@dataclass(frozen=True)
class Page:
    """An answer: its status and what was in it, unpacked."""

    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> bytes:
        """The page itself, as a browser unpacks it."""
        packed = b"content-encoding: gzip" in self.head.lower()
        return zlib.decompress(self.body, 31) if packed else self.body


#: Yields requests with a name each, and is sent pages; a journey that raises has failed.
Journey = Generator[tuple[str, bytes], Page, None]


@dataclass
class Measured:
    """What happened: seconds by name of request, journeys finished and failed, time taken."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    journeys: int = 0
    errors: int = 0
    seconds: float = 0.0
    own_cpu: float = 0.0

    def quantile(self, name: str, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        ordered = sorted(self.latencies.get(name, ()))
        place = min(len(ordered) - 1, int(share * len(ordered)))
        return 1000 * ordered[place] if ordered else float("nan")


class _Connection:
    """One respondent at a time on one socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.journey: Journey
        self.name = ""
        self.since = 0.0

    def begin(self, journey: Journey, since: float) -> None:
        """Send the first request; it counts from ``since``, when it should have been sent."""
        self.journey = journey
        self._send(next(journey), since)

    def go_on(self, page: Page) -> bool:
        """Send what follows a page; False when the journey is at its end."""
        try:
            self._send(self.journey.send(page), time.perf_counter())
        except StopIteration:
            return False
        return True

    def receive(self) -> Page | None:
        """Read what is there; the page when it is whole."""
        chunk = self.socket.recv(65_536)
        if not chunk:
            raise ConnectionError("closed by the server")
        self._received += chunk
        head, end, body = self._received.partition(_END)
        if not end:
            return None
        length = head.lower().split(_LENGTH)[1].split(b"\r\n")[0]
        if len(body) < int(length):
            return None
        self._received = b""
        return Page(int(head[9:12]), head, body)

    def _send(self, request: tuple[str, bytes], since: float) -> None:
        self.name, self.since = request[0], since
        self.socket.sendall(request[1])


def closed(port: int, journeys: Iterator[Journey], *, concurrency: int, seconds: float) -> Measured:
    """So many respondents at any moment: each who has finished makes room for the next."""
    until = time.perf_counter() + seconds

    def due(now: float) -> float | None:
        return now if now < until else None

    return _drive(port, journeys, due, most=concurrency)


def arriving(
    port: int, journeys: Iterator[Journey], moments: list[float], *, most: int = 2000
) -> Measured:
    """Respondents who come at given moments (seconds from now), however busy the server is.

    An answer counts from the moment when its request was
    due, so a server that makes people wait cannot hide it.
    """
    begun, waiting = time.perf_counter(), deque(sorted(moments))

    def due(now: float) -> float | None:
        if waiting and begun + waiting[0] <= now:
            return begun + waiting.popleft()
        return now + 1 if waiting else None

    return _drive(port, journeys, due, most=most)


def _drive(
    port: int,
    journeys: Iterator[Journey],
    due: Callable[[float], float | None],
    *,
    most: int,
) -> Measured:
    """Begin journeys when ``due`` says so (a moment ahead: wait; None: no more) until all end."""
    measured, busy, open_for_more = Measured(), 0, True
    begun, cpu = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        while busy or open_for_more:
            while open_for_more and busy < most:
                now = time.perf_counter()
                moment = due(now)
                open_for_more = moment is not None
                if moment is None or moment > now:
                    break
                connection = _Connection(port)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.begin(next(journeys), moment)
                busy += 1
            for key, _ in selector.select(_IDLE):
                if _hear(key.data, measured):
                    busy -= 1
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
    measured.seconds = time.perf_counter() - begun
    measured.own_cpu = time.process_time() - cpu
    return measured


def _hear(connection: _Connection, measured: Measured) -> bool:
    """Take what has come; True when the journey is at its end."""
    try:
        page = connection.receive()
        if page is None:
            return False
        taken = time.perf_counter() - connection.since
        measured.latencies.setdefault(connection.name, []).append(taken)
        if connection.go_on(page):
            return False
    except (OSError, ValueError, LookupError):
        measured.errors += 1
    else:
        measured.journeys += 1
    return True
