"""Rules about how a question is worded: which of them apply to which question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

from questionnaires.lint import wording_en, wording_zh
from questionnaires.lint.catalogue import found
from questionnaires.lint.findings import Finding
from questionnaires.lint.instrument import Body, Entry, Instrument
from questionnaires.text import Text

_LANGUAGES: dict[str, ModuleType] = {"zh": wording_zh, "en": wording_en}
_UNITS = {
    "zh": Text({"zh": "字", "en": "characters"}),
    "en": Text({"zh": "词", "en": "words"}),
}
#: Kinds whose answer is a point on a line, without levels of their own.
_LINES = ("slider",)
_RATED = ("scale", "yes_no")


def questions(instrument: Instrument) -> Iterator[Finding]:
    """Go through every question in every language that has rules."""
    for entry, body, is_row in instrument.questions():
        language = _LANGUAGES.get(body.family)
        if language is None:
            continue
        for code, words in _faults(instrument, entry, body, language, is_row):
            if words:
                yield found(code, body.path, body.language, found=words)
        yield from _length(body, language, is_row)


def _faults(
    instrument: Instrument, entry: Entry, body: Body, language: ModuleType, is_row: bool
) -> Iterator[tuple[str, str]]:
    text, shape = body.examined, entry.answering.shape
    judged = shape in _RATED or entry.item.kind in _LINES
    covers_rows = not is_row and (bool(entry.rows) or hasattr(entry.item, "rows"))
    if judged and not covers_rows:
        yield "double_barrelled", language.two_things(text) or language.two_questions(text)
    elif not entry.open and not covers_rows:
        yield "double_barrelled", language.two_questions(text)
    yield "leading", language.leading(text)
    if not entry.open:
        yield "double_negative", language.double_negative(text)
    if not instrument.opinions:
        return
    if shape == "yes_no" or entry.answering.agreement:
        yield "absolute_word", language.absolute(text)
    if not entry.open:
        often = shape in ("yes_no", "list") or entry.answering.agreement
        yield (
            "vague_word",
            language.vague_time(text) or (language.vague_often(text) if often else ""),
        )
    if not entry.conditional and not _way_out(entry):
        yield "presuming", language.presuming(text)


_NONE = re.compile(
    r"^(?:无|没有|以上都不|都不|都没|不适用|不清楚|从未|没|不)|^(?:none|no\b|not\b|never|nothing"
    r"|did not|does not|n/a)",
    re.IGNORECASE,
)


def _way_out(entry: Entry) -> bool:
    """Say whether somebody to whom the question does not apply can say so."""
    return any(
        not part.substantive
        or (part.choice is not None and part.choice.exclusive)
        or any(_NONE.search(label.strip()) for label in part.label.root.values())
        for part in entry.parts
    )


def _length(body: Body, language: ModuleType, is_row: bool) -> Iterator[Finding]:
    limit = language.MAX_ROW if is_row else language.MAX_QUESTION
    count = language.size(body.shown)
    if count > limit:
        values = {"count": count, "limit": limit, "unit": _UNITS[body.family]}
        yield found("too_long", body.path, body.language, **values)


def options(instrument: Instrument) -> Iterator[Finding]:
    """Options that take too long to read."""
    told: set[str] = set()
    for entry in instrument.entries:
        for part in entry.parts:
            for body in instrument.bodies(part.path, part.label):
                language = _LANGUAGES.get(body.family)
                if language is None or f"{part.path} {body.language}" in told:
                    continue
                told.add(f"{part.path} {body.language}")
                count, limit = language.size(body.shown), language.MAX_OPTION
                if count > limit:
                    values = {"count": count, "limit": limit, "unit": _UNITS[body.family]}
                    yield found("option_too_long", part.path, body.language, **values)


# ---------------------------------------------------------------- placeholders

_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z])(?:XX+|TODO|TBD|TBC|FIXME)(?![A-Za-z])|[XxＸ×*＊○〇□]{2,20}(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])[XxＸ×＊○〇]{2,}(?![A-Za-z])|某某|(?i:lorem ipsum)|待补充|待完善"
    r"|待填写|此处(?:插入|补充|替换|填入)"
    r"|(?<=\w)\s*[\[［【<＜](?:插入|填入|填写|单位|姓名|公司|部门|产品|(?i:insert|name|company"
    r"|your |unit|organi[sz]ation|product|topic))"
    r"[^\]］】>＞]{0,30}[\]］】>＞]|(?i:click to (?:write|edit|enter)|type your question"
    r"|enter (?:your )?question(?: text)? here|sample text)"
    r"|\ufffd|锟斤拷|\?{4,}|#REF!|#N/A\b|\bundefined\b|\bNaN\b|%s\b|\{\{|\}\}"
)
_WHOLE = re.compile(
    r"(?:选项|题目|问题|标题)\s*[0-9A-Ea-e一二三四五六]?|新(?:建)?(?:问题|题目|选项|部分)\s*\d*"
    r"|未命名.{0,4}"
    r"|(?i:option|question|choice|answer|row|column)\s*\d+|(?i:new|untitled) (?i:question|option"
    r"|section|form|survey)?\s*\d*",
)


def placeholders(instrument: Instrument) -> Iterator[Finding]:
    """Stand-ins that somebody forgot to replace."""
    for path, text in instrument.texts:
        if path.startswith("terms."):
            continue
        for tag, content in text.root.items():
            match = _PLACEHOLDER.search(content)
            if match is None and path.endswith((".label", ".title", "title")):
                match = _WHOLE.fullmatch(content.strip())
            if match:
                yield found("placeholder_left", path, tag, found=match[0])


# ---------------------------------------------------------------- form of address

_PLACES = "单位|公司|校|院|部门|企业|科室|机构|局"
_ADDRESSES = (
    {"您": re.compile("您"), "你": re.compile(r"(?<!迷)你")},
    {
        "贵单位": re.compile(rf"贵(?:{_PLACES})"),
        "本单位": re.compile(rf"(?<![根基资版课文样日书剧])本(?:{_PLACES})|我(?:们)?(?:{_PLACES})"),
        "您单位": re.compile(r"[您你](?:单位|公司|学校|医院|部门)"),
    },
)


def pronouns(instrument: Instrument) -> Iterator[Finding]:
    """Changes of the form of address from one question to the next, in Chinese."""
    bodies = [
        body
        for path, text in _addressed(instrument)
        for body in instrument.bodies(path, text)
        if body.family == "zh"
    ]
    for forms in _ADDRESSES:
        used = Counter(
            form for body in bodies for form, words in forms.items() if words.search(body.shown)
        )
        if len(used) < 2:
            continue
        usual = used.most_common(1)[0][0]
        for body in bodies:
            for form, words in forms.items():
                match = words.search(body.shown)
                if match and form != usual:
                    values = {"found": match[0], "usual": usual}
                    yield found("pronoun_drift", body.path, body.language, **values)


def _addressed(instrument: Instrument) -> Iterator[tuple[str, Text]]:
    for path, text in instrument.texts:
        last = path.rpartition(".")[2]
        inside = path.count(".") <= 4 and ".options." not in path and not path.startswith("scales.")
        if last in ("label", "hint", "intro", "title") and inside:
            yield path, text
