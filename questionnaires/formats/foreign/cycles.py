"""Conditions that depend on each other in a circle: the one that closes the circle is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from questionnaires.expressions import parse, references
from questionnaires.formats.foreign.draft import Settings
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report

#: What decides whether an item is there, or what it is.
_DECIDING = ("relevant", "calculate")


class _Owner:
    """A section or item that carries a condition or calculation, and what that reads."""

    def __init__(self, settings: Settings, key: str) -> None:
        self.settings = settings
        self.key = key
        self.reads = tuple(dict.fromkeys(references(parse(settings[key]))))
        self.dropped = False

    def drop(self, report: Report) -> None:
        """Take the condition out; a calculation leaves an item to be typed in."""
        self.dropped = True
        text = self.settings[self.key]
        report.drop_condition(self.settings["where"], text, Untranslatable("cycle").reason)
        self.settings[self.key] = None
        if self.key == "calculate":
            self.settings.pop("calculate")
            self.settings.pop("shown", None)
            self.settings["kind"] = "short_text"


def break_circles(sections: list[dict[str, Any]], report: Report) -> None:
    """Drop conditions until no item depends on itself. Each condition is looked at once."""
    owners = _owners(sections)
    settled: set[str] = set()
    for start in owners:
        if start not in settled:
            _descend(start, owners, settled, report)


def _owners(sections: list[dict[str, Any]]) -> dict[str, list[_Owner]]:
    found: dict[str, list[_Owner]] = {}
    for section in sections:
        around = [_Owner(section, "relevant")] if section.get("relevant") else []
        for item in section["items"]:
            own = [_Owner(item, key) for key in _DECIDING if item.get(key)]
            found[item["id"]] = [*around, *own]
    return found


def _descend(
    start: str, owners: dict[str, list[_Owner]], settled: set[str], report: Report
) -> None:
    """Follow the references depth first, on a list of our own instead of the stack."""
    path = {start}
    waiting = [(start, _edges(owners[start]))]
    while waiting:
        name, edges = waiting[-1]
        edge = next(edges, None)
        if edge is None:
            waiting.pop()
            path.discard(name)
            settled.add(name)
            continue
        owner, target = edge
        if target in path:
            owner.drop(report)
        elif target in owners and target not in settled:
            path.add(target)
            waiting.append((target, _edges(owners[target])))


def _edges(owners: list[_Owner]) -> Iterator[tuple[_Owner, str]]:
    for owner in owners:
        for name in owner.reads:
            if owner.dropped:
                break
            yield owner, name
