"""What exists is documented: settings, commands, kinds, addresses, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from questionnaires import examples, library
from questionnaires.kinds import KINDS
from questionnaires.kinds.words import WORDS
from surveyapp.cli import COMMANDS
from surveyapp.config import Config

UNITS = ((20, "MiB"), (10, "KiB"))
ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ROOT / "surveyapp" / "guide" / "pages"
PICTURES = ROOT / "surveyapp" / "guide" / "pictures"


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", [row[0] for row in Config.documentation()])
def test_every_setting_is_in_the_readme(variable: str) -> None:
    assert f"| `{variable}` |" in README


def test_the_readme_gives_the_defaults() -> None:
    for variable, default, _ in Config.documentation():
        if default.isdigit():
            number = int(default)
            round_ones = (
                f"{number >> s} {u}" for s, u in UNITS if number and not number % (1 << s)
            )
            written = next(round_ones, default)
            assert re.search(rf"`{variable}` \| `?{re.escape(written)}`? \|", README), variable


def test_the_readme_names_no_setting_that_is_gone() -> None:
    known = {row[0] for row in Config.documentation()}
    assert set(re.findall(r"SURVEYAPP_[A-Z_]+", README)) <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"| `surveyapp {command}" in README


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_words_in_both_languages_and_an_example(kind: str) -> None:
    for text in (WORDS[kind].name, WORDS[kind].about):
        assert set(text) == {"zh", "en"}
    assert kind in {item.kind for item in examples.kinds().items}


def test_the_guides_give_the_right_number_of_kinds() -> None:
    assert f"共有 {len(KINDS)} 种题型" in page("supervisors.zh")
    assert f"There are {len(KINDS)} kinds" in page("supervisors.en")


def test_every_address_is_on_the_developers_page(app: Flask) -> None:
    documented = set(re.findall(r"`(/[^`]*)`", page("developers")))
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    assert rules - documented == set(), "not documented"
    assert documented - rules - {"/"} == set(), "documented, but gone"


def test_every_picture_exists_and_is_shown() -> None:
    shown = {
        Path(p).name
        for p in re.findall(
            r"\((?:/staff|surveyapp)/guide/pictures/([^)]+)\)",
            README + page("supervisors.zh") + page("supervisors.en"),
        )
    }
    assert shown == {file.name for file in PICTURES.glob("*.webp")}


def test_the_definition_in_the_readme_works() -> None:
    import questionnaires

    text = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert [questionnaires.load(one).id for one in text] == ["lecturer-rating"]


def test_every_instrument_is_named_in_the_readme() -> None:
    assert f"{_spelled(len(library.names()))} ready instruments" in README


def _spelled(number: int) -> str:
    return {8: "eight", 9: "nine", 10: "ten"}[number]


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    wrong = re.compile(r"//[a-z.-]*(pypi|npm|debian)[a-z.-]*\.(org|com)|\"/(work|farm)/")
    for file in [*ROOT.glob("*.*"), ROOT / "Makefile", *(ROOT / "surveyapp").rglob("*.md")]:
        if file.is_file():
            assert not wrong.search(file.read_text(encoding="utf-8")), file
