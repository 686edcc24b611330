"""SurveyJS expressions -> ours."""

from __future__ import annotations

import re
from collections.abc import Callable

from questionnaires.expressions import Call, Literal, Node, Over, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.flow import OPTION
from questionnaires.formats.foreign.draft import (
    LISTS,
    Formula,
    Known,
    Scope,
    Translate,
    all_of,
    as_condition,
    either,
    has_value,
    literal,
)
from questionnaires.formats.foreign.pratt import Applied, Constant, Listing, Tree, Variable
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.formats.surveyjs.functions import IN_ARRAY, called
from questionnaires.formats.surveyjs.grammar import parsed

#: What says that a question is to be looked for near by; other entries cannot be reached.
_WITHIN = ("panel.", "row.", "parentpanel.", "composite.")
_ITEM = ("item", "choice")
_OWN_OPTION = "$item."
#: The number of an entry: rows are counted from 1, panels from 0.
_COUNTERS = {"rowindex": 0, "visiblerowindex": 0, "panelindex": -1, "visiblepanelindex": -1}
_ENTRY = re.compile(r"(?P<name>.+?)\[(?P<index>-?\d{1,4})\](?:\.(?P<field>.+))?")


def formula(key: str, where: str, text: str, item: Node | None = None) -> Formula:
    """Return an expression of a SurveyJS file, to be translated when all names are known.

    ``item`` is what ``{item}`` stands for; without it, the option that is looked at.
    """
    return Formula(
        key, where, text, lambda scope: _Translation(scope, item).condition(parsed(text))
    )


def value_formula(key: str, where: str, text: str) -> Formula:
    """Return an expression whose value is wanted, not whether it holds."""
    return Formula(key, where, text, lambda scope: _Translation(scope).value(parsed(text)))


def quotation(name: str) -> Translate:
    """Return what a text shows in place of ``{name}``."""
    return lambda scope: _Translation(scope).value(Variable(name))


class _Translation:
    def __init__(self, scope: Scope, item: Node | None = None) -> None:
        self._scope = scope
        self._item = item or Reference(f"{OPTION}value")

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
                return self._empty(inside, name == "empty")
            case Applied(name, (left, right)) if name in _SPECIAL:
                return _SPECIAL[name](self, left, right)
            case Applied(name, arguments):
                return self._call(name, arguments)
        raise Untranslatable("list")

    def _empty(self, inside: Tree, wanted: bool) -> Node:
        if isinstance(inside, Variable) and _bare(inside.name) in self._scope.rosters:
            entries = Call("count", (self._scope.column(_bare(inside.name)),))
            return Call("=" if wanted else ">", (entries, Literal(0)))
        return Call("=" if wanted else "!=", (self.value(inside), Literal("")))

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
            case _, (first, yes, no) if name.lower() == "iif":
                return Call("if", (self.condition(first), self.value(yes), self.value(no)))
            case _, (Constant(str() as asked),) if name.lower() == "displayvalue":
                known = self._find(asked)
                return Call("choice-label", (self._scope.reference(known), Literal(known.id)))
            case _, (Variable(array), Constant(str() as column), *rest) if name.lower() in IN_ARRAY:
                return self._gathered(IN_ARRAY[name.lower()], array, column, rest)
        made = called(name, tuple(self.value(argument) for argument in arguments))
        if made is None:
            raise Untranslatable("function", name=name)
        return made

    def _gathered(self, function: str, array: str, column: str, rest: list[Tree]) -> Node:
        """Translate a function over all entries of a repeated group, or over some of them."""
        source = self._scope.column(_bare(array), column)
        if not rest:
            return Call(function, (source,))
        if len(rest) > 1 or isinstance(rest[0], Constant):
            raise Untranslatable("function", name="minInArray(…, field)")
        where = _Translation(self._scope.within(_bare(array))).condition(rest[0])
        if function == "count-non-empty":
            given = Call("!=", (Reference(SELF), Literal("")))
            return Over("count", source, Call("and", (where, given)))
        return Over(function, source, where)

    def _variable(self, name: str) -> Node:
        plain = name.strip()
        if plain in _ITEM:
            return self._item
        if plain.startswith(_OWN_OPTION):
            return Reference(f"{OPTION}{plain.removeprefix(_OWN_OPTION)}")
        if (start := _COUNTERS.get(plain.lower())) is not None and self._scope.repeat is not None:
            entry = Call("position", ())
            return Call("-", (entry, Literal(-start))) if start else entry
        bare = _bare(name)
        if (match := _ENTRY.fullmatch(bare)) and not self._scope.knows(bare):
            return self._entry(match["name"], int(match["index"]), match["field"])
        whole, _, last = bare.rpartition(".")
        if last == "length" and whole and not self._scope.knows(bare):
            return self._length(whole)
        return self._scope.reference(self._find(name))

    def _entry(self, name: str, index: int, field: str | None) -> Node:
        """Translate ``{name[0].field}``: one entry of a repeated group, or one chosen option."""
        if field is None:
            return Call("selected-at", (self._scope.reference(self._find(name)), Literal(index)))
        column = self._scope.column(name, field)
        if index >= 0:
            return Call("indexed-repeat", (column, Literal(index + 1)))
        last: Node = Call("count", (column,))
        if index < -1:
            last = Call("-", (last, Literal(-index - 1)))
        return Call("indexed-repeat", (column, last))

    def _length(self, name: str) -> Node:
        if name in self._scope.rosters:
            return Call("count", (self._scope.column(name),))
        known = self._find(name)
        function = "count-selected" if known.kind in LISTS else "string-length"
        return Call(function, (self._scope.reference(known),))

    def _find(self, name: str) -> Known:
        bare = _bare(name)
        if bare == "$self" and self._scope.own:
            return self._scope.own
        whole = bare.split(".")[0].split("[")[0]
        if not self._scope.knows(bare) and whole != bare and self._scope.knows(whole):
            raise Untranslatable("part", name=bare)
        return self._scope.find(bare)

    def _known(self, tree: Tree) -> Known | None:
        if not isinstance(tree, Variable) or _of_option(tree.name):
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
        if not isinstance(tree, Variable) or _of_option(tree.name):
            raise Untranslatable("list")
        return self._find(tree.name)


def _bare(name: str) -> str:
    """Return the name of a question without what says where to look for it."""
    bare = name.strip().removeprefix("#")
    for within in _WITHIN:
        if bare.lower().startswith(within):
            return bare[len(within) :]
    return bare


def _of_option(name: str) -> bool:
    return name.strip() in _ITEM or name.strip().startswith(_OWN_OPTION)


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
