"""What conditions can do at all: which can never hold, and which way through is the longest.

Every item that a condition reads gets a small set of answers that stands for all its answers:
the options of a choice, and for numbers and texts the values beside those they are compared with.
What cannot be narrowed down so far counts as "may be either", so nothing is called unreachable
that might be reached.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from questionnaires.expressions import Call, Literal, Node, Reference, evaluate, references, truthy
from questionnaires.expressions.evaluate import Value
from questionnaires.kinds.base import Item, Surroundings
from questionnaires.model import Questionnaire, Section
from questionnaires.path import dependencies, evaluation_order, parsed

#: So many combinations of answers are tried for one condition or one longest path.
MAX_COMBINATIONS = 3000
#: So many single answers are tried where the combinations are too many.
MAX_TRIALS = 2000
_COMPARISONS = frozenset(("=", "!=", "<", ">", "<=", ">="))
_NUMBERS = frozenset(("integer", "decimal", "slider", "points"))
_TEXTS = frozenset(("short_text", "long_text"))
_SOMETHING_ELSE = "\N{SYMBOL FOR NULL}"

Answers = dict[str, Value]
EITHER = frozenset((True, False))


@dataclass(frozen=True, slots=True)
class Way:
    """One way through: what is shown, and the answers that conditions see."""

    shown: dict[str, bool]
    seen: Answers


@dataclass(frozen=True, slots=True)
class Use:
    """How conditions read an item: the values it is compared with, and whether that is all."""

    values: frozenset[float | int | str]
    only_compared: bool
    only_selected: bool


class Logic:
    """The conditions of one questionnaire."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._around = questionnaire.surroundings()
        self._depends = dependencies(questionnaire)
        self._shown_if = {
            item.id: tuple(c for c in (section.relevant, item.relevant) if c)
            for section in questionnaire.sections
            for item in section.items
        }
        self._order = {name: n for n, name in enumerate(evaluation_order(questionnaire))}
        self._domains = {name: self._domain(name) for name in self._read()}

    # ------------------------------------------------------------------ never

    def section_reachable(self, section: Section) -> bool:
        """Say whether a section can be seen at all."""
        return not section.relevant or self._can_hold((section.relevant,))

    def item_reachable(self, item: Item) -> bool:
        """Say whether an item can be seen at all."""
        return self._can_hold(self._shown_if[item.id])

    def _can_hold(self, conditions: tuple[str, ...]) -> bool:
        direct = {name for c in conditions for name in references(parsed(c))}
        if not direct <= self._domains.keys():  # a name that does not exist: reported elsewhere
            return True
        for names in (self._closure(direct), direct):
            if self._combinations(names) <= MAX_COMBINATIONS:
                return any(
                    all(_may_hold(c, seen) for c in conditions) for seen in self._settled(names)
                )
        return True

    def _closure(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._depends.get(name, ()))
        return found

    def _combinations(self, names: Iterable[str]) -> int:
        return math.prod(len(self._domains.get(name) or (None,)) for name in names)

    def _settled(self, names: Iterable[str]) -> Iterator[Answers]:
        """Yield every combination of answers, hidden items unanswered, unknown ones left out."""
        ordered = sorted(names, key=lambda name: self._order.get(name, 0))
        known = [name for name in ordered if self._domains.get(name) is not None]
        for values in itertools.product(*(self._domains[name] or () for name in known)):
            yield self._visible_part(ordered, dict(zip(known, values, strict=True)))

    def _visible_part(self, ordered: Sequence[str], chosen: Mapping[str, Value]) -> Answers:
        inside = set(ordered)
        seen: Answers = {}
        for name in ordered:
            if name in chosen:
                judged = self._depends.get(name, set()) <= inside
                shown = not judged or self._may_show(name, seen)
                seen[name] = chosen[name] if shown else None
        return seen

    def _may_show(self, name: str, seen: Answers) -> bool:
        return all(_may_hold(condition, seen) for condition in self._shown_if[name])

    # ---------------------------------------------------------------- longest

    def longest(self, weight: Mapping[str, float]) -> float:
        """Return the greatest sum of weights of items that can be seen together."""
        return sum(self._longest_of(group, weight) for group in self._groups())

    def _groups(self) -> list[list[str]]:
        """Part the items into groups whose conditions have nothing to do with each other."""
        head = {item.id: item.id for item in self._questionnaire.items}

        def find(name: str) -> str:
            while head[name] != name:
                head[name] = head[head[name]]
                name = head[name]
            return name

        for name, needs in self._depends.items():
            for need in needs:
                head[find(name)] = find(need)
        groups: dict[str, list[str]] = {}
        for name in sorted(head, key=lambda name: self._order.get(name, 0)):
            groups.setdefault(find(name), []).append(name)
        return list(groups.values())

    def _longest_of(self, group: list[str], weight: Mapping[str, float]) -> float:
        if len(group) == 1:
            return weight.get(group[0], 0.0)
        inside = set(group)
        read = sorted({need for name in group for need in self._depends[name] if need in inside})
        domains = {name: self._domains.get(name) for name in read}
        known = {name: values for name, values in domains.items() if values}
        if math.prod(len(values) for values in known.values()) <= MAX_COMBINATIONS // 10:
            chosen = itertools.product(*known.values())
            return max(
                self._total(group, dict(zip(known, values, strict=True)), weight)
                for values in chosen
            )
        return self._climb(group, known, weight)

    def _climb(
        self,
        group: list[str],
        known: Mapping[str, tuple[Value, ...]],
        weight: Mapping[str, float],
    ) -> float:
        """Change one answer at a time as long as the way grows: a lower bound of the longest."""
        chosen = {name: values[0] for name, values in known.items()}
        way = self._way(group, chosen, {}, {})
        after = self._dependents(group, known)
        trials = 0
        improved = True
        while improved:
            improved = False
            for name, value in [(one, value) for one, values in known.items() for value in values]:
                trials += 1
                if trials > MAX_TRIALS:
                    break
                tried = self._way(after[name], {**chosen, name: value}, way.shown, way.seen)
                gain = sum(
                    weight.get(one, 0.0) * (tried.shown[one] - way.shown[one])
                    for one in after[name]
                )
                if gain > 0:
                    chosen[name], way, improved = value, tried, True
            improved = improved and trials <= MAX_TRIALS
        return sum(weight.get(name, 0.0) for name in group if way.shown[name])

    def _dependents(self, group: list[str], names: Iterable[str]) -> dict[str, list[str]]:
        """Return name -> itself and every item that its answer may show or hide, in order."""
        readers: dict[str, set[str]] = {}
        for name in group:
            for need in self._depends[name]:
                readers.setdefault(need, set()).add(name)
        found = {}
        for name in names:
            reached, waiting = {name}, [name]
            while waiting:
                fresh = readers.get(waiting.pop(), set()) - reached
                reached |= fresh
                waiting.extend(fresh)
            found[name] = [one for one in group if one in reached]
        return found

    def _total(
        self, group: list[str], chosen: Mapping[str, Value], weight: Mapping[str, float]
    ) -> float:
        shown = self._way(group, chosen, {}, {}).shown
        return sum(weight.get(name, 0.0) for name in group if shown[name])

    def _way(
        self,
        names: list[str],
        chosen: Mapping[str, Value],
        shown: Mapping[str, bool],
        seen: Mapping[str, Value],
    ) -> Way:
        """Go through ``names`` in order with these answers, on top of what is known already."""
        way = Way(dict(shown), dict(seen))
        for name in names:
            way.shown[name] = self._may_show(name, way.seen)
            if name in chosen:
                way.seen[name] = chosen[name] if way.shown[name] else None
            elif not way.shown[name]:
                way.seen[name] = None
            else:
                way.seen.pop(name, None)
        return way

    # ---------------------------------------------------------------- domains

    def _conditions(self) -> Iterator[Node]:
        for section in self._questionnaire.sections:
            for part in (section, *section.items):
                if part.relevant:
                    yield parsed(part.relevant)

    def _read(self) -> dict[str, Use]:
        """Return how each item that some condition reads is used."""
        self._uses: dict[str, Use] = {}
        for node in self._conditions():
            for name, value, how in _uses(node):
                if name in self._questionnaire.item_by_id:
                    before = self._uses.get(name, Use(frozenset(), True, True))
                    values = before.values if value is None else before.values | {value}
                    self._uses[name] = Use(
                        values,
                        before.only_compared and how == "compared",
                        before.only_selected and how == "selected",
                    )
        return self._uses

    def _domain(self, name: str) -> tuple[Value, ...] | None:
        """Return answers that stand for all answers of an item, or None for "anything"."""
        item = self._questionnaire.item_by_id[name]
        if self._questionnaire.section_of[name].repeat:
            return None
        use = self._uses[name]
        codes = single_codes(item, self._around)
        if codes is not None:
            return _as_read(item, codes)
        if item.kind == "multiple_choice" and use.only_selected:
            offered = {choice.value for choice in getattr(item, "options", ())}
            asked = sorted(offered & {_string(value) for value in use.values})
            if len(asked) > 8:
                return None
            subsets = itertools.product((False, True), repeat=len(asked))
            return tuple([c for c, on in zip(asked, s, strict=True) if on] for s in subsets)
        if item.kind in _NUMBERS and use.only_compared:
            return _numbers(item, use.values)
        if item.kind in _TEXTS and use.only_compared and _orderless(use.values):
            return (*sorted(map(str, use.values)), _SOMETHING_ELSE, None)
        return None


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition or a part of one: what it reads, and the parts that and, or, not join."""

    node: Node
    reads: frozenset[str]
    join: str = ""
    parts: tuple[Clause, ...] = ()


@lru_cache(maxsize=4096)
def _clause(condition: str) -> Clause:
    return _clause_of(parsed(condition))


def _clause_of(node: Node) -> Clause:
    reads = frozenset(references(node))
    if isinstance(node, Call) and node.name == "not":
        return Clause(node, reads, "not", (_clause_of(node.arguments[0]),))
    if isinstance(node, Call) and node.name in ("and", "or"):
        return Clause(node, reads, node.name, tuple(_clause_of(part) for part in _chain(node)))
    return Clause(node, reads)


def _may_hold(condition: str, seen: Mapping[str, Value]) -> bool:
    """Say whether a condition can be true when the answers that are not in ``seen`` are open."""
    return True in _truth(_clause(condition), seen)


def _truth(clause: Clause, seen: Mapping[str, Value]) -> frozenset[bool]:
    """Return what a condition can be, in the logic of true, false and either."""
    if clause.reads <= seen.keys():
        return frozenset((truthy(evaluate(clause.node, seen)),))
    if not clause.join:
        return EITHER
    parts = [_truth(part, seen) for part in clause.parts]
    if clause.join == "not":
        return frozenset(not value for value in parts[0])
    ruling = clause.join == "or"  # one True settles an "or", one False an "and"
    settled = {ruling} if any(ruling in part for part in parts) else set()
    left_open = {not ruling} if all((not ruling) in part for part in parts) else set()
    return frozenset(settled | left_open)


def unknown_values(
    node: Node, questionnaire: Questionnaire
) -> Iterator[tuple[str, float | int | str]]:
    """Yield (item, value) where a condition asks a closed item for an answer it does not offer."""
    around = questionnaire.surroundings()
    for name, value, how in _uses(node, equality=True):
        item = questionnaire.item_by_id.get(name)
        if item is None or value in (None, "", "NaN") or how == "other":
            continue
        codes = single_codes(item, around)
        if codes is None and item.kind in ("multiple_choice", "ranking"):
            codes = tuple(choice.value for choice in getattr(item, "options", ()))
        if codes is not None and value is not None:
            read = _as_read(item, codes)
            texts = {_string(code) for code in (*codes, *(read or ()))}
            if _string(value) not in texts and item.kind != "yes_no":
                yield name, value


def single_codes(item: Item, around: Surroundings) -> tuple[str, ...] | None:
    """Return the codes of an item that takes exactly one of them, or None for another item."""
    closed = [variable for variable in item.variables(around) if variable.closed]
    if len(closed) != 1 or closed[0].name != item.id:
        return None
    return tuple(category.value for category in closed[0].categories)


def _as_read(item: Item, codes: Sequence[str]) -> tuple[Value, ...] | None:
    try:
        return (*(item.in_expressions(code) for code in codes), None)
    except (AttributeError, TypeError, ValueError, KeyError):
        return None


def _numbers(item: Item, values: Iterable[float | int | str]) -> tuple[Value, ...] | None:
    points: set[float] = set()
    for value in values:
        try:
            number = float(value)
        except ValueError:
            return None
        points |= {number - 1, number - 0.5, number, number + 0.5, number + 1}
    low, high = getattr(item, "min", None), getattr(item, "max", None)
    ends = {float(end) for end in (low, high) if end is not None}
    kept = {
        point
        for point in points | ends
        if (low is None or point >= low) and (high is None or point <= high)
    }
    whole = item.kind in ("integer", "points")
    kept = {point for point in kept if not whole or point.is_integer()}
    return (*sorted(kept), None)


def _orderless(values: Iterable[float | int | str]) -> bool:
    return all(isinstance(value, str) for value in values)


def _string(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _uses(
    node: Node, *, equality: bool = False
) -> Iterator[tuple[str, float | int | str | None, str]]:
    """Yield (item, value compared with, compared|selected|other) for every reading of an item."""
    waiting = [node]
    while waiting:
        match waiting.pop():
            case Reference(name):
                yield name, None, "other"
            case Call("selected", (Reference(name), Literal(value))):
                yield name, value, "selected"
            case Call(operator, (Reference(name), Literal(value))) | Call(
                operator, (Literal(value), Reference(name))
            ):
                compared = operator in (("=", "!=") if equality else _COMPARISONS)
                yield (name, value, "compared") if compared else (name, None, "other")
            case Call(_, arguments):
                waiting.extend(arguments)


def _chain(node: Call) -> Iterator[Node]:
    """Take ``a and b and c``, which grows to the left, apart, whatever its length."""
    rest: Node = node
    while isinstance(rest, Call) and rest.name == node.name:
        yield rest.arguments[1]
        rest = rest.arguments[0]
    yield rest
