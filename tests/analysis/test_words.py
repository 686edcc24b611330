"""Every word of charts and reports exists in both languages, says the same, and is used."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from string import Formatter

import pytest

from analysis.order import natural
from analysis.sources.table import MESSAGES
from analysis.words import WORDS, Words

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = {"words": WORDS, "messages": MESSAGES}
#: How a key is put together where it is used, beside being written out: the mode of a round, and
#: the title that goes with a paragraph on methods, and the tier of an entry with its meaning.
COMPOSED = (
    re.compile(r"mode_\w+"),
    re.compile(r"(methods_\w+)_title"),
    re.compile(r"tier_(\w+?)(?:_means)?"),
)

zh, en = Words("zh"), Words("en")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def has_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff\uff00-\uffef]", text) is not None


def untranslated(catalogue: dict[str, tuple[str, str]]) -> list[str]:
    return [k for k, (a, b) in catalogue.items() if not has_chinese(a) or not b or has_chinese(b)]


def differing(catalogue: dict[str, tuple[str, str]]) -> list[str]:
    return [k for k, (a, b) in catalogue.items() if placeholders(a) != placeholders(b)]


def sources() -> str:
    files = [
        file
        for package in ("analysis", "surveyapp")
        for file in (ROOT / package).rglob("*")
        if file.suffix in (".py", ".html") and not file.name.endswith("words.py")
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def unused(keys: list[str], text: str) -> list[str]:
    written = set(re.findall(r"""["'](\w+)["']""", text))
    return [key for key in keys if key not in written and not _composed(key, written)]


def _composed(key: str, written: set[str]) -> bool:
    matches = [match for pattern in COMPOSED if (match := pattern.fullmatch(key))]
    return any(not match.groups() or match[1] in written for match in matches)


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_key_has_both_languages(name: str) -> None:
    assert untranslated(CATALOGUES[name]) == []
    broken = {"a": ("总计", ""), "b": ("", "Total"), "c": ("Total", "总计"), "d": ("总计", "Total")}
    assert untranslated(broken) == ["a", "b", "c"], "control"


@pytest.mark.parametrize("name", CATALOGUES)
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    assert differing(CATALOGUES[name]) == []
    broken = {"a": ("共{count}份", "in all"), "b": ("{count}份", "{count:entry|entries}")}
    assert differing(broken) == ["a"], "control"


def test_every_key_is_used() -> None:
    assert unused(list(WORDS), sources()) == []
    assert unused(["nobody_says_this", "mode_named"], sources()) == ["nobody_says_this"], "control"


def test_an_unknown_key_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        zh("nobody_says_this")


def test_english_has_a_singular() -> None:
    assert [en("entries_count", count=n) for n in (0, 1, 2)] == [
        "0 entries",
        "1 entry",
        "2 entries",
    ]
    assert en("entries_severe", count=1, severe=1) == "1 entry, 1 severe"
    assert en("heatmap_alt", units=1, items=1).startswith(
        "Unfavourable share of each item in each unit: 1 unit, 1 item;"
    )
    assert zh("entries_count", count=1) == "1 项"


def test_thousands_are_set_apart_everywhere() -> None:
    assert en.count(73_421) == zh.count(73_421) == "73,421"
    assert en("of_valid", negative=23_137, valid=73_421) == "23,137 of 73,421"
    assert zh("of_issued", issued=12_345, rate="50.0%") == "发放 12,345 份，回收率 50.0%"
    assert en.count(None) == "—"
    assert en.count(999) == "999"


def test_figures_are_written_to_the_digits_they_deserve() -> None:
    assert [en.percent(v) for v in (None, 0.0, 4 / 14, 1.0)] == ["—", "0.0%", "28.6%", "100.0%"]
    assert [en.exact_percent(v) for v in ("1/4", "3/10", "1/3")] == ["25%", "30%", "33.3333%"]
    assert en.interval(0.11723, 0.5465) == "[11.7, 54.6]"
    assert en.interval(None, None) == "—"
    assert [en.figure(v) for v in (None, 3.145)] == ["—", "3.15"]


def test_days_are_written_as_people_write_them() -> None:
    day = datetime.date(2026, 5, 4)
    assert (zh.day(day), en.day(day), en.day(None)) == ("2026年5月4日", "4 May 2026", "—")


def test_names_with_numbers_stand_in_natural_order() -> None:
    names = ["10", "2", "1", "镇10", "镇9", "a", "a2", "a10", "b1", "007", "7", "0", ""]
    expected = ["", "0", "1", "2", "007", "7", "10", "a", "a2", "a10", "b1", "镇9", "镇10"]
    assert sorted(names, key=natural) == expected
    assert sorted(names) != expected, "control"
    assert natural("9" * 5000) > natural("8" * 5000), "longer than a number may be for int()"
