"""A draft -> a questionnaire without errors, and the report of everything that was lost."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Node, parse, reads_itself
from questionnaires.formats.foreign.bounded import too_many
from questionnaires.formats.foreign.cycles import break_circles
from questionnaires.formats.foreign.draft import (
    LISTED,
    Carried,
    Draft,
    Formula,
    Known,
    Question,
    Scope,
    Settings,
    unreachable,
)
from questionnaires.formats.foreign.flattening import Block, blocks
from questionnaires.formats.foreign.identity import naming, promised
from questionnaires.formats.foreign.mending import mended, mended_item
from questionnaires.formats.foreign.piping import Pipes
from questionnaires.formats.foreign.quoting import Quoted
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.foreign.writing import both, written
from questionnaires.formats.limits import MAX_EXPRESSIONS, MAX_ITEMS
from questionnaires.formats.losses import Imported, Severity
from questionnaires.formats.names import Names, identifier
from questionnaires.kinds import KINDS
from questionnaires.model import END
from questionnaires.text import UNDETERMINED, Text


def assemble(draft: Draft, report: Report) -> Imported:
    """Return the questionnaire that a draft makes, with the report."""
    sections = blocks(draft, report)
    count = sum(len(block.questions) for block in sections)
    if count > MAX_ITEMS:
        raise too_many(count)
    if not count:
        raise Refused("文件里没有任何题目", "there is no item in the file")
    tree = _Assembly(draft, sections, report).tree()
    return report.imported(mended(tree, report))


class _Assembly:
    def __init__(self, draft: Draft, sections: list[Block], report: Report) -> None:
        self._draft = draft
        self._sections = sections
        self._report = report
        self._names = Names()
        self._section_ids: list[str] = []
        #: Characters of the expressions translated so far.
        self._spent = 0
        self._ids: dict[int, str] = {}
        self._written: dict[tuple[int, int | None, str], str | None] = {}
        self._counted: set[int] = set()
        self._scope = Scope({}, {})
        self._know()

    def _know(self) -> None:
        """Give every question its identifier and enter it under its foreign names."""
        for number, block in enumerate(self._sections):
            for question in block.questions:
                chosen = self._names.take(question.name)
                self._ids[id(question)] = chosen
                if chosen != question.name:
                    self._report.lose("name_changed", question.where, name=question.name, id=chosen)
                repeat = number if block.repeat else None
                scores = self._scores(question)
                known = Known(chosen, question.kind, question.codes, repeat, scores)
                for name in (question.name, *question.aliases):
                    if repeat is not None:
                        self._scope.local.setdefault((repeat, name), known)
                    self._scope.names.setdefault(name, known)
                    self._scope.folded.setdefault(name.casefold(), known)
        for number, block in enumerate(self._sections):
            chosen = self._names.take(block.name or f"section-{number + 1}", "section")
            self._section_ids.append(chosen)
            if block.repeat and block.name:
                self._scope.rosters.setdefault(block.name, (number, chosen))

    def _scores(self, question: Question) -> dict[str, int]:
        named = self._draft.scales.named.get(str(question.settings.get("scale")), [])
        options = question.settings.get("options", named)
        return {option["value"]: option["score"] for option in options if "score" in option}

    def tree(self) -> Settings:
        """Return the definition as plain values whose items have been checked one by one."""
        self._add_variables()
        built = [self._section(number, block) for number, block in enumerate(self._sections)]
        for formula in self._draft.spare:
            self._formula(formula, None, None, "variable")
        break_circles(built, self._report)
        title = self._draft.title or Text(self._draft.name)
        tree: Settings = {
            "id": identifier(self._draft.name, "form"),
            "title": title,
            "intro": self._draft.intro,
            "languages": self._draft.languages or _languages(title),
            "scales": self._draft.scales.named,
            "media": self._draft.media,
            "random_sections": self._draft.random_sections,
            "quotas": self._quotas(),
            "sections": [section for section in built if section["items"]],
        }
        self._leaps(built)
        pipes = self._pipes(None)
        for part in ("title", "intro", "scales", "quotas"):
            tree[part] = pipes.settled(tree[part])
        return tree | self._promise(built)

    def _promise(self, sections: list[Settings]) -> Settings:
        items = [item for section in sections for item in section["items"]]
        if found := naming(items):
            self._report.lose("anonymity_named", str(found["where"]), name=found["id"])
        return promised(self._draft.mode, items)

    def _add_variables(self) -> None:
        """Make hidden items of what the program around the form would have supplied."""
        wanted = [name for name in self._draft.variables if not self._scope.knows(name)]
        for name in dict.fromkeys(wanted):
            settings = {"kind": "hidden", "label": Text(name), "value": ""}
            question = Question(name, name, settings)
            self._ids[id(question)] = self._names.take(name)
            known = Known(self._ids[id(question)], "hidden", {}, None)
            self._scope.names[name] = self._scope.folded[name.casefold()] = known
            plain = next((block for block in self._sections if not block.repeat), None)
            if plain is None:
                plain = Block("variables", "", None, None, [], None)
                self._sections.append(plain)
                self._section_ids.append(self._names.take(plain.name, "section"))
            plain.questions.append(question)
            self._report.lose("variable_hidden", name, name=name)

    def _section(self, number: int, block: Block) -> Settings:
        repeat = number if block.repeat else None
        pipes = self._pipes(None)
        section: Settings = {
            "id": self._section_ids[number],
            "title": pipes.settled(block.title) or self._numbered(number),
            "intro": pipes.settled(block.intro),
            "random_order": block.random_order,
            "fixed": block.fixed,
            "where": block.where,
        }
        section["items"] = [i for one in block.questions for i in self._items(one, repeat)]
        section["relevant"] = self._all(block.relevant, None, None, "relevant")
        if block.repeat is not None:
            count = self._formula(block.count, None, None, "count") if block.count else None
            section["repeat"] = {**block.repeat, "count": count}
        return section

    def _items(self, question: Question, repeat: int | None) -> list[Settings]:
        """Return the item of a question, behind those that work out what its texts show."""
        made: list[Settings] = []

        def shown(node: Node, quoted: Quoted) -> str:
            name = self._names.take(f"{self._ids[id(question)]}-text")
            settings = {"id": name, "kind": "calculated", "calculate": written(node)}
            made.append({**settings, "label": Text(quoted.instead), "where": quoted.where})
            self._report.lose("text_calculated", quoted.where, text=quoted.text, name=name)
            return name

        settings = self._item(question, repeat)
        settings = self._pipes(repeat, shown).settled(settings)
        return [*made, mended_item(settings, self._draft.scales.named, self._report)]

    def _pipes(
        self, repeat: int | None, shown: Callable[[Node, Quoted], str] | None = None
    ) -> Pipes:
        self._scope.repeat, self._scope.own = repeat, None
        return Pipes(self._draft.quotes, self._scope, self._report, shown)

    def _quotas(self) -> list[Settings]:
        names, found = Names(), []
        for quota in self._draft.quotas:
            when = self._formula(quota.when, None, None, "quota")
            if when is not None:
                made = {"id": names.take(quota.name, "quota"), "when": when, "limit": quota.limit}
                found.append({**made, "message": quota.message})
        return found

    def _leaps(self, sections: list[Settings]) -> None:
        """Carry out jumps; one that would not lead forward to the start of a section is flagged."""
        firsts: dict[int, int] = {}
        lasts: dict[int, int] = {}
        for number, block in enumerate(self._sections):
            firsts[id(block.questions[0])] = number
            lasts |= {id(question): number for question in block.questions}
        asked = {q.name: id(q) for block in self._sections for q in block.questions}
        for leap in self._draft.leaps:
            start = lasts.get(asked.get(leap.after, -1))
            end = len(sections) if leap.to is None else firsts.get(asked.get(leap.to, -1), -1)
            if start is None or end <= start or sections[start].get("repeat"):
                leap.formula = unreachable(leap.formula)
            when = self._formula(leap.formula, None, None, "jump")
            if start is None or when is None:
                continue
            to = END if end == len(sections) else sections[end]["id"]
            sections[start].setdefault("jump", []).append({"to": to, "when": when})
            where, name = leap.formula.where, sections[start]["id"]
            self._report.lose("jump_kept", where, text=leap.formula.text, name=name)

    def _numbered(self, number: int) -> Text:
        if len(self._sections) == 1 and self._draft.title:
            return self._draft.title
        words = {"zh": f"第{number + 1}部分", "en": f"Part {number + 1}"}
        spoken = {tag: words.get(tag.split("-")[0], words["en"]) for tag in self._draft.languages}
        return Text(spoken or {UNDETERMINED: str(number + 1)})

    def _item(self, question: Question, repeat: int | None) -> Settings:
        settings = dict(question.settings)
        settings["id"] = self._ids[id(question)]
        if not settings.get("label"):
            settings["label"] = Text(question.name)
            self._report.lose("label_missing", question.where, name=question.name)
        settings["relevant"] = self._all(question.relevant, repeat, None, "relevant")
        own = self._scope.names.get(question.name)
        if question.required:
            demanded = self._formula(question.required, repeat, None, "required")
            settings["required"] = settings.get("required") or demanded or False
        if not KINDS[question.kind].asked and settings.pop("required", False):
            self._report.unused("required", question.where)
        if question.checks:
            settings |= self._checks(question, repeat, own)
        if question.choice_filter:
            kept = self._formula(question.choice_filter, repeat, None, "choice_filter")
            settings["choice_filter"] = kept
        if question.carried:
            settings |= self._carried(question.carried, settings, repeat)
        if question.default:
            first = self._formula(question.default, repeat, None, "default")
            settings["default"] = {"calculate": first} if first else None
        if question.calculate:
            settings |= self._calculated(question.calculate, repeat, settings)
        settings["where"] = question.where
        return settings

    def _carried(self, carried: Carried, settings: Settings, repeat: int | None) -> Settings:
        """Return what offers only choices of another question: the setting for it, or a filter."""
        self._scope.repeat, self._scope.own = repeat, None
        self._report.lose("carried_waits", carried.otherwise.where, name=carried.source)
        source = self._lender(carried.source)
        if source is not None and _common(source.settings, settings):
            self._report.expressions += 1
            return {"carry_forward": {"item": self._ids[id(source)], "which": carried.which}}
        found = [self._formula(carried.otherwise, repeat, None, "choice_filter")]
        texts = [text for text in (settings.get("choice_filter"), *found) if text is not None]
        return {"choice_filter": self._joined(texts, carried.otherwise.where)} if texts else {}

    def _lender(self, name: str) -> Question | None:
        """Return the question of a foreign name when its choices can be carried from it."""
        try:
            known = self._scope.find(name)
        except Untranslatable:
            return None
        named = (q for block in self._sections for q in block.questions if q.kind in LISTED)
        return next((q for q in named if self._ids[id(q)] == known.id), None)

    def _calculated(self, formula: Formula, repeat: int | None, settings: Settings) -> Settings:
        text = self._formula(formula, repeat, None, "calculate")
        if text is not None:
            return {"calculate": text}
        if settings["kind"] != "calculated":
            return {}
        asked: Settings = {"kind": "short_text", "calculate": None, "shown": None}
        return asked | ({"relevant": "false()"} if settings.get("shown") is False else {})

    def _checks(self, question: Question, repeat: int | None, own: Known | None) -> Settings:
        kept = []
        for check in question.checks:
            text = self._formula(check.formula, repeat, own, "constraint")
            if text is not None:
                kept.append((text, check.message))
        if not kept:
            return {}
        messages = list(dict.fromkeys(message for _, message in kept if message))
        if len(messages) > 1:
            self._report.lose("message_merged", question.where)
        constraint = self._joined([text for text, _ in kept], question.where)
        return {"constraint": constraint, "constraint_message": next(iter(messages), None)}

    def _all(
        self, formulas: list[Formula], repeat: int | None, own: Known | None, key: str
    ) -> str | None:
        distinct = {id(formula): formula for formula in formulas}.values()
        found = [self._formula(formula, repeat, own, key) for formula in distinct]
        texts = list(dict.fromkeys(text for text in found if text is not None))
        return self._joined(texts, formulas[0].where) if texts else None

    def _joined(self, texts: list[str], where: str) -> str | None:
        if len(texts) == 1:
            return texts[0]
        try:
            return written(both([parse(text) for text in texts]))
        except Untranslatable as reason:
            whole = " and ".join(texts)
            self._report.drop_condition(where, whole, reason.reason)
            return None

    def _formula(
        self, formula: Formula, repeat: int | None, own: Known | None, key: str
    ) -> str | None:
        """Return a formula in our language, or None with a loss; each is counted once."""
        cached = (id(formula), repeat, f"{key} {own.id if own else ''}")
        if cached in self._written:
            return self._written[cached]
        first = id(formula) not in self._counted
        self._counted.add(id(formula))
        if first and formula.counted:
            self._report.expressions += 1
        self._scope.repeat, self._scope.own = repeat, own
        text: str | None = None
        try:
            self._spent += len(formula.text)
            if self._spent > MAX_EXPRESSIONS:
                raise Untranslatable("too_much")
            node = formula.translate(self._scope)
            text = written(node)
            if key != "constraint" and reads_itself(node):
                raise Untranslatable("itself")
        except Untranslatable as reason:
            text = None
            if first and formula.counted:
                self._flag(formula, reason)
        except RecursionError:
            text = None
            if first and formula.counted:
                self._flag(formula, Untranslatable("too_deep"))
        self._written[cached] = text
        return text

    def _flag(self, formula: Formula, why: Untranslatable) -> None:
        severity: Severity = "warning" if formula.mild else "error"
        self._report.flag(formula.key, formula.where, formula.text, why.reason, severity)


def _common(one: Settings, other: Settings) -> set[str]:
    """Return the options that two questions have in common."""
    options = ({option["value"] for option in each.get("options", ())} for each in (one, other))
    return set.intersection(*options) if other["kind"] in LISTED else set()


def _languages(title: Text) -> tuple[str, ...]:
    return tuple(title)
