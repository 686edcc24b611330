"""The two ways out: an SMTP server, or files in a folder."""

from __future__ import annotations

import os
import re
import select
import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from surveyapp.mail.settings import MailSettings

_TIMEOUT_SECONDS = 60
_OK, _WILL_FORWARD, _SEND_CONTENT, _CLOSING = 250, 251, 354, 421
_LINE_STARTS_WITH_DOT = re.compile(rb"(?m)^\.")
_ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}\b")
_END = b".\r\n"


class DeliveryError(Exception):
    """A mail was not (or perhaps not) taken. ``reason`` holds no address and no text of others."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(DeliveryError):
    """The server cannot be spoken to: no fault of this mail, and no attempt of it."""


class RefusedForNow(DeliveryError):
    """Not taken; later it may be."""


class RefusedForGood(DeliveryError):
    """Not taken, and never will be."""


class OutcomeUnknown(DeliveryError):
    """The end of the message was sent, and no answer came: taken or not, nobody knows."""


class Transport(Protocol):
    """``deliver`` returns when the mail is taken, else raises a DeliveryError.

    It calls ``hand_over`` when everything but the end of the message has been sent; if that
    raises, the message is not ended and so not sent.
    """

    def deliver(self, key: str, address: str, content: bytes, hand_over: HandOver) -> None: ...

    def close(self) -> None: ...


HandOver = Callable[[], None]


def transport(settings: MailSettings) -> Transport:
    """The way out that the settings ask for."""
    return SmtpTransport(settings) if settings.host else FileTransport(settings.folder)


class FileTransport:
    """Writes ``KEY.eml``; written again it is the same file, so nothing is ever in doubt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, key: str, address: str, content: bytes, hand_over: HandOver) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._folder / f"{key}.part"
        try:
            with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as f:
                f.write(content)
            unfinished.replace(self._folder / f"{key}.eml")
        except OSError:
            raise Unreachable("folder") from None

    def close(self) -> None:
        """Nothing is open."""


class SmtpTransport:
    """One connection, kept open from mail to mail and made anew when it breaks."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def deliver(self, key: str, address: str, content: bytes, hand_over: HandOver) -> None:
        server = self._server or self._connect()
        self._begin(server)
        try:
            self._dictate(server, address, content)
        except smtplib.SMTPException:
            self._drop()
            raise RefusedForNow("disconnected") from None
        try:
            hand_over()
        except BaseException:
            self._drop()  # the message has no end: the server throws it away
            raise
        self._end(server)

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except smtplib.SMTPException:
                self._server.close()
            self._server = None

    def _begin(self, server: smtplib.SMTP) -> None:
        """Name the sender. A server that refuses us refuses every mail: it is not this one's."""
        try:
            self._expect(server.mail(self._settings.sender.addr_spec), {_OK})
        except smtplib.SMTPException:
            self._drop()
            raise Unreachable("disconnected") from None
        except DeliveryError as refused:
            self._drop()
            raise Unreachable(refused.reason) from None

    def _dictate(self, server: smtplib.SMTP, address: str, content: bytes) -> None:
        """Everything up to the line before the end."""
        self._expect(server.rcpt(address), {_OK, _WILL_FORWARD})
        self._expect(server.docmd("DATA"), {_SEND_CONTENT})
        server.send(_LINE_STARTS_WITH_DOT.sub(b"..", content))

    def _end(self, server: smtplib.SMTP) -> None:
        if _has_hung_up(server):
            self._drop()
            raise RefusedForNow("disconnected")
        try:
            server.send(_END)
            answer = server.getreply()
        except smtplib.SMTPException:
            self._drop()
            raise OutcomeUnknown("no_answer") from None
        if not 200 <= answer[0] < 600:
            self._drop()
            raise OutcomeUnknown("garbled")
        self._expect(answer, {_OK})

    def _expect(self, answer: tuple[int, bytes], good: set[int]) -> None:
        code, text = answer
        if code in good:
            return
        if code == _CLOSING:
            self._drop()
        else:
            self._reset()
        enhanced = _ENHANCED.match(text)
        reason = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
        raise RefusedForGood(reason) if 500 <= code < 600 else RefusedForNow(reason)

    def _reset(self) -> None:
        """Forget the mail that was refused, so that the next one can use the connection."""
        try:
            if self._server is not None and self._server.rset()[0] != _OK:
                self._drop()
        except smtplib.SMTPException:
            self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connect(self) -> smtplib.SMTP:
        try:
            self._server = self._greeted()
        except smtplib.SMTPResponseException as error:
            raise Unreachable(str(error.smtp_code)) from None
        except ssl.SSLError:
            raise Unreachable("certificate") from None
        except (OSError, smtplib.SMTPException):
            raise Unreachable("connection") from None
        return self._server

    def _greeted(self) -> smtplib.SMTP:
        host, port, tls = self._settings.host, self._settings.port, self._settings.tls
        server: smtplib.SMTP
        if tls == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
        try:
            if tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._settings.user:
                server.login(self._settings.user, self._settings.password)
            else:
                server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server


def _has_hung_up(server: smtplib.SMTP) -> bool:
    """Whether the server said or closed something while it should be listening.

    What it had been sent until then may lie in a buffer nobody reads any more: asked before the
    end of the message goes out, this keeps many broken connections from leaving a doubt.
    """
    assert server.sock is not None
    return bool(select.select([server.sock], [], [], 0)[0])
