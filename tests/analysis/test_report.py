"""The report is a document that can be read, searched, navigated and kept."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest

import questionnaires
from analysis import report
from analysis.figures import Release
from questionnaires import Questionnaire, Text

from .making import RULE, SURVEY, County, Person, random_county, sizable, survey

CHAPTERS = {
    "zh": ["摘要", "各单位回收情况", "各题结果", "负面清单", "问卷原文", "方法说明"],
    "en": [
        "Summary",
        "Response rates by unit",
        "Results by item",
        "Negative list",
        "The questionnaire as asked",
        "Methods",
    ],
}
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Line:
    """A line of text on a page: where it stands, from the bottom, in points."""

    text: str
    left: float
    bottom: float


@dataclass(frozen=True)
class Document:
    """A PDF as its readers see it."""

    raw: bytes

    @property
    def reader(self) -> pypdf.PdfReader:
        return pypdf.PdfReader(BytesIO(self.raw))

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    @property
    def pages(self) -> list[str]:
        document = pypdfium2.PdfDocument(self.raw)
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]

    def lines(self) -> Iterator[list[Line]]:
        """Yield the pieces of text of each page with their places."""
        for page in pypdfium2.PdfDocument(self.raw):
            words = page.get_textpage()
            boxes = [words.get_rect(n) for n in range(words.count_rects())]
            yield [Line(words.get_text_bounded(*box).strip(), box[0], box[1]) for box in boxes]


def county(questionnaire: Questionnaire | None = None) -> County:
    """Return a county of which two of six units are hidden."""
    source = sizable()
    draw = iter(source.people)
    sizes = {"甲": 9, "乙": 3, "丙": 8, "丁": 12, "戊": 2, "己": 11}
    people = [Person(unit, next(draw).answers) for unit, n in sizes.items() for _ in range(n)]
    return County(questionnaire or survey(), dict.fromkeys(sizes), people)


@cache
def made(language: str, *, synthetic: bool = True) -> Document:
    release = county().release(
        synthetic=synthetic,
        issued=dict.fromkeys(county().units, 1_400),
        mode="sealed_code",
        opens=datetime.date(2026, 3, 2),
        closes=datetime.date(2026, 3, 20),
    )
    return Document(report.pdf(release, survey(), language))


def printed(release: Release, questionnaire: Questionnaire, language: str) -> str:
    return Document(report.pdf(release, questionnaire, language)).text


def titles(outline: object) -> list[str]:
    return [entry.title for entry in outline if isinstance(entry, pypdf.generic.Destination)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bookmarks_are_the_chapters(language: str) -> None:
    assert titles(made(language).reader.outline) == CHAPTERS[language]


def test_chinese_text_can_be_searched_and_copied() -> None:
    text = re.sub(r"\s", "", made("zh").text)
    for words in (
        "情况调查",
        "分析报告",
        "工作如何？",
        "列入标准",
        "95%置信区间",
        "丁镇",
        "2026年3月2日",
    ):
        assert words in text, words
    charts = made("zh").pages[[*map(bool, made("zh").pages)].index(True) :]
    assert any("各题评价分布" in page and "很好" in page for page in charts), "words inside a chart"
    assert "情况调查" not in made("en").text.replace("A survey", ""), "control"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_names_its_title_its_language_and_its_structure(language: str) -> None:
    reader = made(language).reader
    assert reader.metadata is not None
    expected = {"zh": "情况调查 · 分析报告", "en": "A survey · Analysis report"}
    assert reader.metadata.title == expected[language]
    root = reader.trailer["/Root"]
    assert str(root["/Lang"]).lower().startswith(language)
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_font_is_embedded(language: str) -> None:
    found = {
        name: embedded for page in made(language).reader.pages for name, embedded in fonts(page)
    }
    assert any("NotoSansSC" in name for name in found)
    assert all(found.values()), found


def fonts(page: pypdf.PageObject) -> Iterator[tuple[str, bool]]:
    for resource in _resources(page["/Resources"]):
        for entry in resource.get("/Font", {}).values():
            font = entry.get_object()
            [inner] = font.get("/DescendantFonts", [font])
            descriptor = inner.get_object()["/FontDescriptor"]
            yield str(font["/BaseFont"]), any(f"/FontFile{n}" in descriptor for n in ("", 2, 3))


def _resources(resource: object) -> Iterator[pypdf.generic.DictionaryObject]:
    found = resource.get_object()  # type: ignore[attr-defined]
    yield found
    for drawing in found.get("/XObject", {}).values():
        if "/Resources" in drawing.get_object():
            yield from _resources(drawing.get_object()["/Resources"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_its_alternative_text(language: str) -> None:
    alts = [
        str(alt) for alt in alternatives(made(language).reader.trailer["/Root"]["/StructTreeRoot"])
    ]
    expected = {
        "zh": ["评价分布图", "两端均为不利", "热力图"],
        "en": ["Distribution of the ratings", "both ends", "Unfavourable share of each"],
    }
    for words in expected[language]:
        assert sum(words in alt for alt in alts) == 1, (words, alts)


def alternatives(node: object) -> Iterator[object]:
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from alternatives(one)
    if isinstance(found, dict):
        if "/Alt" in found:
            yield found["/Alt"]
        if "/K" in found:
            yield from alternatives(found["/K"])


def test_invented_answers_are_labelled_on_the_cover_and_in_the_summary() -> None:
    for language, words in (("zh", "演示数据"), ("en", "Demonstration data")):
        pages = made(language).pages
        assert [n for n, page in enumerate(pages) if words in page] == [0, 2]
        assert words not in made(language, synthetic=False).text, "control"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_release_gives_the_same_bytes(language: str) -> None:
    again = county().release(
        synthetic=False, issued=dict.fromkeys(county().units, 1_400), mode="sealed_code",
        opens=datetime.date(2026, 3, 2), closes=datetime.date(2026, 3, 20),
    )  # fmt: skip
    assert report.pdf(again, survey(), language) == made(language, synthetic=False).raw
    assert made(language, synthetic=False).raw != made(language).raw, "control"


def test_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib; from analysis import report;"
        "from tests.analysis.making import random_county, survey;"
        "release = random_county(3, levels=2).release();"
        "print(hashlib.sha256(report.pdf(release, survey(), 'zh')).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[2],
        ).stdout.strip()
        for seed in ("1", "2")
    }
    release = random_county(3, levels=2).release()
    assert digests == {hashlib.sha256(report.pdf(release, survey(), "zh")).hexdigest()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_unit_is_named_with_dashes_and_no_figure(language: str) -> None:
    document = made(language)
    page = list(document.lines())[page_of(document, CHAPTERS[language][1])]
    rows = {line.text: beside(line, page) for line in page if line.text.endswith("镇")}
    assert rows["丁镇"][:3] == ["1,400", "12", "0.9%"], "control"
    listed = titles_below(document, CHAPTERS[language][3])
    assert "丁镇" in listed, "control"
    for hidden in ("乙镇", "戊镇"):
        assert rows[hidden] == ["1,400", "—", "—", "—"]
        assert hidden not in listed


def beside(name: Line, page: list[Line]) -> list[str]:
    """Return the texts at the right of a line."""
    return [o.text for o in page if o.left > name.left and abs(o.bottom - name.bottom) < 8]


def titles_below(document: Document, chapter: str) -> list[str]:
    outline = list(document.reader.outline)
    place = next(n for n, e in enumerate(outline) if getattr(e, "title", "") == chapter)
    return titles(outline[place + 1])


#: Worded at such length that a row takes several lines.
LONG = {
    "zh": "问题的文字写得比较长，" + "长到一行容纳不下而必须换到下一行，" * 7 + "请问您怎么看？",
    "en": "How do you see this matter, " + "which is worded at great length, " * 8 + "all in all?",
}
#: 40 items, on which two units are listed.
MANY = "sections:\n  - id: main\n    title: {zh: 题目, en: Items}\n    items:\n" + "".join(
    f"      - id: m{n}\n        kind: scale\n        scale: mark\n"
    f"        label: {{zh: {LONG['zh']}, en: '{LONG['en']}'}}\n"
    for n in range(40)
)


def eighty(language: str) -> Document:
    head = SURVEY.split("sections:")[0]
    questionnaire = questionnaires.load(head + MANY + RULE)
    people = [
        Person(unit, {f"m{n}": "1" if person < 4 else "5" for n in range(40)})
        for unit in "ab"
        for person in range(14)
    ]
    release = County(questionnaire, {"a": None, "b": None}, people).release()
    assert release.overview.listed == 80
    return Document(report.pdf(release, questionnaire, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_negative_list_repeats_its_head_and_splits_no_row(language: str) -> None:
    share, base, problem = (
        "28.6%",
        {"zh": "4／14", "en": "4 of 14"}[language],
        {"zh": "问题", "en": "Problem"}[language],
    )
    column = {"zh": 420, "en": 300}[language]
    document = eighty(language)
    start, end = (page_of(document, CHAPTERS[language][n]) for n in (3, 4))
    assert end - start >= 3, "the list runs over several pages"
    shares = bases = 0
    for lines in list(document.lines())[start:end]:
        here = [line for line in lines if line.text == share and line.left < column]
        under = [line for line in lines if line.text == base]
        assert len(here) == len(under) > 0, "the two lines of a row stay on one page"
        shares, bases = shares + len(here), bases + len(under)
        heads = [line.bottom for line in lines if line.text.endswith(problem)]
        assert heads, "each page has the head of the table"
        assert max(heads) > max(line.bottom for line in here), "and it stands above the rows"
        starts = [line for line in lines if line.text.startswith(LONG[language][:9])]
        ends = [line for line in lines if line.text.endswith(LONG[language][-4:])]
        assert len(ends) == len(starts) == len(here), "no wording runs on to the next page"
    assert (shares, bases) == (80, 80)


def test_the_measuring_notices_a_head_that_is_not_repeated_and_a_row_that_is_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same report from templates that allow both."""
    templates = Path(report.__file__).parent
    for file in templates.glob("*.typ"):
        looser = file.read_text(encoding="utf-8").replace("repeat: true", "repeat: false")
        looser = looser.replace("breakable: false", "breakable: true")
        (tmp_path / file.name).write_text(looser, encoding="utf-8")
    monkeypatch.setattr(report, "_TEMPLATES", tmp_path)
    document = eighty("en")
    start, end = (page_of(document, CHAPTERS["en"][n]) for n in (3, 4))
    pages = list(document.lines())[start:end]
    assert any(all(line.text != "Problem" for line in page) for page in pages)
    ends, starts = (
        [sum(test(line.text) for line in page) for page in pages]
        for test in (
            lambda text: text.endswith(LONG["en"][-4:]),
            lambda text: text.startswith(LONG["en"][:9]),
        )
    )
    assert ends != starts


def page_of(document: Document, chapter: str) -> int:
    reader = document.reader
    entry = next(e for e in reader.outline if getattr(e, "title", "") == chapter)
    number = reader.get_destination_page_number(entry)  # type: ignore[arg-type]
    assert number is not None
    return number


def test_without_invitations_the_chapter_is_about_responses() -> None:
    text = {lang: Document(report.pdf(county().release(), survey(), lang)) for lang in LANGUAGES}
    assert titles(text["en"].reader.outline)[1] == "Responses by unit"
    assert titles(text["zh"].reader.outline)[1] == "各单位答卷数"
    assert "Response rates" not in text["en"].text


def test_the_severity_column_stands_only_where_the_rule_has_one() -> None:
    plain = survey("negative_list: {min_valid: 5, negative_share_above: 1/4}\n")
    without = printed(county(plain).release(), plain, "en")
    assert "Severity" not in without
    assert "severe" not in without.lower()
    assert "Severity" in made("en").text, "control"


def test_the_note_on_wording_stands_only_where_scales_differ() -> None:
    words = "The wording of the scales differs"
    flat = re.sub(r"\s+", " ", made("en").text)
    assert words not in flat, "both rated items are on one scale"
    mixed = questionnaires.library.get("team-survey-19")
    answers = {v.name: v.categories[0].value for v in questionnaires.codebook(mixed).closed}
    release = County(mixed, {"a": None}, [Person("a", answers)] * 9).release()
    assert words in re.sub(r"\s+", " ", printed(release, mixed, "en")), "control"


def test_figures_of_many_units_are_by_parent_in_natural_order() -> None:
    units = {f"u{n}": str(n % 12 + 1) for n in range(72)}
    people = [Person(u, {"work": "1", "help": "5"}) for u in units for _ in range(20)]
    document = Document(report.pdf(County(survey(), units, people).release(), survey(), "en"))
    parents = [str(n) for n in range(1, 13)]
    assert titles_below(document, "Negative list") == ["How sure is it?", *parents]
    rates = document.pages[page_of(document, "Responses by unit")].split("\n")
    rows = [line.split() for line in rates if re.fullmatch(r"\d+ \d+", line)]
    assert rows == [[parent, "120"] for parent in parents]
    assert "1,440" in document.text
    assert "1 entry" in document.text
    assert "1 entries" not in document.text
    assert "1440" not in document.text, "thousands are set apart everywhere"


def test_wordings_are_text_whatever_they_hold() -> None:
    """Marks that a typesetter, a drawing or a template would take for its own."""
    nasty = '#set <b> & "q" $x$ [y] *z* \\ @ref // /* ~ `code` {{}} 😀'
    source = SURVEY.replace("情况调查", "标题").replace(
        "en: How is the work?", f"en: {nasty_yaml(nasty)}"
    )
    questionnaire = questionnaires.load(source)
    people = [Person("a", {"work": "1", "load": "heavy"})] * 9
    made = County(questionnaire, {"a": None}, people)
    text = printed(made.release(), questionnaire, "en")
    for mark in ("#set <b> &", "$x$ [y] *z* \\ @ref", "{{}}"):
        assert mark in re.sub(r"\s+", " ", text), mark


def nasty_yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_a_unit_may_have_any_name() -> None:
    from analysis.columns import Columns, Unit
    from analysis.counts import counts
    from analysis.release import Fieldwork, build

    book = questionnaires.codebook(survey())
    names = ["<&>", "]]>", "{x}", "%s", "龘靐齉", "𠮷野家", "عربي", "a" * 200]
    units = [Unit(f"u{n}", Text(name)) for n, name in enumerate(names)]
    rows = [(bytes([5, 5, 1, 1]), n, 0) for n in range(len(units)) for _ in range(6)]
    tables = counts(Columns.from_packed(book, units, [""], rows))
    release = build(survey(), tables, Fieldwork(survey().title), datetime.date(2026, 1, 1))
    text = printed(release, survey(), "zh")
    assert all(name in text for name in ("<&>", "]]>", "{x}", "%s"))
