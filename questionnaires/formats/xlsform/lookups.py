"""``instance('list')/root/item[col = x]/other``: a column of a choice list -> nested conditions.

Our language asks for labels of what was chosen and filters by columns; any other column is written
out, one condition for each of its values, as long as they are few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from questionnaires.expressions import Call, Field, Literal, Lookup, Node, Reference
from questionnaires.expressions.tree import replaced
from questionnaires.formats.xlsform.choices import ChoiceLists
from questionnaires.text import Text

#: Values that may be written out: each is one level of nesting.
MOST_VALUES = 40
#: Rows that may be written out when the condition is more than one equation.
MOST_ROWS = 30

Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class Beyond(Exception):
    """A lookup that cannot be written out; ``reason`` names why (see the catalogue)."""

    reason: str
    values: dict[str, object]


def written_out(node: Lookup, lists: ChoiceLists) -> Node:
    """Return a lookup as nested conditions; raise Beyond when it cannot be one."""
    if node.choices not in lists:
        raise Beyond("list_elsewhere", {"name": node.choices})
    entries = lists.entries(node.choices)
    if all(node.column not in entry for entry in entries):
        raise Beyond("property", {"name": node.column})
    lists.use(node.choices, node.column)
    match node.where:
        case Call("=", (Field(key), other)) | Call("=", (other, Field(key))):
            lists.use(node.choices, key)
            return _by_key(entries, key, other, node.column)
    return _by_condition(entries, node.where, node.column)


def _by_key(entries: Iterable[Entry], key: str, value: Node, column: str) -> Node:
    """Ask which key it is, all keys with the same value at once; the first of equal keys counts."""
    keys: dict[str, list[str]] = {}
    seen: set[str] = set()
    for entry in entries:
        own = entry.get(key, "")
        if own and own not in seen:
            seen.add(own)
            keys.setdefault(entry.get(column, ""), []).append(own)
    keys.pop("", None)
    tests = [(_among(value, group), result) for result, group in keys.items()]
    return _nested(tests, MOST_VALUES)


def _among(value: Node, keys: list[str]) -> Node:
    options = [Literal(key) for key in keys]
    return Call("=", (value, options[0])) if len(keys) == 1 else Call("in", (value, *options))


def _by_condition(entries: Iterable[Entry], where: Node, column: str) -> Node:
    tests: list[tuple[Node | bool, str]] = []
    for entry in entries:

        def change(part: Node, entry: Entry = entry) -> Node:
            return Literal(entry.get(part.name, "")) if isinstance(part, Field) else part

        condition = _settled(replaced(where, change))
        if condition is not False and entry.get(column):
            tests.append((condition, entry[column]))
    return _nested(tests, MOST_ROWS)


def _settled(node: Node) -> Node | bool:
    """Work out comparisons of constants with each other; True or False when nothing is left."""
    match node:
        case Call("=", (Literal(left), Literal(right))):
            return left == right
        case Call("and", parts):
            settled = [_settled(part) for part in parts]
            if False in settled:
                return False
            left_over = [part for part in settled if not isinstance(part, bool)]
            if not left_over:
                return True
            return left_over[0] if len(left_over) == 1 else Call("and", tuple(left_over))
    return node


def _nested(tests: Sequence[tuple[Node | bool, str]], most: int) -> Node:
    if len(tests) > most:
        raise Beyond("lookup_long", {"count": len(tests), "limit": most})
    whole: Node = Literal("")
    for condition, result in reversed(tests):
        test = Call("true", ()) if isinstance(condition, bool) else condition
        whole = Call("if", (test, Literal(result), whole))
    return whole


def reads_label(node: Lookup, list_of: str | None) -> Node | None:
    """Return the label of what was chosen, when a lookup asks for nothing else."""
    match node.where:
        case Call("=", (Field("name"), Reference(item))) | Call(
            "=", (Reference(item), Field("name"))
        ):
            if node.column == "label" and list_of == node.choices:
                return Call("choice-label", (Reference(item), Literal(item)))
    return None


def asked_item(node: Lookup) -> str | None:
    """Return the item whose answer a lookup goes by, if it is one."""
    match node.where:
        case Call("=", (Field(_), Reference(item))) | Call("=", (Reference(item), Field(_))):
            return item
    return None


def worded(reason: Text, values: dict[str, object]) -> Text:
    """Return a reason with its values filled in."""
    return Text({tag: body.format(**values) for tag, body in reason.root.items()})
