"""Parts in the making -> a questionnaire that holds up, with whatever does not taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from questionnaires.expressions import ExpressionError, parse
from questionnaires.expressions.writing import write
from questionnaires.formats.foreign.identity import naming, promised
from questionnaires.formats.validation import located, real_errors
from questionnaires.formats.xlsform.guarding import guard_pipes
from questionnaires.formats.xlsform.layout import MOST_ENTRIES, Part
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Formula, Ledger
from questionnaires.formats.xlsform.workshop import Draft
from questionnaires.model import Questionnaire
from questionnaires.problems import Problem
from questionnaires.structure import structure_problems
from questionnaires.text import Text

#: Rounds of building and taking out; each takes something out, few are ever needed.
MOST_ROUNDS = 20
_REFERENCE_REASONS = {
    "reference_unknown": "valueless",
    "reference_repeated": "repeated",
    "reference_itself": "itself",
    "reference_cycle": "cycle",
}
_ESSENTIAL = ("id", "kind", "label")


@dataclass(slots=True)
class Form:
    """Everything that goes into the questionnaire."""

    head: dict[str, Any]
    scales: dict[str, Any]
    parts: list[Part]
    ledger: Ledger

    def drafts(self) -> Iterator[tuple[Part, Draft]]:
        """Yield each item with the section that it stands in."""
        yield from ((part, draft) for part in self.parts for draft in part.drafts)

    def tree(self) -> dict[str, Any]:
        """Return the definition as our files hold it."""
        sections = [_section(part) for part in self.parts]
        scales = {"scales": self.scales} if self.scales else {}
        promise = promised(None, [draft.body for _, draft in self.drafts()])
        return {**self.head, **promise, **scales, "sections": sections}

    def tell_promise(self) -> None:
        """Report the item that asks who is answering, if there is one."""
        for _, draft in self.drafts():
            if naming([draft.body]):
                where, name = draft.node.row.where("type"), draft.body["id"]
                self.ledger.add("anonymity_named", "warning", where, name=name)
                return

    def tell_entries(self) -> None:
        """Report the repeats whose number of entries could not be worked out."""
        for part in self.parts:
            if part.count is not None and part.count.flagged:
                values = {"text": part.count.text, "limit": MOST_ENTRIES}
                self.ledger.add("repeat_counted", "error", part.count.where, name=part.id, **values)


def settle(form: Form) -> Questionnaire | None:
    """Return the questionnaire, taking out what keeps it from being valid; None: nothing left."""
    _cut_circles(form)
    for _ in range(MOST_ROUNDS):
        _leave_broken(form)
        guard_pipes(form.parts, form.scales, form.ledger)
        form.parts[:] = [part for part in form.parts if part.drafts]
        if not form.parts:
            return None
        found = _problems(form)
        if isinstance(found, Questionnaire):
            form.tell_promise()
            form.tell_entries()
            return found
        for path, problem in found:
            _take_out(form, path, problem)
    return None


def _problems(form: Form) -> Questionnaire | list[tuple[list[str], Problem]]:
    tree = form.tree()
    try:
        questionnaire = Questionnaire.model_validate(tree)
    except ValidationError as error:
        return [
            ([str(step) for step in located(detail["loc"], tree)], _as_problem(detail["msg"]))
            for detail in real_errors(error)
        ]
    errors = [p for p in structure_problems(questionnaire) if p.severity == "error"]
    return [(p.place.field.split("."), p) for p in errors] or questionnaire


def _as_problem(message: str) -> Problem:
    return Problem("constraint_message", {"message": message})


def _section(part: Part) -> dict[str, Any]:
    tree: dict[str, Any] = {"id": part.id, "title": part.title}
    if part.intro:
        tree["intro"] = part.intro
    if condition := _joined(part.conditions):
        tree["relevant"] = condition
    if part.repeat is not None:
        tree["repeat"] = dict(part.repeat)
        if part.count is not None and part.count.ours is not None:
            tree["repeat"]["count"] = part.count.ours
    tree["items"] = [_item(draft) for draft in part.drafts]
    return tree


def _item(draft: Draft) -> dict[str, Any]:
    tree = dict(draft.body)
    if condition := _joined(draft.conditions):
        tree["relevant"] = condition
    for key, formula in draft.formulas.items():
        if formula.ours is not None:
            tree[key] = {"calculate": formula.ours} if key == "default" else formula.ours
    return tree


def _joined(conditions: list[Formula]) -> str:
    """Return one condition for several; the longest stay behind when the whole is too much."""
    while True:
        texts = list(dict.fromkeys(f.ours for f in conditions if f.ours is not None))
        joined = texts[0] if len(texts) == 1 else " and ".join(f"({text})" for text in texts)
        if len(texts) < 2:
            return joined if texts else ""
        try:
            written = write(parse(joined))  # with no more parentheses than it takes
            parse(written)
        except ExpressionError:
            max((f for f in conditions if f.ours), key=lambda f: len(f.text)).flag(REASONS["long"])
        else:
            return written


def _leave_broken(form: Form) -> None:
    """A calculation without its expression is asked, or is empty; nothing may read it then."""
    while broken := [draft for _, draft in form.drafts() if _is_broken(draft)]:
        lost = {draft.body["id"] for draft in broken if draft.instead is None}
        for draft in broken:
            _without_calculation(draft, form.ledger)
        for formula in form.ledger.formulas:
            if formula.ours is not None and formula.reads & lost:
                formula.flag(REASONS["broken"])


def _without_calculation(draft: Draft, ledger: Ledger) -> None:
    instead = draft.instead or {"kind": "hidden", "value": ""}
    if draft.instead is None:
        name = draft.node.name or draft.body["id"]
        where = draft.formulas["calculate"].where
        ledger.add("calculation_left_out", "error", where, name=name)
    draft.body = {k: v for k, v in draft.body.items() if k != "shown"} | instead


def _is_broken(draft: Draft) -> bool:
    return draft.body["kind"] == "calculated" and draft.formulas["calculate"].ours is None


def _cut_circles(form: Form) -> None:
    """Leave out the expressions around each circle of items that decide about one another."""
    edges: dict[str, dict[str, list[Formula]]] = {}
    for part, draft in form.drafts():
        calculated = [f for key, f in draft.formulas.items() if key == "calculate"]
        for formula in (*part.conditions, *draft.conditions, *calculated):
            for name in formula.reads:
                own = edges.setdefault(draft.body["id"], {})
                own.setdefault(name, []).append(formula)
    left = _in_circles(edges)
    for name in sorted(left):
        for needed, formulas in edges.get(name, {}).items():
            for formula in formulas if needed in left else ():
                formula.flag(REASONS["cycle"])


def _in_circles(edges: dict[str, dict[str, list[Formula]]]) -> set[str]:
    """Return the items that are left when those at the ends are taken away again and again."""
    needs = {name: set(read) for name, read in edges.items()}
    needed: dict[str, set[str]] = {}
    for name, read in needs.items():
        for other in read:
            needed.setdefault(other, set()).add(name)
    left = set(needs) & set(needed)
    for forward, backward in ((needs, needed), (needed, needs)):
        degree = {name: len(forward.get(name, set()) & left) for name in left}
        ends = [name for name, count in degree.items() if not count]
        while ends:
            name = ends.pop()
            left.discard(name)
            for other in backward.get(name, ()):
                if other in left and other in degree:
                    degree[other] -= 1
                    if not degree[other]:
                        ends.append(other)
    return left


def _take_out(form: Form, path: list[str], problem: Problem) -> None:
    """Take out what a problem names: an expression, a setting, an item, or a section."""
    if len(path) < 2 or path[0] != "sections":
        form.head.pop(path[0], None)
        form.scales.pop(path[1] if len(path) > 1 else "", None)
        return
    part = form.parts[int(path[1])]
    if len(path) < 4 or path[2] != "items":
        _from_section(part, path[2] if len(path) > 2 else "", problem)
        return
    draft = part.drafts[int(path[3])] if int(path[3]) < len(part.drafts) else None
    if draft is not None:
        _from_item(form, part, draft, path[4] if len(path) > 4 else "", problem)


def _from_section(part: Part, key: str, problem: Problem) -> None:
    if part.conditions and key in ("relevant", ""):
        _flag(part.conditions, problem)
    elif part.count is not None and key == "repeat":
        _flag([part.count], problem)
    elif key == "intro":
        part.intro = {}
    else:
        part.drafts = []


def _from_item(form: Form, part: Part, draft: Draft, key: str, problem: Problem) -> None:
    if problem.code == "reference_cycle":
        _flag([*part.conditions, *draft.conditions, *draft.formulas.values()], problem)
    elif key == "relevant":
        _flag(draft.conditions, problem)
    elif key in draft.formulas:
        _flag([draft.formulas[key]], problem)
    else:
        where = draft.node.row.where("type")
        values = {"problem": _worded(problem), "key": key or draft.body["id"]}
        form.ledger.add("invalid_afterwards", "error", where, **values)
        if key in draft.body and key not in _ESSENTIAL:
            del draft.body[key]
        else:
            part.drafts = [one for one in part.drafts if one is not draft]


def _flag(formulas: list[Formula], problem: Problem) -> None:
    """Flag those that read the name at fault; all, when none of them does."""
    reason = REASONS.get(_REFERENCE_REASONS.get(problem.code, ""), REASONS["refused"])
    alive = [formula for formula in formulas if formula.ours is not None]
    guilty = [formula for formula in alive if problem.values.get("name") in formula.reads]
    for formula in guilty or alive:
        formula.flag(reason)


def _worded(problem: Problem) -> Text:
    return Text({"zh": problem.message("zh"), "en": problem.message("en")})
