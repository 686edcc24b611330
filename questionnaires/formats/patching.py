"""A changed definition written over its earlier text: what did not change stays as it stands.

Comments, quotation marks, the order of keys and blank lines are the author's. So only the places
of the text that say something else now are written anew; a comment right above a part goes with
it. Where the text is laid out in a way that this cannot follow, it is written anew as a whole:
what the patched text says is compared with what it should say, so it is never wrong.
"""

from __future__ import annotations

from itertools import accumulate
from textwrap import dedent, indent
from typing import Any, TypeGuard

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from questionnaires.formats.events import misread
from questionnaires.formats.yaml import SharedScales, dump, dump_tree, examine
from questionnaires.model import Questionnaire

#: What the entries of a list are known by.
_NAMES = ("id", "value")


def redumped(text: str, questionnaire: Questionnaire, shared_scales: SharedScales) -> str:
    """Return ``questionnaire`` as YAML, with whatever it has in common with ``text`` as there."""
    before = examine(text, shared_scales).questionnaire
    if before is None or misread(text):
        return dump(questionnaire)
    try:
        patched = _Patch(text).made(_tree(before), _tree(questionnaire))
    except (_OddLayoutError, yaml.YAMLError):
        return dump(questionnaire)
    same = examine(patched, shared_scales).questionnaire == questionnaire
    return patched if same else dump(questionnaire)


def _tree(questionnaire: Questionnaire) -> dict[str, Any]:
    return questionnaire.model_dump(mode="json", exclude_defaults=True)


class _OddLayoutError(Exception):
    """The text is laid out so that a part of it cannot be changed by itself."""


class _Patch:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]
        #: (start, end, what stands there instead), by character from 0.
        self._edits: list[tuple[int, int, str]] = []

    def made(self, before: dict[str, Any], after: dict[str, Any]) -> str:
        """Return the text with everything changed that differs between two definitions."""
        root = yaml.compose(self._text, Loader=yaml.CSafeLoader)
        self._change(root, before, after)
        text = self._text
        for start, end, instead in sorted(self._edits, reverse=True):
            text = text[:start] + instead + text[end:]
        return text

    def _change(self, node: Node | None, before: Any, after: Any) -> None:
        if before == after:
            return
        if isinstance(node, MappingNode) and isinstance(after, dict) and _fits(node, after):
            self._mapping(node, before, after)
        elif _in_lines(node) and _named(before) and _named(after):
            self._sequence(node, before, after)
        elif node is not None:
            self._replace(node, after)

    def _mapping(self, node: MappingNode, before: Any, after: dict[str, Any]) -> None:
        for key, value in node.value:
            if key.value in after:
                was = before.get(key.value) if isinstance(before, dict) else None
                self._change(value, was, after[key.value])
            elif not isinstance(before, dict) or key.value in before:
                self._remove(key, value)
        there = {key.value for key, _ in node.value}
        new = {key: value for key, value in after.items() if key not in there}
        if new:
            column = node.start_mark.column
            lines = indent(dump_tree(new, flow=False), " " * column)
            self._insert(self._line_end(self._end(node)), lines)

    def _sequence(
        self, node: MappingNode | SequenceNode, before: list[Any], after: list[Any]
    ) -> None:
        if len(node.value) != len(before):
            raise _OddLayoutError
        kept = {_name(one): n for n, one in enumerate(before)}
        order = [kept[_name(one)] for one in after if _name(one) in kept]
        if order != sorted(order):  # moved: which comment would go where?
            raise _OddLayoutError
        wanted = {_name(one) for one in after}
        for n, one in enumerate(before):
            if _name(one) not in wanted:
                self._remove(node.value[n], node.value[n])
        place = self._above(node.value[0])
        for one in after:
            if _name(one) in kept:
                child = node.value[kept[_name(one)]]
                self._change(child, before[kept[_name(one)]], one)
                place = self._line_end(self._end(child))
            else:
                new = dedent(dump_tree([one], flow=False))
                self._insert(place, indent(new, " " * node.start_mark.column))

    def _replace(self, node: Node, after: Any) -> None:
        """Write a value anew: on its line where it stood on one, else below its key."""
        start, end = self._at(node.start_mark), self._end(node)
        if _in_lines(node) and isinstance(after, dict | list):
            lines = dedent(dump_tree(after, flow=False))
            written = indent(lines, " " * node.start_mark.column).strip()
        else:
            written = dump_tree([after], flow=True).strip()[1:-1]  # quoted as brackets demand
        self._edits.append((start, end, written))

    def _remove(self, first: Node, last: Node) -> None:
        """Take out the lines of a part, with the comment right above it."""
        line = self._lines[first.start_mark.line]
        if line[: first.start_mark.column].strip(" -"):
            raise _OddLayoutError
        if "-" in line[: first.start_mark.column] and first is not last:
            raise _OddLayoutError  # the first key of an entry, beside its dash
        self._edits.append((self._above(first), self._line_end(self._end(last)), ""))

    def _insert(self, place: int, lines: str) -> None:
        if place and self._text[place - 1] != "\n":  # the last line has no end
            lines = f"\n{lines}"
        self._edits.append((place, place, lines))

    def _above(self, node: Node) -> int:
        """Return where the comment right above a part begins, or else the line of the part."""
        number = node.start_mark.line
        while number and self._lines[number - 1].lstrip().startswith("#"):
            number -= 1
        return self._starts[number]

    def _end(self, node: Node) -> int:
        """Return where the last value of a part ends."""
        while _in_lines(node) and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        end = self._at(node.end_mark)
        while self._text[end - 1] == "\n":
            end -= 1
        return end

    def _line_end(self, place: int) -> int:
        """Return where the line after a place begins."""
        found = self._text.find("\n", place)
        return len(self._text) if found < 0 else found + 1

    def _at(self, mark: yaml.Mark) -> int:
        return self._starts[mark.line] + mark.column


def _in_lines(node: Node | None) -> TypeGuard[MappingNode | SequenceNode]:
    """Say whether a part has lines of its own, rather than brackets."""
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _fits(node: MappingNode, after: dict[str, Any]) -> bool:
    """Say whether a mapping can be changed key by key; in brackets only if its keys stay."""
    return not node.flow_style or {key.value for key, _ in node.value} == after.keys()


def _name(entry: Any) -> Any:
    return next((entry[key] for key in _NAMES if key in entry), None)


def _named(entries: Any) -> bool:
    """Say whether a list's entries can be told apart by their names."""
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        return False
    names = [_name(one) for one in entries]
    return None not in names and len(set(names)) == len(names)
