"""LimeSurvey's ExpressionScript -> ours.

Names are question codes, ``CODE_SUB`` for sub-questions, or the older ``123X45X678SUB``; endings
such as ``.NAOK`` say which side of an answer is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.formats.foreign.draft import (
    LISTS,
    Formula,
    Known,
    Scope,
    Translate,
    answered,
    as_condition,
    literal,
    spelled,
)
from questionnaires.formats.foreign.patterns import matching
from questionnaires.formats.foreign.pratt import (
    Applied,
    Constant,
    Grammar,
    Parser,
    Tree,
    Variable,
    unquoted_of,
)
from questionnaires.formats.foreign.reasons import Untranslatable

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?![\w.]))
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<sign><=|>=|==|!=|<>|&&|\|\||[=<>!+*/%(),-])
    | (?P<word>(?:\d+X\d+X\d+)?[A-Za-z_0-9\#:]*(?:-oth-|\.[A-Za-z_]+|[A-Za-z_0-9])+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_LEVELS: tuple[tuple[int, dict[str, str]], ...] = (
    (10, {"or": "or", "||": "or"}),
    (20, {"and": "and", "&&": "and"}),
    (30, {"==": "=", "eq": "=", "!=": "!=", "ne": "!=", "<>": "!="}),
    (40, {"<": "<", "lt": "<", ">": ">", "gt": ">"}),
    (40, {"<=": "<=", "le": "<=", ">=": ">=", "ge": ">="}),
    (50, {"+": "+", "-": "-"}),
    (60, {"*": "*", "/": "div", "%": "mod"}),
)
_GRAMMAR = Grammar(
    token=_TOKEN,
    binary={sign: (level, name) for level, names in _LEVELS for sign, name in names.items()},
    prefix={"!": "not", "-": "negate", "+": "plus"},
    constants={"true": True, "false": False, "null": None},
    unquoted=unquoted_of("\\\"'"),  # patterns keep their other backslashes
)
_ENDINGS = (
    *(".NAOK", ".valueNAOK", ".value", ".code", ".shown", ".relevanceStatus", ".question"),
    *(".label", ".mandatory", ".jsName", ".sgqa", ".type", ".gid", ".qid", ".grelevance"),
)
_ANSWER = ("", ".NAOK", ".valueNAOK", ".value", ".code", ".shown")
#: The label of an answer, where there is one.
_SHOWN = ".shown"
_LABELLED = ("single_choice", "multiple_choice", "ranking", "scale", "yes_no")
_FUNCTIONS = {
    "sum": "sum",
    "min": "min",
    "max": "max",
    "round": "round",
    "floor": "floor",
    "ceil": "ceiling",
    "abs": "abs",
    "pow": "pow",
    "sqrt": "sqrt",
    "intval": "int",
    "strlen": "string-length",
    "today": "today",
    "join": "concat",
}
_NO_ARGUMENTS = {"time": "now", "today": "today"}


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-question or side column: the question it belongs to, and its code there."""

    question: str
    code: str
    #: Ticked is "Y": the question takes several answers and this is one of them.
    ticked: bool = False


@dataclass(slots=True)
class Lexicon:
    """What names mean in one survey."""

    parts: dict[str, Part] = field(default_factory=dict)
    #: Older names (123X45X678) -> question codes.
    numbered: dict[str, str] = field(default_factory=dict)


def formula(
    key: str, where: str, text: str, lexicon: Lexicon, this: str = "", value: bool = False
) -> Formula:
    """Return an expression, to be translated when all names are known.

    ``this`` is the question that ``self``, ``this`` and ``that`` stand for.
    """

    def translate(scope: Scope) -> Node:
        translation = _Translation(scope, lexicon, this)
        tree = Parser(_GRAMMAR, text).whole()
        return translation.value(tree) if value else translation.condition(tree)

    return Formula(key, where, text, translate)


def quotation(text: str, lexicon: Lexicon) -> Translate:
    """Return what a text shows in place of ``{text}``."""

    def translate(scope: Scope) -> Node:
        inside = text.removeprefix("INSERTANS:").removesuffix(_SHOWN)  # texts show labels anyway
        return _Translation(scope, lexicon, "").value(Parser(_GRAMMAR, inside).whole())

    return translate


class _Translation:
    def __init__(self, scope: Scope, lexicon: Lexicon, this: str) -> None:
        self._scope = scope
        self._lexicon = lexicon
        self._this = this

    def condition(self, tree: Tree) -> Node:
        """Translate what is used as a condition."""
        return as_condition(self.value(tree), self._known(tree))

    def value(self, tree: Tree) -> Node:
        """Translate what is used as a value."""
        match tree:
            case Constant(value):
                return literal(value)
            case Variable(name):
                return self._variable(name)
            case Applied(("and" | "or") as name, (left, right)):
                return Call(name, (self.condition(left), self.condition(right)))
            case Applied("not", (inside,)):
                return Call("not", (self.condition(inside),))
            case Applied("is_empty", (inside,)):
                return Call("not", (self._answered(inside),))
            case Applied(("=" | "!=") as sign, (left, right)):
                return self._equal(sign, left, right)
            case Applied(("<" | ">" | "<=" | ">=" | "-" | "*" | "div" | "mod") as name, both):
                return Call(name, tuple(self.value(one) for one in both))
            case Applied("+", (left, right)):
                text = _is_text(left) or _is_text(right)
                return Call("concat" if text else "+", (self.value(left), self.value(right)))
            case Applied(name, arguments):
                return self._call(name, arguments)
        raise Untranslatable("list")

    def _call(self, name: str, arguments: tuple[Tree, ...]) -> Node:
        match name, arguments:
            case "negate", (inside,):
                return Call("negate", (self.value(inside),))
            case "plus", (inside,):
                return self.value(inside)
            case "if", (first, yes, no):
                return Call("if", (self.condition(first), self.value(yes), self.value(no)))
            case "count", _:
                return self._count(arguments)
            case "is_numeric", (inside,):
                return Call("!=", (Call("number", (self.value(inside),)), Literal("")))
            case (("regexMatch" | "regexpmatch"), (Constant(str() as pattern), subject)):
                return matching(self.value(subject), _undelimited(pattern))
            case "implode", (Constant(str() as between), *rest):
                return Call("join", (Literal(between), *(self.value(one) for one in rest)))
            case _, () if name in _NO_ARGUMENTS:
                return Call(_NO_ARGUMENTS[name], ())
        ours = _FUNCTIONS.get(name)
        if ours is None:
            raise Untranslatable("function", name=name)
        return Call(ours, tuple(self.value(argument) for argument in arguments))

    def _count(self, arguments: tuple[Tree, ...]) -> Node:
        """Translate ``count``: how many of several answers are not empty."""
        parts: list[Node] = []
        for argument in arguments:
            known = self._known(argument)
            if known is not None and known.kind in LISTS:
                parts.append(Call("count-selected", (self._scope.reference(known),)))
            else:
                held = self._answered(argument)
                parts.append(Call("if", (held, Literal(1), Literal(0))))
        if not parts:
            return Literal(0)
        whole = parts[0]
        for part in parts[1:]:
            whole = Call("+", (whole, part))
        return whole

    def _equal(self, sign: str, left: Tree, right: Tree) -> Node:
        if isinstance(left, Constant) and isinstance(right, Variable):
            left, right = right, left
        if isinstance(left, Variable) and isinstance(right, Constant):
            if (ticked := self._ticked(left.name)) is not None:
                wanted = spelled(right.value) in ("Y", "1")
                return ticked if wanted == (sign == "=") else Call("not", (ticked,))
            known = None if left.name.endswith(_SHOWN) else self._known(left)
            return Call(sign, (self.value(left), literal(right.value, known)))
        return Call(sign, (self.value(left), self.value(right)))

    def _answered(self, tree: Tree) -> Node:
        if isinstance(tree, Variable) and (ticked := self._ticked(tree.name)) is not None:
            return ticked
        known = self._known(tree)
        if known is not None:
            return answered(known, self._scope)
        return Call("!=", (self.value(tree), Literal("")))

    def _variable(self, name: str) -> Node:
        if (ticked := self._ticked(name)) is not None:
            return Call("if", (ticked, Literal("Y"), Literal("")))
        known = self._find(name)
        reference = self._scope.reference(known)
        if name.endswith(_SHOWN) and known.kind in _LABELLED:
            return Call("choice-label", (reference, Literal(known.id)))
        return reference

    def _ticked(self, name: str) -> Node | None:
        """Return the condition that an option of a multiple choice is chosen."""
        part = self._part(name)
        if part is None or not part.ticked:
            return None
        known = self._scope.find(part.question)
        code = known.codes.get(part.code, part.code)
        if known.kind == "consent":
            return answered(known, self._scope)
        return Call("selected", (self._scope.reference(known), Literal(code)))

    def _part(self, name: str) -> Part | None:
        return self._lexicon.parts.get(self._expanded(_split(name)[0]))

    def _expanded(self, plain: str) -> str:
        """Return ``self.sq_X``, a part of the question itself, under its full name."""
        for own in ("self.sq_", "this.sq_"):
            if plain.startswith(own) and self._this:
                return f"{self._this}_{plain[len(own) :]}"
        return plain

    def _known(self, tree: Tree) -> Known | None:
        if not isinstance(tree, Variable):
            return None
        try:
            return self._find(tree.name)
        except Untranslatable:
            return None

    def _find(self, name: str) -> Known:
        plain, ending = _split(name)
        if ending not in _ANSWER:
            raise Untranslatable("part", name=name)
        if plain in ("this", "self", "that") and self._this:
            plain = self._this
        plain = self._expanded(plain)
        if plain.split(".")[0] in ("this", "self", "that") or plain.startswith("that."):
            raise Untranslatable("part", name=name)
        plain = self._lexicon.numbered.get(plain, plain)
        if not self._scope.knows(plain) and plain in self._lexicon.parts:
            raise Untranslatable("part", name=name)
        return self._scope.find(plain)


def _split(name: str) -> tuple[str, str]:
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending), ending
    return name, ""


def _is_text(tree: Tree) -> bool:
    return isinstance(tree, Constant) and isinstance(tree.value, str)


def _undelimited(pattern: str) -> str:
    """Return a PHP pattern without its delimiters; one with flags cannot be expressed."""
    match = re.fullmatch(r"([/#~!])(.*)\1([a-zA-Z]*)", pattern.strip(), re.DOTALL)
    if match is None:
        return pattern
    if match[3].strip("u"):
        raise Untranslatable("value", name=pattern)
    return match[2]


def own_pattern(pattern: str) -> Node:
    """Return the condition that the answer itself matches a PHP pattern."""
    return matching(Reference("."), _undelimited(pattern))


def lexicon_of(parts: Mapping[str, Part], numbered: Mapping[str, str]) -> Lexicon:
    """Return the meaning of names."""
    return Lexicon(dict(parts), dict(numbered))
