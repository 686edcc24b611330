"""Forms of a stated size and respondents who answer all they are asked, for the benchmarks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from questionnaires import Context, Questionnaire, check
from questionnaires.formats.xlsform import FORMAT
from questionnaires.kinds.base import Item
from questionnaires.reading import read

FORMS = Path(__file__).resolve().parents[2].parent / "shared" / "forms" / "xlsform"
#: 539 items, 474 of them asked, 406 with conditions.
VERBAL_AUTOPSY = FORMS / "WHO_VA_QUESTIONNAIRE__WHOVA2016_v1_5_2_HB_2019_rev4.xlsx"
NOW = Context(now=datetime.datetime(2026, 3, 15, 9, 30))

_LEVELS = (
    ("很满意", "Very satisfied"),
    ("比较满意", "Fairly satisfied"),
    ("一般", "Neither satisfied nor dissatisfied"),
    ("不太满意", "Fairly dissatisfied"),
    ("很不满意", "Very dissatisfied"),
)


def _options(count: int) -> list[dict[str, Any]]:
    return [
        {"value": f"o{n}", "label": {"zh": f"第{n}项安排", "en": f"Arrangement {n}"}}
        for n in range(count)
    ]


def _item(number: int) -> dict[str, Any]:
    label = {
        "zh": f"您对第{number}项服务的办理结果有多满意？",
        "en": f"How satisfied or dissatisfied are you with the outcome of service {number}?",
    }
    item: dict[str, Any] = {"id": f"q{number}", "label": label}
    match number % 6:
        case 0:
            return {**item, "kind": "scale", "scale": "satisfaction", "required": True}
        case 1:
            return {**item, "kind": "single_choice", "options": _options(5)}
        case 2:
            shown = f"${{q{number - 1}}} = 'o1'"
            return {**item, "kind": "multiple_choice", "options": _options(6), "relevant": shown}
        case 3:
            return {**item, "kind": "integer", "min": 0, "max": 100, "constraint": ". >= 0"}
        case 4:
            shown = f"${{q{number - 1}}} > 3 and ${{q{number - 3}}} != 'o2'"
            return {**item, "kind": "long_text", "relevant": shown}
    return {**item, "kind": "matrix", "scale": "satisfaction", "rows": _options(4)}


def made(items: int) -> dict[str, Any]:
    """Return the tree of a bilingual definition of so many items, in sections of fifteen."""
    levels = [
        {"value": 5 - n, "label": {"zh": zh, "en": en}, "negative": n > 2}
        for n, (zh, en) in enumerate(_LEVELS)
    ]
    starts = range(0, items, 15)
    sections = [
        {
            "id": f"s{start}",
            "title": {"zh": f"第{start}部分", "en": f"Part {start}"},
            "items": [_item(n) for n in range(start, min(items, start + 15))],
        }
        for start in starts
    ]
    title = {"zh": "办事服务调查", "en": "Survey of services"}
    return {
        "id": "made",
        "title": title,
        "scales": {"satisfaction": levels},
        "sections": sections,
    }


def verbal_autopsy() -> Questionnaire | None:
    """Return the WHO's verbal autopsy form, or None where the file is not there."""
    if not VERBAL_AUTOPSY.exists():
        return None
    imported = FORMAT.read(VERBAL_AUTOPSY.read_bytes(), VERBAL_AUTOPSY.name)
    return imported.questionnaire


def full_response(questionnaire: Questionnaire) -> dict[str, Any]:
    """Answer every item that is asked, in order, as somebody does who has much to tell.

    Only questionnaires without repeated sections are answered whole.
    """
    answers: dict[str, Any] = {}
    for item in questionnaire.items:
        if not item.asked or item.id not in read(questionnaire, answers, NOW).visibility:
            continue
        for answer in _candidates(item, questionnaire):
            tried = {**answers, item.id: answer}
            refused = check(questionnaire, tried, NOW).problems
            if all(problem.place.field.split(".")[0] != item.id for problem in refused):
                answers = tried
                break
    return answers


def _candidates(item: Item, questionnaire: Questionnaire) -> Iterator[Any]:
    """Yield answers to try, those first that lead to further questions."""
    values = [choice.value for choice in getattr(item, "options", ())]
    levels = [level.value for level in questionnaire.scales.get(getattr(item, "scale", ""), ())]
    match item.kind:
        case "single_choice":
            yield from sorted(values, key=lambda value: value != "yes")
        case "multiple_choice":
            yield from ([value] for value in values)
        case "scale":
            yield from levels
        case "matrix":
            yield {row.value: levels[1] for row in getattr(item, "rows", ())}
        case "photo":
            yield {"name": "house.jpg", "size": 48_000, "sha256": "0" * 64}
        case "integer" | "decimal":
            yield from ("34", "5", "2", "1", "0", "1980", "2000", "2500", "100")
        case "date":
            yield from ("2026-02-01", "1980-05-01", "2026-03-01")
        case "short_text" | "long_text":
            yield from ("Answered at some length", "12345", "Wang")
        case "yes_no":
            yield "yes"
