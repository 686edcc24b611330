"""Conditions as LimeSurvey kept them before it had expressions -> ExpressionScript.

A row of the table ``conditions`` compares one field with one value. LimeSurvey itself turns them
into a relevance equation when it opens a survey (``ConvertConditionsToRelevance``), and so do we:
rows about the same field belong together with ``or``, the fields of one scenario with ``and``, the
scenarios with ``or`` again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from questionnaires.formats.limesurvey.rows import Row

_FIELD = re.compile(r"\+?\d+X\d+X(\d+)(.*)", re.DOTALL)
_OTHER_FIELD = re.compile(r"@\+?\d+X\d+X(\d+)(.*)@", re.DOTALL)
_OUTSIDE = re.compile(r"\{(.+)\}", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_SIGNS = ("<", "<=", ">", ">=", "!=")

#: qid -> (code, type) of every question.
Named = Mapping[str, tuple[str, str]]


def equations(rows: Iterable[Row], named: Named) -> dict[str, str]:
    """Return qid -> the relevance equation that the old conditions of a question amount to."""
    scenarios: dict[str, dict[str, dict[str, list[str]]]] = {}
    for row in rows:
        of_question = scenarios.setdefault(row.get("qid", ""), {})
        fields = of_question.setdefault(row.get("scenario", "1"), defaultdict(list))
        fields[row.get("cfieldname", "")].append(_compared(row, named))
    return {qid: _whole(of_question) for qid, of_question in scenarios.items()}


def _whole(scenarios: Mapping[str, Mapping[str, list[str]]]) -> str:
    each = [" and ".join(_any(tests) for tests in fields.values()) for fields in scenarios.values()]
    return each[0] if len(each) == 1 else " or ".join(f"({one})" for one in each)


def _any(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _compared(row: Row, named: Named) -> str:
    """Return the test of one row."""
    value, sign = row.get("value", ""), row.get("method", "").strip()
    field, ticked = _field(row, named)
    if ticked:
        field, value = f"{field}_{value}", "Y"
    if not value.strip():
        return f"!is_empty({field})" if sign == "!=" else f"is_empty({field})"
    if sign == "RX":
        return f"regexMatch({_quoted(value)}, {field})"
    return f"{field} {sign if sign in _SIGNS else '=='} {_value(value, named)}"


def _field(row: Row, named: Named) -> tuple[str, bool]:
    """Return the name that is compared; True when the value names one of several options."""
    written = row.get("cfieldname", "").strip()
    if outside := _OUTSIDE.fullmatch(written):
        return outside[1], False
    match = _FIELD.fullmatch(written)
    if match is None:
        return _safe(written), False
    name, sort = _named(match[1] + match[2], row.get("cqid", ""), named)
    return name, sort in ("M", "P") and not written.startswith("+")


def _named(tail: str, wanted: str, named: Named) -> tuple[str, str]:
    """Return the code for ``<qid><part>``: only the known numbers say where the part begins."""
    ends = [tail[:end] for end in range(len(tail), 0, -1)]
    fitting = [qid for qid in (wanted, *ends) if qid in named and tail.startswith(qid)]
    if not fitting:
        return _safe(f"q{tail}"), ""
    code, sort = named[fitting[0]]
    part = tail[len(fitting[0]) :].replace("#", "_")
    return (f"{code}_{part}" if part else code), sort


def _safe(name: str) -> str:
    return re.sub(r"\W", "_", name) or "_"


def _value(value: str, named: Named) -> str:
    if other := _OTHER_FIELD.fullmatch(value):
        return _named(other[1] + other[2], "", named)[0]
    if outside := _OUTSIDE.fullmatch(value):
        return outside[1]
    return value if _NUMBER.fullmatch(value) else _quoted(value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
