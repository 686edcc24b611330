"""One mail as it goes over the wire: headers, plain text, and the same text as simple HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from html import escape

from surveyapp.mail.templates import Template

#: Seven bits: no server on the way has anything to convert.
_POLICY = policy.SMTP.clone(cte_type="7bit")
_LINK = re.compile(r"https?://[^\s<>\"，。；！？（）]+")
_HTML_TAG = {"zh": "zh-Hans"}


@dataclass(frozen=True)
class Letter:
    """Everything of one mail but its sender. ``words`` have their slots filled."""

    key: str
    address: str
    language: str
    words: Template


def message_id(key: str, sender: Address) -> str:
    """Made from the row alone: a mail that is tried again is the same mail to its receiver."""
    return f"<{key}@{sender.domain}>"


def built(letter: Letter, sender: Address, when: datetime) -> bytes:
    """The mail with CRLF line ends; ``when`` is UTC without a zone."""
    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = message_id(letter.key, sender)
    mail["Date"] = when.replace(tzinfo=UTC)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=letter.address)
    mail["Subject"] = letter.words.subject
    # RFC 3834: holiday notices and other robots do not answer such a mail.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.words.body.replace("\r\n", "\n"), charset="utf-8")
    mail.add_alternative(_html(letter), subtype="html", charset="utf-8")
    mail["Content-Language"] = letter.language  # last: the parts would take it along
    return mail.as_bytes()


def _html(letter: Letter) -> str:
    """Paragraphs and links, nothing else: nothing is fetched when the mail is opened."""
    text = letter.words.body.replace("\r\n", "\n").strip()
    paragraphs = "".join(
        f"<p>{_linked(one).replace(chr(10), '<br>')}</p>\n" for one in re.split(r"\n{2,}", text)
    )
    tag = _HTML_TAG.get(letter.language, letter.language)
    return (
        f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8"></head>'
        f'<body style="font: 16px/1.7 sans-serif; max-width: 36em">\n{paragraphs}</body></html>\n'
    )


def _linked(text: str) -> str:
    pieces = []
    place = 0
    for found in _LINK.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[place : found.start()]), f'<a href="{address}">{address}</a>']
        place = found.end()
    return "".join([*pieces, escape(text[place:])])
