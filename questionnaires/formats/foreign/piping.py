"""Answers that the texts of a foreign form show -> ``${id}``, once all names are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import Scope
from questionnaires.formats.foreign.quoting import MARK, Quoted, Quotes
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.report import Report
from questionnaires.text import Text


@dataclass(slots=True)
class Pipes:
    """Puts answers in the places of marks, for the texts of one item or section.

    ``shown`` returns the item that shows the value of an expression; None: there is no room for
    one, and only plain answers can be shown.
    """

    quotes: Quotes
    scope: Scope
    report: Report
    shown: Callable[[Node, Quoted], str] | None = None

    def settled(self, value: Any) -> Any:
        """Return a part of a definition with all its texts settled."""
        if isinstance(value, Text):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.settled(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.settled(inner) for inner in value)
        return value

    def _text(self, text: Text) -> Text:
        if not any(MARK.search(body) for body in text.root.values()):
            return text
        return Text({tag: MARK.sub(self._put, body) for tag, body in text.root.items()})

    def _put(self, match: re.Match[str]) -> str:
        quoted = self.quotes.found[int(match[1])]
        self.report.expressions += bool(quoted.key)
        try:
            return self._worded(quoted.translate(self.scope), quoted)
        except Untranslatable as reason:
            self._lose(quoted, reason.reason)
        except RecursionError:
            self._lose(quoted, Untranslatable("too_deep").reason)
        return quoted.instead

    def _lose(self, quoted: Quoted, reason: Text) -> None:
        if quoted.key:
            self.report.flag(quoted.key, quoted.where, quoted.text, reason)
        else:
            self.report.lose("piping_fixed", quoted.where, text=quoted.text, reason=reason)

    def _worded(self, node: Node, quoted: Quoted) -> str:
        match node:
            case Reference(name) if name in (known.id for known in self.scope.names.values()):
                return f"${{{name}}}"
            case Literal(value):
                return str(value).replace("{", "[").replace("}", "]")
            case Call("concat", parts):
                return "".join(self._worded(part, quoted) for part in parts)
        if self.shown is None or (isinstance(node, Reference) and node.name.startswith(OPTION)):
            raise Untranslatable("part", name=quoted.text)
        return f"${{{self.shown(node, quoted)}}}"
