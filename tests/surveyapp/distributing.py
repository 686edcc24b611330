"""A county with rounds to distribute, and an organiser who does it through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from surveyapp import clock
from surveyapp.accounts.permissions import Role
from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.fieldwork.models import Round
from surveyapp.mail.models import OutgoingMail
from surveyapp.mail.sealing import Seal
from surveyapp.mail.settings import mail_settings
from surveyapp.mail.worker import Worker
from surveyapp.organisation.models import Person
from tests.journeys import Page
from tests.surveyapp.fielding import SECRET, a_round, a_unit, people_in
from tests.surveyapp.staffing import enrol, post, sign_in

SITE = "https://survey.county.example"
PEOPLE = 12
QR_CODE = zxingcpp.BarcodeFormat.QRCode


class Field:
    """A county with two townships, an organiser, and rounds that are open now."""

    def __init__(self, app: Flask, database: Database, config: Config) -> None:
        self.app, self.database, self.config = app, database, config
        with database.transaction() as session:
            self.county = a_unit(session, "county")
            self.units = [a_unit(session, code, self.county) for code in ("t01", "t02")]
            enrol(session, "organiser", Role.ORGANISER, self.county)
        self.staff = sign_in(app, "organiser")

    def round(self, mode: str, **given: Any) -> Round:
        """A round in this mode, published a minute ago and open."""
        with self.app.app_context():
            at = clock.now()
        with self.database.transaction() as session:
            if mode in ("confidential", "named"):
                for unit in self.units:
                    people_in(session, unit, PEOPLE)
                for person in session.scalars(select(Person)):
                    person.email = f"{person.code}@mail.example"
                    person.language = "en" if person.id % 2 else "zh"
            audience = dict.fromkeys(self.units, PEOPLE)
            whole = {
                "slug": mode.replace("_", "-"),
                "holder": self.county,
                "opens_at": at.utc - timedelta(days=1),
                "closes_at": at.utc + timedelta(days=8),
                "at": at,
            }
            return a_round(session, audience, mode=mode, **(whole | given))

    def see(self, of: Round, page: str = "") -> Page:
        found = self.staff.get(f"/staff/rounds/{of.slug}/distribution{page}?lang=en")
        assert found.status_code == 200, found.text
        return Page(found.text)

    def do(self, of: Round, page: str, at: str = "", **data: str) -> TestResponse:
        base = f"/staff/rounds/{of.slug}/distribution"
        return post(self.staff, base + page, base + at, **data)

    def print_codes(self, of: Round, **data: str) -> TestResponse:
        return self.do(of, "/codes", **({"group": "0", "language": "zh en"} | data))

    def write(self, of: Round, kind: str, action: str, **data: str) -> TestResponse:
        """Press a button of the mail page, with its own words where none are given."""
        page = self.see(of, f"/mail/{kind}")
        filled = {key: values[0] for key, values in page.controls.items() if values}
        return self.do(
            of, f"/mail/{kind}", f"/mail/{kind}", **(filled | data | {"action": action})
        )  # fmt: skip

    def send(self, of: Round, kind: str = "invitation", **data: str) -> int:
        """Send a mailing; how many mails it queued."""
        with self.database.session() as session:
            before = session.scalar(select(func.count()).select_from(OutgoingMail)) or 0
        answer = self.write(of, kind, "send", **({"sure": "y"} | data))
        assert answer.status_code == 302, answer.text
        with self.database.session() as session:
            return (session.scalar(select(func.count()).select_from(OutgoingMail)) or 0) - before

    def deliver(self) -> list[str]:
        """Let the worker run; the texts of all mails that have been sent so far."""
        Worker(self.database, mail_settings(self.config), Seal(SECRET)).run_once()
        from email import message_from_bytes, policy

        texts = []
        for file in sorted((self.config.data / "mail").iterdir()):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))  # type: ignore[union-attr]
            texts.append(
                f"To: {message['To']}\nSubject: {message['Subject']}\n{body.get_content()}"
            )
        return texts

    def count(self, what: Any, *conditions: Any) -> int:
        with self.database.session() as session:
            return session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0


def as_text(file: Path) -> str:
    """A mail as its reader sees it."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return f"To: {message['To']}\nSubject: {message['Subject']}\n{body.get_content()}"


def pages_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    """(text, what its QR codes say) of every page, read from a picture of it as a phone does."""
    document = pypdfium2.PdfDocument(pdf)
    read = []
    for page in document:
        picture = page.render(scale=150 / 72).to_pil().convert("L")
        found = [code.text for code in zxingcpp.read_barcodes(picture, formats=QR_CODE)]
        read.append((page.get_textpage().get_text_range().replace("\r\n", "\n"), found))
    document.close()
    return read


def printed(pages: list[tuple[str, list[str]]]) -> list[str]:
    """The codes that stand on the pages in letters, in the order of printing."""
    pattern = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
    return [code for text, _ in pages for code in pattern.findall(text)]
