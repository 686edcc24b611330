"""Short ways to read a foreign form in a test and to say what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import questionnaires
from questionnaires import Item, Questionnaire
from questionnaires.formats.losses import Imported, Loss
from questionnaires.formats.registry import Format

#: Other people's forms, read in place: they are no part of the project.
SHARED = Path(__file__).resolve().parents[3].parent / "shared"
FORMS = SHARED / "forms"
#: Parts of the expressions of a file that must be translated or flagged.
ACCOUNTED = 0.995


def shared_files(folder: str, ending: str) -> list[Any]:
    """Return the shared files of a folder as parameters, or one that says why there are none."""
    files = sorted((FORMS / folder).glob(f"*{ending}"))
    if not files:
        skip = pytest.mark.skip(reason=f"the shared folder {FORMS / folder} is not here")
        return [pytest.param(FORMS, marks=skip, id="absent")]
    return [pytest.param(file, id=file.stem[:50]) for file in files]


def accepted(imported: Imported) -> Questionnaire:
    """Return the questionnaire, once ``examine`` has found nothing wrong with it."""
    assert imported.questionnaire is not None, [loss.message("en") for loss in imported.losses]
    examined = questionnaires.examine(imported.questionnaire.canonical_json)
    assert not examined.errors, [problem.message("en") for problem in examined.errors]
    return imported.questionnaire


def converts(form: Format, file: Path) -> Imported:
    """Read a shared file and check what holds of every one."""
    content = file.read_bytes()
    assert form.recognises(content, file.name)
    imported = form.read(content, file.name)
    accepted(imported)
    accounted = imported.translated + imported.flagged
    assert accounted >= ACCOUNTED * imported.expressions
    told = [loss for loss in imported.losses if loss.code == "expression_untranslated"]
    assert len(told) <= imported.flagged
    for loss in imported.losses:
        assert loss.where
        for language in ("zh", "en"):
            assert loss.message(language)
            assert loss.done(language)
    return imported


def work(run: Callable[[], object]) -> int:
    """Return how many calls a run makes: what it costs, whatever the machine."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def grows_evenly(run: Callable[[int], object], size: int) -> bool:
    """Say whether twice as much of something costs about twice as much."""
    run(size // 10)  # what is done once only
    return work(lambda: run(2 * size)) < 2.4 * work(lambda: run(size))


def packed(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


def refusal(imported: Imported) -> str:
    """Return why a file was refused as a whole."""
    assert imported.questionnaire is None
    (loss,) = imported.losses
    assert (loss.code, loss.severity) == ("file_refused", "error")
    assert loss.message("zh") != loss.message("en")
    return loss.message("en")


def codes(imported: Imported) -> set[str]:
    return {loss.code for loss in imported.losses}


def lost(imported: Imported, code: str) -> Loss:
    """Return the one loss with that code."""
    (loss,) = [loss for loss in imported.losses if loss.code == code]
    return loss


def only(imported: Imported) -> Item:
    """Return the only item of a form."""
    (item,) = accepted(imported).items
    return item


def meaning(questionnaire: Questionnaire) -> list[Any]:
    """Return what an item means to a respondent, without the settings of its looks."""
    return [
        (item.id, item.kind, item.label, item.required, item.relevant)
        for item in questionnaire.items
    ]
