"""Mails for tests: queued, sent by a worker, looked at."""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Text
from surveyapp.db import Database, now
from surveyapp.mail import operations
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.operations import Addressed
from surveyapp.mail.sealing import Seal
from surveyapp.mail.settings import MailSettings
from surveyapp.mail.templates import Template
from surveyapp.mail.worker import Worker
from surveyapp.organisation.models import Unit
from surveyapp.organisation.operations import add_unit
from tests.mail_server import MailServer

SENDER = Address("干部考察组", addr_spec="survey@county.example")
WORDS = {
    "zh": Template("请填写：{title}", "{name}，您好：\n\n请打开\n{link}\n\n谢谢。"),
    "en": Template("Please answer: {title}", "Dear {name},\n\nplease open\n{link}\n\nThank you."),
}
SEAL = Seal("a secret")


def settings(folder: Path, server: MailServer | None = None, **changed: object) -> MailSettings:
    made = MailSettings(
        host="127.0.0.1" if server else "",
        port=server.port if server else 0,
        user="",
        password="",
        tls="none",
        sender=SENDER,
        per_minute=0,
        retry_seconds=0,
        folder=folder / "mail",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def house(session: Session) -> int:
    """The unit on whose behalf mails are sent."""
    found = session.scalar(select(Unit.id))
    if found is None:
        made = add_unit(session, code="u", name=Text({"zh": "县", "en": "County"}), kind="county")
        found = made.id
    return found


def queue(
    store: Database,
    *addresses: str,
    key: str = "one",
    kind: str = "invitation",
    seal: Seal = SEAL,
) -> None:
    mails = [
        Addressed(
            recipient=f"person:{number}",
            address=address,
            language="zh" if number % 2 else "en",
            slots={
                "name": f"名 {number}",
                "link": f"https://county.example/s/TOKEN{number}",
                "title": "Lunch",
            },
        )
        for number, address in enumerate(addresses)
    ]
    with store.transaction() as session:
        operations.enqueue(
            session, seal, key=key, unit_id=house(session), topic="round:1", kind=kind,
            templates=WORDS, mails=mails, now=now(),
        )  # fmt: skip


def send(store: Database, how: MailSettings, seal: Seal = SEAL) -> None:
    assert Worker(store, how, seal).run_once()


def states(store: Database) -> dict[str, str]:
    with store.session() as session:
        rows = session.execute(select(OutgoingMail.address, OutgoingMail.state))
        return {address: str(state) for address, state in rows}


def mail(store: Database, address: str = "a@x.example") -> OutgoingMail:
    with store.session() as session:
        return session.scalars(select(OutgoingMail).where(OutgoingMail.address == address)).one()


def parts(message: EmailMessage) -> list[str]:
    """The texts of a mail, plain and HTML."""
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
