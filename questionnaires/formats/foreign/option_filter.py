"""Which options are offered: conditions of single options, and choices that are carried forward."""

from __future__ import annotations

from questionnaires.expressions import Call, Literal, Node, Reference, parse
from questionnaires.expressions.tree import replaced
from questionnaires.expressions.writing import write
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import Formula, Scope, all_of
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.formats.foreign.writing import both
from questionnaires.kinds.base import Choice
from questionnaires.kinds.choosing import Listed


def filtered(item: Listed) -> str | None:
    """Return the filter that has the effect of an item's own and of what is carried forward.

    As in a definition, options such as "other" go with every list.
    """
    if item.carry_forward is None:
        return item.choice_filter
    value = Reference(f"{OPTION}value")
    offered: Node = Call("selected", (Reference(item.carry_forward.item), value))
    if item.carry_forward.which == "not_chosen":
        offered = Call("not", (offered,))
    stays = (Call("=", (value, Literal(one.value))) for one in item.options if one.stays)
    for other in stays:
        offered = Call("or", (offered, other))
    if item.choice_filter is not None:
        offered = Call("and", (parse(item.choice_filter), offered))
    return write(offered)


def of_option(node: Node, option: Choice) -> Node:
    """Return a filter with the properties of one option in their places."""
    known = {f"{OPTION}{name}": value for name, value in option.properties.items()}
    known[f"{OPTION}value"] = option.value

    def change(part: Node) -> Node:
        if isinstance(part, Reference) and part.name.startswith(OPTION):
            return Literal(known.get(part.name, ""))
        return part

    return replaced(replaced(node, change), _folded)


def _folded(node: Node) -> Node:
    """Work out what is settled for one option: comparisons of its value, and what follows."""
    match node:
        case Call(("=" | "!=") as sign, (Literal(str(left)), Literal(str(right)))):
            return Literal((left == right) is (sign == "="))
        case Call("not", (Literal(bool(value)),)):
            return Literal(not value)
        case Call(("and" | "or") as name, parts):
            deciding = name == "or"
            if any(_is_flag(part) and part == Literal(deciding) for part in parts):
                return Literal(deciding)
            rest = [part for part in parts if not _is_flag(part)]
            return both(rest, name) if rest else Literal(not deciding)
    return node


def _is_flag(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, bool)


def option_filter(
    found: list[tuple[str, Formula]], codes: dict[str, str], report: Report
) -> Formula:
    """Return the filter that offers an option when its condition holds.

    ``found`` pairs foreign values with conditions, which have been counted; one that cannot be
    translated is flagged, and its option is always offered.
    """

    def translate(scope: Scope) -> Node:
        conditions: dict[str, list[Node]] = {}
        for value, formula in found:
            try:
                conditions.setdefault(value, []).append(formula.translate(scope))
            except Untranslatable as reason:
                report.flag(formula.key, formula.where, formula.text, reason.reason)
        parts: list[Node] = []
        for value, nodes in conditions.items():
            other = Reference(f"{OPTION}value"), Literal(codes.get(value, value))
            if nodes:
                parts.append(Call("or", (Call("!=", other), all_of(nodes))))
        return all_of(parts)

    first = found[0][1]
    return Formula("choice_filter", first.where, first.text, translate, counted=False)
