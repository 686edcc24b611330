"""Does a form ask who is answering? Then no anonymity may be promised for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.model import Mode
from questionnaires.text import Text

#: These always name somebody or lead to them.
_NAMING = ("email", "phone", "person", "signature")
#: These do when their wording or their name says so.
_WORDED = ("short_text", "integer")

_PERSON = (
    r"respondent|participant|interviewee|patient|informant|caregiver|employee|student|applicant"
    r"|child|mother|father|householder|head of (?:the )?household|contact person"
)
_LABEL = re.compile(
    rf"\b(?:your|full|first|last|family|given|middle|(?:{_PERSON})(?:['’]?s)?) names?\b"
    rf"|\bnames? of (?:the |your )?(?:{_PERSON})\b|\bsurname\b|\bname and surname\b"
    r"|\be-?mail\b(?! (?:marketing|newsletter))"
    r"|\b(?:tele)?(?:phone|mobile|cell)(?: phone)? (?:number|no\b)|\bcontact (?:number|details)\b"
    r"|\b(?:passport|national id|id card|social security|insurance|student id|staff id)\b.*"
    r"\b(?:number|no\b)|^\W*(?:your )?(?:(?:tele)?phone|mobile|name)\W*$"
    r"|\b(?:nom complet|nom et prénom|prénom|nom de famille|nombre completo|apellidos?"
    r"|nome completo|vorname|nachname|courriel|correo electrónico"
    r"|numéro de téléphone|número de teléfono|telefonnummer)\b"
    r"|姓名|您的名字|手机号|电话号码|联系电话|联系方式|邮箱|身份证|学号|工号|微信号|QQ\s*号",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?:.*[_-])?(?:e-?mail|e_mail|phone(?:_?(?:no|number))?|mobile(?:_?(?:no|number))?"
    r"|(?:first|last|full|sur|family|given|respondent|participant|patient)[_-]?name)(?:[_-]?\d+)?",
    re.IGNORECASE,
)


def naming(items: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the settings of the first item that asks who somebody is, or None."""
    return next((item for item in items if _names(item)), None)


def promised(wanted: Mode | None, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the anonymity of a definition: ``named`` where an item asks who is answering."""
    mode = "named" if naming(items) is not None else wanted
    return {"anonymity": {"mode": mode}} if mode else {}


def _names(item: Mapping[str, Any]) -> bool:
    if item["kind"] in _NAMING:
        return True
    if item["kind"] not in _WORDED:
        return False
    label = item.get("label") or ""
    bodies = label.root.values() if isinstance(label, Text) else _bodies(label)
    return _ID.fullmatch(str(item["id"])) is not None or any(_LABEL.search(body) for body in bodies)


def _bodies(label: Any) -> Iterable[str]:
    return label.values() if isinstance(label, Mapping) else (str(label),)
