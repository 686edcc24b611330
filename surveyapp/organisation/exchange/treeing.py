"""Whether the units that a file wants make a tree, and what the end of one means for others."""

from __future__ import annotations

from dataclasses import replace

from surveyapp.organisation.exchange.draft import Draft
from surveyapp.organisation.exchange.records import UnitRecord
from surveyapp.organisation.models import MAX_DEPTH


def check(draft: Draft) -> None:
    """Find unknown parents, circles and too many levels; then let ends reach what lies below."""
    units = draft.wanted.units
    whole = True
    for code, row in _rows(draft):
        parent = units[code].parent
        if parent and parent not in units:
            draft.complain("unknown_unit", "units", row, "parent", value=parent)
            whole = False
        elif not parent and code not in draft.now.units and not draft.roots:
            draft.complain("no_root", "units", row, "parent")
    order, circles = from_the_top(units)
    for circle in circles:
        _circle(draft, circle)
    if whole and not circles:
        _depth(draft, order)
        _ends(draft, order)


def from_the_top(units: dict[str, UnitRecord]) -> tuple[list[str], list[list[str]]]:
    """Return the codes with every unit after its parent, and the circles of those in none.

    A unit whose parent is unknown counts as a root.
    """
    below: dict[str, list[str]] = {}
    for code, unit in units.items():
        below.setdefault(unit.parent if unit.parent in units else "", []).append(code)
    order = list(below.get("", ()))
    for code in order:  # grows while it is walked
        order += below.get(code, ())
    left = units.keys() - set(order)
    circles = []
    while left:
        trail = [min(left)]
        while (above := units[trail[-1]].parent) not in trail and above in left:
            trail.append(above)
        if above in trail:
            circles.append(trail[trail.index(above) :])
        left -= set(trail)
    return order, circles


def _rows(draft: Draft) -> list[tuple[str, int]]:
    return [(code, row.number) for (sheet, code), row in draft.source.items() if sheet == "units"]


def _circle(draft: Draft, circle: list[str]) -> None:
    rows = {code: row for code, row in _rows(draft) if code in circle}
    first = min(rows, key=lambda code: rows[code])
    start = circle.index(first)
    trail = [*circle[start:], *circle[:start], first]
    draft.complain("cycle", "units", rows[first], "parent", trail=" → ".join(trail[-9:]))


def _depth(draft: Draft, order: list[str]) -> None:
    units, depth = draft.wanted.units, {"": 0}
    for code in order:
        depth[code] = depth[units[code].parent] + 1
    for code, row in _rows(draft):
        if depth[code] > MAX_DEPTH:
            draft.complain("too_deep", "units", row, "parent", limit=MAX_DEPTH)


def _ends(draft: Draft, order: list[str]) -> None:
    """A unit cannot outlive its parent: one that the file leaves alone ends with it."""
    units = draft.wanted.units
    for code in order:
        unit = units[code]
        parent = units.get(unit.parent)
        if parent is None or unit.end <= parent.end:
            continue
        row = draft.source.get(("units", code))
        before = draft.now.units.get(code)
        untouched = row is None or (
            "valid_until" not in row.cells and before is not None and before.parent == unit.parent
        )
        if untouched and unit.start <= parent.end:
            units[code] = replace(unit, valid_until=parent.valid_until)
        else:
            number = row.number if row else 0
            until = str(parent.valid_until)
            draft.complain(
                "outlives_parent", "units", number, "valid_until", parent=unit.parent, until=until
            )
