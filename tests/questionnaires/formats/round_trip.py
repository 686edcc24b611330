"""Out and in again: what of a questionnaire is no longer the same, item by item.

``python -m tests.questionnaires.formats.round_trip [FOLDER]`` prints it for every form of a folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires import Item, Questionnaire, Text
from questionnaires.formats.registry import Format, reader

from .importing import FORMS

_ENDINGS = {"xlsform": ".xlsx", "surveyjs": ".json", "fhir": ".json"}
#: What an item means to whoever answers it.
FACTS = ("kind", "label", "required", "relevant", "constraint", "choice_filter", "options", "rows")


@dataclass(frozen=True)
class Trip:
    """One questionnaire before and after, and the items that the writer said would change."""

    path: Path
    first: Questionnaire
    second: Questionnaire
    announced: frozenset[str]

    def missing(self) -> list[str]:
        """Return the items that are gone without a word."""
        left = {item.id for item in self.second.items}
        return [item.id for item in self.first.items if item.id not in left | self.announced]

    def changed(self) -> Iterator[tuple[str, str, Any, Any]]:
        """Yield (item, fact, before, after) of what is different without a word."""
        after = self.second.item_by_id
        for item in self.first.items:
            if item.id in after and item.id not in self.announced:
                for fact in FACTS:
                    old, new = _fact(item, fact), _fact(after[item.id], fact)
                    if old != new:
                        yield item.id, fact, old, new


def trip(form: Format, path: Path) -> Trip | None:
    """Read a file, write what came of it in the same format, and read that."""
    first = form.read(path.read_bytes(), path.name).questionnaire
    if first is None or form.write is None:
        return None
    ending = _ENDINGS[form.name]
    written = form.write(first, ending)
    second = form.read(written.content, f"again{ending}").questionnaire
    if second is None:
        return None
    named = {loss.where.removeprefix("items.").split(".")[0] for loss in written.losses}
    return Trip(path, first, second, frozenset(named))


def trips(folder: Path) -> Iterator[Trip]:
    """Yield the trip of every form below a folder that can be written in its own format."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        form = reader(path.read_bytes(), path.name)
        if form is not None and form.name in _ENDINGS and (made := trip(form, path)):
            yield made


def _fact(item: Item, name: str) -> Any:
    value = getattr(item, name, None)
    if name in ("options", "rows") and value:
        return [(one.value, _said(one.label)) for one in value]
    if isinstance(value, str):
        return value.replace("not(. != '')", ". = ''")
    return _said(value) if name == "label" else value


def _said(text: Text) -> set[str]:
    """Return the wordings; a tag for a language that nobody named may change."""
    return set(text.root.values())


if __name__ == "__main__":
    for one in trips(Path(sys.argv[1]) if len(sys.argv) > 1 else FORMS):
        changes = list(one.changed())
        print(
            f"{one.path.name[:60]:60} {len(one.first.items):5} items, announced "
            f"{len(one.announced):4}, missing {len(one.missing()):4}, changed {len(changes):4}"
        )
        for change in changes[:3]:
            print("   ", *(str(part)[:90] for part in change), sep=" | ")
