"""Our definitions -> numbered plain text, which ``read`` takes back."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_uppercase

from questionnaires import locales
from questionnaires.expressions import Call, Literal, Node, Reference, parse
from questionnaires.expressions.tree import SELF, replaced
from questionnaires.expressions.writing import write as written
from questionnaires.formats.foreign.emitting import report_unwritten, when_asked
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.unwritten import Fields
from questionnaires.formats.losses import Written
from questionnaires.formats.pasted.tags import known_kinds, tag_of
from questionnaires.kinds.base import Choice, Item
from questionnaires.kinds.choosing import Listed, MultipleChoice, Ranking, Scale, SingleChoice
from questionnaires.kinds.entering import Decimal, Integer, LongText, ShortText
from questionnaires.kinds.gauging import Slider, Stars
from questionnaires.kinds.rating import Matrix
from questionnaires.kinds.tabulating import MatrixMultiple, Tabular
from questionnaires.kinds.words import WORDS
from questionnaires.model import Questionnaire, Section
from questionnaires.text import NOT_YET, Text

#: Kind -> the tag that comes nearest.
_INSTEAD = {
    "unit": "short_text",
    "person": "short_text",
    "topic": "long_text",
    "carried_findings": "long_text",
    "points": "integer",
    "cascade": "short_text",
    "constant_sum": "matrix_number",
    "matrix_dual": "matrix_text",
}
#: Kinds that nobody sees.
_UNSEEN = ("calculated", "hidden", "arm")
_DEFAULT_LENGTH = {"short_text": 200, "long_text": 2000}


_LISTED = ("options", "random_order")
#: What text says.
_WRITTEN: Fields = {
    "questionnaire": ("id", "title", "languages", "intro", "terms", "scales", "sections"),
    "section": ("id", "title", "intro", "relevant", "jump", "random_order", "items"),
    "jump": ("to", "when"),
    "term": ("text",),
    "item": ("id", "kind", "label", "hint", "required", "relevant"),
    "choice": ("value", "label", "score", "exclusive", "missing", "text"),
    "carryforward": ("item", "which"),
    "row": ("value", "label"),
    "share": ("value", "label"),
    "scale": ("scale",),
    "single_choice": (*_LISTED, "carry_forward", "appearance"),
    "multiple_choice": (*_LISTED, "carry_forward", "min_choices", "max_choices"),
    "ranking": (*_LISTED, "carry_forward", "top"),
    "matrix": ("scale", "rows", "rows_from_units", "random_order"),
    "matrix_multiple": ("rows", "options", "random_order"),
    "matrix_number": ("rows", "random_order"),
    "matrix_text": ("rows", "random_order"),
    "matrix_dual": ("rows", "random_order"),
    "short_text": ("max_characters",),
    "long_text": ("max_characters",),
    "integer": ("min", "max"),
    "decimal": ("min", "max"),
    "slider": ("min", "max"),
    "stars": ("stars",),
    "constant_sum": ("shares",),
}


def write(questionnaire: Questionnaire, ending: str) -> Written:
    """Return a definition as numbered text in its first language, and what text cannot say."""
    report = Report()
    lines = _Writing(questionnaire, report).lines()
    return Written(("\n".join(lines).strip() + "\n").encode(), report.losses)


class _Writing:
    def __init__(self, questionnaire: Questionnaire, report: Report) -> None:
        self._questionnaire = questionnaire
        self._report = report
        self._language = questionnaire.languages[0]
        self._chinese = locales.chinese(self._language)
        asked = [item for item in questionnaire.items if item.kind not in _UNSEEN]
        self._numbers = {item.id: n for n, item in enumerate(asked, start=1)}
        self._around = questionnaire.surroundings()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the whole text."""
        questionnaire = self._questionnaire
        report_unwritten(questionnaire, _WRITTEN, self._report)
        asked = when_asked(questionnaire, self._report)
        for tag in questionnaire.languages[1:]:
            self._report.lose("export_setting", "languages", key=tag)
        yield f"# {self._say(questionnaire.title)}"
        if questionnaire.intro:
            yield from self._say(questionnaire.intro, keep=True).splitlines()
        for section in questionnaire.sections:
            yield from self._section(section, asked[section.id])

    def _say(self, text: Text, keep: bool = False) -> str:
        filled = self._questionnaire.filled(text).piped(self._quoted)
        words = filled.get(self._language)
        return words if keep else " ".join(words.split())

    def _quoted(self, name: str, language: str) -> str:
        """Return how a text shows an answer; what has no number is not there to be shown."""
        if name not in self._numbers:
            self._report.lose("export_setting", f"items.{name}", key=f"${{{name}}}")
            return NOT_YET
        return f"[Q{self._numbers[name]}]"

    def _section(self, section: Section, asked: str | None) -> Iterator[str]:
        yield ""
        random = "【题目随机】" if self._chinese else " [questions in random order]"
        yield f"## {self._say(section.title)}{random if section.random_order else ''}"
        if section.intro:
            yield self._say(section.intro)
        for item in section.items:
            yield from self._item(item, asked)

    def _item(self, item: Item, asked: str | None) -> Iterator[str]:
        if item.id not in self._numbers:
            values = {"kind": WORDS[item.kind].name, "instead": "—"}
            self._report.lose("export_kind", f"items.{item.id}", **values)
            return
        kind = self._kind(item)
        yield ""
        yield f"{self._numbers[item.id]}. {self._say(item.label)}{self._tags(item, kind)}"
        if item.hint:
            yield f"{'提示：' if self._chinese else 'Hint: '}{self._say(item.hint)}"
        yield from self._condition(item, asked)
        yield from self._rows(item, kind)
        for index, option in enumerate(self._options(item)):
            letter = ascii_uppercase[index] if index < 26 else "-"
            yield f"{letter}{'.' if letter != '-' else ''} {self._option(option)}"

    def _kind(self, item: Item) -> str:
        if isinstance(item, SingleChoice) and item.appearance == "dropdown":
            return "dropdown"
        if isinstance(item, Matrix) and item.rows_from_units:
            return self._instead(item, "long_text")
        if item.kind in known_kinds():
            return item.kind
        return self._instead(item, _INSTEAD[item.kind])

    def _instead(self, item: Item, kind: str) -> str:
        values = {"kind": WORDS[item.kind].name, "instead": WORDS[kind].name}
        self._report.lose("export_kind", f"items.{item.id}", **values)
        return kind

    def _tags(self, item: Item, kind: str) -> str:
        parts = [tag_of(kind, self._chinese), *self._limits(item), *self._carried(item)]
        if getattr(item, "random_order", False):
            parts.append("随机" if self._chinese else "random order")
        if item.required is True:
            parts.append("必填" if self._chinese else "required")
        elif isinstance(item.required, str):
            self._report.lose("export_setting", f"items.{item.id}", key="required")
        joined = ("，" if self._chinese else ", ").join(parts)
        return f"【{joined}】" if self._chinese else f" [{joined}]"

    def _limits(self, item: Item) -> Iterator[str]:
        zh = self._chinese
        match item:
            case MultipleChoice():
                if item.min_choices:
                    yield f"至少{item.min_choices}项" if zh else f"at least {item.min_choices}"
                if item.max_choices:
                    yield f"最多{item.max_choices}项" if zh else f"at most {item.max_choices}"
            case Ranking() if item.top:
                yield f"前{item.top}" if zh else f"top {item.top}"
            case Stars():
                yield f"{item.stars}星" if zh else f"{item.stars} stars"
            case Integer() | Decimal() | Slider() if item.min is not None and item.max is not None:
                yield f"{item.min}-{item.max}"
            case Integer() | Decimal() if item.min is not None or item.max is not None:
                self._report.lose("export_setting", f"items.{item.id}", key="min, max")
            case ShortText() | LongText() if item.max_characters != _DEFAULT_LENGTH[item.kind]:
                yield f"{item.max_characters}{'字以内' if zh else ' characters'}"

    def _carried(self, item: Item) -> Iterator[str]:
        """Yield the tag that says from which question the options come."""
        forward = item.carry_forward if isinstance(item, Listed) else None
        if forward is None:
            return
        number, chosen = self._numbers[forward.item], forward.which == "chosen"
        if self._chinese:
            yield f"引用第{number}题{'选中' if chosen else '未选中'}的选项"
        else:
            yield f"options {'chosen' if chosen else 'not chosen'} in question {number}"

    def _condition(self, item: Item, asked: str | None) -> Iterator[str]:
        """Yield when an item is asked; its section's condition goes to each item."""
        texts = [text for text in (asked, item.relevant) if text is not None]
        if not texts:
            return
        whole = " and ".join(f"({text})" for text in texts)
        node = replaced(replaced(parse(whole), self._recoded), self._numbered)
        yield f"{'显示条件：' if self._chinese else 'Show if: '}{written(node)}"

    def _recoded(self, part: Node) -> Node:
        """Give an option that is compared with the value that it has after reading the text."""
        match part:
            case Call(name, (Reference(asked) as left, Literal(value))):
                code = self._codes(asked).get(str(value))
                return part if code is None else Call(name, (left, Literal(code)))
        return part

    def _codes(self, name: str) -> dict[str, str]:
        item = self._questionnaire.item_by_id.get(name)
        options = self._options(item) if item else ()
        scored = isinstance(item, Scale)
        return {
            option.value: str(option.score if scored and option.score is not None else place)
            for place, option in enumerate(options, start=1)
        }

    def _numbered(self, part: Node) -> Node:
        if isinstance(part, Reference) and part.name != SELF and part.name in self._numbers:
            return Reference(f"q{self._numbers[part.name]}")
        return part

    def _rows(self, item: Item, kind: str) -> Iterator[str]:
        rows = getattr(item, "rows", ()) or getattr(item, "shares", ())
        if isinstance(item, Matrix | Tabular) or item.kind == "constant_sum":
            labels = [self._say(row.label).replace(";", ",").replace("；", "，") for row in rows]
            if labels:
                between = "；" if self._chinese else "; "
                yield f"{'行：' if self._chinese else 'Rows: '}{between.join(labels)}"

    def _options(self, item: Item) -> tuple[Choice, ...]:
        if isinstance(item, Listed | MatrixMultiple):
            return item.options
        if isinstance(item, Scale) or (isinstance(item, Matrix) and item.rows):
            return item.levels(self._around)
        return ()

    def _option(self, option: Choice) -> str:
        words = self._say(option.label)
        if option.score is not None:
            words += f"（{option.score}分）" if self._chinese else f" ({option.score} points)"
        if option.exclusive:
            words += "【互斥】" if self._chinese else " [exclusive]"
        if option.missing:
            words += "【不计分】" if self._chinese else " [not counted]"
        return f"{words}____" if option.text else words
