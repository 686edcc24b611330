"""Where items are made: what every kind has in common, and what the makers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from questionnaires.formats.losses import Severity
from questionnaires.formats.names import Names
from questionnaires.formats.xlsform.choices import ChoiceLists
from questionnaires.formats.xlsform.columns import MEDIA
from questionnaires.formats.xlsform.defaults import default_of
from questionnaires.formats.xlsform.parameters import parameters
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Formula, Ledger
from questionnaires.formats.xlsform.survey import Node, yes
from questionnaires.formats.xlsform.wording import Wording
from questionnaires.kinds.words import WORDS

Body = dict[str, Any]

#: Kinds that nobody answers.
QUIET = ("note", "calculated", "hidden", "arm")
_LISTED = ("single_choice", "multiple_choice", "ranking")
#: appearance word -> how a single choice is shown
_CHOICE_LOOKS = {
    "minimal": "dropdown",
    "autocomplete": "dropdown",
    "search": "dropdown",
    "horizontal": "buttons",
    "horizontal-compact": "buttons",
    "columns": "buttons",
    "columns-pack": "buttons",
    "likert": "buttons",
}
#: Words that say how a page is laid out, or that name the usual way; nothing is lost with them.
_USUAL = ("field-list", "compact", "quick", "quickcompact", "label", "list-nolabel", "list")
_CALENDARS = ("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist")
#: Appearance words that decided the kind, and so are not lost.
_SPOKEN = {
    "stars": ("rating",),
    "signature": ("signature",),
    "long_text": ("multiline",),
    "scale": ("likert",),
}


@dataclass(eq=False, slots=True)
class Draft:
    """An item in the making: its settings, and the expressions that go into it."""

    node: Node
    body: Body
    #: What it becomes when its calculation cannot be translated; None: a hidden item.
    instead: Body | None = None
    conditions: list[Formula] = field(default_factory=list)
    formulas: dict[str, Formula] = field(default_factory=dict)


@dataclass(slots=True)
class Workshop:
    """Makes items; ``consents`` and ``scales`` fill up on the way."""

    lists: ChoiceLists
    wording: Wording
    ledger: Ledger
    consents: dict[str, str] = field(default_factory=dict)
    scales: dict[str, list[Body]] = field(default_factory=dict)
    _scale_names: dict[str, str] = field(default_factory=dict)
    _names: Names = field(default_factory=Names)

    def scale(self, list_name: str, options: list[Body]) -> str:
        """Return the name of the scale that a list becomes."""
        if list_name not in self._scale_names:
            name = self._names.take(list_name, "scale")
            self._scale_names[list_name] = name
            self.scales[name] = without_properties(options)
        return self._scale_names[list_name]

    def changed(self, node: Node, instead: str, severity: Severity = "error") -> None:
        """Report that a question became another kind."""
        values = {"kind": node.type.written, "instead": WORDS[instead].name}
        self.ledger.add("kind_changed", severity, node.row.where("type"), **values)

    def leave_out(self, node: Node) -> None:
        """Keep nothing of a question; its expressions are lost with it."""
        for formula in node.formulas.values():
            formula.flag(REASONS["left_out"], "warning")

    def finish(self, node: Node, body: Body) -> Draft:
        """Return the item of a question, with what all kinds have in common."""
        row, kind = node.row, body["kind"]
        unseen = kind in ("calculated", "hidden") and not body.get("shown")
        head: Body = {"id": node.id, "kind": kind}
        head["label"] = self.wording.or_name(row, node.name or node.id, silently=unseen)
        if hint := self.wording.hint(row):
            head["hint"] = hint
        body = head | body
        for column in ("constraint_message", "required_message"):
            if words := self.wording.text(row, column):
                body[column] = words
        if yes(row.get("required")):
            body["required"] = True
        draft = Draft(node, body, formulas=_own_formulas(node, kind))
        self._settings(draft)
        node.answered = kind != "note"
        return draft

    def _settings(self, draft: Draft) -> None:
        node, body = draft.node, draft.body
        row = node.row
        for name in MEDIA:
            for language, file in row.named(name):
                self.ledger.add("media_dropped", "warning", row.where(name, language), file=file)
        self._appearance(draft)
        parameters(node, body, self.ledger)
        if first := default_of(node, body, self.ledger):
            draft.formulas["default"] = first
        if body["kind"] in QUIET:
            body.pop("required", None)
        elif yes(row.get("read_only")) is not False and row.get("read_only"):
            self.ledger.add("read_only_dropped", "warning", row.where("read_only"))

    def _appearance(self, draft: Draft) -> None:
        kind, row = draft.body["kind"], draft.node.row
        for word in row.get("appearance").lower().split():
            look = _CHOICE_LOOKS.get(word) or _CHOICE_LOOKS.get(word.rstrip("-0123456789"))
            if look and kind == "single_choice":
                draft.body["appearance"] = look
            elif not (look or word in _USUAL or word in _SPOKEN.get(kind, ())):
                level: Severity = "warning" if word in _CALENDARS else "info"
                self.ledger.add("appearance_dropped", level, row.where("appearance"), name=word)


def _own_formulas(node: Node, kind: str) -> dict[str, Formula]:
    """Return the expressions that an item of this kind can hold; the others are flagged."""
    kept = {}
    for key, formula in node.formulas.items():
        if key == "relevant":
            continue  # with the conditions
        if (key == "calculation" and kind != "calculated") or (
            key in ("constraint", "required") and kind in QUIET
        ):
            formula.flag(REASONS["idle"], "info")
        elif key == "choice_filter" and kind not in _LISTED:
            formula.flag(REASONS["not_choice"])
        elif key == "repeat_count":
            formula.flag(REASONS["idle"], "info")
        else:
            kept[{"calculation": "calculate"}.get(key, key)] = formula
    return kept


def without_properties(options: list[Body]) -> list[Body]:
    """Properties are for filters; without one they would only make the definition long."""
    return [{k: v for k, v in option.items() if k != "properties"} for option in options]
