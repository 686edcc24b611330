"""What a LimeSurvey survey says as a whole: who is told what, how it runs, whom it counts.

Much of it belongs to a round of a survey and not to its questionnaire, or is about looks. All of it
that was set is reported, with its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from questionnaires.formats.foreign.plain import joined
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.limesurvey.rows import Row, Tables
from questionnaires.model import Mode
from questionnaires.text import Text

_TEXTS = "surveys_languagesettings"
#: What a page of ours shows before the first question, in the order of LimeSurvey's.
_OPENING = ("surveyls_description", "surveyls_welcometext", "surveyls_policy_notice")
#: What LimeSurvey shows or opens after the last one, and what nothing here can hold.
_CLOSING = ("surveyls_endtext", "surveyls_url", "surveyls_urldescription")
_LEGAL = ("surveyls_policy_error", "surveyls_policy_notice_label", "surveyls_legal_notice")
_READ = (
    *("surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_alias"),
    *("surveyls_numberformat", "surveyls_dateformat", "surveyls_attributecaptions"),
    *_OPENING,
    *_CLOSING,
    *_LEGAL,
)
#: Values that say that a setting was left alone.
_UNSET = ("", "I", "inherit", "-1", "0", "N", "E")
#: Setting -> the value that LimeSurvey gives it by itself.
_USUAL = {
    "format": "G",
    "allowsave": "Y",
    "htmlemail": "Y",
    "sendconfirmation": "Y",
    "showwelcome": "Y",
    "showprogress": "Y",
    "shownoanswer": "Y",
    "showxquestions": "Y",
    "showgroupinfo": "B",
    "showqnumcode": "X",
    "tokenlength": "15",
    "active": "N",
    "template": "default",
    "usecaptcha": "D",
    "gsid": "1",
    "ipanonymize": "N",
}
#: Settings that would change what is asked or what an answer counts.
_CHANGING = {
    "assessments": "scores shown at the end",
    "navigationdelay": "seconds before a page can be left",
    "alloweditaftercompletion": "answers may be changed after sending",
    "tokenanswerspersistence": "answers are kept for a second visit",
}
#: Settings that a round decides and not a questionnaire.
_OF_ROUND = (
    *("owner_id", "admin", "adminemail", "startdate", "expires", "usetokens", "allowregister"),
    *("listpublic", "publicstatistics", "publicgraphs", "usecookie", "usecaptcha", "tokenlength"),
    *("emailresponseto", "emailnotificationto", "bounce_email", "bounceprocessing", "faxto"),
    *("sendconfirmation", "htmlemail", "autoredirect", "printanswers", "attributedescriptions"),
    *("datestamp", "savetimings", "ipaddr", "ipanonymize", "refurl", "allowsave", "active"),
    *("googleanalyticsapikey", "googleanalyticsstyle", "autonumber_start"),
)
#: What only the installation that the file comes from can use.
_INTERNAL = (
    *("sid", "gsid", "language", "additional_languages", "datecreated", "lastmodified"),
    *("tokenencryptionoptions", "access_mode", "bounceaccounttype", "bounceaccounthost"),
    *("bounceaccountpass", "bounceaccountencryption", "bounceaccountuser", "bouncetime"),
    *("anonymized", "showsurveypolicynotice", "othersettings", "gsid"),
)
_SECRET = re.compile(r"pass|key|secret", re.IGNORECASE)


def opening(tables: Tables) -> Text | None:
    """Return description, welcome and privacy notice as one text in front of the questions."""
    whole: Text | None = None
    for key in _OPENING:
        part = _said(tables, key)
        if part is not None:
            whole = part if whole is None else joined(whole, part, "\n\n")
    return whole


def anonymity(tables: Tables, report: Report) -> Mode | None:
    """Return what may be promised; where answers are not anonymised, no more than discretion."""
    if tables.survey.get("anonymized") != "N":
        return None
    report.lose("anonymity_lowered", "surveys.anonymized", mode="confidential")
    return "confidential"


def report_settings(tables: Tables, report: Report) -> None:
    """Report every setting of the survey that was set and that nothing was made of."""
    for key, value in tables.survey.items():
        _setting(key, value.strip(), report)
    for key in (*_CLOSING, *_LEGAL):
        if said := _said(tables, key):
            report.lose("setting_dropped", f"{_TEXTS}.{key}", key=key, text=said)
    for key in dict.fromkeys(name for row in tables.rows(_TEXTS) for name in row):
        if key not in _READ and any(row.get(key, "").strip() for row in tables.rows(_TEXTS)):
            report.unused(key, f"{_TEXTS}.{key}")
    for loss, where, values in _counted(tables):
        report.lose(loss, where, **values)


def _setting(key: str, value: str, report: Report) -> None:
    if key in _INTERNAL or value in _UNSET or value == _USUAL.get(key):
        return
    where = f"surveys.{key}"
    if key in _CHANGING:
        report.lose("setting_dropped", where, key=key, text=f"{value} ({_CHANGING[key]})")
    elif key in _OF_ROUND:
        shown = "…" if _SECRET.search(key) else value
        report.lose("setting_of_round", where, key=key, text=shown)
    else:
        report.lose("setting_about_looks", where, key=key, text=value)


def _counted(tables: Tables) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield the verdicts that LimeSurvey makes of scores."""
    for row in once(tables.rows("assessments"), "id"):
        scored = f"{row.get('minimum', '')}-{row.get('maximum', '')}: {row.get('name', '')}"
        where = f"assessments[{row.get('id', '')}]"
        yield "setting_dropped", where, {"key": "assessment", "text": scored}


def once(rows: list[Row], key: str) -> list[Row]:
    """Return the rows that say something new: each stands once per language."""
    return list({row.get(key, ""): row for row in reversed(rows)}.values())[::-1]


def _said(tables: Tables, key: str) -> Text | None:
    bodies = {
        row.get("surveyls_language", ""): row[key]
        for row in tables.rows(_TEXTS)
        if row.get(key, "").strip()
    }
    return tables.worded(bodies, f"{_TEXTS}.{key}") if bodies else None


def title(tables: Tables) -> Text | None:
    """Return the title of the survey."""
    return _said(tables, "surveyls_title")
