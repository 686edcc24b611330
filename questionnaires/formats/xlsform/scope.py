"""Which item a name means, seen from where it is written."""

from __future__ import annotations

import re

from questionnaires.formats.losses import Severity
from questionnaires.formats.names import Names, identifier
from questionnaires.formats.xlsform.records import Ledger, Row
from questionnaires.formats.xlsform.survey import Node
from questionnaires.formats.xlsform.types import WITHOUT_ANSWER

#: Names that an XLSForm keeps for itself.
RESERVED = ("meta",)
#: The name of the form around all questions, which a reference cannot tell from a question.
ROOT = "data"
_NAMED = re.compile(r"\$\{([^{}]*)\}")
_LEGAL = re.compile(r"[^\W\d][\w.-]*\Z")


class Scope:
    """The names of a form, and the identifiers that they became."""

    def __init__(self, root: Node, ledger: Ledger) -> None:
        self._ledger = ledger
        self._root = root
        self._nodes: dict[str, list[Node]] = {}
        self._by_id: dict[str, Node] = {}
        self._by_row: dict[tuple[str, int], Node] = {}
        self.names = Names()
        nodes = list(root.below())
        for node in nodes:
            self._by_row.setdefault((node.row.sheet, node.row.number), node)
            if node.name:
                self._nodes.setdefault(node.name, []).append(node)
                if " " in node.name:
                    self._nodes.setdefault(_joined(node.name), []).append(node)
        for node in nodes:
            if not node.is_group:
                self._identify(node)
        for node in nodes:
            if node.is_group:
                self._identify(node)

    def _identify(self, node: Node) -> None:
        node.id = self.names.take(node.name or node.type.name, "q")
        self._by_id[node.id] = node
        name, where = node.name, node.row.where("name")
        if not name:
            level: Severity = "info" if node.type.name == "note" else "error"
            self._ledger.add("name_missing", level, where, id=node.id)
            return
        values = {"name": name, "id": node.id}
        if not _LEGAL.match(name):
            self._ledger.add("name_illegal", "error", where, **values)
        elif name in RESERVED:
            self._ledger.add("name_reserved", "error", where, **values)
        elif self._beside(node) or self._second_repeat(node):
            self._ledger.add("name_twice", "error", where, **values)
        elif node.id != name and not (node.is_group and node.type.name != "repeat"):
            if node.id == identifier(name):
                self._ledger.add("name_changed", "info", where, **values)
            else:
                self._ledger.add("name_elsewhere", "warning", where, **values)

    def _beside(self, node: Node) -> bool:
        """Say whether an earlier node of the same group has the name."""
        first = next(n for n in self._nodes[node.name] if n.parent is node.parent)
        return first is not node

    def _second_repeat(self, node: Node) -> bool:
        same = [n for n in self._nodes[node.name] if n.type.name == "repeat"]
        return node.type.name == "repeat" and same[0] is not node

    def find(self, name: str, seen_from: Node) -> Node | None:
        """Return the node of that name that is nearest to ``seen_from``."""
        found = self._nodes.get(name.strip())
        if not found:
            return None
        return found[0] if len(found) == 1 else max(found, key=lambda n: _nearness(n, seen_from))

    def joined(self, expression: str) -> str:
        """Write names with spaces so that an expression can refer to them; ``find`` knows both."""

        def join(match: re.Match[str]) -> str:
            name = match[1].strip()
            return f"${{{_joined(name)}}}" if name in self._nodes else match[0]

        return _NAMED.sub(join, expression)

    def by_id(self, identifier: str) -> Node | None:
        """Return the node that has an identifier here."""
        return self._by_id.get(identifier)

    def walk(self, start: Node, up: int, names: tuple[str, ...], *, absolute: bool) -> Node | None:
        """Follow a path: up from a node, or from the root past the name of the form; then down."""
        if absolute:
            return self.below(self._root, names[1:])
        node: Node | None = start
        for _ in range(up):
            node = None if node is None else node.parent
        return None if node is None else self.below(node, names)

    def below(self, group: Node, names: tuple[str, ...]) -> Node | None:
        """Follow names downwards; groups on the way may be left out."""
        node = group
        for name in names:
            within = (one for one in self._nodes.get(name, ()) if node in set(one.above()))
            found = next(within, None)
            if found is None:
                return None
            node = found
        return None if node is group else node

    def reads_entries(self, expression: str, seen_from: Node) -> bool:
        """Say whether an expression is about an entry of a repeat that ``seen_from`` stands in."""
        around = {node for node in seen_from.above() if node.type.name == "repeat"}
        found = (self.find(name, seen_from) for name in _NAMED.findall(expression))
        inside = any(node is not None and node.repeat in around for node in found)
        return inside or ".." in expression or "position(" in expression

    def is_ambiguous(self, name: str) -> bool:
        """Say whether a reference to the name could mean several things."""
        found = self._nodes.get(name.strip(), ())
        return len(found) + (name.strip() == ROOT) > 1

    def renamed(self, name: str) -> str | None:
        """Return the identifier of the first item of that name, for references in texts."""
        found = self._nodes.get(name.strip())
        return found[0].id if found else None

    def shown(self, name: str, row: Row) -> str | None:
        """Return the item that a text of a row shows under a name.

        None: there is no such name. "": what it means has no answer that can be seen from there.
        """
        place = self._by_row.get((row.sheet, row.number), self._root)
        target = self.find(name, place)
        if target is None:
            return None
        if target.is_group or target.type.name in WITHOUT_ANSWER:
            return ""
        return target.id if target.repeat in (None, place.repeat) else ""


def _nearness(node: Node, seen_from: Node) -> int:
    around = set(map(id, seen_from.above()))
    return sum(id(group) in around for group in node.above())


def _joined(name: str) -> str:
    return name.replace(" ", "\N{OPEN BOX}")
