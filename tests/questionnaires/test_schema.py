"""The JSON Schema matches the models and accepts what the loader accepts."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from questionnaires import library, schema
from questionnaires.examples import kinds_text
from questionnaires.formats.tree import read_tree
from questionnaires.kinds import KINDS

FILES = {name: library.text(name) for name in library.names()} | {"kinds": kinds_text()}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    published = json.loads(schema.FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published)


def test_the_published_file_is_current() -> None:
    """Otherwise: python -m questionnaires.schema"""
    assert schema.FILE.read_text(encoding="utf-8") == schema.text()


@pytest.mark.parametrize("name", FILES)
def test_what_is_in_the_library_is_valid(validator: Draft202012Validator, name: str) -> None:
    tree = read_tree(FILES[name], name).value
    assert [error.message for error in validator.iter_errors(tree)] == []


def test_every_kind_is_in_the_schema() -> None:
    kinds = schema.schema()["$defs"]["Section"]["properties"]["items"]["items"]["discriminator"]
    assert set(kinds["mapping"]) == set(KINDS)


def _changed(path: list[Any], value: Any) -> Any:
    tree = copy.deepcopy(read_tree(FILES["kinds"], "kinds").value)
    part = tree
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return tree


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["id"], "Not an id"),
        (["titel"], "unknown key"),
        (["sections"], []),
        (["sections", 0, "items", 0, "kind"], "scal"),
        (["sections", 0, "items", 0, "required"], 7),
        (["sections", 0, "items", 0, "label"], 7),
        (["genre"], "novel"),
    ],
)
def test_what_the_loader_refuses_is_invalid(
    validator: Draft202012Validator, path: list[Any], value: Any
) -> None:
    assert not validator.is_valid(_changed(path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["title"], "One language"),
        (["sections", 0, "items", 0, "required"], "${k_yes_no} = 'yes'"),
        (["negative_list"], {"min_valid": 5, "negative_share_at_least": 0.25}),
        (["negative_list"], {"min_valid": 5, "negative_share_at_least": "1/4"}),
    ],
)
def test_every_way_of_writing_it_is_valid(
    validator: Draft202012Validator, path: list[Any], value: Any
) -> None:
    assert [error.message for error in validator.iter_errors(_changed(path, value))] == []
