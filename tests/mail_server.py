"""A real SMTP server for tests: keeps what it takes, and misbehaves where it is told to.

Faults strike by the address of the mail (``Fault`` of an address, for a number of attempts) or by
chance (``moods``). ``taken`` is the truth that a sender's own records are held against.
"""

from __future__ import annotations

import random
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Fault(Enum):
    """What goes wrong with one attempt, from the first line to the last answer."""

    NO_SENDER = auto()  # 451 to MAIL
    LATER = auto()  # 451 to RCPT
    NEVER = auto()  # 550 to RCPT
    DROP_AT_RCPT = auto()
    DROP_IN_CONTENT = auto()
    LATER_AT_END = auto()  # 451 after the message
    NEVER_AT_END = auto()  # 554 after the message
    DROP_AT_END = auto()  # the message is not taken, and no answer comes
    TAKE_AND_DROP = auto()  # the message is taken, and no answer comes
    GARBLED = auto()  # the message is taken, and the answer makes no sense


#: Faults after which the sender cannot know what happened.
DOUBTFUL = (Fault.DROP_AT_END, Fault.TAKE_AND_DROP, Fault.GARBLED)
_ANSWERS = {Fault.LATER_AT_END: "451 4.3.0 not now", Fault.NEVER_AT_END: "554 5.6.0 never"}


@dataclass
class MailServer:
    """``with served(MailServer()) as server``"""

    faults: dict[str, list[Fault]] = field(default_factory=dict)
    moods: tuple[Fault, ...] = ()
    mood_share: float = 0.0
    #: Called with the number of mails taken, before the answer is given.
    on_taken: Callable[[int], None] = lambda _count: None
    users: dict[str, str] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    tls_from_the_start: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    struck: Counter[Fault] = field(default_factory=Counter)
    connections: int = 0
    port: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def per_address(self) -> Counter[str]:
        return Counter(address for address, _ in self.taken)

    def mails(self) -> list[EmailMessage]:
        read = [message_from_bytes(content, policy=policy.default) for _, content in self.taken]
        return [one for one in read if isinstance(one, EmailMessage)]

    def fault(self, address: str, stage: tuple[Fault, ...]) -> Fault | None:
        """The fault that strikes at this stage, if one does; it is used up."""
        with self._lock:
            waiting = self.faults.get(address, [])
            if waiting and waiting[0] in stage:
                return self._strike(waiting.pop(0))
            moods = [mood for mood in self.moods if mood in stage]
            if moods and self._chance.random() < self.mood_share:
                return self._strike(self._chance.choice(moods))
        return None

    def take(self, address: str, content: bytes) -> None:
        self.taken.append((address, content))
        self.on_taken(len(self.taken))

    def _strike(self, fault: Fault) -> Fault:
        self.struck[fault] += 1
        return fault


class _Protocol(SMTP):
    def __init__(self, server: MailServer, **given: Any) -> None:
        super().__init__(_Handler(server), **given)
        self.ours = server

    def connection_made(self, transport: Any) -> None:
        self.ours.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:
        address = self.envelope.rcpt_tos[0] if self.envelope.rcpt_tos else ""
        if self.ours.fault(address, (Fault.DROP_IN_CONTENT,)):
            await self.push("354 go on")
            await self._reader.read(50)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self.ours = server

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.ours.fault("", (Fault.NO_SENDER,)):
            return "451 4.3.0 not now"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        fault = self.ours.fault(address, (Fault.LATER, Fault.NEVER, Fault.DROP_AT_RCPT))
        if fault is Fault.LATER:
            return f"451 4.2.1 <{address}> is busy"
        if fault is Fault.NEVER:
            return f"550 5.1.1 <{address}> is unknown"
        if fault is Fault.DROP_AT_RCPT:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        fault = self.ours.fault(address, (*_ANSWERS, *DOUBTFUL))
        if fault in _ANSWERS:
            return _ANSWERS[fault]
        if fault is Fault.DROP_AT_END:
            server.transport.abort()
            return "250 OK"
        self.ours.take(address, envelope.content)
        if fault is Fault.TAKE_AND_DROP:
            server.transport.abort()
        return "hello" if fault is Fault.GARBLED else "250 OK"


class _Controller(Controller):
    def __init__(self, ours: MailServer) -> None:
        self.ours = ours
        from_start = ours.context if ours.tls_from_the_start else None
        super().__init__(_Handler(ours), hostname="127.0.0.1", port=0, ssl_context=from_start)

    def factory(self) -> SMTP:
        ours = self.ours

        def sign_in(
            _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword
        ) -> AuthResult:
            right = ours.users.get(given.login.decode()) == given.password.decode()
            return AuthResult(success=right, handled=False)

        starttls = ours.context if not ours.tls_from_the_start else None
        return _Protocol(
            ours,
            hostname="mail.test",
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=bool(ours.users),
            auth_require_tls=bool(starttls),
            authenticator=sign_in,
        )

    def _trigger_server(self) -> None:
        """The port is known now; the base class would speak to port 0."""
        self.ours.port = self.server.sockets[0].getsockname()[1]
        self.port = self.ours.port
        super()._trigger_server()


@contextmanager
def served(server: MailServer) -> Iterator[MailServer]:
    controller = _Controller(server)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
