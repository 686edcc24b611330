"""What a form sent, before anything is known of the questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from surveyapp.uploads import Upload

Submitted = MultiDict[str, Any]

#: No item's name has more parts: section, number of the entry, item.
_DEEPEST = 3


class Sent:
    """What was sent: the name of a control -> everything under it, in the order sent.

    Files that were chosen are read here, once.
    """

    __slots__ = ("_all", "_inside")

    def __init__(self, submitted: Submitted | None = None) -> None:
        lists: Iterable[tuple[str, list[Any]]] = () if submitted is None else submitted.lists()
        self._all = {name: [_taken(value) for value in values] for name, values in lists}
        self._inside: dict[str, dict[str, str]] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def all(self, name: str) -> list[Any]:
        """Return everything that was sent under a name."""
        return self._all.get(name, [])

    def first(self, name: str, otherwise: str | None = None) -> Any:
        """Return the first value under a name, or ``otherwise`` when nothing came under it."""
        values = self._all.get(name)
        return values[0] if values else otherwise

    def inside(self, name: str) -> Mapping[str, str]:
        """Return part -> control, for the controls that are called ``name.part``."""
        if self._inside is None:
            self._inside = {}
            for control in self._all:
                pieces = control.split(".", _DEEPEST)
                for depth in range(1, len(pieces)):
                    outer, part = ".".join(pieces[:depth]), ".".join(pieces[depth:])
                    self._inside.setdefault(outer, {})[part] = control
        return self._inside.get(name, {})

    def texts(self) -> list[tuple[str, str]]:
        """Return (control, text) of everything that a page can carry on: it cannot carry files."""
        return [
            (name, value)
            for name, values in self._all.items()
            for value in values
            if isinstance(value, str)
        ]


def _taken(value: Any) -> Any:
    """Read a file that was chosen; an empty control for one stays as it is."""
    if isinstance(value, FileStorage) and value.filename:
        return Upload(value.filename, value.mimetype, value.read())
    return value
