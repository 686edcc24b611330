"""A small parser of infix expressions, shared by the foreign languages, which differ in tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from questionnaires.formats.foreign.reasons import Untranslatable

#: Longest foreign expression that is read, in characters.
MAX_CHARACTERS = 20_000
#: So deep may brackets be nested in one.
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text or truth value as written; None is "nothing"."""

    value: object


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that stands for an answer."""

    name: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """An operator or function with its arguments; of a method the first one is its owner."""

    name: str
    arguments: tuple[Tree, ...]


Tree = Constant | Variable | Listing | Applied


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; ``at`` counts from 1."""

    sort: str
    text: str
    at: int


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def unquoted(text: str) -> str:
    """Return the text between quotation marks, with what a backslash protects."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1])


def unquoted_of(signs: str) -> Callable[[str], str]:
    """Return a function like ``unquoted`` in which a backslash protects only some signs."""
    protected = re.compile(rf"\\([{re.escape(signs)}])")
    return lambda text: protected.sub(r"\1", text[1:-1])


@dataclass(frozen=True)
class Grammar:
    """The tables of one language. Operators are looked up in lower case."""

    #: Named groups: number, string, variable, word, sign.
    token: re.Pattern[str]
    #: How it is spelled -> (how tightly it binds, its name).
    binary: Mapping[str, tuple[int, str]]
    prefix: Mapping[str, str] = field(default_factory=dict)
    #: How tightly a prefix binds.
    prefix_level: int = 90
    postfix: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    #: A missing closing bracket is let pass.
    lenient: bool = False
    #: A word that is neither operator nor function is a text, not a variable.
    words_are_text: bool = False
    #: What a text between quotation marks says.
    unquoted: Callable[[str], str] = unquoted


class Parser:
    """Parses one text; raises Untranslatable at the first thing that does not fit."""

    def __init__(self, grammar: Grammar, text: str) -> None:
        self.grammar = grammar
        self._tokens = _tokens(grammar, text)
        self._end = len(text) + 1
        self._next = 0
        self._depth = 0

    def whole(self) -> Tree:
        """Return the tree of the whole text."""
        tree = self.expression(0)
        if self.peek() is not None:
            raise self.wrong()
        return tree

    def peek(self, ahead: int = 0) -> Token | None:
        """Return a token without taking it."""
        place = self._next + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def take(self) -> Token:
        """Return the next token."""
        token = self.peek()
        if token is None:
            raise self.wrong()
        self._next += 1
        return token

    def takes(self, sign: str) -> bool:
        """Take a sign if it comes next, and say whether it did."""
        token = self.peek()
        if token is not None and token.sort == "sign" and token.text == sign:
            self._next += 1
            return True
        return False

    def wrong(self) -> Untranslatable:
        """Return the error for the place reached."""
        token = self.peek()
        return Untranslatable("syntax", at=token.at if token else self._end)

    def expression(self, floor: int) -> Tree:
        """Return an expression of operators that bind more tightly than ``floor``."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Untranslatable("too_deep")
        left = self._postfixed(self.operand())
        while (found := self._binary_above(floor)) is not None:
            self._next += 1
            level, name = found
            left = self._postfixed(Applied(name, (left, self.expression(level))))
        self._depth -= 1
        return left

    def _postfixed(self, left: Tree) -> Tree:
        token = self.peek()
        while token is not None and token.sort != "string":
            name = self.grammar.postfix.get(token.text.lower())
            if name is None:
                break
            self._next += 1
            left = Applied(name, (left,))
            token = self.peek()
        return left

    def _binary_above(self, floor: int) -> tuple[int, str] | None:
        token = self.peek()
        if token is None or token.sort not in ("sign", "word"):
            return None
        found = self.grammar.binary.get(token.text.lower())
        return found if found is not None and found[0] > floor else None

    def operand(self) -> Tree:
        """Return the next operand, with its prefix."""
        token = self.take()
        prefix = self.grammar.prefix.get(token.text.lower())
        if prefix is not None and token.sort in ("sign", "word"):
            return Applied(prefix, (self.expression(self.grammar.prefix_level),))
        match token.sort:
            case "number":
                return Constant(number(token.text))
            case "string":
                return Constant(self.grammar.unquoted(token.text))
            case "variable":
                return Variable(token.text)
            case "word":
                return self.word(token)
        if token.text == "(":
            inside = self.expression(0)
            self.close(")")
            return inside
        if token.text == "[":
            return Listing(self.several("]"))
        self._next -= 1
        raise self.wrong()

    def word(self, token: Token) -> Tree:
        """Return what a word stands for: a call, a constant, a text or a variable."""
        after = self.peek()
        if after is not None and after.text == "(" and after.sort == "sign":
            self._next += 1
            return Applied(token.text, self.several(")"))
        if token.text.lower() in self.grammar.constants:
            return Constant(self.grammar.constants[token.text.lower()])
        if self.grammar.words_are_text:
            return Constant(token.text)
        return Variable(token.text)

    def several(self, close: str) -> tuple[Tree, ...]:
        """Return what stands between commas up to a closing sign."""
        parts: list[Tree] = []
        if self.takes(close):
            return ()
        while True:
            parts.append(self.expression(0))
            if not self.takes(","):
                break
        self.close(close)
        return tuple(parts)

    def close(self, sign: str) -> None:
        """Take a closing sign, which a lenient grammar may lack at the end."""
        if not self.takes(sign) and not (self.grammar.lenient and self.peek() is None):
            raise self.wrong()


def _tokens(grammar: Grammar, text: str) -> list[Token]:
    if len(text) > MAX_CHARACTERS:
        raise Untranslatable("too_long")
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = grammar.token.match(text, position)
        if match is None or match.lastgroup is None or match.end() == position:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise Untranslatable("syntax", at=start + 1)
        sort = match.lastgroup
        found.append(Token(sort, match[sort], match.start(sort) + 1))
        position = match.end()
    if not found:
        raise Untranslatable("syntax", at=1)
    return found


def number(text: str) -> int | float:
    """Return the number that is written, whole where it can be."""
    if text.lower().startswith("0x"):
        return int(text[2:18], 16)
    exact = text.isdecimal() and len(text) <= 15
    return int(text) if exact else float(text)
