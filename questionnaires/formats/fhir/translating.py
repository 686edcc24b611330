"""FHIRPath conditions and calculations -> ours."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.fhir.fhirpath import parsed
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
)
from questionnaires.formats.foreign.pratt import Applied, Constant, Tree, Variable
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.foreign.writing import matching

#: Steps that lead from an item of the response to its answer and change nothing about it.
_TRANSPARENT = {
    *(".answer", ".value", ".code", ".display", "first()", "single()", "last()", "ofType()"),
    *(".valueBoolean", ".valueInteger", ".valueDecimal", ".valueString", ".valueDate"),
    *(".valueDateTime", ".valueTime", ".valueCoding", ".valueQuantity", ".valueUri", "as"),
    "[]",
}
_ROOTS = ("%resource", "%context", "%questionnaireresponse", "item", "$this", "%rootresource")
_DIRECT = ("answer", "value", "$this", "%qitem", "%context")
_DOWNWARDS = {".item", "repeat()", "descendants()", "where()", ".answer", "first()", "children()"}
_PLAIN = {
    "floor()": "floor",
    "ceiling()": "ceiling",
    "truncate()": "int",
    "abs()": "abs",
    "sqrt()": "sqrt",
}
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
            case Applied(("<" | ">" | "<=" | ">=" | "-" | "*" | "mod") as name, (left, right)):
                return Call(name, (self.value(left), self.value(right)))
            case Applied("in", (left, right)):
                return self._among(left, right)
            case Applied("has", (left, right)):
                return self._among(right, left)
            case Applied(name, arguments):
                return self._function(name, arguments)
        raise Untranslatable("list")

    def _logical(self, name: str, left: Node, right: Node) -> Node:
        if name == "implies":
            return Call("or", (Call("not", (left,)), right))
        return Call("!=", (Call("not", (left,)), Call("not", (right,))))

    def _compared(self, sign: str, left: Tree, right: Tree) -> Node:
        if isinstance(left, Constant) and not isinstance(right, Constant):
            left, right = right, left
        known = self._question(left)
        if known is None or not isinstance(right, Constant):
            return Call(sign, (self.value(left), self.value(right)))
        if known.kind in LISTS:
            chosen = has_value(right.value, known, self._scope)
            return chosen if sign == "=" else Call("not", (chosen,))
        return Call(sign, (self._scope.reference(known), literal(right.value, known)))

    def _among(self, left: Tree, right: Tree) -> Node:
        values = _union(right)
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
        raise Untranslatable("function", name=name)

    def _method(self, name: str, owner: Tree, rest: list[Tree]) -> Node:
        if name in ("exists()", "hasValue()"):
            return self._exists(owner, rest)
        if name == "empty()":
            return Call("not", (self._exists(owner, rest),))
        if name == "count()":
            return self._count(owner)
        value = self.value(owner)
        match name, rest:
            case (("toInteger()" | "toDecimal()" | "toQuantity()"), []):
                return Call("number", (value,))
            case (("toString()" | "trim()" | "toDate()"), []):
                return value
            case "round()", _:
                return Call("round", (value, *(self.value(one) for one in rest)))
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
            case (("sum()" | "min()" | "max()"), []):
                return Call(name.removesuffix("()"), (value,))
            case (("first()" | "single()"), []):
                return value
        raise Untranslatable("function", name=name)

    def _exists(self, owner: Tree, rest: list[Tree]) -> Node:
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
        known = self._question(owner)
        if known is None:
            raise Untranslatable("function", name="count()")
        if known.kind in LISTS:
            return Call("count-selected", (self._scope.reference(known),))
        return Call("if", (answered(known, self._scope), Literal(1), Literal(0)))

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
            link = _link(tree)
            if link is not None and _from_response(tree.arguments[0] if _owned(tree) else None):
                return self._scope.find(link)
            if tree.name not in _TRANSPARENT:
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
        while isinstance(inner, Applied) and inner.name in _TRANSPARENT and inner.arguments:
            inner = inner.arguments[0]
        if isinstance(inner, Variable) and inner.name in ("value", "code", "display", "$this"):
            return self._known
        return super()._question(tree)


def _owned(tree: Applied) -> bool:
    return len(tree.arguments) == 2


def _link(tree: Applied) -> str | None:
    """Return the linkId that a step ``where(linkId = '...')`` asks for."""
    if tree.name != "where()" or not tree.arguments:
        return None
    match tree.arguments[-1]:
        case Applied("=", (Variable("linkId"), Constant(str() as link))):
            return link
        case Applied("=", (Constant(str() as link), Variable("linkId"))):
            return link
    return None


def _from_response(tree: Tree | None) -> bool:
    """Say whether a path starts at the response and only walks down its items."""
    while isinstance(tree, Applied):
        if tree.name not in _DOWNWARDS:
            return False
        if not tree.arguments or (tree.name == "repeat()" and len(tree.arguments) == 1):
            return True
        tree = tree.arguments[0]
    return tree is None or (isinstance(tree, Variable) and tree.name.lower() in _ROOTS)


def _union(tree: Tree) -> list[object]:
    match tree:
        case Constant(value):
            return [value]
        case Applied("|", (left, right)):
            return [*_union(left), *_union(right)]
    raise Untranslatable("list")


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
            return Call("not", (has_value(value, known, scope),))
        if operator in ("<", ">", "<=", ">="):
            return Call(operator, (reference, constant))
        raise Untranslatable("operator", name=operator)

    return Formula(key, where, f"{link} {operator} {value}", translate)
