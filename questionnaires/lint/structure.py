"""Rules about conditions, duplicates, translations and anonymity."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from questionnaires.flow import Written, prepared, written
from questionnaires.lint.catalogue import found
from questionnaires.lint.domains import unknown_values
from questionnaires.lint.findings import Finding
from questionnaires.lint.instrument import MAX_EXAMINED, Body, Entry, Instrument, Part
from questionnaires.model import Section
from questionnaires.problems import Place
from questionnaires.text import UNDETERMINED

#: Expressions that are worked out while the item stands before the respondent.
_AT_ONCE = ("relevant", "required", "constraint", "choice_filter", "default", "count", "jump")
_MAX_SHOWN = 60


def unreachable(instrument: Instrument) -> Iterator[Finding]:
    """Items and sections that no answers lead to."""
    logic = instrument.logic
    for number, section in enumerate(instrument.questionnaire.sections):
        if not logic.section_reachable(section):
            path = f"sections.{number}.relevant" if section.relevant else f"sections.{number}"
            why = section.relevant or _jumps_over(instrument, section)
            yield found("unreachable_item", path, condition=short(why))
            continue
        for index, item in enumerate(section.items):
            if item.relevant and not logic.item_reachable(item):
                place = f"sections.{number}.items.{index}.relevant"
                yield found("unreachable_item", place, condition=short(item.relevant))


def _jumps_over(instrument: Instrument, section: Section) -> str:
    """Show the jumps that may leave a section out."""
    earlier = instrument.logic.flow.jumping[section.id]
    return ", ".join(f"{one.id} → {jump.to}" for one in earlier for jump in one.jump)


def conditions(instrument: Instrument) -> Iterator[Finding]:
    """Conditions that read later items, or ask for answers that are not offered."""
    questionnaire = instrument.questionnaire
    order = {item.id: number for number, item in enumerate(questionnaire.items)}
    for one in written(questionnaire):
        condition = prepared(one.text)
        if one.key in _AT_ONCE:
            latest = _latest(one, order)
            for name in sorted(condition.reads & order.keys()):
                if order[name] > latest:
                    yield found("forward_reference", one.path, name=name)
        for name, value in sorted(set(unknown_values(condition.node, questionnaire)), key=str):
            yield found("condition_option_unknown", one.path, name=name, value=value)


def _latest(one: Written, order: Mapping[str, int]) -> int:
    """Return the number of the last item that is answered when an expression is worked out."""
    if one.key == "jump":
        return order[one.part.items[-1].id]
    return order[one.part.items[0].id] - 1 if isinstance(one.part, Section) else order[one.part.id]


def duplicate_stems(instrument: Instrument) -> Iterator[Finding]:
    """Questions with the same wording, apart from punctuation, width and numbering."""
    first: dict[tuple[str, str], Entry] = {}
    told: set[str] = set()
    for entry in instrument.entries:
        if not entry.asked or entry.item.filled_by:
            continue
        for body in instrument.bodies(f"{entry.path}.label", entry.item.label):
            key = (body.language, stem_key(body.shown))
            earlier = first.setdefault(key, entry)
            if earlier is entry or entry.path in told or not _same_question(earlier, entry, body):
                continue
            told.add(entry.path)
            values = {"first": Place(f"{earlier.path}.label"), "text": short(body.shown)}
            yield found("duplicate_stem", body.path, body.language, **values)


def _same_question(earlier: Entry, entry: Entry, body: Body) -> bool:
    """Say whether equal words are a slip: not a short field name elsewhere, not another branch."""
    if earlier.item.relevant != entry.item.relevant:
        return False
    if earlier.section is entry.section:
        return True
    if earlier.section.relevant != entry.section.relevant:
        return False
    if earlier.section.repeat or entry.section.repeat or _parallel(earlier, entry, body):
        return False
    return is_question(body) or len(stem_key(body.shown)) >= (15 if body.family == "zh" else 40)


def _parallel(earlier: Entry, entry: Entry, body: Body) -> bool:
    """Say whether two sections ask the same of two things, which their titles name."""
    asked, again = (
        {stem_key(item.label.get(body.language)) for item in one.section.items}
        for one in (earlier, entry)
    )
    return len(again) > 1 and len(asked & again) * 2 >= len(again)


def is_question(body: Body) -> bool:
    """Say whether a text is a question and not the name of a field."""
    return bool(re.search(r"[?？]|[吗呢么]\s*$", body.shown))


def duplicate_options(instrument: Instrument) -> Iterator[Finding]:
    """Options, levels or rows that read the same."""
    told: set[str] = set()
    for entry in instrument.entries:
        for parts in (entry.parts, entry.rows):
            seen: dict[tuple[str, str], Part] = {}
            for part in parts:
                for body in instrument.bodies(part.path, part.label):
                    key = (body.language, option_key(body.shown))
                    earlier = seen.setdefault(key, part)
                    if earlier is not part and part.path not in told:
                        told.add(part.path)
                        text = short(body.shown)
                        yield found("duplicate_option", part.path, body.language, text=text)


def translations(instrument: Instrument) -> Iterator[Finding]:
    """Texts without a version in a declared language, or with the original copied into it."""
    wanted = [tag for tag in instrument.questionnaire.languages if tag != UNDETERMINED]
    texts = list(instrument.texts)
    for tag in wanted:
        missing = [path for path, text in texts if not text.covers(tag)]
        if missing:
            values = {"count": len(missing), "total": len(texts), "tag": tag}
            first = Place(missing[0])
            yield found("missing_translation", missing[0], tag, first=first, **values)
    for path, text in texts:
        for tag, content in text.root.items():
            if len(text.root) > 1 and _in_another_script(tag, content):
                yield found("untranslated", path, tag, tag=tag, text=short(content))


def _in_another_script(tag: str, content: str) -> bool:
    plain = re.sub(r"\{.*?\}|[（(].*?[)）]|[“\"].*?[”\"]", "", content[:MAX_EXAMINED])
    han = len(re.findall(r"[\u3400-\u9fff]", plain))
    words = len(re.findall(r"[A-Za-z]{2,}", plain))
    if tag.split("-")[0] == "zh":
        return han == 0 and words >= 3
    if tag.split("-")[0] in ("ja", "yue", "wuu", UNDETERMINED):
        return False
    return han >= 2 and han > words


_MONTHS = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|million|thousand|billion", re.I
)
_SCALED = re.compile(r"[万亿千百]|\d\s*[点時时月]|年代|世纪|[上下][午]")


def translated_numbers(instrument: Instrument) -> Iterator[Finding]:
    """Questions whose figures differ between Chinese and English."""
    for entry in instrument.entries:
        bodies = list(instrument.bodies(f"{entry.path}.label", entry.item.label))
        chinese = next((body for body in bodies if body.family == "zh"), None)
        english = next((body for body in bodies if body.family == "en"), None)
        if not chinese or not english or _MONTHS.search(english.shown):
            continue
        if _SCALED.search(chinese.shown):
            continue
        a, b = figures(chinese.examined), figures(english.examined)
        if a and b and a != b:
            tags = {"first": chinese.language, "second": english.language}
            shown = {"a": ", ".join(sorted(a)), "b": ", ".join(sorted(b))}
            yield found("translation_numbers", english.path, english.language, **tags, **shown)


def figures(text: str) -> set[str]:
    """Return the numbers that stand in digits in a text."""
    plain = unicodedata.normalize("NFKC", text)
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", plain)))


_IDENTIFIES_ZH = re.compile(
    r"姓名|(?<!用户)真名|身份证(?:号|件)|手机号|电话号码|联系电话|工号|学号|微信号|警号|员工编号"
    r"|病历号|住院号"
)
_IDENTIFIES_EN = re.compile(
    r"\b(?:(?:your|full|first|last|given|family|employee|respondent'?s?|patient'?s?) name"
    r"|name of (?:the )?(?:respondent|employee|person|patient|student)|^name\b\s*[:?]?$"
    r"|(?:phone|telephone|mobile|cell|contact) number|(?:employee|staff|student|national|payroll) "
    r"(?:number|id)\b|identity (?:card|number)|passport number|e-?mail address|signature)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"(?:不|勿|无需|无须|免|别|没有?|是否)[^，。；,;]{0,8}$"
    r"|\b(?:not|don't|no|without|never|is|are|whether|does|do|did)\b[^,.;]{0,30}$",
    re.IGNORECASE,
)
_NAMING_KINDS = ("signature", "phone", "email", "e_mail", "url_contact")


def names_asked(instrument: Instrument) -> Iterator[Finding]:
    """Names, numbers or signatures asked for where anonymity is promised."""
    if instrument.questionnaire.anonymity.mode not in ("unlinkable", "sealed_code"):
        return
    for entry in instrument.entries:
        if not entry.asked or (entry.conditional and not entry.required):
            continue
        for body in instrument.bodies(f"{entry.path}.label", entry.item.label):
            match = _identifying(body)
            typed = entry.open or not entry.parts
            if (match and typed) or entry.item.kind in _NAMING_KINDS:
                text = match or short(body.shown)
                yield found("name_in_anonymous", body.path, body.language, text=text)
                break


def _identifying(body: Body) -> str:
    pattern = _IDENTIFIES_ZH if body.family == "zh" else _IDENTIFIES_EN
    match = pattern.search(body.examined.strip())
    if match is None or _WITHOUT.search(body.examined.strip()[: match.start()]):
        return ""
    return match[0]


_NUMBERING = re.compile(
    r"^\s*(?:[（(]?(?:q(?:uestion)?\s*)?\d{1,3}[)）.、．:：]\s*"
    r"|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]\s*)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"""[\s，。？！；：、,.?!;:"'“”‘’「」『』（）()【】\[\]《》…·~—_]|(?<!\d)-|-(?!\d)"""
)


def stem_key(text: str) -> str:
    """Return what of a question counts when it is compared with another."""
    plain = _NUMBERING.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _MARKS.sub("", plain)


def option_key(text: str) -> str:
    """Return what of an option counts: everything but width, spaces and closing marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", plain).strip().rstrip(".。,;!").strip()


def short(text: str) -> str:
    """Return a text that fits into a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 1] + "…"
