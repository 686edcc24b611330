"""Mails that come back: delivery-status notifications as servers send them (RFC 3464)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from surveyapp.config import Config
from surveyapp.db import Database
from surveyapp.mail import bounces
from surveyapp.mail.bounces import Bounce
from surveyapp.mail.models import OutgoingMail, State
from tests.surveyapp.conftest import Run
from tests.surveyapp.mailing import mail, queue

KEY = "0123456789abcdef0123456789abcdef"


def report(
    key: str = KEY,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "text/rfc822-headers",
    kind: str = "multipart/report; report-type=delivery-status",
) -> bytes:
    """A notification as Postfix writes it, about a mail of ours."""
    return f"""From: MAILER-DAEMON@mail.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: survey@county.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: {kind}; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
X-Postfix-Queue-ID: 4F1A2

Final-Recipient: rfc822; a@x.example
Original-Recipient: rfc822;a@x.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <a@x.example>: unknown

--B
Content-Type: {original}

Message-ID: <{key}@county.example>
From: survey@county.example
To: a@x.example
Subject: =?utf-8?b?6K+3?=

--B--
""".encode()


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_a_failure_names_the_mail_and_the_status(original: str) -> None:
    assert bounces.read(report(original=original)) == Bounce(KEY, "5.1.1")


@pytest.mark.parametrize(
    "message",
    [
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(key="of-another-program"),
        report(kind="multipart/mixed"),
        b"Subject: Out of office\r\n\r\nI am away.",
        b"",
        b"\xff\x00 not a mail",
    ],
)
def test_what_is_no_final_failure_of_ours_is_passed_over(message: bytes) -> None:
    assert bounces.read(message) is None


def test_a_file_holds_one_message_or_a_mailbox(tmp_path: Path) -> None:
    single, box = tmp_path / "one.eml", tmp_path / "box"
    single.write_bytes(report())
    other = "f" * 32
    start = b"From MAILER-DAEMON Sun Nov 22 10:00:00 2026\n"
    box.write_bytes(start + report() + b"\n" + start + report(other, status="5.2.2") + b"\n")
    assert bounces.in_file(single) == [Bounce(KEY, "5.1.1")]
    assert bounces.in_file(box) == [Bounce(KEY, "5.1.1"), Bounce(other, "5.2.2")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("sent", "bounced"), ("held", "bounced"), ("queued", "queued"), ("cancelled", "cancelled")],
)
def test_only_what_has_been_sent_can_come_back(database: Database, before: str, after: str) -> None:
    queue(database, "a@x.example")
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(state=before, sealed=None))
        ours = bounces.record(session, [Bounce(mail(database).key, "5.1.1"), Bounce(KEY, "5.1.1")])
    assert ours == (after == "bounced")
    assert mail(database).state == after


def test_the_command_records_bounces_and_counts_them(
    database: Database, config: Config, run: Run, tmp_path: Path
) -> None:
    queue(database, "a@x.example", "b@x.example")
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(state=State.SENT, sealed=None))
    back = tmp_path / "back.eml"
    back.write_bytes(report(mail(database).key))
    said = run("mail", "bounces", back, "--lang", "en")
    assert said.returncode == 0, said.stderr
    assert "failure: 1; of mails of ours, now recorded: 1" in said.stdout
    with database.session() as session:
        found = session.execute(select(OutgoingMail.address, OutgoingMail.state)).all()
    assert {(address, str(state)) for address, state in found} == {
        ("a@x.example", "bounced"),
        ("b@x.example", "sent"),
    }
    missing = run("mail", "bounces", tmp_path / "gone.eml", "--lang", "en")
    assert missing.returncode == 1
    assert "gone.eml cannot be read" in missing.stderr
