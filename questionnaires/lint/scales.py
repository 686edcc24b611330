"""Rules about answer scales and how questions fit them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from questionnaires.lint import wording_en, wording_zh
from questionnaires.lint.catalogue import found
from questionnaires.lint.findings import Finding
from questionnaires.lint.instrument import Body, Entry, Instrument, Part
from questionnaires.lint.levels import Answering, answering
from questionnaires.lint.structure import short
from questionnaires.text import Text

#: Families as they are named in a message.
NAMES = {
    "satisfaction": Text({"zh": "满意程度", "en": "satisfaction"}),
    "agreement": Text({"zh": "同意程度", "en": "agreement"}),
    "frequency": Text({"zh": "频率", "en": "how often"}),
    "importance": Text({"zh": "重要程度", "en": "importance"}),
    "likelihood": Text({"zh": "可能性", "en": "likelihood"}),
    "quality": Text({"zh": "好坏", "en": "quality"}),
    "clarity": Text({"zh": "清楚程度", "en": "clarity"}),
    "fairness": Text({"zh": "公平程度", "en": "fairness"}),
    "completeness": Text({"zh": "完善程度", "en": "completeness"}),
    "ease": Text({"zh": "难易", "en": "ease"}),
    "trust": Text({"zh": "信任程度", "en": "trust"}),
    "familiarity": Text({"zh": "了解程度", "en": "familiarity"}),
}


def _scale_entries(instrument: Instrument) -> Iterator[tuple[Entry, str]]:
    """Yield items that are answered on a scale, and where their levels stand."""
    for entry in instrument.entries:
        if entry.answering.shape == "scale" and entry.parts:
            yield entry, entry.parts[0].path.rsplit(".", 2)[0]


def _scales(instrument: Instrument) -> Iterator[tuple[Entry, str]]:
    """Yield each list of levels once, with the first item that uses it."""
    seen: set[str] = set()
    for entry, place in _scale_entries(instrument):
        if place not in seen:
            seen.add(place)
            yield entry, place


def balance(instrument: Instrument) -> Iterator[Finding]:
    """Scales with more levels on one side, or without a middle; a ballot has grades instead."""
    if instrument.genre == "ballot":
        return
    for entry, place in _scales(instrument):
        scale = entry.answering
        if not scale.two_sided or any(level.side is None for level in scale.levels):
            continue
        sides = Counter(level.side for level in scale.levels)
        if sides[1] != sides[-1]:
            yield found("scale_unbalanced", place, positive=sides[1], negative=sides[-1])
        elif not sides[0] and len(scale.levels) >= 4:
            yield found("scale_no_middle", place)


def order(instrument: Instrument) -> Iterator[Finding]:
    """Levels that do not run from one end to the other."""
    for entry, place in _scales(instrument):
        parts, levels = entry.substantive, entry.answering.levels
        sides = [level.side for level in levels]
        scores = [part.choice.score if part.choice else None for part in parts]
        for values in (scores, sides):
            at = None if None in values else _out_of_order([v for v in values if v is not None])
            if at is not None:
                text = parts[at].label
                yield found("scale_order", f"{place}.{_index(parts[at])}.label", text=text)
                break


def _index(part: Part) -> str:
    return part.path.split(".")[-2]


def _out_of_order(values: list[int]) -> int | None:
    """Return where a run that should only fall, or only rise, turns back."""
    if len(values) < 3 or values[0] == values[-1] == max(values) == min(values):
        return None
    falling = values[0] > values[-1] or (values[0] == values[-1] and values[0] == max(values))
    for at in range(1, len(values)):
        step = values[at] - values[at - 1]
        if step > 0 if falling else step < 0:
            return at
    return None


def direction(instrument: Instrument) -> Iterator[Finding]:
    """Scales that run the other way than the rest of their section."""
    for number, section in enumerate(instrument.questionnaire.sections):
        inside = [
            entry
            for entry, _ in _scale_entries(instrument)
            if entry.section is section and entry.number == number and entry.answering.direction
        ]
        counted = Counter(entry.answering.direction for entry in inside)
        if len(counted) < 2:
            continue
        first = inside[0].answering.direction
        usual = first if counted[first] * 2 >= len(inside) else -first
        for entry in inside:
            if entry.answering.direction != usual:
                text = entry.substantive[0].label
                yield found("scale_direction", f"{entry.path}.label", text=text)


def two_directions(instrument: Instrument) -> Iterator[Finding]:
    """Matrices that ask for a level of each of two scales, which run opposite ways."""
    for entry, _ in _scale_entries(instrument):
        second = instrument.questionnaire.scales.get(getattr(entry.item, "second_scale", ""), ())
        other = answering(second, entry.languages).direction if second else 0
        if entry.answering.direction and other == -entry.answering.direction:
            place = f"{entry.path}.second_scale"
            yield found("scale_direction", place, text=second[0].label)


def dont_know(instrument: Instrument) -> Iterator[Finding]:
    """Scales of required opinion items that offer no way to say "I don't know"."""
    if not instrument.opinions:
        return
    used: Counter[str] = Counter()
    for entry, place in _scale_entries(instrument):
        two_sided = entry.answering.two_sided or entry.answering.family == "frequency"
        aside = len(entry.substantive) < len(entry.parts)
        if (
            entry.item.required
            and two_sided
            and not aside
            and not _about_oneself(instrument, entry)
        ):
            used[place] += 1
    for place, count in used.items():
        yield found("dont_know_missing", place, count=count)


_SELF = re.compile(
    r"^(?:我|本人)|您(?:自己|本人|个人)?的?(?:工作|生活|收入|身体|健康|心情|压力|专业|成长|目前"
    r"|现在|平时|平均|参加|使用)"
    r"|^(?:i|my|we|our)\b|\b(?:do|did|have|are|were|would) you\b|\byour (?:own|work|job|life"
    r"|health)\b",
    re.IGNORECASE,
)


def _about_oneself(instrument: Instrument, entry: Entry) -> bool:
    """Say whether the question is about the person who answers, who then knows."""
    bodies = instrument.bodies(entry.path, entry.item.label)
    texts = [body.examined.strip() for body in bodies]
    texts += [row.label.get(entry.languages[0]) for row in entry.rows]
    satisfaction = entry.answering.family in ("satisfaction", "agreement")
    if satisfaction and not entry.rows:
        return any(re.search(r"^(?:我|本人|i\b|my\b)", text, re.IGNORECASE) for text in texts)
    return any(_SELF.search(text) for text in texts)


def mismatches(instrument: Instrument) -> Iterator[Finding]:
    """Questions and levels that speak of different things, or take different forms."""
    for entry, body, is_row in instrument.questions():
        scale = entry.answering
        if entry.coded or not scale.shape or is_row or hasattr(entry.item, "rows"):
            continue
        language = wording_zh if body.family == "zh" else wording_en
        if body.family not in ("zh", "en"):
            continue
        if scale.shape == "scale":
            yield from _form(body, scale, language.yes_no(body.examined))
            yield from _families(body, scale, language.asked_family(body.examined))
        elif scale.shape == "yes_no" and (how := language.asks_degree(body.examined)):
            yield found("degree_on_yes_no", body.path, body.language, found=how)


def _form(body: Body, scale: Answering, asked: str) -> Iterator[Finding]:
    if asked and not (scale.family == "frequency" and "多久" in body.examined):
        yield found("yes_no_on_scale", body.path, body.language, found=asked)


#: These are close enough for one to be answered in the words of the other.
_CLOSE = (
    {"quality", "satisfaction"},
    {"clarity", "familiarity"},
    {"quality", "ease"},
    {"quality", "completeness"},
    {"likelihood", "agreement"},
)


def _families(body: Body, scale: Answering, asked: str) -> Iterator[Finding]:
    offered = scale.family
    if not asked or not offered or asked == offered or not {asked, offered} <= NAMES.keys():
        return
    if {asked, offered} in _CLOSE:
        return
    names = {"asked": NAMES[asked], "offered": NAMES[offered]}
    yield found("scale_mismatch", body.path, body.language, **names)


def negations(instrument: Instrument) -> Iterator[Finding]:
    """Negated statements that people agree or disagree with."""
    for entry in instrument.entries:
        if not entry.answering.agreement or not entry.asked:
            continue
        if not entry.rows:
            for body in instrument.bodies(f"{entry.path}.label", entry.item.label):
                if negation := _negation(body):
                    yield found("negated_statement", body.path, body.language, found=negation)
            continue
        for language in entry.languages:
            rows = [
                body
                for row in entry.rows
                for body in instrument.bodies(row.path, row.label)
                if body.language == language
            ]
            negated = [body for body in rows if _negation(body)]
            if 0 < len(negated) < len(rows):
                for body in negated:
                    text = short(body.shown)
                    yield found("direction_in_matrix", body.path, body.language, text=text)


def _negation(body: Body) -> str:
    if body.family == "zh":
        return wording_zh.negation(body.examined)
    return wording_en.negation(body.examined) if body.family == "en" else ""
