"""A mapping of a foreign file that remembers which of its keys were read."""

from __future__ import annotations

from typing import Any

from questionnaires.formats.foreign.report import Report


class Tracked:
    """One JSON object and its place; ``left`` lists the keys that nobody asked for."""

    def __init__(self, raw: dict[str, Any], where: str, report: Report) -> None:
        self.raw = raw
        self.where = where
        self.report = report
        self._read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """Return what stands under a key, whatever it is."""
        self._read.add(key)
        return self.raw.get(key, default)

    def at(self, key: str) -> str:
        """Return the place of what stands under a key."""
        return f"{self.where}.{key}"

    def first(self, *keys: str) -> Any:
        """Return what stands under the first of several keys that is there."""
        found = [self.get(key) for key in keys]
        return next((value for value in found if value is not None), None)

    def yes(self, *keys: str) -> bool:
        """Say whether one of several keys is set to true."""
        found = [self.get(key) for key in keys]
        return any(value is True or value == "true" for value in found)

    def string(self, key: str, default: str = "") -> str:
        """Return a text or number as text."""
        value = self.get(key)
        if value is None or isinstance(value, dict | list):
            if value is not None:
                self.report.lose("shape_unexpected", self.at(key), key=key)
            return default
        return str(value)

    def number(self, key: str) -> int | float | None:
        """Return a number, which may be written as a text."""
        value = self.get(key)
        if value is None or value == "" or isinstance(value, bool):
            return None
        try:
            parsed = float(value)
        except (TypeError, ValueError, OverflowError):
            self.report.lose("limit_dropped", self.at(key), key=key, value=str(value)[:80])
            return None
        if parsed != parsed or abs(parsed) > 1e15:
            self.report.lose("limit_dropped", self.at(key), key=key, value=str(value)[:80])
            return None
        return int(parsed) if parsed.is_integer() else parsed

    def objects(self, key: str) -> list[Tracked]:
        """Return the objects of a list; what is no object is reported."""
        found = []
        for index, part in enumerate(self.values(key)):
            place = f"{self.at(key)}[{index}]"
            if isinstance(part, dict):
                found.append(Tracked(part, place, self.report))
            else:
                self.report.lose("shape_unexpected", place, key=key)
        return found

    def values(self, key: str) -> list[Any]:
        """Return the entries of a list, whatever they are."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.report.lose("shape_unexpected", self.at(key), key=key)
            return []
        return value

    def ignore(self, *keys: str) -> None:
        """Mark keys as read that hold nothing for a definition."""
        self._read.update(keys)

    def left(self) -> list[str]:
        """Return the keys that were not read."""
        return [key for key in self.raw if key not in self._read]
