"""The part of FHIRPath that conditions in questionnaires use: its syntax.

A path is a chain of ``Applied`` nodes: ``.name`` for a member, ``name()`` for a function, whose
first argument is what stands before the dot (none at the start of a path).
"""

from __future__ import annotations

import re

from questionnaires.formats.foreign.pratt import (
    Applied,
    Constant,
    Grammar,
    Parser,
    Token,
    Tree,
    Variable,
    number,
)
from questionnaires.formats.foreign.reasons import Untranslatable

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|\\.)*')
    | @(?P<moment>T?\d[\dT:.+Z-]*)
    | (?P<quantity>\d+(?:\.\d+)?\s*(?:'[^']*'|(?:year|month|week|day|hour|minute|second)s?\b))
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<variable>%(?:[A-Za-z_][\w-]*|'[^']*'|`[^`]*`)|\$\w+)
    | (?P<sign><=|>=|!=|!~|[=~<>+*/&|(){}.,\[\]-])
    | (?P<word>[A-Za-z_]\w*|`[^`]*`)
    )""",
    re.VERBOSE | re.DOTALL,
)

_LEVELS: tuple[tuple[int, dict[str, str]], ...] = (
    (10, {"implies": "implies"}),
    (20, {"or": "or", "xor": "xor"}),
    (30, {"and": "and"}),
    (40, {"in": "in", "contains": "has"}),
    (50, {"=": "=", "~": "=", "!=": "!=", "!~": "!="}),
    (60, {"<": "<", ">": ">", "<=": "<=", ">=": ">="}),
    (70, {"|": "|"}),
    (75, {"is": "is", "as": "as"}),
    (80, {"+": "+", "-": "-", "&": "&"}),
    (90, {"*": "*", "/": "/", "div": "div", "mod": "mod"}),
)

_GRAMMAR = Grammar(
    token=_TOKEN,
    binary={sign: (level, name) for level, names in _LEVELS for sign, name in names.items()},
    prefix={"-": "negate"},
    prefix_level=95,
    constants={"true": True, "false": False},
)


class _Path(Parser):
    """Adds paths, moments and the empty collection to the operators."""

    def operand(self) -> Tree:
        token = self.peek()
        if token is not None and token.sort == "moment":
            self.take()
            return self._followed(Constant(token.text.lstrip("T")))
        if token is not None and token.sort == "quantity":
            self.take()
            return self._followed(_quantity(token.text))
        if token is not None and token.sort == "sign" and token.text == "{":
            self.take()
            self.close("}")
            return Constant(None)
        return self._followed(super().operand())

    def word(self, token: Token) -> Tree:
        if self.takes("("):
            return Applied(f"{token.text}()", self.several(")"))
        if token.text in self.grammar.constants:
            return Constant(self.grammar.constants[token.text])
        return Variable(token.text.strip("`"))

    def _followed(self, left: Tree) -> Tree:
        steps = 0
        while True:
            if self.takes("."):
                left = self._member(left)
            elif self.takes("["):
                left = Applied("[]", (left, self.expression(0)))
                self.close("]")
            else:
                return left
            steps += 1
            if steps > 60:
                raise Untranslatable("too_deep")

    def _member(self, left: Tree) -> Tree:
        token = self.take()
        if token.sort not in ("word", "variable"):
            raise Untranslatable("syntax", at=token.at)
        name = token.text.strip("`")
        if self.takes("("):
            return Applied(f"{name}()", (left, *self.several(")")))
        return Applied(f".{name}", (left,))


def _quantity(text: str) -> Tree:
    """Return a number with its unit, such as ``18 years`` or ``5 'mg'``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*'?([^']*)'?", text)
    assert match is not None
    return Applied("quantity", (Constant(number(match[1])), Constant(match[2])))


def parsed(text: str) -> Tree:
    """Return the tree of an expression; raise Untranslatable when it is none we read."""
    return _Path(_GRAMMAR, text).whole()
