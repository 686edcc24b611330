"""The spreadsheet view: a definition as a workbook, edited as people do, and read back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from pydantic import BaseModel

import questionnaires
from questionnaires import Questionnaire, examples, library
from questionnaires.explanations import models
from questionnaires.formats import registry, sheet
from questionnaires.formats.losses import Imported
from questionnaires.formats.sheet import shapes
from questionnaires.formats.sheet.grids import MORE, record
from questionnaires.formats.sheet.words import SHEETS, roots
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Item
from surveyapp.cli import program
from surveyapp.cli.failure import guard

from ..making import SCALE, loaded
from .importing import FORMS

Rows = list[list[str]]
TEAM = """
- {id: q1, kind: scale, scale: mark, required: true, label: {zh: 满意吗？, en: Are you content?}}
- id: q2
  kind: single_choice
  relevant: "${q1} = '1'"
  label: {zh: 为什么？, en: Why?}
  options:
    - {value: a, label: {zh: 太忙, en: Too busy}}
    - {value: b, label: {zh: 太远, en: Too far}}
    - {value: o, text: true, label: {zh: 其他, en: Other}}
- {id: q3, kind: decimal, unit: {zh: 公里, en: km}, min: 0.5, label: {zh: 多远？, en: How far?}}
- id: q4
  kind: topic
  scale: mark
  label: {zh: 困难, en: Difficulties}
  probes: [{zh: 谁能解决？, en: Who could solve it?}, {zh: 何时？, en: When?}]
"""


class Book:
    """A workbook in a spreadsheet program: what people see, change and save."""

    def __init__(self, content: bytes) -> None:
        opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.pages: dict[str, Rows] = {
            name: [list(map(str, row)) for row in opened.get_sheet_by_name(name).to_python()]
            for name in opened.sheet_names
        }

    def column(self, page: str, code: str) -> int:
        return self.pages[page][1].index(code)

    def row(self, page: str, code: str, value: str) -> list[str]:
        place = self.column(page, code)
        return next(row for row in self.pages[page] if row[place] == value)

    def set(self, page: str, at: tuple[str, str], code: str, value: str) -> Book:
        self.row(page, *at)[self.column(page, code)] = value
        return self

    def add(self, page: str, **cells: str) -> Book:
        row = [""] * len(self.pages[page][1])
        for code, value in cells.items():
            row[self.column(page, code.replace("__", "."))] = value
        self.pages[page].append(row)
        return self

    def add_column(self, page: str, code: str, *values: str) -> Book:
        for row, value in zip(self.pages[page], ("Heading", code, *values), strict=False):
            row.append(value)
        return self

    def saved(self) -> bytes:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
            for name, rows in self.pages.items():
                page = made.add_worksheet(name)
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        page.write(number, place, cell)
        return stream.getvalue()

    def read(self) -> Imported:
        return sheet.read(self.saved(), "edited.xlsx")

    def definition(self) -> Questionnaire:
        found = self.read()
        assert found.questionnaire is not None, told(found)
        return found.questionnaire


def told(imported: Imported, language: str = "en") -> list[tuple[str, str]]:
    """Where something is wrong, and what."""
    return [(loss.where, loss.message(language)) for loss in imported.losses]


def errors(imported: Imported) -> list[str]:
    return [loss.where for loss in imported.losses if loss.severity == "error"]


def opened(questionnaire: Questionnaire, reader: str = "en") -> Book:
    return Book(sheet.write(questionnaire, reader=reader).content)


@pytest.fixture
def team() -> Questionnaire:
    return loaded(TEAM, SCALE)


@pytest.fixture
def book(team: Questionnaire) -> Book:
    return opened(team)


def same_again(questionnaire: Questionnaire) -> Imported:
    written = sheet.write(questionnaire)
    assert written.losses == ()
    assert sheet.recognises(written.content, "any.xlsx")
    again = sheet.read(written.content, "any.xlsx")
    assert again.questionnaire is not None, told(again)
    assert questionnaires.content_hash(again.questionnaire) == questionnaire.content_hash
    return again


# nothing is lost


@pytest.mark.parametrize("name", library.names())
def test_an_instrument_comes_back_as_it_was(name: str) -> None:
    instrument = library.get(name)
    same_again(instrument)
    for variant in instrument.variants:
        same_again(instrument.variant(variant))


@pytest.mark.parametrize("reader", ["zh", "en"])
def test_one_item_of_every_kind_comes_back_whoever_reads_the_heads(reader: str) -> None:
    every = examples.kinds()
    assert opened(every, reader).definition() == every


@pytest.mark.skipif(not FORMS.exists(), reason="the shared forms are not here")
def test_everybody_elses_forms_come_back_once_imported() -> None:
    files = [file for file in sorted(FORMS.rglob("*")) if file.is_file() and file.suffix != ".tsv"]
    count = 0
    for file in files:
        content = file.read_bytes()
        form = registry.reader(content, file.name)
        imported = form.read(content, file.name).questionnaire if form else None
        if imported is not None:
            same_again(imported)
            count += 1
    assert count > 80, "control: the forms were imported"


@pytest.mark.parametrize(
    "label",
    [
        "'=1+1'", "'5'", "'yes'", "' spaced '", "'_x000D_'", "'a\n\n\nb'", "'@x'", "'{\"a\": 1}'",
        '"a\\tb"', '"\\ufffe\\uffff"', '"\\u2028x"', "{zh: 甲, und: A, fr: É}", "😀",
        f"'{'字' * 20000}'",
    ],
)  # fmt: skip
def test_awkward_texts_come_back(label: str) -> None:
    same_again(loaded(f"- {{id: q, kind: short_text, label: {label}, hint: {label}}}"))


@pytest.mark.parametrize(
    "setting",
    [
        "default: 5",
        "default: '5'",
        "default: 0.5",
        "default: 'true'",
        "default: {calculate: today()}",
        "required: false",
        "required: 'true()'",
        'required: "${q} = 1"',
        "constraint: . > 100",
    ],
)
def test_awkward_values_come_back(setting: str) -> None:
    kind = "decimal" if "0.5" in setting else "short_text"
    same_again(loaded(f"- {{id: q, kind: {kind}, label: L, {setting}}}"))


@pytest.mark.parametrize("length", [16_383, 16_384, 40_000, 400_000])
def test_a_text_longer_than_a_cell_goes_on_in_the_next_one(length: int) -> None:
    same_again(loaded(f"- {{id: q, kind: short_text, label: '{'字' * length}'}}"))
    same_again(loaded(f"- {{id: q, kind: short_text, label: '{'a b ' * (length // 4)}.'}}"))
    same_again(loaded(f"- {{id: q, kind: note, label: '{'😀' * length}'}}"))
    same_again(loaded(f"- {{id: q, kind: note, label: 'a{' ' * length}b'}}"))


# every setting has a place, those of tomorrow too


def places(root: type[BaseModel]) -> set[str]:
    return {".".join(leaf.path) for leaf in shapes.columns(root)}


def test_every_setting_of_every_model_has_a_column_or_goes_to_the_last_one() -> None:
    """What has no column must be something that a cell cannot hold."""
    for sheet_name in SHEETS:
        for root in roots(sheet_name):
            for name, field in root.model_fields.items():
                if name in places(root) or (root is Questionnaire and name in shapes.APART):
                    continue
                sort = shapes.sort_of(shapes.bare(field.annotation))
                assert sort.name == "anything", (root, name)


def test_a_setting_that_is_new_to_the_sheet_is_not_lost() -> None:
    """A value of a sort that no cell knows goes to the last column, and comes back from there."""
    kind = KINDS["matrix"]
    value = {"id": "q", "kind": "matrix", "distribution": {"rules": [{"id": "r"}]}}
    cells = record(kind, value)
    assert cells[MORE] == '{"distribution": {"rules": [{"id": "r"}]}}'
    unknown = record(Item, {"id": "q", "tomorrow": {"a": 1}})
    assert "tomorrow" in unknown[MORE]


def test_every_model_is_reached_from_a_sheet() -> None:
    assert {Questionnaire, *KINDS.values()} <= set(models(Questionnaire))
    assert len(shapes.every_entry()) >= 4
    assert {name for kind in KINDS for name in shapes.tables(kind)} >= {"options", "rows", "shares"}


# what people do in a spreadsheet


def test_a_text_is_changed(book: Book) -> None:
    made = book.set("Items", ("id", "q1"), "label.en", "Are you satisfied?").definition()
    assert made.items[0].label.get("en") == "Are you satisfied?"
    assert made.items[0].label.get("zh") == "满意吗？"


def test_a_row_is_moved(book: Book) -> None:
    rows = book.pages["Items"]
    rows.insert(2, rows.pop(3))
    assert [item.id for item in book.definition().items] == ["q2", "q1", "q3", "q4"]


def test_an_item_is_added_with_its_options(book: Book) -> None:
    book.add("Items", id="q5", kind="multiple_choice", label__zh="哪些？", label__en="Which?")
    book.add("Options", item="q5", value="x", label__zh="甲", label__en="A")
    book.add("Options", value="y", label__zh="乙", label__en="B", exclusive="是")
    item: Any = book.definition().items[-1]
    assert (item.id, [option.value for option in item.options]) == ("q5", ["x", "y"])
    assert item.options[1].exclusive


def test_an_option_is_removed(book: Book) -> None:
    book.pages["Options"] = [row for row in book.pages["Options"] if "Too far" not in row]
    item: Any = book.definition().items[1]
    assert [option.value for option in item.options] == ["a", "o"]


def test_a_language_is_added(book: Book) -> None:
    book.add_column("Items", "label.fr", "Content ?", "Pourquoi ?", "Où ?", "Quoi ?")
    kept = book.read()
    assert "sheet_language_unlisted" in {loss.code for loss in kept.losses}
    book.set("Questionnaire", ("key", "languages"), "value", "zh\nen\nfr")
    made = book.read()
    assert made.questionnaire is not None
    assert made.questionnaire.languages == ("zh", "en", "fr")
    assert made.questionnaire.items[0].label.get("fr") == "Content ?"
    missing = {loss.where for loss in made.losses if "no fr" in loss.message("en")}
    assert any(place.startswith("Options!") for place in missing), "control: the rest is missing"


@pytest.mark.parametrize("yes", ["yes", "是", "TRUE", "1", "x"])
def test_yes_is_understood_in_many_ways(book: Book, yes: str) -> None:
    assert book.set("Items", ("id", "q2"), "required", yes).definition().items[1].required is True


def test_a_setting_is_written_into_the_last_column_or_into_one_of_its_own(book: Book) -> None:
    book.set("Items", ("id", "q3"), MORE, "digits: 3")
    book.add_column("Items", "max_megabytes")
    book.add_column("Items", "top")
    made: Any = book.definition().items[2]
    assert made.digits == 3


def test_numbers_typed_into_a_spreadsheet_are_numbers(team: Questionnaire) -> None:
    book = opened(team).set("Items", ("id", "q3"), "max", "12.5")
    made: Any = book.definition().items[2]
    assert float(made.max) == 12.5


def test_a_cascade_is_edited(team: Questionnaire) -> None:
    book = opened(examples.kinds())
    book.add(
        "Options", item="k_cascade", list="branches", under="east", value="elm", label__en="Elm"
    )
    item: Any = book.definition().item_by_id["k_cascade"]
    assert [branch.value for branch in item.branches[0].branches] == ["pine", "plum", "elm"]


# problems


def test_every_problem_is_told_at_once_with_its_cell(book: Book) -> None:
    book.set("Items", ("id", "q1"), "kind", "scal")
    book.set("Items", ("id", "q2"), "relevant", "${q9} = 1 +")
    book.set("Items", ("id", "q3"), "min", "few")
    book.set("Options", ("value", "b"), "item", "q77")
    book.set("Scales", ("value", "2"), "score", "two")
    book.add("Items", section="second", id="q5", kind="note", label__en="N")
    found = book.read()
    assert found.questionnaire is None
    items, options, scales = (book.pages[name][1].index for name in ("Items", "Options", "Scales"))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    expected = {
        f"Items!{letters[items('kind')]}3",
        f"Items!{letters[items('relevant')]}4",
        f"Options!{letters[options('item')]}4",
        f"Scales!{letters[scales('score')]}4",
        f"Items!{letters[items('section')]}7",
    }
    assert expected <= set(errors(found)), told(found)
    assert any("few" in message for _, message in told(found))
    for language in ("zh", "en"):
        assert all(message for _, message in told(found, language))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda b: b.add_column("Items", "lable.zh", "x"), "sheet_column_unknown"),
        (lambda b: b.add_column("Items", "", "x"), "sheet_column_nameless"),
        (lambda b: b.add_column("Items", "kind", "x"), "sheet_column_twice"),
        (lambda b: b.pages.update({"Notes": [["mine"]]}), "sheet_unknown"),
        (lambda b: b.set("Items", ("id", "q1"), MORE, "a: [1"), "sheet_rest_unreadable"),
        (lambda b: b.set("Items", ("id", "q1"), MORE, "5"), "sheet_rest_unreadable"),
        (lambda b: b.set("Items", ("id", "q1"), MORE, "scale: x"), "sheet_given_twice"),
        (lambda b: b.set("Options", ("value", "a"), "list", "rows"), "sheet_list_unknown"),
        (lambda b: b.set("Options", ("value", "a"), "under", "z"), "sheet_owner_unknown"),
        (lambda b: b.pages["Items"].pop(1), "sheet_codes_missing"),
        (lambda b: b.pages.pop("Terms"), "sheet_absent"),
        (lambda b: b.add("Terms", text__en="word"), "sheet_owner_missing"),
    ],
)
def test_what_does_not_fit_is_told(book: Book, edit: Callable[[Book], Any], code: str) -> None:
    edit(book)
    found = book.read()
    assert code in {loss.code for loss in found.losses}, told(found)
    assert all(
        loss.message(tag) and loss.done(tag) for loss in found.losses for tag in ("zh", "en")
    )


def test_a_mistyped_column_is_answered_with_what_was_probably_meant(book: Book) -> None:
    book.add_column("Items", "lable.en", "x")
    assert any('Did you mean "label.en"?' in message for _, message in told(book.read()))


# files


def test_names_of_files_say_which_workbook_is_meant(tmp_path: Path, team: Questionnaire) -> None:
    source = tmp_path / "team.yaml"
    source.write_text(questionnaires.dump(team), encoding="utf-8")

    def convert(*arguments: object) -> int:
        return guard(program(), ["convert", *map(str, arguments)])

    for target, to, form in (
        ("team.sheet.xlsx", (), "sheet"),
        ("team.xlsx", (), "xlsform"),
        ("team2.xlsx", ("--to", "sheet"), "sheet"),
    ):
        assert convert(source, tmp_path / target, *to) == 0
        reader = registry.reader((tmp_path / target).read_bytes(), target)
        assert reader is not None
        assert reader.name == form
    assert convert(tmp_path / "team2.xlsx", tmp_path / "again.yaml") == 0
    assert questionnaires.load(tmp_path / "again.yaml") == team
    assert convert(source, tmp_path / "x.xlsx", "--to", "papyrus") != 0


def test_the_same_definition_gives_the_same_file(team: Questionnaire) -> None:
    assert sheet.write(team).content == sheet.write(team).content


def test_the_workbook_helps_whoever_fills_it_in(team: Questionnaire) -> None:
    content = sheet.write(team, reader="zh").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = {name: archive.read(name).decode() for name in archive.namelist() if "xml" in name}
    pages = [text for name, text in xml.items() if name.startswith("xl/worksheets/sheet")]
    assert all('state="frozen"' in text for text in pages[:6])
    assert any("dataValidation" in text and "说明" in text for text in pages)
    assert any("&quot;是,否&quot;" in text or '"是,否"' in text for text in pages)
    assert any("conditionalFormatting" in text for text in pages)
    assert any("comments" in name for name in xml)
    assert 'outlineLevel="1"' in pages[2], "settings that no item uses are folded away"
    book = Book(content)
    assert book.pages["题目"][0][1] == "标识"
    assert book.pages["选项"][0][book.column("选项", "text")] == "请注明"
