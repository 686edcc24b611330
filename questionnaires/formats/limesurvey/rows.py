"""The tables of a LimeSurvey .lss file, of any version: one row is one mapping of texts.

Until version 3 a row exists once per language; since version 4 the texts stand in tables of their
own. ``Tables`` gives both the same face.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from questionnaires.formats.foreign.bounded import too_many
from questionnaires.formats.foreign.plain import language_code
from questionnaires.formats.foreign.quoting import no_quotes
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.wording import worded
from questionnaires.formats.limits import MAX_ITEMS
from questionnaires.text import Text

Row = dict[str, str]
#: The tables that an import reads; what themes say is about looks.
READ = frozenset(
    {
        *("answers", "answer_l10ns", "conditions", "defaultvalues", "defaultvalue_l10ns"),
        *("groups", "group_l10ns", "questions", "question_l10ns", "question_attributes"),
        *("subquestions", "surveys", "surveys_languagesettings", "themes", "themes_inherited"),
        *("quota", "quota_members", "quota_languagesettings", "assessments"),
    }
)
#: Answers and sub-questions may be so many times as many as questions.
MAX_ROWS = 40 * MAX_ITEMS


@dataclass(slots=True)
class Entry:
    """One question, sub-question, group or answer, with its texts in every language."""

    row: Row
    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def get(self, key: str, default: str = "") -> str:
        """Return a field that is the same in every language."""
        return self.row.get(key, default)

    def number(self, key: str) -> int:
        """Return a field as a whole number, 0 when it is none."""
        value = self.row.get(key, "").strip()
        return int(value) if value.lstrip("-").isdecimal() and len(value) < 12 else 0


class Tables:
    """All tables of a file."""

    def __init__(self, root: Element, report: Report) -> None:
        self.report = report
        self.quotes = no_quotes()
        self._rows = {section.tag: _rows(section) for section in root}
        total = sum(len(rows) for rows in self._rows.values())
        questions = len({row.get("qid") for row in self.rows("questions")})
        if questions > MAX_ITEMS or total > MAX_ROWS:
            raise too_many(max(questions, MAX_ITEMS))
        survey = (self.rows("surveys") or [{}])[0]
        self.survey = survey
        default = survey.get("language", "")
        named = [row.get("surveyls_language", "") for row in self.rows("surveys_languagesettings")]
        self.default = default or (named[0] if named else "")
        others = survey.get("additional_languages", "").split()
        self.languages = tuple(dict.fromkeys([self.default, *others, *named]))
        self._attributes: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.rows("question_attributes"):
            of_question = self._attributes.setdefault(row.get("qid", ""), {})
            language = row.get("language", "")
            of_question.setdefault(row.get("attribute", ""), {})[language] = row.get("value", "")

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, none when it is missing."""
        return self._rows.get(table, [])

    def unread(self) -> list[tuple[str, int]]:
        """Return the tables of which nothing is read, with the number of their rows."""
        return [(name, len(rows)) for name, rows in self._rows.items() if rows and name not in READ]

    def entries(self, table: str, key: str, l10ns: str, texts: tuple[str, ...]) -> list[Entry]:
        """Return the entries of a table, each once, with their texts."""
        found: dict[tuple[str, ...], Entry] = {}
        for row in self.rows(table):
            identity = tuple(row.get(part, "") for part in key.split("+"))
            entry = found.setdefault(identity, Entry(row))
            if "language" in row or any(text in row for text in texts):
                _add(entry, row, texts, row.get("language", self.default))
        keyed = key.split("+")[0]
        by_id = {entry.get(keyed): entry for entry in found.values()}
        for row in self.rows(l10ns):
            owner = by_id.get(row.get(keyed, ""))
            if owner is not None:
                _add(owner, row, texts, row.get("language", self.default))
        return list(found.values())

    def attributes(self, question: Entry) -> Attributes:
        """Return the attributes of a question."""
        return Attributes(self._attributes.get(question.get("qid"), {}), self)

    def text(self, entry: Entry, name: str, where: str) -> Text | None:
        """Return a text of an entry in every language, without markup."""
        return self.worded(entry.texts[name], where)

    def worded(self, bodies: dict[str, str], where: str) -> Text | None:
        """Return wordings by LimeSurvey language as a text."""
        named: dict[str, str] = {}
        for language, body in bodies.items():
            named.setdefault(language_code(language or self.default), body)
        return worded(named, where, self.report, self.quotes)

    def raw(self, entry: Entry, name: str) -> str:
        """Return a text in the language of the survey as it stands in the file."""
        bodies = entry.texts[name]
        return bodies.get(self.default) or next(iter(bodies.values()), "")


class Attributes:
    """The settings of one question, by name; those that nobody read are reported."""

    def __init__(self, values: dict[str, dict[str, str]], tables: Tables) -> None:
        self._values = values
        self._tables = tables
        self._read: set[str] = set()

    def get(self, name: str) -> str:
        """Return a setting in any language, empty when it is not set."""
        self._read.add(name)
        return next((v for v in self._values.get(name, {}).values() if v.strip()), "").strip()

    def yes(self, name: str) -> bool:
        """Say whether a setting is on."""
        return self.get(name) in ("1", "Y", "y")

    def number(self, name: str) -> float | None:
        """Return a setting as a number, or None when it is none (it may be an expression)."""
        value = self.get(name).replace(",", ".")
        try:
            parsed = float(value) if len(value) < 16 else None
        except ValueError:
            return None
        return None if parsed is None or parsed != parsed or abs(parsed) > 1e15 else parsed

    def text(self, name: str, where: str) -> Text | None:
        """Return a setting that is a text."""
        self._read.add(name)
        bodies = {tag: body for tag, body in self._values.get(name, {}).items() if body.strip()}
        return self._tables.worded(bodies, where) if bodies else None

    def left(self) -> list[tuple[str, str]]:
        """Return the settings that were not read, with their values."""
        return [
            (name, value)
            for name, bodies in self._values.items()
            if name not in self._read
            for value in [next((v for v in bodies.values() if v.strip()), "")]
            if value
        ]


def _rows(section: Element) -> list[Row]:
    return [{field.tag: field.text or "" for field in row} for row in section.findall("rows/row")]


def _add(entry: Entry, row: Row, texts: tuple[str, ...], language: str) -> None:
    for name in texts:
        if row.get(name):
            entry.texts[name].setdefault(language, row[name])
