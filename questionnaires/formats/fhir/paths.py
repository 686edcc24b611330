"""Where a FHIRPath path leads: from the response down its items to an answer."""

from __future__ import annotations

from questionnaires.formats.foreign.pratt import Applied, Constant, Tree, Variable
from questionnaires.formats.foreign.reasons import Untranslatable

#: Steps that lead from an item of the response to its answer and change nothing about it.
TRANSPARENT = {
    *(".answer", ".value", ".code", ".display", "first()", "single()", "last()", "ofType()"),
    *(".valueBoolean", ".valueInteger", ".valueDecimal", ".valueString", ".valueDate"),
    *(".valueDateTime", ".valueTime", ".valueCoding", ".valueQuantity", ".valueUri", "as"),
    "[]",
}
#: Where a path may start that stays inside the response.
ROOTS = ("%resource", "%context", "%questionnaireresponse", "item", "$this", "%rootresource")
_DOWNWARDS = {".item", "repeat()", "descendants()", "where()", ".answer", "first()", "children()"}


def owned(tree: Applied) -> bool:
    """Say whether a step such as ``where()`` has something before its dot."""
    return len(tree.arguments) == 2


def link_of(tree: Applied) -> str | None:
    """Return the linkId that a step ``where(linkId = '...')`` asks for."""
    if tree.name != "where()" or not tree.arguments:
        return None
    match tree.arguments[-1]:
        case Applied("=", (Variable("linkId"), Constant(str() as link))):
            return link
        case Applied("=", (Constant(str() as link), Variable("linkId"))):
            return link
    return None


def links_of(tree: Tree) -> list[str]:
    """Return the linkIds of ``where(linkId = 'a' or linkId = 'b')`` on the way to the answers."""
    while isinstance(tree, Applied) and tree.arguments:
        if tree.name == "where()" and len(tree.arguments) == 2:
            return _named_links(tree.arguments[1])
        if tree.name not in TRANSPARENT:
            return []
        tree = tree.arguments[0]
    return []


def _named_links(tree: Tree) -> list[str]:
    match tree:
        case Applied("or", (left, right)):
            return [*_named_links(left), *_named_links(right)]
        case Applied("=", (Variable("linkId"), Constant(str() as link))):
            return [link]
        case Applied("in", (Variable("linkId"), named)):
            return [str(value) for value in union(named)]
    return []


def from_response(tree: Tree | None) -> bool:
    """Say whether a path starts at the response and only walks down its items."""
    while isinstance(tree, Applied):
        if tree.name not in _DOWNWARDS:
            return False
        if not tree.arguments or (tree.name == "repeat()" and len(tree.arguments) == 1):
            return True
        tree = tree.arguments[0]
    return tree is None or (isinstance(tree, Variable) and tree.name.lower() in ROOTS)


def union(tree: Tree) -> list[object]:
    """Return the constants between the bars of ``('a' | 'b')``."""
    match tree:
        case Constant(value):
            return [value]
        case Applied("|", (left, right)):
            return [*union(left), *union(right)]
    raise Untranslatable("list")
