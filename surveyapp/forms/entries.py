"""The field of a repeated section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from wtforms import Field

from questionnaires.kinds.base import Item, Json
from surveyapp.forms.fields import AnswerField, Submitted


class EntriesField(Field):
    """A repeated section: as many entries as the page has, each with the fields of the section."""

    def __init__(
        self, section: Any, make: Callable[[Item, str], AnswerField], **options: Any
    ) -> None:
        super().__init__(**options)
        self.section = section
        self.entries: list[list[AnswerField]] = []
        self._make = make

    def process(
        self, formdata: Submitted | None, data: Any = None, extra_filters: Any = None
    ) -> None:
        """Make the entries that were submitted, or one blank entry."""
        self.process_errors: list[str] = []
        self.errors: list[str] = []
        count = self._submitted(formdata) if formdata is not None else 0
        self.entries = []
        fewest = 0 if self.section.repeat.count else max(self.section.repeat.min, 1)
        for _ in range(max(count, fewest)):
            self.add(formdata)

    def add(self, formdata: Submitted | None = None) -> None:
        """Add one entry, blank unless ``formdata`` fills it; at most as many as are allowed."""
        if len(self.entries) >= self.section.repeat.max:
            return
        start = f"{self.name}.{len(self.entries)}."
        entry = [self._make(item, start + item.id) for item in self.section.items]
        for field in entry:
            field.process(formdata)
        self.entries.append(entry)

    def pattern(self) -> list[AnswerField]:
        """Return the fields of a blank entry that a browser makes further entries from."""
        entry = [self._make(item, f"{self.name}.NEW.{item.id}") for item in self.section.items]
        for field in entry:
            field.process(None)
        return entry

    def fit(self, count: int) -> bool:
        """Bring the number of entries to ``count``; filled ones stay. True when that changed it."""
        before = len(self.entries)
        while len(self.entries) < min(count, self.section.repeat.max):
            self.add()
        while len(self.entries) > count and self._blank(self.entries[-1]):
            self.entries.pop()
        return len(self.entries) != before

    @staticmethod
    def _blank(entry: list[AnswerField]) -> bool:
        return all(field.item.is_blank(field.data) for field in entry)

    @property
    def anchor(self) -> str:
        """The message above the entries."""
        return self.name

    def _submitted(self, formdata: Submitted) -> int:
        """Return how many entries the page had: one more than the highest number sent."""
        numbers = (name.removeprefix(f"{self.name}.").split(".")[0] for name in formdata)
        sent = [int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) <= 3]
        return max(sent, default=-1) + 1

    @property
    def data(self) -> Json:
        """The raw answer: one mapping per entry."""
        return [{field.item.id: field.data for field in entry} for entry in self.entries]

    @data.setter
    def data(self, value: Any) -> None:
        """WTForms sets it while binding; the entries are the data."""

    def owns(self, name: str) -> bool:
        """Say whether a control of that name belongs to one of the entries."""
        return any(field.owns(name) for field in self.fields())

    def fields(self) -> Iterator[AnswerField]:
        """Yield the fields of all entries."""
        for entry in self.entries:
            yield from entry
