"""The field of a repeated section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wtforms import Field

from questionnaires.kinds.base import Json
from surveyapp.forms.controls import NEW, Controls, Entries
from surveyapp.forms.fields import AnswerField
from surveyapp.forms.sent import Sent


class EntriesField(Field):
    """A repeated section: as many entries as the page has, each with the fields of the section."""

    def __init__(
        self, controls: Entries, make: Callable[[Controls], AnswerField], **options: Any
    ) -> None:
        super().__init__(**options)
        self.controls = controls
        self.section = controls.section
        self.entries: list[list[AnswerField]] = []
        self._make = make

    def process(self, formdata: Sent | None, data: Any = None, extra_filters: Any = None) -> None:
        """Make the entries that were sent, or as many blank ones as are there at first."""
        self.process_errors: list[str] = []
        self.errors: list[str] = []
        self.entries = []
        for _ in range(self.controls.count(formdata)):
            self.add(formdata)

    def add(self, formdata: Sent | None = None) -> None:
        """Add one entry, blank unless ``formdata`` fills it; at most as many as are allowed."""
        if len(self.entries) < self.controls.repeat.max:
            self.entries.append(self._filled(self.controls.entry(len(self.entries)), formdata))

    def _filled(self, controls: Mapping[str, Controls], formdata: Sent | None) -> list[AnswerField]:
        entry = [self._make(one) for one in controls.values()]
        for field in entry:
            field.process(formdata)
        return entry

    def pattern(self) -> list[AnswerField]:
        """Return the fields of a blank entry that a browser makes further entries from."""
        return self._filled(self.controls.entry(NEW), None)

    def fit(self, count: int) -> bool:
        """Bring the number of entries to ``count``; filled ones stay. True when that changed it."""
        before = len(self.entries)
        while len(self.entries) < min(count, self.controls.repeat.max):
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

    @property
    def data(self) -> Json:
        """The raw answer: one mapping per entry."""
        return [{field.item.id: field.data for field in entry} for entry in self.entries]

    @data.setter
    def data(self, value: Any) -> None:
        """WTForms sets it while binding; the entries are the data."""

    def fields(self) -> Iterator[AnswerField]:
        """Yield the fields of all entries."""
        for entry in self.entries:
            yield from entry
