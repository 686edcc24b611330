"""Open text: words, keyness, recurring problems, and that nobody is named."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.results import Reason
from analysis.statistics.text.clusters import Problem, problems
from analysis.statistics.text.keyness import Keyword, keyness
from analysis.statistics.text.names import Names
from analysis.statistics.text.segmentation import (
    default_segmenter,
    pairs,
    sentences,
    words,
)
from tests.analysis.statistics.close import STRICT, same

pytestmark = STRICT

PEOPLE = Names.of(["张建国", "欧阳娜娜", "John Smith", "Zoë Müller"])
CANTEEN = [
    "食堂排队时间太长",
    "食堂排队太长了",
    "中午食堂排队时间长",
    "食堂排队的人多，时间太长",
    "食堂中午排队时间太长了",
]
PARKING = ["停车位不够", "停车位太少", "停车位严重不够", "停车位不够用", "院里停车位少"]
MEETINGS = [
    "Too many meetings every week.", "Too many meetings!", "There are too many long meetings",
    "Meetings are too long, and too many", "so many meetings each week",
]  # fmt: skip


def test_sentences_of_both_languages() -> None:
    text = "食堂排队时间长。停车难！ Too slow. Takes 3.5 hours; bad\n"
    assert sentences(text) == [
        "食堂排队时间长。",
        "停车难！",
        "Too slow.",
        "Takes 3.5 hours;",
        "bad",
    ]
    assert sentences("  \n …！") == []


def test_words_without_a_dictionary_are_pairs_of_characters() -> None:
    assert words("食堂排队的长队", pairs) == ["食堂", "堂排", "排队", "长队"]
    assert words("The Wi-Fi is SLOW, 3 floors; don't", pairs) == ["wi-fi", "slow", "floors"]
    assert words("难！Ａｐｐ", pairs) == ["难", "app"]
    assert words("", pairs) == words("123 。", pairs) == []


@pytest.mark.skipif(importlib.util.find_spec("jieba") is None, reason="the extra text is missing")
def test_words_with_a_dictionary_are_words() -> None:
    assert words("食堂排队时间太长") == ["食堂", "排队", "时间", "长"]


def test_the_segmenter_says_nothing_on_the_console(capfd: pytest.CaptureFixture[str]) -> None:
    default_segmenter.cache_clear()
    assert words("停车位不够")
    assert capfd.readouterr() == ("", "")


def by_hand(y1: int, n1: int, y2: int, n2: int, prior: float) -> tuple[float, float]:
    a = (y1 + y2) / (n1 + n2) * prior
    d = math.log((y1 + a) / (n1 + prior - y1 - a)) - math.log((y2 + a) / (n2 + prior - y2 - a))
    return d, d / math.sqrt(1 / (y1 + a) + 1 / (y2 + a))


def test_keyness_is_the_published_formula() -> None:
    own = [["canteen", "queue"], ["canteen"], ["queue", "car"]]
    others = [["car", "car"], ["canteen", "car", "meeting"]]
    found = keyness(own + others, [True] * 3 + [False] * 2, prior=4, min_people=1)
    expected = {"canteen": (2, 1), "queue": (2, 0), "car": (1, 3)}
    assert [k.word for k in found] == ["queue", "canteen", "car"]
    for keyword in found:
        y1, y2 = expected[keyword.word]
        assert same([keyword.log_odds, keyword.z], by_hand(y1, 5, y2, 5, 4))
        assert (keyword.count, keyword.others) == (y1, y2)
        assert 0 < keyword.p <= 1


def test_keyness_shows_no_word_of_few_people_and_no_name() -> None:
    own = [["食堂", "张建国", "queue"]] * 5 + [["secret"] * 50]
    found = keyness([*own, ["会议"]], [True] * 6 + [False], names=PEOPLE)
    assert {k.word for k in found} == {"食堂", "queue"}
    without: list[Keyword] = [*keyness([*own, ["会议"]], [True] * 6 + [False], min_people=1)]
    assert "secret" in {k.word for k in without}, "control"


def test_keyness_turns_round_with_its_groups() -> None:
    texts = [["a", "b"], ["b"], ["a"], ["c", "a"]]
    group = np.array([True, True, False, False])
    here = {k.word: k.z for k in keyness(texts, group, min_people=1)}
    there = {k.word: k.z for k in keyness(texts, ~group, min_people=1)}
    assert same([here["a"]], [-there["a"]])


def test_keyness_of_nothing_is_nothing() -> None:
    assert keyness([], []) == ()
    assert keyness([["a"], []], [True, False], min_people=1) == ()
    assert keyness([["a"], ["a"]], [True, False], min_people=1) == ()
    with pytest.raises(ValueError, match="of the group or not"):
        keyness([["a"]], [True, False])
    with pytest.raises(ValueError, match="positive"):
        keyness([["a"], ["b"]], [True, False], prior=0)


@pytest.mark.parametrize("segment", [pairs, None])
def test_problems_that_recur_are_found(segment: None) -> None:
    found = problems([*CANTEEN, *PARKING, *MEETINGS], segment=segment, min_group=4)
    shown = [p for p in found if p.sentence]
    assert len(shown) == 3
    for problem, texts in zip(
        sorted(shown, key=lambda p: p.texts), (CANTEEN, PARKING, MEETINGS), strict=True
    ):
        assert problem.sentence in texts
        assert problem.people >= 4
        assert problem.keywords


def test_the_same_texts_give_the_same_problems() -> None:
    texts = [*CANTEEN, *PARKING, *MEETINGS]
    assert problems(texts) == problems(texts)
    groups = {frozenset(texts[t] for t in p.texts) for p in problems(texts)}
    turned = {frozenset(texts[::-1][t] for t in p.texts) for p in problems(texts[::-1])}
    assert groups == turned


def test_a_small_group_has_no_words_at_all() -> None:
    found = problems(CANTEEN[:4])
    assert all((p.sentence, p.keywords, p.reason) == (None, (), Reason.SMALL_BASE) for p in found)
    assert problems(CANTEEN)[0].sentence is not None, "control: five are enough"


def test_one_person_who_repeats_himself_is_one_person() -> None:
    found = problems(CANTEEN, people=[7] * 5)
    assert (found[0].people, found[0].sentence) == (1, None)
    with pytest.raises(ValueError, match="writer"):
        problems(CANTEEN, people=[1])


def test_a_sentence_that_names_somebody_is_not_shown() -> None:
    named = [f"{text}，张建国不管" for text in CANTEEN]
    found = problems([*named, "食堂排队时间太长"], names=PEOPLE)[0]
    assert found.people == 6
    assert found.sentence == "食堂排队时间太长"
    alone = problems(named, names=PEOPLE)[0]
    assert (alone.sentence, alone.reason) == (None, None)
    assert not any("建国" in word for problem in (found, alone) for word in problem.keywords)


@pytest.mark.parametrize(
    "text",
    [
        "张建国经常迟到", "建国同志很好", "张 建国不在", "欧阳娜娜唱得好", "娜娜很好",
        "王局长不听意见", "老李态度差",
        "感谢赵丽颖的帮助", "刘某不作为", "李明和我", "陈刚。", "上官婉儿来了", "John is late",
        "ask smith", "Mr Brown is rude",
        "Mary Jones shouts", "zoë helps", "电话13812345678", "write to a.b@c.cn", "找 @boss",
        "身份证11010119900307123X",
    ],
)  # fmt: skip
def test_names_and_marks_are_seen(text: str) -> None:
    assert PEOPLE.within(text)


@pytest.mark.parametrize(
    "text",
    [
        "食堂排队时间太长", "高温补贴没有发", "马路不平", "方便群众办事", "任务太重",
        "The canteen is slow", "周末加班太多",
        "温度太低", "总是开会", "领导不听取意见", "停车位不够", "严格管理考勤",
        "许多同事反映空调坏了", "工资发放不及时",
        "培训太少", "公共厕所不干净", "办事程序太复杂", "黄色的灯太暗", "金额不对",
        "office chairs are broken", "3 个人，20 天",
    ],
)  # fmt: skip
def test_ordinary_sentences_are_not_taken_for_names(text: str) -> None:
    assert not PEOPLE.within(text)


def test_names_are_also_seen_as_words() -> None:
    assert all(PEOPLE.is_name(word) for word in ("张建国", "建国", "smith", "王局长", "赵丽颖"))
    assert not any(PEOPLE.is_name(word) for word in ("食堂", "周末", "queue", "方便"))


surnames, given_names = (
    st.sampled_from("王李张刘陈杨赵黄"),
    st.text("伟芳娜敏静磊洋艳勇杰", min_size=1, max_size=2),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(surnames, given_names), min_size=1, max_size=6), st.integers(0, 3))
def test_nobody_on_the_list_is_ever_shown(people: list[tuple[str, str]], shift: int) -> None:
    names = ["".join(parts) for parts in people]
    texts = [
        f"{CANTEEN[(at + shift) % 5]}{'，' if at % 2 else ''}{name}"
        for at, name in enumerate(names * 3)
    ]
    for problem in problems(texts, names=Names.of(names), min_group=1, segment=pairs):
        shown = (problem.sentence or "") + " ".join(problem.keywords)
        assert not any(name in shown for name in names)


def test_thousands_of_sentences_join_the_groups_they_resemble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond the limit a sentence goes to the founder it is closest to, or stands alone."""
    texts = [*CANTEEN * 3, *PARKING * 3, "厕所漏水"]
    everything = problems(texts, segment=pairs)
    monkeypatch.setattr("analysis.statistics.text.clusters.MOST_SENTENCES", 6)
    limited = problems(texts, segment=pairs)
    assert sum(p.sentences for p in limited) == sum(p.sentences for p in everything) == 31
    assert [p.people for p in limited if p.sentence][:1] == [15]


def test_blank_texts_have_no_problems() -> None:
    assert problems([]) == problems(["", " ", "。", "123"]) == ()
    one: tuple[Problem, ...] = problems(["食堂"], min_group=1)
    assert [(p.people, p.sentence) for p in one] == [(1, "食堂")]
