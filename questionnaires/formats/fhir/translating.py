"""FHIRPath conditions and calculations -> ours."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.expressions import Call, Column, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.fhir import quantities
from questionnaires.formats.fhir.fhirpath import parsed
from questionnaires.formats.fhir.paths import (
    ROOTS,
    TRANSPARENT,
    from_response,
    link_of,
    links_of,
    owned,
    union,
)
from questionnaires.formats.foreign.draft import (
    LISTS,
    Formula,
    Known,
    Scope,
    answered,
    as_condition,
    either,
    has_value,
    literal,
    score_of,
)
from questionnaires.formats.foreign.patterns import matching
from questionnaires.formats.foreign.pratt import Applied, Constant, Tree, Variable
from questionnaires.formats.foreign.reasons import Untranslatable

_DIRECT = ("answer", "value", "$this", "%qitem", "%context")
_PLAIN = {
    "floor()": "floor",
    "ceiling()": "ceiling",
    "truncate()": "int",
    "abs()": "abs",
    "sqrt()": "sqrt",
}
_GATHERING = {"sum()": "sum", "min()": "min", "max()": "max", "avg()": "mean"}
_SCORES = ("ordinal()", "weight()")
#: Variables may use each other this deeply.
MAX_VARIABLES = 12


def formula(key: str, where: str, text: str, variables: Mapping[str, str]) -> Formula:
    """Return a FHIRPath condition, to be translated when all names are known."""
    return Formula(key, where, text, lambda s: _Translation(s, variables).condition(parsed(text)))


def value_formula(key: str, where: str, text: str, variables: Mapping[str, str]) -> Formula:
    """Return a FHIRPath expression whose value is wanted."""
    return Formula(key, where, text, lambda s: _Translation(s, variables).value(parsed(text)))


class _Translation:
    def __init__(self, scope: Scope, variables: Mapping[str, str], deep: int = 0) -> None:
        self._scope = scope
        self._variables = variables
        self._deep = deep

    def condition(self, tree: Tree) -> Node:
        """Translate what is used as a condition."""
        return as_condition(self.value(tree), self._question(tree))

    def value(self, tree: Tree) -> Node:
        """Translate what is used as a value."""
        if (known := self._question(tree)) is not None:
            return self._scope.reference(known)
        if (known := self._written_score(tree)) is not None:
            return score_of(known, self._scope)
        match tree:
            case Constant(value):
                return literal(value)
            case Variable(name):
                return self._variable(name)
            case Applied(("and" | "or") as name, (left, right)):
                return Call(name, (self.condition(left), self.condition(right)))
            case Applied(("xor" | "implies") as name, (left, right)):
                return self._logical(name, self.condition(left), self.condition(right))
            case Applied(("=" | "!=") as name, (left, right)):
                return self._compared(name, left, right)
            case Applied(("<" | ">" | "<=" | ">=") as name, (left, right)):
                far = quantities.compared(name, left, right, self.value)
                return far or Call(name, (self.value(left), self.value(right)))
            case Applied(("-" | "*" | "mod") as name, (left, right)):
                later = quantities.shifted(name, left, right, self.value)
                return later or Call(name, (self.value(left), self.value(right)))
            case Applied("quantity", _):
                return self._quantity(tree)
            case Applied("in", (Constant(value), right)) if known := self._question(right):
                return has_value(value, known, self._scope)
            case Applied("in", (left, right)):
                return self._among(left, right)
            case Applied("has", (left, right)):
                return self._among(right, left)
            case Applied(name, arguments):
                return self._function(name, arguments)
        raise Untranslatable("list")

    def _quantity(self, tree: Tree) -> Node:
        number = quantities.measured(tree)
        if number is None:
            raise Untranslatable("operator", name="years")
        return number

    def _logical(self, name: str, left: Node, right: Node) -> Node:
        if name == "implies":
            return Call("or", (Call("not", (left,)), right))
        return Call("!=", (Call("not", (left,)), Call("not", (right,))))

    def _compared(self, sign: str, left: Tree, right: Tree) -> Node:
        if isinstance(left, Constant) and not isinstance(right, Constant):
            left, right = right, left
        known = self._question(left)
        if known is None and isinstance(left, Variable):
            known = self._named(left.name)
        if known is None or not isinstance(right, Constant):
            return Call(sign, (self.value(left), self.value(right)))
        if known.kind in LISTS:
            chosen = has_value(right.value, known, self._scope)
            return chosen if sign == "=" else Call("not", (chosen,))
        return Call(sign, (self._scope.reference(known), literal(right.value, known)))

    def _among(self, left: Tree, right: Tree) -> Node:
        values = union(right)
        if (known := self._question(left)) is not None:
            return either(has_value(value, known, self._scope) for value in values)
        subject = self.value(left)
        return either(Call("=", (subject, literal(value))) for value in values)

    def _function(self, name: str, arguments: tuple[Tree, ...]) -> Node:
        match name, arguments:
            case "negate", (inside,):
                return Call("negate", (self.value(inside),))
            case (("/" | "div"), (left, right)):
                whole = Call("div", (self.value(left), self.value(right)))
                return Call("int", (whole,)) if name == "div" else whole
            case (("+" | "&"), (left, right)):
                later = quantities.shifted("+", left, right, self.value)
                if later is not None:
                    return later
                text = name == "&" or _is_text(left) or _is_text(right)
                both = (self.value(left), self.value(right))
                return Call("concat" if text else "+", both)
            case "iif()", (first, yes):
                return Call("if", (self.condition(first), self.value(yes), Literal("")))
            case "iif()", (first, yes, no):
                return Call("if", (self.condition(first), self.value(yes), self.value(no)))
            case (("today()" | "now()"), ()):
                return Call(name.removesuffix("()"), ())
            case "not()", (inside,):
                return Call("not", (self.condition(inside),))
            case _, (owner, *rest) if name.endswith("()"):
                return self._method(name, owner, rest)
        raise self._unknown(name, arguments)

    def _unknown(self, name: str, arguments: tuple[Tree, ...]) -> Untranslatable:
        """Say why a step leads nowhere: it starts outside the form, or we have no such step."""
        start = arguments[0] if arguments else None
        while isinstance(start, Applied) and start.arguments:
            start = start.arguments[0]
        if isinstance(start, Variable) and start.name.startswith("%"):
            known = start.name.lstrip("%").strip("'`") in self._variables
            if not known and start.name.lower() not in ROOTS:
                return Untranslatable("outside", name=start.name)
        return Untranslatable("function", name=name)

    def _method(self, name: str, owner: Tree, rest: list[Tree]) -> Node:
        if name in ("exists()", "hasValue()"):
            return self._exists(owner, rest)
        if name == "empty()":
            return Call("not", (self._exists(owner, rest),))
        if name == "count()":
            return self._count(owner)
        if name in _SCORES and not rest:
            return self._score(owner)
        if name in _GATHERING and not rest and (column := self._column(owner)) is not None:
            return Call(_GATHERING[name], (column,))
        if name in _GATHERING and not rest and (scored := self._scored(owner)) is not None:
            return scored
        value = self.value(owner)
        match name, rest:
            case (("toInteger()" | "toDecimal()" | "toQuantity()"), []):
                return Call("number", (value,))
            case (("toString()" | "trim()" | "toDate()"), []):
                return value
            case "round()", _:
                return Call("round", (value, *(self.value(one) for one in rest)))
            case "substring()", [start]:
                return Call("substr", (value, self.value(start)))
            case "substring()", [start, length]:
                first = self.value(start)
                return Call("substr", (value, first, Call("+", (first, self.value(length)))))
            case "length()", []:
                return Call("string-length", (value,))
            case "contains()", [part]:
                return Call("contains", (value, self.value(part)))
            case "matches()", [Constant(str() as pattern)]:
                return matching(value, pattern)
            case (("startsWith()" | "endsWith()"), [part]):
                ours = {"startsWith()": "starts-with", "endsWith()": "ends-with"}[name]
                return Call(ours, (value, self.value(part)))
            case "power()", [exponent]:
                return Call("pow", (value, self.value(exponent)))
            case _, [] if name in _PLAIN:
                return Call(_PLAIN[name], (value,))
            case _, [] if name in _GATHERING:
                return Call(_GATHERING[name], (value,))
            case (("first()" | "single()"), []):
                return value
        raise Untranslatable("function", name=name)

    def _exists(self, owner: Tree, rest: list[Tree]) -> Node:
        if (roster := self._roster(owner)) is not None and not rest:
            return Call(">", (Call("count", (self._scope.column(roster),)), Literal(0)))
        if (known := self._question(owner)) is not None:
            if not rest:
                return answered(known, self._scope)
            return _Inside(self, known).condition(rest[0])
        if isinstance(owner, Applied) and owner.name == "where()" and len(owner.arguments) == 2:
            known = self._question(owner.arguments[0])
            if known is not None and not rest:
                return _Inside(self, known).condition(owner.arguments[1])
        if rest:
            raise Untranslatable("function", name="exists()")
        return Call("!=", (self.value(owner), Literal("")))

    def _count(self, owner: Tree) -> Node:
        if (roster := self._roster(owner)) is not None:
            return Call("count", (self._scope.column(roster),))
        if (column := self._column(owner)) is not None:
            return Call("count-non-empty", (column,))
        known = self._question(owner)
        if known is None:
            raise Untranslatable("function", name="count()")
        if known.kind in LISTS:
            return Call("count-selected", (self._scope.reference(known),))
        return Call("if", (answered(known, self._scope), Literal(1), Literal(0)))

    def _roster(self, tree: Tree) -> str | None:
        """Return the repeated group that a path leads to, or None."""
        link = link_of(tree) if isinstance(tree, Applied) and owned(tree) else None
        return link if link in self._scope.rosters else None

    def _column(self, tree: Tree) -> Column | None:
        """Return the answers in all entries of a repeated group that a path leads to, or None."""
        while isinstance(tree, Applied) and tree.arguments:
            if (link := link_of(tree)) is not None:
                return self._scope.gathered(link)
            if tree.name not in TRANSPARENT:
                return None
            tree = tree.arguments[0]
        return None

    def _score(self, owner: Tree) -> Node:
        """Translate ``ordinal()`` and ``weight()``: the score of the option that was chosen."""
        known = self._question(owner)
        if known is None:
            raise Untranslatable("function", name="weight()")
        return score_of(known, self._scope)

    def _scored(self, tree: Tree) -> Node | None:
        """Translate the scores of several questions, whose linkIds are joined with ``or``."""
        match tree:
            case Applied(name, (owner,)) if name in _SCORES:
                links = links_of(owner)
            case _:
                return None
        if not links:
            return None
        return Call("sum", tuple(score_of(self._scope.find(link), self._scope) for link in links))

    def _written_score(self, tree: Tree) -> Known | None:
        """Return the question whose score a path into the extensions of an option leads to."""
        match tree:
            case Applied((".value" | ".valueDecimal" | ".valueInteger"), (found,)):
                pass
            case _:
                return None
        match found:
            case Applied("where()", (Applied(".extension", (option,)), Applied("=", _))):
                return self._option_of(option)
        return None

    def _option_of(self, option: Tree) -> Known | None:
        match option:
            case Applied("where()", (Applied(".answerOption", _), Applied("=", (_, answer)))):
                return self._question(answer)
        return self._question(option)

    def _variable(self, name: str) -> Node:
        plain = name.lstrip("%").strip("'`")
        text = self._variables.get(plain) if name.startswith("%") else None
        if text is None:
            raise Untranslatable("outside", name=name)
        if self._deep >= MAX_VARIABLES:
            raise Untranslatable("too_deep")
        deeper = _Translation(self._scope, self._variables, self._deep + 1)
        return deeper.value(parsed(text))

    def _question(self, tree: Tree) -> Known | None:
        """Return the question whose answer a path leads to, or None when it is no such path."""
        steps = 0
        while isinstance(tree, Applied) and tree.arguments:
            link = link_of(tree)
            if link is not None and from_response(tree.arguments[0] if owned(tree) else None):
                if link in self._scope.rosters:
                    return None
                return self._scope.find(link)
            if tree.name not in TRANSPARENT:
                return None
            steps += 1
            tree = tree.arguments[0]
        if isinstance(tree, Variable) and tree.name.lower() in _DIRECT and self._scope.own:
            return self._scope.own
        if isinstance(tree, Variable) and tree.name.startswith("%") and steps:
            return self._named(tree.name)
        return None

    def _named(self, name: str) -> Known | None:
        text = self._variables.get(name.lstrip("%").strip("'`"))
        if text is None or self._deep >= MAX_VARIABLES:
            return None
        deeper = _Translation(self._scope, self._variables, self._deep + 1)
        return deeper._question(parsed(text))


class _Inside(_Translation):
    """A condition inside ``where(...)`` or ``exists(...)``, about the answer that it looks at."""

    def __init__(self, outer: _Translation, known: Known) -> None:
        super().__init__(outer._scope, outer._variables, outer._deep + 1)
        self._known = known

    def _question(self, tree: Tree) -> Known | None:
        inner = tree
        while isinstance(inner, Applied) and inner.name in TRANSPARENT and inner.arguments:
            inner = inner.arguments[0]
        if isinstance(inner, Variable) and inner.name in ("value", "code", "display", "$this"):
            return self._known
        return super()._question(tree)


def _is_text(tree: Tree) -> bool:
    return isinstance(tree, Constant) and isinstance(tree.value, str)


def enabled_when(link: str, operator: str, value: object, key: str, where: str) -> Formula:
    """Return one entry of ``enableWhen`` as a condition."""

    def translate(scope: Scope) -> Node:
        known = scope.find(link)
        reference: Node = Reference(SELF if known is scope.own else known.id)
        if operator == "exists":
            there = answered(known, scope)
            return there if value is True else Call("not", (there,))
        constant = literal(value, known)
        if operator == "=":
            return has_value(value, known, scope)
        if operator == "!=":
            same = has_value(value, known, scope)
            if isinstance(same, Call) and same.name == "=":
                return Call("!=", same.arguments)
            return Call("not", (same,))
        if operator in ("<", ">", "<=", ">="):
            return Call(operator, (reference, constant))
        raise Untranslatable("operator", name=operator)

    return Formula(key, where, f"{link} {operator} {value}", translate)
