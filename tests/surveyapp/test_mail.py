"""What goes over the wire: headers, text, HTML, addresses, words with slots, settings."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from surveyapp.config import Config, ConfigError
from surveyapp.db import Database, now
from surveyapp.mail import operations
from surveyapp.mail.addresses import BadAddress, normalise
from surveyapp.mail.message import Letter, built, message_id
from surveyapp.mail.operations import Addressed
from surveyapp.mail.settings import MailSettings, mail_settings
from surveyapp.mail.templates import Problem, Template
from tests.mail_server import Fault, MailServer, served
from tests.surveyapp.mailing import (
    SEAL,
    SENDER,
    WORDS,
    house,
    mail,
    parts,
    queue,
    send,
    settings,
    states,
)

# -- on the wire -------------------------------------------------------------------------------


def test_a_mail_has_text_and_html_in_its_language(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example", "b@x.example")
    with served(MailServer()) as server:
        send(database, settings(tmp_path, server))
    english, chinese = sorted(server.mails(), key=lambda one: str(one["To"]))
    assert english["Subject"] == "Please answer: Lunch"
    assert chinese["Subject"] == "请填写：Lunch"
    assert str(chinese["From"]) == "干部考察组 <survey@county.example>"
    assert (chinese["Auto-Submitted"], chinese["Content-Language"]) == ("auto-generated", "zh")
    plain, html = parts(chinese)
    assert plain == "名 1，您好：\n\n请打开\nhttps://county.example/s/TOKEN1\n\n谢谢。\n"
    link = "https://county.example/s/TOKEN1"
    assert f'<a href="{link}">{link}</a>' in html
    assert '<html lang="zh-Hans">' in html
    assert {part.get_content_charset() for part in chinese.iter_parts()} == {"utf-8"}
    assert all(content.isascii() for _, content in server.taken), "nothing left to convert"


def test_a_row_has_one_message_id_for_ever(database: Database, tmp_path: Path) -> None:
    queue(database, "a@x.example")
    key = mail(database).key
    with served(MailServer(faults={"a@x.example": [Fault.TAKE_AND_DROP]})) as server:
        send(database, settings(tmp_path, server))
        assert states(database) == {"a@x.example": "held"}
        with database.transaction() as session:
            assert operations.send_again(session, "round:1", key, now())
        send(database, settings(tmp_path, server))
    assert [one["Message-ID"] for one in server.mails()] == [f"<{key}@county.example>"] * 2
    assert states(database) == {"a@x.example": "sent"}


def test_markup_and_dots_in_a_text_arrive_as_they_are() -> None:
    words = Template("s", "<b>&\n.\n..x")
    letter = Letter("k", "a@x.example", "en", words)
    message = message_from_bytes(built(letter, SENDER, datetime(2026, 5, 4)), policy=policy.default)
    assert isinstance(message, EmailMessage)
    plain, html = parts(message)
    assert plain == "<b>&\n.\n..x\n"
    assert "&lt;b&gt;&amp;<br>.<br>..x" in html


def test_a_line_with_one_dot_does_not_end_a_mail(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        operations.enqueue(
            session, SEAL, key="k", unit_id=house(session), topic="t", kind="test", now=now(),
            templates={"en": Template("s", "before\n.\nafter {link}")},
            mails=[Addressed("p", "a@x.example", "en", {"link": "x"})],
        )  # fmt: skip
    with served(MailServer()) as server:
        send(database, settings(tmp_path, server))
    assert parts(server.mails()[0])[0] == "before\n.\nafter x\n"


@pytest.mark.parametrize("value", ["Li\r\nBcc: all@x.example", "Li\nX: y", "Li\x0bX"])
def test_no_value_can_begin_a_new_header(value: str) -> None:
    words = WORDS["zh"].filled({"title": value, "name": "n", "link": "l"})
    message = message_from_bytes(
        built(Letter("k", "a@x.example", "zh", words), SENDER, datetime(2026, 5, 4)),
        policy=policy.default,
    )
    assert message["Bcc"] is None
    assert message["X"] is None
    assert len(words.subject.splitlines()) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "", "a", "@x.example", "a@", "a b@x.example", "a@x..example", "a@-x.example",
        "a@x.example\nBcc: b@x.example", "a@x.example,b@x.example", "<a@x.example>", "李@x.example",
        '"a b"@x.example', "a..b@x.example", "a@x.example>\r\nRCPT TO:<b@x.example",
        "a" * 65 + "@x.y",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        normalise(typed)


def test_addresses_are_taken_as_people_write_them() -> None:
    assert normalise(" Li.Ming+x@X.Example ") == "Li.Ming+x@x.example"
    assert normalise("a@例子.example") == "a@xn--fsqu00a.example"


# -- templates ---------------------------------------------------------------------------------


def test_a_template_says_everything_that_is_wrong_with_it() -> None:
    found = Template("a\nb {secret}", "no slot").problems({"link", "name"}, {"link"})
    assert found == [
        Problem("subject", "unknown", "secret"),
        Problem("subject", "lines"),
        Problem("body", "missing", "link"),
    ]
    assert Template("", "{link}").problems({"link"}, {"link"}) == [Problem("subject", "empty")]
    assert Template("s" * 200, "{link}").problems({"link"}, {"link"}) == [
        Problem("subject", "long")
    ]
    assert WORDS["zh"].problems({"link", "name", "title"}, {"link"}) == []


def test_a_value_brings_no_slot_of_its_own() -> None:
    filled = Template("s", "{name} {link}").filled({"name": "{link}", "link": "https://x"})
    assert filled.body == "{link} https://x"


# -- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("SURVEYAPP_MAIL_TLS", {"mail_tls": "ssl"}),
        ("SURVEYAPP_MAIL_TLS", {"mail_tls": "none", "mail_user": "u", "mail_host": "far.example"}),
        ("SURVEYAPP_MAIL_SENDER", {"mail_sender": "nobody"}),
        ("SURVEYAPP_MAIL_SENDER", {"mail_sender": "a@x.example\nBcc: b@x.example"}),
    ],
)
def test_settings_that_cannot_be_used_are_named(variable: str, given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=variable):
        mail_settings(Config(**given))  # type: ignore[arg-type]


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    given = {
        "SURVEYAPP_DATA": str(tmp_path),
        "SURVEYAPP_MAIL_HOST": "mail.example",
        "SURVEYAPP_MAIL_PORT": "465",
        "SURVEYAPP_MAIL_USER": "u",
        "SURVEYAPP_MAIL_PASSWORD": "p-secret",
        "SURVEYAPP_MAIL_TLS": "tls",
        "SURVEYAPP_MAIL_SENDER": "考察组 <survey@county.example>",
        "SURVEYAPP_MAIL_PER_MINUTE": "30",
        "SURVEYAPP_MAIL_RETRY_SECONDS": "90",
    }
    read = mail_settings(Config.from_environment(given))
    assert read == MailSettings(
        host="mail.example", port=465, user="u", password="p-secret", tls="tls",
        sender=Address("考察组", addr_spec="survey@county.example"),
        per_minute=30, retry_seconds=90, folder=tmp_path / "mail",
    )  # fmt: skip
    assert "p-secret" not in repr(read)
    assert message_id("k", read.sender) == "<k@county.example>"
