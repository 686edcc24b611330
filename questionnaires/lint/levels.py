"""What the words of answer levels mean: which side they take, and of what they speak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from questionnaires.kinds.base import Choice

#: So far a label is read, in characters.
MAX_LABEL = 200
Shape = Literal["", "yes_no", "scale", "list"]

#: What levels speak of: family -> (Chinese stems, English stems), each of them the good side.
FAMILIES: dict[str, tuple[str, str]] = {
    "satisfaction": ("满意", "satisfied|happy|pleased"),
    "agreement": ("同意|赞同|赞成|认同|支持", "agree|approve|support|favou?r"),
    "importance": ("重要|必要|关键", "important|essential|necessary"),
    "likelihood": ("可能|愿意|会", "likely|willing|probable"),
    "quality": ("优秀|良好|出色|好|优|良|合格|称职", "excellent|good|great"),
    "clarity": ("清楚|清晰|明确|明白", "clear|well defined"),
    "fairness": ("公平|公正|公开|合理|透明", "fair|just|reasonable|transparent"),
    "completeness": ("完善|完备|健全|到位|完整", "complete|adequate|sufficient"),
    "ease": ("容易|方便|便利|便捷|轻松|顺利", "easy|convenient|smooth"),
    "speed": ("及时|快|迅速|高效", "prompt|fast|quick|timely|efficient"),
    "trust": ("信任|相信|放心|有信心", "trust\\w*|confident|safe"),
    "familiarity": ("了解|熟悉|知道|知晓", "familiar|informed|aware"),
    "help": ("有帮助|有用|有效|明显", "helpful|useful|effective"),
    "interest": ("感兴趣|关心|关注|喜欢", "interested|concerned"),
}
#: In these the opposite of the good side is a side of its own, and not merely its absence.
TWO_SIDED = frozenset(
    [
        "satisfaction",
        "agreement",
        "quality",
        "clarity",
        "fairness",
        "completeness",
        "ease",
        "speed",
        "trust",
    ]
)
_BAD: dict[str, tuple[str, str]] = {
    "satisfaction": ("不满", "dissatisfied|unhappy"),
    "agreement": ("反对", "disagree|oppose|disapprove"),
    "quality": ("差|糟糕|糟|不称职", "poor|bad|terrible|awful|unacceptable"),
    "clarity": ("模糊|混乱", "unclear|vague"),
    "fairness": ("偏袒", "unfair|unjust|unreasonable"),
    "completeness": ("欠缺|缺失", "incomplete|inadequate|insufficient"),
    "ease": ("困难|难|麻烦", "difficult|hard|inconvenient"),
    "speed": ("慢|拖沓|拖延", "slow|late"),
    "trust": ("怀疑", "distrust\\w*|unsafe"),
    "likelihood": ("", "unlikely|unwilling"),
    "importance": ("", "unimportant"),
    "help": ("", "unhelpful|useless"),
}
#: How often, from most to least.
_OFTEN: dict[str, tuple[tuple[str, ...], ...]] = {
    "zh": (
        ("总是", "一直", "每次", "始终", "每天"),
        ("经常", "时常", "通常", "大多", "常常", "多数"),
        ("有时",),
        ("偶尔", "很少", "较少", "几乎不", "极少"),
        ("从不", "从未", "从来没有", "没有过", "从没"),
    ),
    "en": (
        ("always", "every time", "daily", "every day"),
        ("often", "usually", "frequently", "most of the time", "mostly", "very often"),
        ("sometimes", "occasionally", "some of the time", "about half"),
        ("rarely", "seldom", "hardly ever", "almost never", "not often"),
        ("never", "not at all"),
    ),
}
_DEGREE_ZH = (
    r"(?:非常|特别|十分|极其|极为|极|很|挺|相当|比较|较为|较|基本上|基本|大致|大体|总体|完全|强烈"
    r"|有点儿|有点|有些|稍微|略微|略|稍|一般|最|更|能|比较能|基本能|完全能)*"
)
_NOT_ZH = r"(?:不太能|不太|不大|不够|不怎么|不甚|不是很|不|没有|没|未|无|难以|缺乏)"
_DEGREE_EN = (
    r"(?:(?:very|fairly|quite|rather|somewhat|extremely|completely|totally|mostly|strongly"
    r"|slightly|"
    r"highly|moderately|really|a little|a bit|tend to|generally|so|too|well|partly|entirely|"
    r"definitely|probably|most|more|generally|absolutely)\s+)*"
)
_NEUTRAL = re.compile(
    r"^(一般|中等|普通|中立|适中|尚可|还行|还可以|持平|无所谓|说不上|既不|既说不上|谈不上|不好不坏"
    r"|没有意见|没有看法|中性)"
    r"|^(neither|neutral|average|moderate|undecided|unsure|no opinion|no preference|in between"
    r"|mixed"
    r"|about right|acceptable|so-so|ok\b|okay|fair\b$)",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^(是|有|会|能|可以|愿意|同意|需要|知道|参加过|去过|用过|听说过|对|yes\b|true\b|agreed?\b)",
    re.I,
)
_NO = re.compile(
    r"^(否|不|没|未|无|不是|从未|no\b|not\b|false\b|disagree\b|have not|did not)", re.I
)


@dataclass(frozen=True, slots=True)
class Level:
    """One label: the side it takes (1 good, 0 middle, -1 bad) and its family, where known."""

    side: int | None
    family: str


@dataclass(frozen=True, slots=True)
class Answering:
    """How a question is answered, judged by its levels."""

    shape: Shape = ""
    family: str = ""
    levels: tuple[Level, ...] = ()
    #: 1: begins with the good or the most; -1: ends with it; 0: neither can be said.
    direction: int = 0

    @property
    def two_sided(self) -> bool:
        """It has a good and a bad side, such as satisfied and dissatisfied."""
        sides = {level.side for level in self.levels if level.family in TWO_SIDED}
        return self.family in TWO_SIDED and {1, -1} <= sides

    @property
    def agreement(self) -> bool:
        """People say how far they agree with a statement."""
        sides = {level.side for level in self.levels}
        return self.family == "agreement" and -1 in sides


def answering(choices: Sequence[Choice], languages: Iterable[str]) -> Answering:
    """Judge a list of options or levels, in the first language whose words are known."""
    substantive = [choice for choice in choices if not choice.missing]
    best = Answering("list")
    for tag in languages:
        labels = [choice.label.get(tag)[:MAX_LABEL].strip() for choice in substantive]
        if _yes_or_no(labels):
            return Answering("yes_no", levels=(Level(1, ""), Level(-1, "")))
        levels = _of_one_stem(labels) or tuple(level_of(label) for label in labels)
        family = _common(level.family for level in levels)
        scored = sum(choice.score is not None for choice in substantive)
        known = sum(level.side is not None or bool(level.family) for level in levels)
        if len(labels) >= 3 and (known > len(labels) / 2 or scored > len(labels) / 2):
            sides = [level.side for level in levels]
            ahead = _run(_scores(substantive)) or _run(_often(labels)) or _run(sides)
            found = Answering("scale", family, levels, 0 if _numeric(labels) else ahead)
            if family:
                return found
            best = found
    return best


_GRADED = re.compile(
    rf"{_DEGREE_ZH}(?P<zh_not>{_NOT_ZH})?{_DEGREE_ZH}(?P<zh>[\u4e00-\u9fff]{{2,6}})"
    rf"|{_DEGREE_EN}(?P<en_not>not\s+(?:at all\s+)?)?{_DEGREE_EN}(?P<en>[a-z-]{{3,}}(?:ed|ful|ant"
    rf"|ent|ble|al|y|ive|ing))"
)


def _of_one_stem(labels: Sequence[str]) -> tuple[Level, ...]:
    """Judge levels that grade one word that is in no list here, such as smooth, not smooth."""
    read = [_GRADED.fullmatch(label.strip().lower()) for label in labels]
    stems = Counter(match["zh"] or match["en"] for match in read if match)
    (stem, times), *_ = stems.most_common(1) or [("", 0)]
    if times < 3 or times <= len(labels) / 2 or level_of(stem).family:
        return ()
    return tuple(
        Level(-1 if match["zh_not"] or match["en_not"] else 1, "")
        if match and stem in (match["zh"], match["en"])
        else level_of(label)
        for match, label in zip(read, labels, strict=True)
    )


@lru_cache(maxsize=4096)
def level_of(label: str) -> Level:
    """Say which side a label takes."""
    text = re.sub(r"[（(].*?[)）]", "", label).strip().lower()
    if any(text.startswith(words) for rank in (*_OFTEN["zh"], *_OFTEN["en"]) for words in rank):
        return Level(None, "frequency")
    if _NEUTRAL.search(text):
        return Level(0, _named_family(text))
    for family in FAMILIES:
        side = _side_zh(text, family) or _side_en(text, family)
        if side:
            return Level(side, family)
    return Level(None, "")


def _side_zh(text: str, family: str) -> int | None:
    good, bad = FAMILIES[family][0], _BAD.get(family, ("", ""))[0]
    if bad and re.fullmatch(rf"{_DEGREE_ZH}(?:{bad})", text):
        return -1
    if re.fullmatch(rf"{_DEGREE_ZH}{_NOT_ZH}{_DEGREE_ZH}(?:{good})", text):
        return -1
    return 1 if re.fullmatch(rf"{_DEGREE_ZH}(?:{good})", text) else None


def _side_en(text: str, family: str) -> int | None:
    good, bad = FAMILIES[family][1], _BAD.get(family, ("", ""))[1]
    if bad and re.fullmatch(rf"{_DEGREE_EN}(?:{bad})", text):
        return -1
    if re.match(rf"{_DEGREE_EN}not\s+(?:at all\s+)?{_DEGREE_EN}(?:{good})\b", text):
        return -1
    return 1 if re.fullmatch(rf"{_DEGREE_EN}(?:{good})", text) else None


def _named_family(text: str) -> str:
    for family, (chinese, english) in FAMILIES.items():
        longer = [stem for stem in chinese.split("|") if len(stem) > 1]
        if any(stem in text for stem in longer) or re.search(rf"\b(?:{english})\b", text):
            return family
    return ""


def _common(families: Iterable[str]) -> str:
    counted = Counter(family for family in families if family)
    (top, times), *_ = counted.most_common(1) or [("", 0)]
    return top if times > sum(counted.values()) / 2 else ""


def _yes_or_no(labels: Sequence[str]) -> bool:
    if len(labels) < 2:
        return False
    yes = [bool(_YES.match(label)) and not _NO.match(label) for label in labels]
    no = [bool(_NO.match(label)) for label in labels]
    if len(labels) == 2:
        return (yes[0] and no[1]) or (no[0] and yes[1]) or _opposite(*labels)
    plain = [bool(re.match(r"(是|否|yes\b|no\b)", label, re.I)) for label in labels]
    return all(plain) and any(yes) and any(no)


def _opposite(first: str, second: str) -> bool:
    """Say whether one of two answers is the other with a "not" in front."""
    pairs = ((first.lower(), second.lower()), (second.lower(), first.lower()))
    return any(
        b in (f"不{a}", f"没{a}", f"没有{a}", f"未{a}", f"not {a}", f"no {a}")
        or ((a.endswith("过") or a.startswith("有")) and b.startswith(("没", "无", "未")))
        for a, b in pairs
    )


def _numeric(labels: Sequence[str]) -> bool:
    return sum(bool(re.match(r"\d", label)) for label in labels) > len(labels) / 2


def _scores(choices: Sequence[Choice]) -> list[int | None]:
    return [choice.score for choice in choices]


def _often(labels: Sequence[str]) -> list[int | None]:
    return [_how_often(label.lower()) for label in labels]


def _how_often(label: str) -> int | None:
    for ranks in _OFTEN.values():
        for number, rank in enumerate(ranks):
            if any(label.startswith(words) for words in rank):
                return -number
    return None


def _run(values: Sequence[int | None]) -> int:
    """Return 1 for a falling run, -1 for a rising one, 0 where there is none."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or known[0] == known[-1]:
        return 0
    steps = set(_signs(known))
    if steps <= {-1, 0}:
        return 1
    return -1 if steps <= {1, 0} else 0


def _signs(values: Sequence[int]) -> Iterator[int]:
    for before, after in pairwise(values):
        yield (after > before) - (after < before)
