"""A foreign form, half way: its own names for groups and questions, formulas not yet translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from questionnaires.expressions import Call, Column, Literal, Node, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.formats.foreign.quoting import Quotes, no_quotes
from questionnaires.formats.foreign.reasons import Untranslatable
from questionnaires.model import Mode
from questionnaires.text import Text

Settings = dict[str, Any]


@dataclass(slots=True)
class Known:
    """What a formula may know of the question that it names."""

    id: str
    kind: str
    #: Foreign value -> value of ours, for the answers that a formula compares with.
    codes: dict[str, str]
    #: The repeated group it stands in, as a number; None outside.
    repeat: int | None
    #: Value of ours -> its score.
    scores: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """What can be named where a formula stands."""

    names: dict[str, Known]
    folded: dict[str, Known]
    repeat: int | None = None
    own: Known | None = None
    #: (repeated group, name) -> question: the same name may stand in several of them.
    local: dict[tuple[int, str], Known] = field(default_factory=dict)
    #: Foreign name of a repeated group -> its number and the id of its section.
    rosters: dict[str, tuple[int, str]] = field(default_factory=dict)

    def find(self, name: str) -> Known:
        """Return what is called by a foreign name; raise Untranslatable when it cannot be read."""
        found = self._here(name) or self.names.get(name) or self.folded.get(name.casefold())
        if found is None:
            raise Untranslatable("name", name=name)
        if found.kind == "note":
            raise Untranslatable("silent", name=name)
        if found.repeat is not None and found.repeat != self.repeat:
            raise Untranslatable("repeated", name=name)
        return found

    def _here(self, name: str) -> Known | None:
        return None if self.repeat is None else self.local.get((self.repeat, name))

    def knows(self, name: str) -> bool:
        """Say whether there is a question or a repeated group of that foreign name."""
        return name in self.names or name.casefold() in self.folded or name in self.rosters

    def column(self, roster: str, name: str = "") -> Column:
        """Return the answers to one question in all entries of a repeated group.

        Without a name any question will do, to count the entries.
        """
        if roster not in self.rosters:
            raise Untranslatable("name", name=roster)
        number, section = self.rosters[roster]
        for (group, foreign), known in self.local.items():
            if group == number and name in ("", foreign) and known.kind != "note":
                return Column(section, known.id)
        raise Untranslatable("name", name=f"{roster}.{name}")

    def gathered(self, name: str) -> Column | None:
        """Return the answers to a question of a repeated group, seen from outside of it."""
        known = self.names.get(name)
        if known is None or known.repeat is None or known.repeat == self.repeat:
            return None
        sections = dict(self.rosters.values())
        return Column(sections[known.repeat], known.id) if known.repeat in sections else None

    def within(self, roster: str) -> Scope:
        """Return what can be named in a condition about single entries of a repeated group."""
        return replace(self, repeat=self.rosters[roster][0], own=None)

    def reference(self, known: Known) -> Reference:
        """Return the reference to a question: ``.`` to the one that the formula belongs to."""
        return Reference(SELF if known is self.own else known.id)


Translate = Callable[[Scope], Node]


@dataclass(slots=True)
class Formula:
    """A condition or calculation of the foreign file.

    ``counted`` is False for conditions that stand for a setting rather than for a text; ``mild``
    says that what is asked, and when, stays the same without it.
    """

    key: str
    where: str
    text: str
    translate: Translate
    counted: bool = True
    mild: bool = False


def never(where: str) -> Formula:
    """Return the condition of what is never shown."""
    return Formula("hidden", where, "", lambda scope: Call("false", ()), counted=False)


def unreachable(formula: Formula) -> Formula:
    """Return a formula that cannot be translated, because it acts while the form is filled in."""

    def translate(scope: Scope) -> Node:
        raise Untranslatable("action")

    return replace(formula, translate=translate)


@dataclass(slots=True)
class Check:
    """A constraint, with the message that is shown when it does not hold."""

    formula: Formula
    message: Text | None = None


@dataclass(slots=True)
class Carried:
    """Options that are offered only when they were, or were not, chosen in another question.

    ``otherwise`` is the filter to the same effect, for when the other has no options in common.
    """

    source: str
    which: str
    otherwise: Formula


@dataclass(slots=True)
class Leap:
    """A jump: behind the section of one question, to the section of another, or to the end (None).

    It can be carried out when the other is the first of its section.
    """

    after: str
    to: str | None
    formula: Formula


@dataclass(slots=True)
class Limit:
    """A quota."""

    name: str
    where: str
    when: Formula
    limit: int
    message: Text | None = None


@dataclass(slots=True)
class Question:
    """One question: the settings of an item of ours, without id and conditions."""

    name: str
    where: str
    settings: Settings
    relevant: list[Formula] = field(default_factory=list)
    required: Formula | None = None
    checks: list[Check] = field(default_factory=list)
    calculate: Formula | None = None
    choice_filter: Formula | None = None
    carried: Carried | None = None
    #: The answer that stands there at first, worked out.
    default: Formula | None = None
    codes: dict[str, str] = field(default_factory=dict)
    #: Further names under which formulas speak of it.
    aliases: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of item that it will be."""
        return str(self.settings["kind"])


@dataclass(slots=True)
class Group:
    """A page, panel or group: with a title it becomes a section, without one it is layout."""

    name: str
    where: str
    title: Text | None = None
    intro: Text | None = None
    relevant: list[Formula] = field(default_factory=list)
    repeat: dict[str, int] | None = None
    #: How many entries there are.
    count: Formula | None = None
    random_order: bool = False
    #: Keeps its place among sections in random order.
    fixed: bool = False
    parts: list[Group | Question] = field(default_factory=list)
    #: A page always makes a section.
    page: bool = False


@dataclass(slots=True)
class Draft:
    """A whole form."""

    name: str
    title: Text | None
    intro: Text | None = None
    languages: tuple[str, ...] = ()
    groups: list[Group] = field(default_factory=list)
    scales: Scales = field(default_factory=lambda: Scales())
    #: Names that conditions use; one that no question has becomes a hidden item.
    variables: list[str] = field(default_factory=list)
    #: Formulas that other formulas use; translated only to say whether they could be.
    spare: list[Formula] = field(default_factory=list)
    #: What may be promised to respondents; None leaves it to what the questions ask.
    mode: Mode | None = None
    #: Answers that its texts show.
    quotes: Quotes = field(default_factory=lambda: no_quotes())
    leaps: list[Leap] = field(default_factory=list)
    quotas: list[Limit] = field(default_factory=list)
    random_sections: bool = False
    #: Name -> the settings of a picture, a recording or a film whose bytes are in the file.
    media: dict[str, Settings] = field(default_factory=dict)


class Scales:
    """The scales of a form; equal lists of levels share one."""

    def __init__(self) -> None:
        self.named: dict[str, list[Settings]] = {}

    def name(self, levels: list[Settings]) -> str:
        """Return the name of the scale with these levels."""
        for name, known in self.named.items():
            if known == levels:
                return name
        name = f"scale-{len(self.named) + 1}"
        self.named[name] = levels
        return name


def literal(value: Any, known: Known | None = None) -> Node:
    """Return a foreign constant as ours; a value of a question's list as the code it got."""
    if known is not None and (spelled(value) in known.codes):
        return Literal(known.codes[spelled(value)])
    if isinstance(value, bool):
        return Call("true" if value else "false", ())
    if value is None:
        return Literal("")
    return Literal(value)


def spelled(value: Any) -> str:
    """Return a foreign value as the text under which codes are looked up."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def score_of(known: Known, scope: Scope) -> Node:
    """Return the score of what was chosen, added up when it is several; nothing when nothing."""
    if not known.scores:
        raise Untranslatable("part", name=known.id)
    reference = scope.reference(known)
    several = known.kind in LISTS
    total: Node = Literal("") if not several else Literal(0)
    for value, score in reversed(known.scores.items()):
        chosen = Call("selected" if several else "=", (reference, Literal(value)))
        if several:
            total = Call("+", (total, Call("if", (chosen, Literal(score), Literal(0)))))
        else:
            total = Call("if", (chosen, Literal(score), total))
    return total


LISTS = ("multiple_choice", "ranking")
#: Kinds that carry their own options.
LISTED = ("single_choice", *LISTS)


def has_value(value: Any, known: Known, scope: Scope) -> Node:
    """Return the condition that a constant is the answer, or among the answers."""
    reference = scope.reference(known)
    if known.kind in LISTS:
        return Call("selected", (reference, literal(value, known)))
    return Call("=", (reference, literal(value, known)))


def answered(known: Known, scope: Scope) -> Node:
    """Return the condition that there is an answer."""
    return Call("!=", (scope.reference(known), Literal("")))


def as_condition(node: Node, known: Known | None) -> Node:
    """Return a value as a condition: of a yes-or-no question, that it is yes."""
    if known is not None and known.kind == "yes_no":
        return Call("=", (node, Literal("yes")))
    return node


def either(nodes: Iterable[Node]) -> Node:
    """Return the condition that one of several holds; false when there are none."""
    return _chain("or", nodes, "false")


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the condition that all of several hold; true when there are none."""
    return _chain("and", nodes, "true")


def _chain(operator: str, nodes: Iterable[Node], empty: str) -> Node:
    whole: Node | None = None
    for node in nodes:
        whole = node if whole is None else Call(operator, (whole, node))
    return whole if whole is not None else Call(empty, ())
