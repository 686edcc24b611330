"""A LimeSurvey structure file (.lss) -> draft."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from questionnaires.formats.foreign.assembling import assemble
from questionnaires.formats.foreign.bounded import read_xml
from questionnaires.formats.foreign.draft import Draft, Group, Question, spelled
from questionnaires.formats.foreign.plain import language_code
from questionnaires.formats.foreign.quoting import Quotes
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.foreign.splitting import can_split, split_rows
from questionnaires.formats.limesurvey.conditions import settle
from questionnaires.formats.limesurvey.expressions import Lexicon, Part, formula, quotation
from questionnaires.formats.limesurvey.kinds import BUILDERS, Source
from questionnaires.formats.limesurvey.legacy import equations
from questionnaires.formats.limesurvey.quotas import quotas
from questionnaires.formats.limesurvey.rows import Entry, Tables
from questionnaires.formats.limesurvey.settings import (
    anonymity,
    opening,
    report_settings,
    title,
)
from questionnaires.formats.losses import Imported
from questionnaires.text import UNDETERMINED

_WORD = re.compile(r"[A-Za-z0-9_]+")
_SINGLE = ("single_choice", "scale", "yes_no")
#: Kinds whose first answer may be an expression.
_OPEN = ("short_text", "long_text", "integer", "decimal", "date", "date_time")
_EXPRESSION = re.compile(r"\{([^{}]+)\}")
#: A brace that a blank follows is a brace.
_QUOTED = re.compile(r"\{([^{}\s][^{}]*)\}")


def read(content: bytes, filename: str) -> Imported:
    """Return the questionnaire in an .lss file, or the reason why it was refused."""
    report = Report()
    try:
        root = read_xml(content, filename, report)
        if root.find("questions") is None and root.find("groups") is None:
            raise Refused("不是 LimeSurvey 的 .lss 文件", "it is no .lss file of LimeSurvey")
        return assemble(_Reading(Tables(root, report), report, filename).draft(), report)
    except Refused as refusal:
        return refusal.imported(filename)
    except RecursionError:
        return Refused("内容嵌套过深", "it is nested too deeply").imported(filename)


class _Reading:
    def __init__(self, tables: Tables, report: Report, filename: str) -> None:
        self._tables = tables
        self._report = report
        self._lexicon = Lexicon()
        tables.quotes = Quotes(_QUOTED, lambda inside: quotation(inside, self._lexicon))
        name = tables.survey.get("sid") or filename
        self._draft = Draft(f"survey-{name}" if name.isdecimal() else name, title(tables))
        self._draft.quotes = tables.quotes
        self._draft.intro = opening(tables)
        self._draft.mode = anonymity(tables, report)
        codes = (language_code(code) for code in tables.languages)
        self._draft.languages = tuple(dict.fromkeys(code for code in codes if code != UNDETERMINED))
        self._sources: dict[str, Source] = {}

    def draft(self) -> Draft:
        """Return the whole form."""
        self._collect()
        read_parts = self._parts_read()
        defaults = self._defaults()
        groups = self._tables.entries("groups", "gid", "group_l10ns", ("group_name", "description"))
        within: dict[str, list[Source]] = defaultdict(list)
        for source in self._sources.values():
            within[source.entry.get("gid")].append(source)
        for entry in sorted(groups, key=lambda group: group.number("group_order")):
            group = self._group(entry)
            sources = sorted(within.pop(entry.get("gid"), ()), key=_order)
            for source in sources:
                group.parts += self._questions(source, read_parts, defaults)
            self._random(sources, group)
            self._draft.groups.append(group)
        for gid, left in within.items():
            group = Group(f"group-{gid}", f"groups[{gid}]")
            for source in left:
                group.parts += self._questions(source, read_parts, defaults)
            self._draft.groups.append(group)
        self._random_groups(groups)
        self._other_tables()
        return self._draft

    def _group(self, entry: Entry) -> Group:
        where = f"groups[{entry.get('gid')}]"
        group = Group(f"group-{entry.get('gid')}", where, page=True)
        group.title = self._tables.text(entry, "group_name", f"{where}.group_name")
        group.intro = self._tables.text(entry, "description", f"{where}.description")
        relevance = entry.get("grelevance").strip()
        if relevance not in ("", "1"):
            group.relevant = [formula("grelevance", where, relevance, self._lexicon)]
        group.fixed = not entry.get("randomization_group")
        return group

    def _random(self, sources: list[Source], group: Group) -> None:
        """Read whether questions of a group come in random order: those of one random group."""
        named = [source.attributes.get("random_group") for source in sources]
        distinct = set(named) - {""}
        if not distinct:
            return
        if len(distinct) > 1:
            values = {"key": "random_group", "text": ", ".join(sorted(distinct))}
            self._report.lose("setting_dropped", group.where, **values)
            return
        group.random_order = True
        moving = {source.code for source in sources if source.attributes.get("random_group")}
        for part in group.parts:
            if isinstance(part, Question) and part.where.split("[")[-1][:-1] not in moving:
                part.settings["fixed"] = True

    def _random_groups(self, entries: list[Entry]) -> None:
        """Read whether groups come in random order: all that do belong together."""
        names = {entry.get("randomization_group") for entry in entries} - {""}
        if len(names) == 1:
            self._draft.random_sections = True
        elif names:
            values = {"key": "randomization_group", "text": ", ".join(sorted(names))}
            self._report.lose("setting_dropped", "groups", **values)
        if len(names) != 1:
            for group in self._draft.groups:
                group.fixed = False

    def _collect(self) -> None:
        tables = self._tables
        texts = ("question", "help")
        entries = tables.entries("questions", "qid", "question_l10ns", texts)
        for entry in entries:
            if entry.get("parent_qid") in ("", "0"):
                self._sources[entry.get("qid")] = Source(entry, tables, self._draft)
        parts = tables.entries("subquestions", "qid", "question_l10ns", texts)
        for part in sorted(parts, key=lambda one: one.number("question_order")):
            if part.get("parent_qid") in self._sources:
                self._sources[part.get("parent_qid")].subquestions.append(part)
        keyed = "qid+code+scale_id"
        if tables.rows("answer_l10ns"):
            keyed = "aid"
        answers = tables.entries("answers", keyed, "answer_l10ns", ("answer",))
        for answer in sorted(answers, key=lambda one: one.number("sortorder")):
            if answer.get("qid") in self._sources:
                self._sources[answer.get("qid")].answers.append(answer)
        for source in self._sources.values():
            self._learn(source)
        self._old_conditions()

    def _old_conditions(self) -> None:
        """Write the conditions of the old kind as relevance, where a question has none yet."""
        named = {qid: (source.code, source.type) for qid, source in self._sources.items()}
        found = equations(self._tables.rows("conditions"), named)
        for qid, equation in found.items():
            source = self._sources.get(qid)
            if source is None:
                self._report.lose("setting_dropped", "conditions", key=qid, text=equation)
            elif source.entry.get("relevance").strip() in ("", "1"):
                source.entry.row["relevance"] = equation
                self._report.lose("conditions_joined", source.where, text=equation)

    def _learn(self, source: Source) -> None:
        """Enter the names under which expressions speak of a question and its parts."""
        entry, lexicon = source.entry, self._lexicon
        numbered = f"{entry.get('sid')}X{entry.get('gid')}X{entry.get('qid')}"
        lexicon.numbered[numbered] = source.code
        ticked = source.type in ("M", "P")
        rows = [p.get("title") for p in source.subquestions if p.get("scale_id") in ("", "0")]
        columns = [p.get("title") for p in source.subquestions if p.get("scale_id") == "1"]
        for row in rows:
            part = Part(source.code, row, ticked)
            for stem, between in ((source.code, "_"), (numbered, "")):
                lexicon.parts[f"{stem}{between}{row}"] = part
                for column in columns:
                    cell = Part(source.code, f"{row}_{column}")
                    lexicon.parts[f"{stem}{between}{row}_{column}"] = cell
                if source.type == "1":
                    for side in ("0", "1"):
                        lexicon.parts[f"{stem}{between}{row}_{side}"] = Part(source.code, row)
        lexicon.parts[f"{source.code}_other"] = Part(source.code, "other")

    def _parts_read(self) -> set[str]:
        """Return the codes of questions of whose parts some condition reads one."""
        texts = [row.get("grelevance", "") for row in self._tables.rows("groups")]
        for table in ("questions", "subquestions"):
            texts += [row.get("relevance", "") for row in self._tables.rows(table)]
        for row in self._tables.rows("question_attributes"):
            if row.get("attribute", "").startswith(("em_", "min_", "max_", "equation")):
                texts.append(row.get("value", ""))
        words = {word for text in texts for word in _WORD.findall(text[:20_000])}
        parts = self._lexicon.parts
        return {parts[word].question for word in words if word in parts and not parts[word].ticked}

    def _questions(
        self, source: Source, read_parts: set[str], defaults: dict[str, list[tuple[str, str]]]
    ) -> list[Group | Question]:
        builder = BUILDERS.get(source.type)
        if builder is None:
            source.changed(source.type, "long_text")
            builder = BUILDERS["T"]
        questions = builder(source)
        settle(source, questions, self._lexicon)
        self._first_answer(source, questions[0], defaults.get(source.entry.get("qid"), []))
        if source.code in read_parts or source.row_conditions or source.row_checks:
            return [part for question in questions for part in self._apart(source, question)]
        return list(questions)

    def _apart(self, source: Source, question: Question) -> list[Question]:
        """Return the rows of a table as questions, when something is said about single rows."""
        if not can_split(question):
            return [question]
        column = question.name.removeprefix(source.code)
        rows = split_rows(question, source.rows, "_", self._report)
        for code, row in zip(source.rows, rows, strict=False):
            row.relevant += source.row_conditions.get(code, [])
            row.checks += [check(code) for check in source.row_checks]
            row.aliases.append(f"{source.code}_{code}{column}")
        return rows

    def _defaults(self) -> dict[str, list[tuple[str, str]]]:
        """Return question -> (sub-question, value) of the answers that stand there at first."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        worded = {row.get("dvid"): row for row in self._tables.rows("defaultvalue_l10ns")}
        for row in self._tables.rows("defaultvalues"):
            value = row.get("defaultvalue") or worded.get(row.get("dvid"), {}).get("defaultvalue")
            entry = (row.get("sqid", "0"), value or "")
            if value and entry not in found[row.get("qid", "")]:
                found[row.get("qid", "")].append(entry)
        return found

    def _first_answer(
        self, source: Source, question: Question, values: list[tuple[str, str]]
    ) -> None:
        if not values:
            return
        default: object = None
        titles = {part.get("qid"): part.get("title") for part in source.subquestions}
        if question.kind == "multiple_choice":
            chosen = [question.codes.get(titles.get(sub, "")) for sub, v in values if v == "Y"]
            default = tuple(chosen) if chosen and None not in chosen else None
        elif question.kind in _SINGLE and len(values) == 1:
            default = question.codes.get(spelled(values[0][1]))
        elif question.kind in _OPEN and (worked := _EXPRESSION.fullmatch(values[0][1].strip())):
            where = f"{source.where}.defaultvalue"
            made = formula("defaultvalue", where, worked[1], self._lexicon, source.code, value=True)
            question.default = replace(made, mild=True)
            return
        elif question.kind in ("short_text", "long_text") and "{" not in values[0][1]:
            default = values[0][1]
        elif question.kind in ("integer", "decimal") and values[0][1].lstrip("-").isdecimal():
            default = int(values[0][1][:15])
        if default is None:
            shown = "; ".join(value for _, value in values)
            self._report.lose("default_dropped", source.where, value=shown)
        else:
            question.settings["default"] = default

    def _other_tables(self) -> None:
        for table, count in self._tables.unread():
            values = {"key": table, "text": f"{count}"}
            self._report.lose("setting_dropped", table, **values)
        report_settings(self._tables, self._report)
        self._draft.quotas = quotas(self._tables, self._lexicon, self._report)


def _order(source: Source) -> int:
    return source.entry.number("question_order")
