"""The floors and the order of features: data goes down, and imports only ever point down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("questionnaires", "analysis", "surveyapp")
FEATURES = ("organisation", "accounts", "design", "fieldwork", "interviews", "respond", "results")
# What a floor must not know, whoever is below it.
STRANGERS = {
    "questionnaires": {"flask", "sqlalchemy", "numpy", "scipy", "matplotlib", "wtforms", "click"},
    "analysis": {"flask", "sqlalchemy", "wtforms", "click", "alembic"},
}
# Beside the features: the ground, which they stand on, and what stands on them.
GROUND = {
    "assets",
    "compression",
    "clock",
    "config",
    "db",
    "forms",
    "i18n",
    "journal",
    "limits",
    "mail",
    "modes",
    "paging",
    "queue",
    "rows",
    "scope",
    "security",
    "splicing",
    "statements",
    "uploads",
}
# Every page stands behind the guard and every action may be recorded, organisation's too.
WHATEVER_THE_FEATURE = (["accounts", "guard"], ["accounts", "audit"])
PUTS_TOGETHER = {"app", "wsgi", "__main__", "cli", "demo", "guide", "migrations"}


def modules() -> Iterator[tuple[str, str]]:
    """(dotted name, source) of every module of the three floors."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), path.read_text(encoding="utf-8")


def imported(source: str) -> Iterator[str]:
    """Dotted names of everything imported, wherever in the module; `from a import b` gives a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point to"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(module: str, source: str) -> list[str]:
    """What this module imports although it must not."""
    return [f"{module} imports {name}" for name in imported(source) if _forbidden(module, name)]


def _forbidden(module: str, name: str) -> bool:
    here, there = module.split("."), name.split(".")
    if there[0] in STRANGERS.get(here[0], ()):
        return True
    if there[0] in FLOORS and FLOORS.index(there[0]) > FLOORS.index(here[0]):
        return True
    if here[-1] in ("operations", "models") and there[0] in ("flask", "flask_login"):
        return True
    if there[0] != "surveyapp" or here[0] != "surveyapp":
        return False
    return _against_the_order(here[1:], there[1:])


def _against_the_order(here: list[str], there: list[str]) -> bool:
    """Within surveyapp: no feature looks at a later one, and only the assembly looks at views."""
    if not here or not there or here[0] in PUTS_TOGETHER:
        return False
    if "views" in there:
        return True
    if here[-1] != "models" and there[:2] in WHATEVER_THE_FEATURE:
        return False
    if here[0] in FEATURES and there[0] in FEATURES:
        return FEATURES.index(there[0]) > FEATURES.index(here[0])
    return (here[0] in GROUND and there[0] in FEATURES) or there[0] in PUTS_TOGETHER


def test_no_module_imports_what_it_must_not() -> None:
    found = [breach for module, source in modules() for breach in breaches(module, source)]
    assert found == []


def test_every_part_of_the_flask_floor_has_its_place() -> None:
    """A new package must be put into one of the lists above, or the order says nothing about it."""
    parts = {module.split(".")[1] for module, _ in modules() if module.startswith("surveyapp.")}
    assert parts <= {*FEATURES, *GROUND, *PUTS_TOGETHER}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("questionnaires.model", "import numpy"),
        ("questionnaires.model", "from analysis.counts import counts"),
        ("analysis.counts", "import surveyapp"),
        ("analysis.counts", "def f():\n    from flask import request"),
        ("surveyapp.design.operations", "from flask import request"),
        ("surveyapp.design.operations", "from surveyapp.fieldwork.models import Round"),
        ("surveyapp.respond.operations", "from surveyapp.fieldwork import views"),
        ("surveyapp.db", "from surveyapp.design.models import Version"),
        ("surveyapp.results.views", "from surveyapp.cli import main"),
    ],
)
def test_control_a_planted_breach_is_found(module: str, source: str) -> None:
    assert breaches(module, source)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("analysis.counts", "import numpy\nfrom questionnaires import Codebook"),
        ("surveyapp.results.views", "from surveyapp.respond.models import Response"),
        ("surveyapp.app", "from surveyapp.results import views"),
    ],
)
def test_control_what_points_down_is_allowed(module: str, source: str) -> None:
    assert breaches(module, source) == []
