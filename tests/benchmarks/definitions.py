"""How long it takes to read, check and lint definitions, and to check responses.

    python -m tests.benchmarks.definitions [--json]

Milliseconds, the goal, and the ratio to the plainest thing that does a part of the same work:

- reading a definition with all problems and their line and column, beside PyYAML's and
  ruamel.yaml's safe loaders, which give bare values;
- checking a response, beside a pydantic model and a JSON Schema of the same answers, which know
  neither conditions nor constraints;
- lint, which has nothing to stand beside.

The large form is the WHO's verbal autopsy where it lies beside the checkout, otherwise a made one.
"""

from __future__ import annotations

import argparse
import io
import json
import time
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any, Literal

import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field, create_model
from ruamel.yaml import YAML

import questionnaires
from questionnaires import Questionnaire, check, library
from questionnaires.flow import prepared
from questionnaires.lint import lint
from tests.benchmarks.respondents import NOW, full_response, made, verbal_autopsy

ITEMS, LARGE = 300, 474
#: Milliseconds.
GOALS = {"load_yaml": 100.0, "load_json": 100.0, "check_19": 0.1, "check_474": 5.0, "lint": 300.0}


def fastest(work: Callable[[], object], least: float = 0.5) -> float:
    """Return milliseconds per call, the best of as many as fit into ``least`` seconds, or three."""
    best, spent, rounds = float("inf"), 0.0, 0
    while spent < least or rounds < 3:
        start = time.perf_counter()
        work()
        taken = time.perf_counter() - start
        best, spent, rounds = min(best, taken), spent + taken, rounds + 1
    return best * 1000


def reading() -> dict[str, dict[str, float]]:
    """Measure reading and checking a definition of 300 items, as YAML and as JSON."""
    tree = made(ITEMS)
    texts = {
        "load_yaml": questionnaires.dump(Questionnaire.model_validate(tree)),
        "load_json": json.dumps(tree, ensure_ascii=False),
    }
    found: dict[str, dict[str, float]] = {}
    for name, text in texts.items():
        assert questionnaires.examine(text).problems == ()
        found[name] = {
            "ms": fastest(lambda text=text: _examined(text)),  # type: ignore[misc]
            "pyyaml_ms": fastest(lambda text=text: _pyyaml(text)),  # type: ignore[misc]
            "ruamel_ms": fastest(lambda text=text: _ruamel(text)),  # type: ignore[misc]
        }
    return found


def _examined(text: str) -> None:
    """Read a definition as one that was never seen: no expression of it is parsed already."""
    prepared.cache_clear()
    questionnaires.examine(text)


def _pyyaml(text: str) -> object:
    # Its loader in C: the one in Python refuses a question mark before a brace.
    return yaml.load(io.StringIO(text), Loader=yaml.CSafeLoader)


def _ruamel(text: str) -> object:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def size() -> dict[str, float]:
    """Measure a file near the limit of two megabytes: seconds and memory for each megabyte."""
    text = questionnaires.dump(Questionnaire.model_validate(made(4000)))
    megabytes = len(text.encode()) / 1_000_000
    seconds = fastest(lambda: questionnaires.examine(text), 0) / 1000
    tracemalloc.start()
    questionnaires.examine(text)
    peak = tracemalloc.get_traced_memory()[1] / 1_000_000
    tracemalloc.stop()
    return {
        "megabytes": megabytes,
        "seconds_per_megabyte": seconds / megabytes,
        "memory_per_megabyte": peak / megabytes,
    }


def answering(questionnaire: Questionnaire) -> dict[str, float]:
    """Measure the check of a response in which all that is asked is answered."""
    raw = full_response(questionnaire)
    outcome = check(questionnaire, raw, NOW)
    assert outcome.answers is not None, outcome.problems
    model = _model(questionnaire)
    schema = Draft202012Validator(_schema(questionnaire))
    assert schema.is_valid(raw)
    return {
        "answered": len(raw),
        "ms": fastest(lambda: check(questionnaire, raw, NOW)),
        "pydantic_ms": fastest(lambda: model.model_validate(raw)),
        "jsonschema_ms": fastest(lambda: schema.is_valid(raw)),
    }


def _values(item: Any, questionnaire: Questionnaire) -> list[str]:
    levels = questionnaire.scales.get(getattr(item, "scale", ""), ())
    return [choice.value for choice in getattr(item, "options", None) or levels]


def _model(questionnaire: Questionnaire) -> type[BaseModel]:
    """Return a pydantic model of the answers: the codes of choices, and text for the rest."""
    fields: dict[str, Any] = {}
    for number, item in enumerate(questionnaire.items):
        values = _values(item, questionnaire)
        sort: Any = Any
        if item.kind in ("single_choice", "scale"):
            sort = Literal[tuple(values)]
        elif item.kind == "multiple_choice":
            sort = list[Literal[tuple(values)]]  # type: ignore[misc]
        elif item.kind in ("short_text", "long_text", "integer", "date"):
            sort = str
        fields[f"f{number}"] = (sort | None, Field(default=None, alias=item.id))
    return create_model("Answers", **fields)


def _schema(questionnaire: Questionnaire) -> Mapping[str, Any]:
    properties: dict[str, Any] = {}
    for item in questionnaire.items:
        values = _values(item, questionnaire)
        if item.kind in ("single_choice", "scale"):
            properties[item.id] = {"enum": values}
        elif item.kind == "multiple_choice":
            properties[item.id] = {"type": "array", "items": {"enum": values}}
        elif item.kind in ("short_text", "long_text", "integer", "date"):
            properties[item.id] = {"type": "string"}
        else:
            properties[item.id] = {}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def measure() -> dict[str, Any]:
    """Return all figures."""
    large = verbal_autopsy()
    form = large or Questionnaire.model_validate(made(LARGE))
    return {
        "goals_ms": GOALS,
        "large_form": "WHO verbal autopsy" if large else f"made, {LARGE} items",
        **reading(),
        "big_file": size(),
        "check_19": answering(library.get("team-survey-19")),
        "check_474": answering(form),
        "lint": {"ms": fastest(lambda: lint(form)), "findings": float(len(lint(form)))},
    }


def main() -> None:
    """Print the figures, as sentences or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.definitions")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure()
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"large form: {found['large_form']}")
    for name, goal in GOALS.items():
        part = found[name]
        beside = "  ".join(
            f"{other.removesuffix('_ms')} {value:.3g} ms (ratio {part['ms'] / value:.2f})"
            for other, value in part.items()
            if other.endswith("_ms")
        )
        share = part["ms"] / goal
        print(f"{name:10} {part['ms']:8.3f} ms  {share:4.0%} of the goal of {goal:g} ms  {beside}")
    big = found["big_file"]
    print(
        f"a file of {big['megabytes']:.1f} MB: {big['seconds_per_megabyte']:.2f} s and "
        f"{big['memory_per_megabyte']:.0f} MB of memory for each megabyte"
    )


if __name__ == "__main__":
    main()
