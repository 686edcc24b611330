"""LimeSurvey's quotas -> ours: members of one question are alternatives, questions go together."""

from __future__ import annotations

from collections import defaultdict

from questionnaires.expressions import Node
from questionnaires.formats.foreign.draft import Formula, Limit, Scope, all_of, either, has_value
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.limesurvey.expressions import Lexicon
from questionnaires.formats.limesurvey.rows import Row, Tables
from questionnaires.formats.limesurvey.settings import once
from questionnaires.text import Text

#: What LimeSurvey does when a quota is full, beyond turning people away at the end.
_ACTIONS = {"2": "soft: the answer may be changed", "3": "soft", "4": "soft"}
_MOST = 10_000_000


def quotas(tables: Tables, lexicon: Lexicon, report: Report) -> list[Limit]:
    """Return the quotas of a survey; one without members, or that is switched off, is reported."""
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    titles = {row.get("qid", ""): row.get("title", "") for row in tables.rows("questions")}
    for row in tables.rows("quota_members"):
        name = titles.get(row.get("qid", ""), row.get("qid", ""))
        members[row.get("quota_id", "")][name].append(row.get("code", ""))
    found = []
    for row in once(tables.rows("quota"), "id"):
        of_quota = members.get(row.get("id", ""), {})
        made = _quota(row, of_quota, tables)
        limited = row.get("qlimit", "").isdecimal() and 1 <= int(row["qlimit"]) <= _MOST
        if row.get("active", "1") == "0" or not of_quota or not limited:
            text = f"{made.when.text} <= {row.get('qlimit', '')}"
            report.lose("setting_dropped", made.where, key="quota", text=text)
            continue
        made.limit = int(row["qlimit"])
        found.append(made)
        _beyond(row, made.where, report)
    return found


def _quota(row: Row, members: dict[str, list[str]], tables: Tables) -> Limit:
    where = f"quota[{row.get('id', '')}]"
    text = " and ".join(f"{name} = {' | '.join(codes)}" for name, codes in members.items())
    shown = f"{row.get('name', '')}: {text}"

    def translate(scope: Scope) -> Node:
        return all_of(
            either(has_value(code, scope.find(name), scope) for code in codes)
            for name, codes in members.items()
        )

    formula = Formula("quota", where, shown, translate)
    return Limit(row.get("name") or where, where, formula, 0, _message(row, tables, where))


def _message(row: Row, tables: Tables, where: str) -> Text | None:
    bodies = {
        one.get("quotals_language", ""): one["quotals_message"]
        for one in tables.rows("quota_languagesettings")
        if one.get("quotals_quota_id") == row.get("id") and one.get("quotals_message", "").strip()
    }
    return tables.worded(bodies, f"{where}.message") if bodies else None


def _beyond(row: Row, where: str, report: Report) -> None:
    """Report what else happens when the quota is full."""
    action = _ACTIONS.get(row.get("action", ""))
    if action:
        report.lose("setting_dropped", f"{where}.action", key="action", text=action)
    if row.get("autoload_url", "0") not in ("", "0"):
        report.lose("setting_dropped", f"{where}.autoload_url", key="autoload_url", text="1")
