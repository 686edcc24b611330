"""What every kind of item has in common: settings, and what a kind must be able to do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from questionnaires import locales
from questionnaires.expressions import ExpressionError, parse
from questionnaires.expressions.grammar import ANY, Type
from questionnaires.problems import Place, Problem
from questionnaires.text import Text, printable, unprintable

#: A JSON value: what an answer is stored as.
Json = Any


class Model(BaseModel):
    """A frozen part of a definition that accepts no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _expression(text: str) -> str:
    parse(text)  # raises ExpressionError, a ValueError with the character
    return text


def _as_code(value: Any) -> Any:
    """A code may be written as a whole number; it is a string all the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _printable(code: str) -> str:
    if not code.isprintable():
        raise ValueError("text_unprintable")
    return code


#: The value of an option, level or row, as it stands in data.
Code = Annotated[
    str,
    BeforeValidator(_as_code),
    Field(min_length=1, max_length=64),
    AfterValidator(_printable),
    WithJsonSchema({"type": ["string", "integer"], "minLength": 1, "maxLength": 64}),
]
MAX_IDENTIFIER = 64
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Expression = Annotated[str, AfterValidator(_expression)]


def _requirement(value: Any) -> bool | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _expression(value.strip())
    raise PydanticCustomError("bool_type", "expected true, false or a condition")


#: ``true``, ``false``, or a condition on other answers.
Requirement = Annotated[
    bool | str,
    PlainValidator(_requirement),
    WithJsonSchema({"type": ["boolean", "string"], "default": False}),
]


class Computed(Model):
    """A first answer that is worked out when the form is opened, such as ``today()``."""

    calculate: Expression


class Choice(Model):
    """One option of a choice list or one level of a scale."""

    value: Code
    label: Text
    #: Points on an ordered scale; None when the level is not ordered or not substantive.
    score: int | None = None
    #: Counts towards the negative list.
    negative: bool = False
    #: Not substantive ("don't know"): kept in the counts, outside the valid answers.
    missing: bool = False
    #: Cannot be combined with other options.
    exclusive: bool = False
    #: Asks the respondent to specify in words.
    text: bool = False
    #: Keeps its place when the others are shown in random order.
    fixed: bool = False
    #: The picture shown with it: a name in the questionnaire's ``media``.
    image: Identifier | None = None
    #: Other properties, which a ``choice_filter`` reads as ``${option.NAME}``.
    properties: dict[str, str] = Field(default_factory=dict)

    @property
    def stays(self) -> bool:
        """Keeps its place among others in random order, as "none of these" and "other" do."""
        return self.fixed or self.exclusive or self.missing or self.text


ChoiceList = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """One coded level of a closed variable."""

    code: int
    """1..254, the packed byte; 0 is "no answer"."""
    value: str
    label: Text
    score: int | None
    negative: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the data that a questionnaire yields."""

    name: str
    item: str
    label: Text
    categories: tuple[Category, ...] = ()
    #: Written in the respondent's own words (not a name, an address, a number or a file).
    text: bool = False

    @property
    def closed(self) -> bool:
        """Has categories, and so one packed byte per response."""
        return bool(self.categories)

    @property
    def scored(self) -> bool:
        """Has ordered levels, and so a mean."""
        return any(category.score is not None for category in self.categories)

    @property
    def rated(self) -> bool:
        """Has an unfavourable level, and so a place in the negative list."""
        return any(category.negative for category in self.categories)


def categories(choices: ChoiceList) -> tuple[Category, ...]:
    """Code the options of a list by their position, from 1."""
    return tuple(
        Category(code, c.value, c.label, c.score, c.negative, c.missing)
        for code, c in enumerate(choices, start=1)
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What a form needs to know about the world outside the definition.

    ``units``, ``people`` and ``findings`` map a code to its wording; empty means that the
    respondent types the name instead. ``own_unit`` is left out of tables that say so. ``now`` is
    what ``now()`` and ``today()`` give, in the survey's own time zone. ``seed``, a secret of this
    one response, settles everything that is drawn by lot for it: orders, arms, ``random()``.
    ``language`` is the respondent's, ``full_quotas`` names the quotas that take nobody any more.
    """

    units: Mapping[str, Text] = field(default_factory=dict)
    people: Mapping[str, Text] = field(default_factory=dict)
    findings: Mapping[str, Text] = field(default_factory=dict)
    own_unit: str = ""
    now: datetime.datetime = field(default_factory=datetime.datetime.now)
    seed: str = ""
    language: str = "en"
    full_quotas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an item sees of its questionnaire: scales and terms, and the context of this form."""

    scales: Mapping[str, ChoiceList]
    context: Context = field(default_factory=Context)
    terms: Mapping[str, Text] = field(default_factory=dict)

    def word(self, text: Text, language: str) -> str:
        """Return ``text`` as a reader of ``language`` sees it, with the terms in its slots."""
        return text.filled(self.terms).get(language)


class Desk:
    """Where an item's answer is examined: collects the problems under the item's field name."""

    __slots__ = ("_field", "around", "problems")

    def __init__(self, around: Surroundings, field_name: str) -> None:
        self.around = around
        self._field = field_name
        self.problems: list[Problem] = []

    def refuse(self, code: str, part: str = "", **values: object) -> None:
        """Record that the answer is refused; ``part`` names the input inside the item."""
        name = f"{self._field}.{part}" if part else self._field
        if all(p.code != code or p.place.field != name for p in self.problems):
            self.problems.append(Problem(code, values, Place(name)))


class Item(Model):
    """One question, rating, note or record field.

    A kind of item is a subclass. It owns its settings and answers four questions: is this raw
    value acceptable (``check``), how is it shown (``show``), which variables does it yield
    (``variables``) and how is it packed (``pack``).
    """

    #: What is said when a required item of this kind is left blank.
    required_code: ClassVar[str] = "required_text"
    #: The respondent gives an answer, so the item has a number on the page.
    asked: ClassVar[bool] = True

    id: Identifier
    kind: str
    label: Text
    hint: Text | None = None
    #: Must be answered: always, never, or when a condition holds.
    required: Requirement = False
    required_message: Text | None = None
    #: The answer that stands there at first.
    default: str | int | float | tuple[str, ...] | Computed | None = None
    #: The item is asked only when this holds.
    relevant: Expression | None = None
    #: The answer (``.``) is accepted only when this holds.
    constraint: Expression | None = None
    constraint_message: Text | None = None
    #: The answer (``.``) is a problem when this holds: it opens a finding.
    problem_if: Expression | None = None
    #: What the finding says; without it, the label and the answer.
    problem_message: Text | None = None
    #: Keeps its place when the items of its section are shown in random order.
    fixed: bool = False
    #: A picture, a recording or a film above the question: a name in the questionnaire's ``media``.
    media: Identifier | None = None
    #: Its answers are offered as candidates for a finding.
    finding_candidate: bool = False
    #: Who fills it in, when that is not the respondent, of whom it is then never demanded.
    filled_by: Text | None = None

    def problems(self, around: Surroundings) -> Iterator[Problem]:
        """Yield what is wrong with the settings of this item within its questionnaire."""
        return iter(())

    def is_blank(self, raw: Json) -> bool:
        """Say whether ``raw`` counts as "not answered"."""
        return blank(raw)

    def check(self, raw: Json, desk: Desk) -> Json:
        """Return the answer as it is stored, or refuse ``raw`` at the desk.

        ``raw`` is not blank. The return value counts only when nothing was refused.
        """
        raise NotImplementedError

    def demand(self, desk: Desk) -> None:
        """Refuse a blank answer to a required item."""
        desk.refuse(self.required_code)

    def weigh(self, value: Json, desk: Desk, *, required: bool, offered: int) -> None:
        """Refuse an acceptable answer that is not enough: rows left out, too few choices.

        ``required`` says whether the item must be answered, ``offered`` how many of its options
        the other answers leave.
        """
        return

    def show(self, value: Json, around: Surroundings, language: str) -> str:
        """Return a stored answer as a reader of ``language`` should see it."""
        plain = isinstance(value, bool) or not isinstance(value, int | float)
        return str(value) if plain else locales.number(value, language)

    def variables(self, around: Surroundings) -> tuple[Variable, ...]:
        """Return the columns that this item yields, in a fixed order."""
        return (Variable(self.id, self.id, self.label),)

    def pack(self, value: Json, around: Surroundings) -> Sequence[int]:
        """Return one code per *closed* variable of this item, in the same order."""
        return ()

    def in_expressions(self, value: Json) -> Any:
        """Return what a condition sees of a stored answer."""
        return value

    def reads_as(self) -> Type:
        """Return the type that conditions see; ANY where numbers and words mix, as in codes."""
        return ANY

    def given(self, context: Context) -> Json:
        """Return the value that stands without anybody's typing it; None for what is ``asked``."""
        return None


def blank(raw: Json) -> bool:
    """Say whether nothing was given: no value, an empty list or mapping, nothing but spaces."""
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or raw == [] or raw == {}


def all_blank(raw: Json) -> bool:
    """Say whether nothing was given in any part of an answer; 0 and false are something."""
    if isinstance(raw, dict):
        return all(map(blank, raw.values()))
    return all(map(blank, raw)) if isinstance(raw, list) else blank(raw)


class Valued(Protocol):
    """What is known by a value of its own: an option, a level, a row."""

    @property
    def value(self) -> str: ...


def duplicates(parts: Iterable[Valued], path: str) -> Iterator[Problem]:
    """Yield a problem for each of the parts at ``path`` whose value an earlier one has."""
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if part.value in seen:
            place = Place(f"{path}.{index}.value")
            yield Problem("duplicate_value", {"value": part.value}, place)
        seen.add(part.value)


def as_text(raw: Json, desk: Desk, max_characters: int, part: str = "") -> str | None:
    """Accept text of at most ``max_characters`` code points; line ends become ``\\n``."""
    if not isinstance(raw, str):
        desk.refuse("value_shape", part)
        return None
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > max_characters:
        desk.refuse("text_too_long", part, limit=max_characters, count=len(text))
    elif unprintable(text):
        desk.refuse("text_control_characters", part)
    return text


def as_line(raw: Json, desk: Desk, max_characters: int, part: str = "") -> str | None:
    """Accept text as ``as_text`` does and put it on one line, with single spaces."""
    text = as_text(raw, desk, max_characters, part)
    return text if text is None else " ".join(text.split())


def describe_expression_error(error: ExpressionError) -> dict[str, object]:
    """Return the message values of an expression that does not parse."""
    reason = Text({"zh": printable(error.chinese), "en": printable(error.english)})
    return {"at": error.at, "reason": reason}
