"""The last look at what was made: whatever a definition would refuse is taken out and reported."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from questionnaires.formats.foreign.draft import Settings
from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Choice, Surroundings
from questionnaires.model import Questionnaire
from questionnaires.problems import Problem
from questionnaires.structure import structure_problems
from questionnaires.text import Text

#: So many rounds of repairs; each takes out everything that is wrong at once.
ROUNDS = 6
#: What an item keeps when it becomes a line of text.
_COMMON = ("id", "label", "hint", "required", "relevant", "where")
_UNTYPED = "where"
_CONDITIONS = ("relevant", "required", "constraint", "calculate", "choice_filter")


def mended_item(settings: Settings, scales: dict[str, Any], report: Report) -> Settings:
    """Return the settings without what the kind refuses; at worst those of a line of text."""
    settings = {name: value for name, value in settings.items() if value is not None}
    for _ in range(ROUNDS):
        wrong = _wrong_fields(settings, scales)
        if not wrong:
            return settings
        settings = _without(settings, wrong, report)
    return _as_text(settings)


def _wrong_fields(settings: Settings, scales: dict[str, Any]) -> dict[str, str]:
    """Return field -> what is wrong with it."""
    kind = KINDS[settings["kind"]]
    plain = {name: value for name, value in settings.items() if name != _UNTYPED}
    try:
        item = kind.model_validate(plain)
    except ValidationError as error:
        return {
            str(detail["loc"][0]) if detail["loc"] else "kind": detail["msg"]
            for detail in error.errors(include_url=False, include_input=False)
        }
    levels = {n: tuple(Choice.model_validate(c) for c in ls) for n, ls in scales.items()}
    around = Surroundings(levels if getattr(item, "scale", None) else {})
    return {p.place.field.split(".")[0]: p.message("en") for p in item.problems(around)}


def _without(settings: Settings, wrong: dict[str, str], report: Report) -> Settings:
    kind = KINDS[settings["kind"]]
    where = str(settings.get("where", ""))
    for name, problem in wrong.items():
        report.lose("invalid_afterwards", where, problem=problem, key=name)
    needed = [n for n in wrong if n in kind.model_fields and kind.model_fields[n].is_required()]
    if needed or not set(wrong) & set(settings):
        return _as_text(settings)
    return {name: value for name, value in settings.items() if name not in wrong}


def _as_text(settings: Settings) -> Settings:
    kept = {name: settings[name] for name in _COMMON if name in settings}
    if not isinstance(kept.get("label"), Text | str | dict):
        kept["label"] = Text(str(settings["id"]))
    return {**kept, "kind": "short_text"}


def mended(tree: Settings, report: Report) -> Questionnaire:
    """Return the questionnaire that a tree makes, without whatever it would refuse."""
    for _ in range(ROUNDS):
        questionnaire = _validated(tree)
        errors = [p for p in structure_problems(questionnaire) if p.severity == "error"]
        if not errors:
            return questionnaire
        for problem in errors:
            _take_out(tree, problem, report)
    raise Refused("导入后的定义仍有错误", "the definition made of it still has errors")


def _validated(tree: Settings) -> Questionnaire:
    try:
        return Questionnaire.model_validate(_plain(tree))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Refused(
            f"导入后的定义不成立（{where}）", f"no valid definition ({where}: {first['msg']})"
        ) from None


def _plain(value: Any) -> Any:
    """Return the tree without the notes on where its parts come from."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k != _UNTYPED and v is not None}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value


def _take_out(tree: Settings, problem: Problem, report: Report) -> None:
    steps = problem.place.field.split(".")
    where, key = problem.place.field, steps[-1]
    match steps:
        case ["sections", number, "items", index, field, *_]:
            items = tree["sections"][int(number)]["items"]
            item, key = items[int(index)], field
            where = str(item.get("where", where))
            if field in item and not KINDS[item["kind"]].model_fields[field].is_required():
                del item[field]
            else:
                items[int(index)] = _as_text(item)
        case ["sections", number, "items", index]:
            item = tree["sections"][int(number)]["items"][int(index)]
            item.pop("relevant", None)
            where, key = str(item.get("where", where)), "relevant"
        case ["sections", number, field, *_]:
            where, key = str(tree["sections"][int(number)].get("where", where)), field
            tree["sections"][int(number)].pop(field, None)
        case _:
            tree.pop(steps[0], None)
    words = {language: problem.message(language) for language in ("zh", "en")}
    if key in _CONDITIONS:
        report.flagged = min(report.flagged + 1, report.expressions)
    report.lose("invalid_afterwards", where, problem=Text(words), key=key)
