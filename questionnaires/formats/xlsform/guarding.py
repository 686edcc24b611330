"""The last look at texts that show answers: what is not there after all is only quoted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from questionnaires.formats.xlsform.layout import Part
from questionnaires.formats.xlsform.records import Ledger
from questionnaires.formats.xlsform.wording import PIPE, guarded

_SILENT = ("note",)
#: Settings that are no texts.
_PLAIN = ("id", "kind", "value", "properties", "default")
Told = Callable[[str], None]


def guard_pipes(parts: Iterable[Part], scales: dict[str, Any], ledger: Ledger) -> None:
    """Take out of all texts the answers that cannot be shown: of items that were left out."""
    kept = list(parts)
    everywhere = {name for part in kept if part.repeat is None for name in _ids(part)}
    here = everywhere

    def told(where: str) -> Told:
        return lambda name: ledger.add("text_piping", "warning", where, name=name)

    for name, levels in scales.items():
        scales[name] = _guarded(levels, everywhere, told(name))
    for part in kept:
        part.title = _guarded(part.title, everywhere, told(part.id))
        part.intro = _guarded(part.intro, everywhere, told(part.id))
        here = everywhere | _ids(part)
        for draft in part.drafts:
            draft.body = _guarded(draft.body, here, told(draft.node.row.where("label")))


def _ids(part: Part) -> set[str]:
    return {draft.body["id"] for draft in part.drafts if draft.body["kind"] not in _SILENT}


def _guarded(value: Any, shown: Collection[str], tell: Told) -> Any:
    """Return a part of a definition; only texts have references in them."""
    if isinstance(value, dict):
        return {k: v if k in _PLAIN else _guarded(v, shown, tell) for k, v in value.items()}
    if isinstance(value, list):
        return [_guarded(inner, shown, tell) for inner in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    for name in sorted(set(PIPE.findall(value)) - set(shown)):
        tell(name)
    return guarded(value, shown)
