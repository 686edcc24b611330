"""SurveyJS expressions -> ours."""

from __future__ import annotations

from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node, Reference
from questionnaires.formats.foreign.draft import (
    LISTS,
    Formula,
    Known,
    Scope,
    all_of,
    as_condition,
    either,
    has_value,
    literal,
)
from questionnaires.formats.foreign.pratt import Applied, Constant, Listing, Tree, Variable
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.surveyjs.grammar import parsed
from questionnaires.path import OPTION

#: Functions of SurveyJS that ours has under the same or another name.
_FUNCTIONS = {
    "iif": "if",
    "round": "round",
    "sum": "sum",
    "min": "min",
    "max": "max",
    "today": "today",
    "currentdate": "today",
    "avg": "mean",
    "trunc": "int",
    "diffdays": "difference-in-days",
}
_WITHIN = ("panel.", "row.", "prevpanel.", "parentpanel.")


def formula(key: str, where: str, text: str) -> Formula:
    """Return an expression of a SurveyJS file, to be translated when all names are known."""
    return Formula(key, where, text, lambda scope: _Translation(scope).condition(parsed(text)))


def value_formula(key: str, where: str, text: str) -> Formula:
    """Return an expression whose value is wanted, not whether it holds."""
    return Formula(key, where, text, lambda scope: _Translation(scope).value(parsed(text)))


class _Translation:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

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
            case Applied("and" | "or" as name, (left, right)):
                return Call(name, (self.condition(left), self.condition(right)))
            case Applied("not", (inside,)):
                return Call("not", (self.condition(inside),))
            case Applied("empty" | "notempty" as name, (inside,)):
                sign = "=" if name == "empty" else "!="
                return Call(sign, (self.value(inside), Literal("")))
            case Applied(name, (left, right)) if name in _SPECIAL:
                return _SPECIAL[name](self, left, right)
            case Applied(name, arguments):
                return self._call(name, arguments)
        raise Untranslatable("list")

    def _call(self, name: str, arguments: tuple[Tree, ...]) -> Node:
        match name, arguments:
            case (("<" | ">" | "<=" | ">=" | "*" | "-"), (left, right)):
                return Call(name, (self.value(left), self.value(right)))
            case (("/" | "%"), (left, right)):
                return Call({"/": "div", "%": "mod"}[name], (self.value(left), self.value(right)))
            case "+", (left, right):
                joined = any(_is_text(part) for part in arguments)
                both = (self.value(left), self.value(right))
                return Call("concat" if joined else "+", both)
            case "negate", (inside,):
                return Call("negate", (self.value(inside),))
            case "^", (left, right):
                return Call("pow", (self.value(left), self.value(right)))
            case _, (born,) if name.lower() == "age":
                return Call("difference-in-years", (self.value(born), Call("today", ())))
            case _, _ if name.lower() == "iif" and len(arguments) == 3:
                first, yes, no = arguments
                return Call("if", (self.condition(first), self.value(yes), self.value(no)))
        ours = _FUNCTIONS.get(name.lower())
        if not ours:
            raise Untranslatable("function", name=name)
        return Call(ours, tuple(self.value(argument) for argument in arguments))

    def _variable(self, name: str) -> Node:
        if name.strip() in ("item", "choice"):
            return Reference(f"{OPTION}value")
        plain, _, last = _bare(name).rpartition(".")
        if last == "length" and plain and not self._scope.knows(_bare(name)):
            known = self._scope.find(plain)
            function = "count-selected" if known.kind in LISTS else "string-length"
            return Call(function, (self._scope.reference(known),))
        return self._scope.reference(self._find(name))

    def _find(self, name: str) -> Known:
        bare = _bare(name)
        if bare == "$self" and self._scope.own:
            return self._scope.own
        whole = bare.split(".")[0].split("[")[0]
        if not self._scope.knows(bare) and whole != bare and self._scope.knows(whole):
            raise Untranslatable("part", name=bare)
        return self._scope.find(bare)

    def _known(self, tree: Tree) -> Known | None:
        if not isinstance(tree, Variable) or tree.name.strip() in ("item", "choice"):
            return None
        try:
            return self._find(tree.name)
        except Untranslatable:
            return None

    def equal(self, left: Tree, right: Tree) -> Node:
        """Translate ``=``: a list is equal when it holds the same values."""
        if isinstance(left, Constant | Listing) and isinstance(right, Variable):
            left, right = right, left
        known = self._known(left)
        if isinstance(right, Listing):
            if known is None:
                raise Untranslatable("list")
            values = [has_value(value, known, self._scope) for value in _constants(right)]
            if known.kind in LISTS:
                count = Call("count-selected", (self._scope.reference(known),))
                values.append(Call("=", (count, Literal(len(values)))))
            return all_of(values)
        if isinstance(right, Constant) and known is not None:
            return Call("=", (self.value(left), literal(right.value, known)))
        return Call("=", (self.value(left), self.value(right)))

    def unequal(self, left: Tree, right: Tree) -> Node:
        """Translate ``!=``."""
        same = self.equal(left, right)
        if isinstance(same, Call) and same.name == "=":
            return Call("!=", same.arguments)
        return Call("not", (same,))

    def contains(self, left: Tree, right: Tree) -> Node:
        """Translate ``contains``: of a list that it holds all, of a text that it has the part."""
        if isinstance(left, Listing):
            known = self._need(right)
            return either(has_value(v, known, self._scope) for v in _constants(left))
        known = self._need(left)
        reference = self._scope.reference(known)
        function = "selected" if known.kind in LISTS else "contains"
        if isinstance(right, Variable):
            return Call(function, (reference, self.value(right)))
        values = _constants(right)
        return all_of(Call(function, (reference, literal(v, known))) for v in values)

    def any_of(self, left: Tree, right: Tree) -> Node:
        """Translate ``anyof``: one of the values is the answer, or among the answers."""
        known, values = self._against(left, right)
        return either(has_value(value, known, self._scope) for value in values)

    def all_of(self, left: Tree, right: Tree) -> Node:
        """Translate ``allof``: all of the values are among the answers."""
        known, values = self._against(left, right)
        return all_of(has_value(value, known, self._scope) for value in values)

    def _against(self, left: Tree, right: Tree) -> tuple[Known, list[object]]:
        if isinstance(left, Variable):
            return self._need(left), _constants(right)
        return self._need(right), _constants(left)

    def _need(self, tree: Tree) -> Known:
        if not isinstance(tree, Variable) or tree.name.strip() in ("item", "choice"):
            raise Untranslatable("list")
        return self._find(tree.name)


def _bare(name: str) -> str:
    """Return the name of a question without what says where to look for it."""
    bare = name.strip().removeprefix("#")
    for within in _WITHIN:
        if bare.lower().startswith(within):
            return bare[len(within) :]
    return bare


def _constants(tree: Tree) -> list[object]:
    parts = tree.parts if isinstance(tree, Listing) else (tree,)
    if not all(isinstance(part, Constant) for part in parts):
        raise Untranslatable("list")
    return [part.value for part in parts if isinstance(part, Constant)]


def _is_text(tree: Tree) -> bool:
    return isinstance(tree, Constant) and isinstance(tree.value, str)


def _negated(
    method: Callable[[_Translation, Tree, Tree], Node],
) -> Callable[[_Translation, Tree, Tree], Node]:
    return lambda translation, left, right: Call("not", (method(translation, left, right),))


_SPECIAL: dict[str, Callable[[_Translation, Tree, Tree], Node]] = {
    "=": _Translation.equal,
    "!=": _Translation.unequal,
    "contains": _Translation.contains,
    "notcontains": _negated(_Translation.contains),
    "anyof": _Translation.any_of,
    "noneof": _negated(_Translation.any_of),
    "allof": _Translation.all_of,
}
