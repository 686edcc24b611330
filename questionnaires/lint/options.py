"""Rules about what is offered to choose from: enough of it, "other", ranges, required texts."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from questionnaires.flow import prepared
from questionnaires.lint.catalogue import found
from questionnaires.lint.findings import Finding
from questionnaires.lint.instrument import MAX_EXAMINED, Body, Entry, Instrument

_CLOSED = ("single_choice", "multiple_choice", "ranking", "scale", "matrix", "dropdown", "cascade")


def single_options(instrument: Instrument) -> Iterator[Finding]:
    """Lists with one substantive answer, or none."""
    for entry in instrument.entries:
        if not entry.parts or entry.coded or entry.item.kind not in _CLOSED:
            continue
        choices = [part for part in entry.parts if part.substantive]
        if entry.item.kind == "multiple_choice":
            choices = [part for part in choices if not (part.choice and part.choice.exclusive)]
        if len(choices) < 2 and len(entry.parts) > 0:
            yield found("single_option", _list_of(entry))


def _list_of(entry: Entry) -> str:
    return entry.parts[0].path.rsplit(".", 2)[0]


_OTHER = re.compile(
    r"^(?:其他|其它|以上都不是|其余)(?:\s*[（(].*[)）])?(?:请注明|原因|情况|方面|类型"
    r"|人员)?[:：_\s]*$"
    r"|^(?:any )?others?(?:\s*[(:,].*|, please specify.*|\s+reasons?|\s*_+)?$|^something else$",
    re.IGNORECASE,
)
#: In these somebody keeps a record, and a field beside the list holds the particulars.
_RECORDS = ("register", "report", "inspection", "mailbox")


def others_without_text(instrument: Instrument) -> Iterator[Finding]:
    """ "Other" without room to say what."""
    for entry in instrument.entries:
        if entry.item.kind not in ("single_choice", "multiple_choice", "dropdown"):
            continue
        for part in entry.parts:
            if part.choice is None or part.choice.text:
                continue
            for body in instrument.bodies(part.path, part.label):
                if not _OTHER.match(body.examined.strip()) or "以上" in body.shown:
                    continue
                if instrument.genre in _RECORDS and _has_text_field(entry):
                    continue
                if not _asked_after(entry, part.value):
                    yield found("other_without_text", part.path, body.language, text=body.shown)
                break


def _asked_after(entry: Entry, value: str) -> bool:
    """Say whether another item of the section asks what the "other" is."""
    return any(
        item.relevant and value in item.relevant and entry.item.id in prepared(item.relevant).reads
        for item in entry.section.items
    )


def _has_text_field(entry: Entry) -> bool:
    return any(item.kind in ("short_text", "long_text") for item in entry.section.items)


_ASKS_VIEWS = re.compile(
    r"为什么|原因|理由|建议|意见|看法|想法|感受|评价|说明|描述|谈谈|如何改进"
    r"|\b(?:why|reasons?|suggest\w*|opinion|views?|think|feel|describe|explain|comments?"
    r"|improve\w*)\b",
    re.IGNORECASE,
)


def required_open_questions(instrument: Instrument) -> Iterator[Finding]:
    """Open questions of a survey that must be answered."""
    if not instrument.opinions:
        return
    for entry in instrument.entries:
        item = entry.item
        if not entry.required or item.filled_by:
            continue
        label = " ".join(item.label.root.values())
        if item.kind == "long_text" or (
            item.kind == "short_text" and not item.relevant and _ASKS_VIEWS.search(label)
        ):
            yield found("required_open_question", f"{entry.path}.required")


# ---------------------------------------------------------------- ranges


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that an option stands for; an open end is infinite."""

    low: float
    high: float
    low_in: bool
    high_in: bool
    low_unit: str
    high_unit: str
    label: str

    @property
    def units(self) -> set[str]:
        """The units of its two ends, as written."""
        return {self.low_unit, self.high_unit}

    def scaled(self) -> Range:
        """Return the range in the smallest unit of its dimension."""
        low, high = self.low * _size(self.low_unit), self.high * _size(self.high_unit)
        unit = _dimension(self.high_unit)
        return replace(self, low=low, high=high, low_unit=unit, high_unit=unit)

    def meets(self, other: Range) -> bool:
        """Say whether some number belongs to both; ``self`` begins no later."""
        if other.low < self.high:
            return True
        return other.low == self.high and other.low_in and self.high_in


_NUMBER = r"(?:[$￥¥€£]\s*)?(\d+(?:\.\d+)?)\s*([a-z%％\u4e00-\u9fff]{0,8}?)"
_DASH = r"\s*(?:-{1,2}|–|—{1,2}|~|～|〜|至|到|to)\s*"
_AFTER = r"(之间|以内|以下|不含|（不含）|以上|及以上|inclusive)?"
_BETWEEN = re.compile(
    rf"(?:from |between )?{_NUMBER}{_DASH}(under|less than|不到|不满)?\s*{_NUMBER}\s*{_AFTER}"
)
_BELOW = re.compile(
    rf"(不足|不到|不满|低于|少于|小于|未满|<|＜|under|less than|fewer than|below"
    rf"|younger than)\s*{_NUMBER}"
    rf"|(≤|<=|不超过|最多|up to|at most|no more than)\s*{_NUMBER}"
    rf"|{_NUMBER}\s*(及以下|或以下|以下|以内|or less|or fewer|or under|or below|or younger"
    rf"|and under|and below)"
)
_ABOVE = re.compile(
    rf"(超过|多于|高于|大于|>|＞|over|more than|above|older than)\s*{_NUMBER}"
    rf"|(≥|>=|不少于|不低于|至少|at least|from)\s*{_NUMBER}"
    rf"|{_NUMBER}\s*(及以上|或以上|以上|\+|or more|or over|or above|or older|and over|and above"
    rf"|and older|plus)"
)
_MONTHS = {"年": 12, "year": 12, "个月": 1, "月": 1, "month": 1}
_DAYS = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "week": 7}
_TIMES = {"万": 10_000, "千": 1000, "k": 1000}


def ranges(instrument: Instrument) -> Iterator[Finding]:
    """Ranges of numbers that overlap, or leave a gap."""
    told: set[str] = set()
    for entry in instrument.entries:
        if entry.item.kind not in ("single_choice", "scale", "matrix", "dropdown"):
            continue
        if entry.item.kind in ("scale", "matrix") and _list_of(entry) in told:
            continue
        told.add(_list_of(entry))
        for language in entry.languages:
            bodies = [
                next(
                    (b for b in instrument.bodies(p.path, p.label) if b.language == language), None
                )
                or instrument.bodies(p.path, p.label)[0]
                for p in entry.substantive
            ]
            if clash := _clash([body for body in bodies if body]):
                code, body, first, second = clash
                yield found(code, body.path, body.language, first=first, second=second)
                break


def _clash(bodies: Sequence[Body]) -> tuple[str, Body, str, str] | None:
    read = [(range_of(body.shown[:MAX_EXAMINED]), body) for body in bodies]
    known = [(span, body) for span, body in read if span is not None]
    same = len(set().union(*(span.units for span, _ in known))) == 1
    if not same:
        known = [(span.scaled(), body) for span, body in known]
    if len(known) < 2 or len(set().union(*(span.units for span, _ in known))) > 1:
        return None
    known.sort(key=lambda pair: (pair[0].low, pair[0].high))
    for (a, _), (b, body) in itertools.pairwise(known):
        if a.meets(b):
            return "overlapping_ranges", body, a.label, b.label
    for (a, _), (b, body) in itertools.pairwise(known):
        if same and len(known) == len(read) and _gap(a, b):
            return "range_gap", body, a.label, b.label
    return None


def _gap(a: Range, b: Range) -> bool:
    """Say whether whole numbers lie between two ranges that both count them."""
    if not (a.high.is_integer() and b.low.is_integer()):
        return False
    last = a.high if a.high_in else a.high - 1
    first = b.low if b.low_in else b.low + 1
    return first - last > 1


def range_of(label: str) -> Range | None:
    """Read an option as a range of numbers, or return None."""
    text = unicodedata.normalize("NFKC", label).strip().lower()
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"^[a-z][.、)]\s*|[。.；;]$", "", text)
    if re.search(
        r"\d\s*[:：点時时]\s*\d*|月\s*\d|\d{4}年|\d\s*[ap]\.?m", text
    ):  # clock and calendar
        return None
    if match := _BETWEEN.fullmatch(text):
        a, unit_a, under, b, unit_b, after = match.groups()
        low_unit, high_unit = _unit(unit_a or unit_b), _unit(unit_b or unit_a)
        low, high = float(a), float(b)
        if low * _size(low_unit) > high * _size(high_unit):
            return None
        closed = not under and after not in ("以内", "不含")
        return Range(low, high, True, closed, low_unit, high_unit, label)
    if match := _BELOW.fullmatch(text):
        number, unit, closed = _one_of(match)
        return Range(-math.inf, float(number), True, closed, unit, unit, label)
    if match := _ABOVE.fullmatch(text):
        number, unit, closed = _one_of(match)
        return Range(float(number), math.inf, closed, True, unit, unit, label)
    return None


def _one_of(match: re.Match[str]) -> tuple[str, str, bool]:
    """Return number, unit and whether the number itself belongs to the range."""
    groups = match.groups()
    if groups[0] is not None:
        return groups[1], _unit(groups[2]), False
    if groups[3] is not None:
        return groups[4], _unit(groups[5]), True
    return groups[6], _unit(groups[7]), groups[8] != "以内"


def _unit(written: str) -> str:
    return written.strip().rstrip("s")


def _size(unit: str) -> float:
    for table in (_MONTHS, _DAYS, _TIMES):
        for name, size in table.items():
            if unit.startswith(name):
                return size
    return 1


def _dimension(unit: str) -> str:
    for name, table in (("months", _MONTHS), ("days", _DAYS)):
        if any(unit.startswith(word) for word in table):
            return name
    return unit.lstrip("万千k")
