"""Languages: how complete each is, which way it runs, how it writes numbers and days."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest

import questionnaires
from questionnaires import Questionnaire, Text, library, locales
from questionnaires.languages import Completeness, as_json, completeness
from questionnaires.texts import texts_of
from surveyapp.cli import program
from surveyapp.cli.failure import ERROR, guard
from surveyapp.cli.words import choose_language

from .making import loaded, survey

ITEMS = """
- id: q1
  kind: short_text
  label: {zh: '您在{unit}工作多久？', en: 'How long have you worked at {unit}?', ar: منذ متى تعمل؟}
- id: q2
  kind: single_choice
  label: {zh: 怎样上班？, en: How do you travel?, ar: How do you travel?}
  options:
    - {value: bus, label: {zh: 公交, en: Bus, ar: حافلة}}
    - {value: km, label: {zh: km, en: km, ar: km}}
    - {value: car, label: {zh: 驾车, en: By car}}
- {id: q3, kind: note, label: OK}
"""
REST = """
languages: [zh, en, ar]
terms:
  unit: {text: {zh: 县里, en: the county, ar: المقاطعة}}
"""


@pytest.fixture
def travel() -> Questionnaire:
    return loaded(ITEMS, REST)


def report(questionnaire: Questionnaire, language: str) -> Completeness:
    return next(one for one in completeness(questionnaire) if one.language == language)


def paths(noticed: tuple[object, ...]) -> list[str]:
    return [one.place.field for one in noticed]  # type: ignore[attr-defined]


def test_a_language_is_as_complete_as_its_texts(travel: Questionnaire) -> None:
    assert [one.language for one in completeness(travel)] == ["zh", "en", "ar"]
    chinese, arabic = report(travel, "zh"), report(travel, "ar")
    assert (chinese.share, chinese.missing, chinese.same) == (1.0, (), ())
    texts = len(list(texts_of(travel)))
    # In Arabic the title, the section's title and one option are missing; the note needs none.
    assert paths(arabic.missing) == [
        "title",
        "sections.0.title",
        "sections.0.items.1.options.2.label",
    ]
    assert (arabic.texts, arabic.present) == (texts, texts - 3)
    assert {one.language for one in arabic.missing} == {"en"}, "what readers get instead"
    assert arabic.missing[2].text == "By car"


def test_a_text_that_is_the_same_elsewhere_is_probably_not_translated(
    travel: Questionnaire,
) -> None:
    (noticed,) = report(travel, "ar").same
    assert (noticed.place.field, noticed.language) == ("sections.0.items.1.label", "en")
    assert paths(report(travel, "zh").same) == [], "control: km is the same everywhere"


def test_a_placeholder_that_was_lost_on_the_way_is_named(travel: Questionnaire) -> None:
    (noticed,) = report(travel, "ar").placeholders
    assert (noticed.lacking, noticed.extra) == (("unit",), ())
    piped = """
    - {id: a, kind: integer, label: A}
    - {id: b, kind: integer, label: B}
    - {id: q, kind: note, label: {zh: '${a}', en: '${b}'}}
    """
    (other,) = completeness(loaded(piped))[0].placeholders
    assert (other.lacking, other.extra) == (("b",), ("a",))


def test_a_region_falls_back_to_its_language_and_that_is_told() -> None:
    made = loaded(
        "- {id: q, kind: note, label: {zh-Hant: 問題, en: Question}}", "languages: [zh, en]\n"
    )
    chinese = report(made, "zh")
    assert paths(chinese.related) == ["sections.0.items.0.label"]
    assert chinese.missing == ()
    assert report(made, "zh-Hant").missing == ()


def test_a_language_that_is_not_listed_is_reported_too() -> None:
    made = loaded("- {id: q, kind: note, label: {zh: 甲, en: A, fr: Bonjour}}")
    assert [one.language for one in completeness(made)] == ["zh", "en", "fr"]


@pytest.mark.parametrize("name", library.names())
def test_the_library_is_complete_in_both_languages(name: str) -> None:
    for one in completeness(library.get(name)):
        assert (one.share, one.missing, one.same, one.placeholders) == (1.0, (), (), ()), one


def test_the_report_is_json(travel: Questionnaire) -> None:
    told = as_json(report(travel, "ar"))
    assert json.loads(json.dumps(told)) == told
    assert (told["direction"], told["name"]) == ("rtl", "العربية")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "no ar; shown in en"), ("zh", "没有 ar 译文")]
)
def test_the_command_tells_it_with_line_and_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    source, report = tmp_path / "q.yaml", tmp_path / "report.json"
    source.write_text(survey(ITEMS, REST), encoding="utf-8")
    arguments = ["check", str(source), "--languages", "--json", str(report), "--lang", language]
    choose_language(arguments)
    assert guard(program(), arguments) == 0
    choose_language([], {})
    told = capsys.readouterr().out
    assert said in told
    assert f"{source}:2:8" in told
    (found,) = json.loads(report.read_text(encoding="utf-8"))
    assert [one["language"] for one in found["languages"]] == ["zh", "en", "ar"]
    assert found["languages"][2]["missing"][0] == {
        "path": "title", "text": "Survey", "line": 2, "column": 8, "language": "en",
    }  # fmt: skip


def test_the_command_fails_for_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text("id: x", encoding="utf-8")
    assert guard(program(), ["check", str(tmp_path / "q.yaml"), "--languages"]) == ERROR


# the way a reader writes


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh", "1,000.5"), ("en", "1,000.5"), ("de", "1.000,5"), ("fr", "1\u202f000,5"),
        ("ar", "1,000.5"), ("ar-EG", "١٬٠٠٠٫٥"), ("fa", "۱٬۰۰۰٫۵"), ("hi", "1,000.5"),
        ("und", "1,000.5"), ("xx", "1,000.5"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_its_reader_writes_it(language: str, shown: str) -> None:
    assert locales.number(1000.5, language) == shown
    assert locales.number(Decimal("1000.5"), language) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1985, "1985"), (9999, "9999"), (10_000, "10,000"), (-12_345, "-12,345"), (0, "0"),
     (0.1, "0.1"), (1e-7, "0.0000001"), (Decimal("2.5"), "2.5")],
)  # fmt: skip
def test_all_digits_are_kept_and_years_have_no_separator(
    value: float | Decimal, shown: str
) -> None:
    assert locales.number(value, "en") == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh", "2026年11月22日"), ("en", "22 November 2026"), ("de", "22. November 2026"),
        ("ar", "22 نوفمبر 2026"), ("ar-EG", "٢٢ نوفمبر ٢٠٢٦"), ("fa", "۲۲ نوامبر ۲۰۲۶"),
    ],
)  # fmt: skip
def test_a_day_is_written_in_words(language: str, shown: str) -> None:
    assert locales.day(datetime.date(2026, 11, 22), language) == shown


def test_a_moment_has_its_time() -> None:
    moment = datetime.datetime(2026, 11, 22, 9, 5)
    assert locales.moment(moment, "zh") == "2026年11月22日 09:05"
    assert locales.moment(moment, "en") == "22 November 2026 09:05"


@pytest.mark.parametrize(
    ("language", "measured", "day"),
    [
        ("zh", "12,345.5 公里", "2026年11月22日"),
        ("en", "12,345.5 km", "22 November 2026"),
        ("de", "12.345,5 km", "22. November 2026"),
        ("ar", "12,345.5 كم", "22 نوفمبر 2026"),
        ("fa", "۱۲٬۳۴۵٫۵ km", "۲۲ نوامبر ۲۰۲۶"),
    ],
)
def test_answers_are_read_back_as_their_reader_writes_them(
    language: str, measured: str, day: str
) -> None:
    made = loaded(
        """
        - {id: far, kind: decimal, digits: 1, unit: {zh: 公里, en: km, ar: كم}, label: Far}
        - {id: day, kind: date, label: Day}
        """
    )
    around = made.surroundings()
    assert made.items[0].show(12345.5, around, language) == measured
    assert made.items[1].show("2026-11-22", around, language) == day


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("zh", "不能大于 1,000.5。"),
        ("en", "Enter 1,000.5 or less."),
        ("de", "Enter 1,000.5 or less."),
        ("ar", "Enter 1,000.5 or less."),
        ("fa", "Enter 1,000.5 or less."),
    ],
)
def test_a_number_in_a_sentence_is_written_as_the_sentence_is(language: str, message: str) -> None:
    """Our sentences are Chinese or English, whatever language the texts are in."""
    made = loaded("- {id: far, kind: decimal, max: 1000.5, label: Far}")
    (problem,) = questionnaires.check(made, {"far": "2000"}).problems
    assert problem.message(language) == message


def test_arabic_words_do_not_turn_the_sentence_around_them() -> None:
    made = loaded(
        """
        - id: q
          kind: multiple_choice
          label: {ar: أي؟, en: Which?}
          options:
            - {value: a, label: {ar: حافلة, en: Bus}}
            - {value: b, exclusive: true, label: {ar: لا شيء, en: None}}
        """
    )
    (problem,) = questionnaires.check(made, {"q": ["a", "b"]}).problems
    assert "\u2068لا شيء\u2069" in problem.message("ar")
    assert "\u2068" not in problem.message("en"), "control"


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur", "ps", "ug", "ckb", "ar-EG", "dv"])
def test_languages_from_right_to_left_are_known(language: str) -> None:
    assert locales.direction(language) == "rtl"


@pytest.mark.parametrize("language", ["zh", "en", "de", "am", "und", "xx", "zh-Hant"])
def test_all_others_run_from_left_to_right(language: str) -> None:
    assert locales.direction(language) == "ltr"


def test_a_language_has_its_own_name_and_one_for_each_reader() -> None:
    assert [locales.own_name(tag) for tag in ("zh", "en", "ar", "xx")] == [
        "中文", "English", "العربية", "xx",
    ]  # fmt: skip
    assert (locales.name("ar", "zh"), locales.name("ar", "en")) == ("阿拉伯语", "Arabic")


def test_the_source_of_a_text_is_the_language_it_is_shown_in() -> None:
    text = Text({"zh": "甲", "en": "A", "fr-CA": "É"})
    assert [text.source(tag) for tag in ("zh", "zh-Hant", "fr", "de")] == [
        "zh",
        "zh",
        "fr-CA",
        "en",
    ]
