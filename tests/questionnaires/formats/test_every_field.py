"""Whatever a definition can say is written or reported by every writer: nothing is lost silently.

The models are walked, so a field that is new to them fails here until it has a sample below; and a
sample fails when setting it changes neither the file nor the report.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import questionnaires
from questionnaires import Questionnaire
from questionnaires.formats.registry import formats
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Item
from questionnaires.text import Text

PICTURE = "data:image/png;base64,iVBORw0KGgo="
OPTIONS = [{"value": value, "label": value.upper()} for value in "abc"]
ROWS = [{"value": value, "label": value} for value in ("r1", "r2")]
WRITERS = {"xlsform": ".xlsx", "surveyjs": ".json", "fhir": ".json", "pasted": ".txt"}

#: What an item of a kind needs.
NEEDED: dict[str, dict[str, Any]] = {
    "scale": {"scale": "mark"},
    **{kind: {"options": OPTIONS} for kind in ("single_choice", "multiple_choice", "ranking")},
    "matrix": {"scale": "mark", "rows": ROWS},
    "matrix_multiple": {"options": OPTIONS, "rows": ROWS},
    "matrix_number": {"rows": ROWS},
    "matrix_text": {"rows": ROWS},
    "matrix_dual": {
        **{"rows": ROWS, "scale": "mark", "second_scale": "other"},
        **{"first_label": "One", "second_label": "Two"},
    },
    "cascade": {"branches": OPTIONS},
    "constant_sum": {"shares": ROWS},
    "points": {"sign": "bonus"},
    "topic": {"scale": "mark"},
    "calculated": {"calculate": "1 + 1", "shown": True},
    "hidden": {"value": "x"},
    "arm": {"arms": OPTIONS[:2]},
}
#: Another value of each field of a kind, beyond those that all kinds have.
FIELDS: dict[str, dict[str, Any]] = {
    "scale": {"scale": "other", "appearance": "dropdown"},
    "single_choice": {"appearance": "dropdown"},
    "multiple_choice": {"min_choices": 1, "max_choices": 2},
    "ranking": {"top": 2},
    "matrix": {
        "appearance": "dropdown",
        "scale": "other",
        "rows_from_units": {"rows_from_units": True, "rows": []},
        "except_own_unit": {"rows_from_units": True, "rows": [], "except_own_unit": True},
        "distribution": {"max_abstain": "1/2"},
    },
    "matrix_number": {"min": 1, "max": 9},
    "matrix_text": {"max_characters": 50},
    "matrix_dual": {
        **{"scale": "other", "second_scale": "mark"},
        **{"first_label": "First", "second_label": "Second"},
    },
    "short_text": {
        **{"max_characters": 50, "pattern": "[a-z]+"},
        "pattern_message": {"pattern": "[a-z]+", "pattern_message": "Small letters"},
    },
    "long_text": {"max_characters": 50},
    "integer": {"min": 1, "max": 9, "step": 2, "unit": "kg"},
    "decimal": {"min": 1, "max": 9, "digits": 1, "step": 0.5, "unit": "kg"},
    "file": {"max_megabytes": 3},
    "photo": {"max_megabytes": 3},
    "signature": {"min_signatures": 2},
    "topic": {
        **{"scale": "other", "probes": ["Why?"], "covers": ["tag"], "instruction": "Ask"},
        "max_characters": 60,
    },
    "carried_findings": {"max_characters": 60},
    "yes_no": {"unfavourable": "no", "not_applicable": True},
    "net_promoter": {"low_label": "Low", "high_label": "High"},
    "stars": {"stars": 4, "unfavourable_to": 2},
    "slider": {"min": 1, "max": 9, "step": 2, "low_label": "Low", "high_label": "High"},
    "constant_sum": {"total": 50, "unit": "kg"},
    "points": {"sign": "penalty", "min": 2, "max": 9, "cap": 5},
    "calculated": {"calculate": "2 + 2", "shown": False},
    "hidden": {"value": "y"},
    "arm": {"arms": OPTIONS},
    "cascade": {"branches": [*OPTIONS[:2], {**OPTIONS[2], "branches": OPTIONS[:1]}]},
}
LISTED = {"choice_filter": "${first} > 3", "random_order": True, "options": OPTIONS[:2]}
CARRIED = {"carry_forward": {"item": "choosing"}}
ROWED = {"random_order": True, "rows": ROWS[:1]}
for one in ("single_choice", "multiple_choice", "ranking"):
    FIELDS[one] = {**FIELDS[one], **LISTED, **CARRIED}
for one in ("matrix", "matrix_multiple", "matrix_number", "matrix_text", "matrix_dual"):
    FIELDS[one] = {**FIELDS.get(one, {}), **ROWED}
FIELDS["matrix_multiple"]["options"] = OPTIONS[:2]
FIELDS["constant_sum"]["shares"] = [*ROWS, {"value": "r3", "label": "r3"}]

#: Another value of each field that all kinds have; tried on a line of text.
COMMON: dict[str, Any] = {
    **{"label": "Another", "hint": "Help", "required": True, "required_message": "Please"},
    **{"default": "x", "relevant": "${first} > 3", "constraint": ". != 'x'", "fixed": True},
    "constraint_message": {"constraint": ". != 'x'", "constraint_message": "Not x"},
    **{"problem_if": ". = 'bad'", "media": "logo", "finding_candidate": True, "filled_by": "HR"},
    "problem_message": {"problem_if": ". = 'bad'", "problem_message": "Bad"},
}
#: Model -> path of an instance in the definition below, and another value of each field.
PARTS: dict[str, tuple[tuple[str | int, ...], dict[str, Any]]] = {
    "Questionnaire": (
        (),
        {
            **{"title": "Another", "genre": "poll", "minutes": 9, "intro": "Welcome"},
            **{"languages": ["en"], "anonymity": {"mode": "named"}, "random_sections": True},
            "terms": {"unit": {"text": "Works"}},
            "scales": {"mark": [*OPTIONS, {"value": "d", "label": "D"}], "other": OPTIONS},
            "quotas": [{"id": "young", "when": "${first} < 3", "limit": 5}],
            "media": {name: {"source": PICTURE, "description": name} for name in ("logo", "b")},
            "checklist": {"must_ask": [{"id": "tag", "label": "Tag"}]},
            "negative_list": {"negative_share_at_least": "1/4"},
            "variants": {"b": {"title": "B"}},
            "data": {"unit": "Unit"},
        },
    ),
    "Section": (
        ("sections", 0),
        {
            **{"title": "Another", "intro": "Now", "relevant": "1 = 1", "random_order": True},
            **{"fixed": True, "jump": [{"to": "end", "when": "${first} > 3"}]},
            "repeat": {},
        },
    ),
    "Repeat": (("sections", 2, "repeat"), {"min": 1, "max": 7, "count": "${first}"}),
    "Jump": (("sections", 1, "jump", 0), {"to": "last", "when": "${first} = 4"}),
    "Quota": (("quotas", 0), {"when": "${first} = 1", "limit": 9, "message": "Full"}),
    "Term": (("terms", "unit"), {"text": "Works", "examples": ["Mill"]}),
    "Media": (("media", "logo"), {"description": "Seal"}),
    "Choice": (
        ("sections", 0, "items", 2, "options", 1),
        {
            **{"value": "z", "label": "Z", "score": 3, "negative": True, "missing": True},
            **{"exclusive": True, "text": True, "fixed": True, "image": "logo"},
            "properties": {"side": "east"},
        },
    ),
    "CarryForward": (
        ("sections", 0, "items", 3, "carry_forward"),
        {"item": "third", "which": "not_chosen"},
    ),
    "Row": (("sections", 0, "items", 4, "rows", 0), {"value": "z", "label": "Z", "fixed": True}),
    "Branch": (
        ("sections", 0, "items", 5, "branches", 0),
        {"value": "z", "label": "Z", "branches": OPTIONS[:1]},
    ),
    "Share": (("sections", 0, "items", 6, "shares", 0), {"value": "z", "label": "Z"}),
    "Group": (("sections", 0, "items", 7, "arms", 0), {"value": "z", "label": "Z", "weight": 3}),
    "Computed": (("sections", 0, "items", 8, "default"), {"calculate": "1 + 1"}),
}
#: Identifiers name; these models are reported, or written, as a whole.
NAMES = {"id", "kind"}
WHOLE = {"Anonymity", "Checklist", "Tag", "NegativeRule", "Severe", "Variant", "Distribution"}
WHOLE |= {"DistributionRule", "DataColumns"}
#: Changes that no reader can see, with the reason.
UNSEEN = {
    ("pasted", "Choice", "value"): "options have letters, not values",
    ("pasted", "Row", "value"): "rows have numbers, not values",
    ("pasted", "Share", "value"): "rows have numbers, not values",
    ("pasted", "Questionnaire", "languages"): "texts without a language",
}


def fresh(tree: Any) -> Any:
    """Return a copy of which no two parts are the same object."""
    return json.loads(json.dumps(tree))


def definition() -> dict[str, Any]:
    items = [
        {"id": "first", "kind": "integer", "label": "First"},
        {"id": "choosing", "kind": "multiple_choice", "options": OPTIONS, "label": "Some"},
        {"id": "third", "kind": "multiple_choice", "options": OPTIONS, "label": "One"},
        {"id": "fourth", "kind": "single_choice", "label": "Of these", **NEEDED["single_choice"]},
        {"id": "fifth", "kind": "matrix", "label": "Rate", **NEEDED["matrix"]},
        {"id": "sixth", "kind": "cascade", "label": "Where", **NEEDED["cascade"]},
        {"id": "seventh", "kind": "constant_sum", "label": "Share", **NEEDED["constant_sum"]},
        {"id": "eighth", "kind": "arm", "label": "Arm", **NEEDED["arm"]},
        {"id": "ninth", "kind": "integer", "label": "Day", "default": {"calculate": "1"}},
        {"id": "tried", "kind": "short_text", "label": "Tried in {unit}"},
    ]
    items[3]["carry_forward"] = {"item": "choosing"}
    note = {"kind": "note", "label": "Read this"}
    return fresh(
        {
            "id": "whole",
            "title": "Whole",
            "terms": {"unit": {"text": "Plant"}},
            "scales": {"mark": OPTIONS, "other": OPTIONS[:2]},
            "media": {"logo": {"source": PICTURE, "description": "Logo"}},
            "quotas": [{"id": "old", "when": "${first} > 9", "limit": 5}],
            "sections": [
                {"id": "main", "title": "Main", "items": items},
                {
                    "id": "second",
                    "title": "Second",
                    "items": [{"id": "n2", **note, "media": "logo"}],
                    "jump": [{"to": "end", "when": "${first} = 3"}],
                },
                {
                    "id": "people",
                    "title": "People",
                    "items": [{"id": "who", "kind": "short_text", "label": "Who"}],
                    "repeat": {},
                },
                {"id": "last", "title": "Last", "items": [{"id": "n3", **note}]},
            ],
        }
    )


def read(tree: dict[str, Any]) -> Questionnaire:
    """Return a definition, valid or nearly so: what is tried need not make sense."""
    return Questionnaire.model_validate(tree)


def seen(questionnaire: Questionnaire, writer: str) -> tuple[object, Any]:
    """Return what a writer makes of a questionnaire, and what it reports."""
    write = formats()[writer].write
    assert write is not None
    made = write(questionnaire, WRITERS[writer])
    content: object = made.content
    if writer == "xlsform":
        with zipfile.ZipFile(io.BytesIO(made.content)) as book:
            content = {name: book.read(name) for name in book.namelist()}
    elif writer == "fhir":
        content = {k: v for k, v in json.loads(made.content).items() if k != "version"}
    told = [(loss.where, str(loss.values.get("key")), loss.message("en")) for loss in made.losses]
    return content, told


def accounted(before: Any, after: Any, names: set[str], writer: str) -> bool:
    """Say whether a change shows in the file or the report, or a part around it is told by name."""
    first, second = seen(read(before), writer), seen(read(after), writer)
    return first != second or any(key in names for _, key, _ in second[1])


def models(start: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every model that a definition is made of, kinds of items apart."""
    found: dict[type[BaseModel], None] = {}
    waiting: list[Any] = [start, *KINDS.values()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type) and issubclass(part, BaseModel) and part is not Text:
            if part not in found:
                found[part] = None
                waiting += [field.annotation for field in part.model_fields.values()]
        else:
            waiting += get_args(part)
    yield from (model for model in found if not issubclass(model, Item))


def tried(kind: str, name: str, value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the definition with an item of a kind, and again with another setting."""
    before, after = definition(), definition()
    item = {"id": "tried", "kind": kind, "label": "Tried", **NEEDED.get(kind, {})}
    before["sections"][0]["items"][-1] = item
    together = isinstance(value, dict) and name in value
    after["sections"][0]["items"][-1] = item | (value if together else {name: value})
    return before, after


SETTINGS = [
    *(("short_text", name, value) for name, value in COMMON.items()),
    *((kind, name, value) for kind, known in FIELDS.items() for name, value in known.items()),
]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("kind", "name", "value"), SETTINGS)
def test_a_setting_of_an_item_is_written_or_reported(
    kind: str, name: str, value: Any, writer: str
) -> None:
    before, after = tried(kind, name, value)
    assert accounted(before, after, {name}, writer)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_any_kind_is_written_or_reported(kind: str, writer: str) -> None:
    without = definition()
    del without["sections"][0]["items"][-1]
    with_it, _ = tried(kind, "label", "x")
    assert seen(read(without), writer) != seen(read(with_it), writer)


CASES = [
    (model, name, value) for model, (_, known) in PARTS.items() for name, value in known.items()
]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("model", "name", "value"), CASES)
def test_a_part_of_a_definition_is_written_or_reported(
    model: str, name: str, value: Any, writer: str
) -> None:
    before, after = definition(), definition()
    part: Any = after
    for step in PARTS[model][0]:
        part = part[step]
    part[name] = value
    around = {str(step) for step in PARTS[model][0]} - {"sections", "items", "options"}
    changed = accounted(before, after, {name, *around}, writer)
    assert changed is ((writer, model, name) not in UNSEEN)


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_definition_gives_the_same_file_and_report(writer: str) -> None:
    assert seen(read(definition()), writer) == seen(read(definition()), writer)


def test_every_field_of_every_kind_has_a_sample() -> None:
    for kind, model in KINDS.items():
        own = set(model.model_fields) - set(Item.model_fields)
        assert own - set(FIELDS.get(kind, {})) == set(), kind
    assert set(Item.model_fields) - NAMES == set(COMMON)


def test_every_field_of_every_part_has_a_sample() -> None:
    for model in models(Questionnaire):
        if model.__name__ not in WHOLE:
            _, known = PARTS[model.__name__]
            missing = set(model.model_fields) - set(known) - NAMES - {"items", "sections"}
            assert missing - {"source"} == set(), model.__name__


def test_the_definition_of_these_tests_is_valid() -> None:
    assert not questionnaires.examine(read(definition()).canonical_json).errors
