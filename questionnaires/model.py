"""A questionnaire definition as a frozen value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from questionnaires.kinds import AnyItem
from questionnaires.kinds.base import (
    ChoiceList,
    Context,
    Expression,
    Identifier,
    Item,
    Model,
    Surroundings,
)
from questionnaires.kinds.rating import Distribution, Share
from questionnaires.media import Media
from questionnaires.text import NOT_YET, UNDETERMINED, Text, language_tag, slot_name

Genre = Literal[
    "survey", "poll", "interview", "ballot", "inspection", "register", "report", "mailbox"
]
Mode = Literal["unlinkable", "sealed_code", "confidential", "named"]


def _term_name(name: str) -> str:
    if not slot_name(name):
        raise ValueError("term_name")
    return name


Language = Annotated[str, AfterValidator(language_tag)]
TermName = Annotated[str, AfterValidator(_term_name)]

#: The smallest group whose results may ever be shown.
GROUP_FLOOR = 5


class Term(Model):
    """A word that differs between organisations, with examples for whoever adapts it."""

    text: Text
    examples: tuple[str, ...] = ()


class Anonymity(Model):
    """What is promised to respondents; a round keeps at least this much."""

    mode: Mode = "sealed_code"
    min_group: int = Field(default=GROUP_FLOOR, ge=GROUP_FLOOR, le=100)


class Severe(Model):
    """When an entry of the negative list counts as severe."""

    negative_share_at_least: Share


class NegativeRule(Model):
    """An item is listed for a unit when it has enough valid answers and too many are negative.

    ``negative_share_at_least`` lists a share equal to the threshold, ``negative_share_above``
    does not; a rule gives one of them.
    """

    min_valid: int = Field(default=GROUP_FLOOR, ge=1)
    negative_share_at_least: Share | None = None
    negative_share_above: Share | None = None
    severe: Severe | None = None

    @model_validator(mode="after")
    def _one_threshold(self) -> NegativeRule:
        if (self.negative_share_at_least is None) == (self.negative_share_above is None):
            raise ValueError("rule_threshold")
        return self

    @property
    def severe_share_at_least(self) -> Share | None:
        """The share from which an entry is severe, or None."""
        return self.severe.negative_share_at_least if self.severe else None


class Tag(Model):
    """Something that an interview must come to."""

    id: Identifier
    label: Text


class Checklist(Model):
    """Tags that an interview must cover: each is settled by a note or by "declined"."""

    must_ask: tuple[Tag, ...] = ()
    must_cover: tuple[Tag, ...] = ()

    @property
    def tags(self) -> dict[str, Text]:
        """All tags with their wording, in the order written."""
        return {tag.id: tag.label for tag in (*self.must_ask, *self.must_cover)}


class DataColumns(Model):
    """How a data file made elsewhere names the columns that are not answers."""

    unit: str | None = None
    parent: str | None = None
    role: str | None = None
    ignore: tuple[str, ...] = ()


class Repeat(Model):
    """A section that is filled in as often as needed, such as one entry per problem."""

    min: int = Field(default=0, ge=0, le=200)
    max: int = Field(default=20, ge=1, le=200)
    #: How many entries there are, worked out from other answers; at most ``max``.
    count: Expression | None = None


#: Where a jump leads that ends the questionnaire.
END = "end"


class Jump(Model):
    """After a section: go on with a later one, or end, when the condition holds (or always)."""

    to: Identifier
    when: Expression | None = None


class Section(Model):
    """A titled group of items."""

    id: Identifier
    title: Text
    intro: Text | None = None
    relevant: Expression | None = None
    #: The first of these whose condition holds is taken; the sections between are left out.
    jump: tuple[Jump, ...] = ()
    repeat: Repeat | None = None
    #: Its items are shown in an order drawn anew for each respondent.
    random_order: bool = False
    #: Keeps its place when sections are shown in random order.
    fixed: bool = False
    items: tuple[AnyItem, ...] = Field(min_length=1)


class Quota(Model):
    """At most ``limit`` responses for which a condition holds; later ones are turned away."""

    id: Identifier
    when: Expression
    limit: int = Field(ge=1, le=10_000_000)
    #: What is said to whoever comes when it is full.
    message: Text | None = None


class Variant(Model):
    """The same questionnaire under another title and with other limits on a matrix."""

    title: Text
    distributions: dict[Identifier, Distribution] = Field(default_factory=dict)


def _level_scores(levels: Any) -> Any:
    """Give a level written as a bare integer that integer as value and as score."""
    if not isinstance(levels, list | tuple):
        return levels
    return [_level_score(level) if isinstance(level, dict) else level for level in levels]


def _level_score(level: dict[str, Any]) -> dict[str, Any]:
    value = level.get("value")
    if not isinstance(value, int) or isinstance(value, bool):
        return level
    scored = {} if level.get("missing") else {"score": value}
    return {**scored, **level, "value": str(value)}


def _or_library(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that a scale may also be taken from the library."""
    for name, levels in schema.get("patternProperties", {}).items():
        schema["patternProperties"][name] = {"anyOf": [{"const": "library"}, levels]}


class Scales(Model):
    """Named scales: the ``scales`` of a questionnaire, or a library of them."""

    scales: Annotated[dict[Identifier, ChoiceList], Field(json_schema_extra=_or_library)] = Field(
        default_factory=dict
    )

    @field_validator("scales", mode="before")
    @classmethod
    def _scores(cls, scales: Any) -> Any:
        if not isinstance(scales, Mapping):
            return scales
        return {name: _level_scores(levels) for name, levels in scales.items()}


class Questionnaire(Scales):
    """A whole definition. Equal definitions have equal content hashes, and the reverse."""

    id: Identifier
    title: Text
    genre: Genre = "survey"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    minutes: int | None = Field(default=None, ge=1, le=600)
    intro: Text | None = None
    anonymity: Anonymity = Anonymity()
    terms: dict[TermName, Term] = Field(default_factory=dict)
    sections: tuple[Section, ...] = Field(min_length=1)
    #: The sections are shown in an order drawn anew for each respondent.
    random_sections: bool = False
    quotas: tuple[Quota, ...] = ()
    media: dict[Identifier, Media] = Field(default_factory=dict)
    checklist: Checklist | None = None
    negative_list: NegativeRule | None = None
    variants: dict[Identifier, Variant] = Field(default_factory=dict)
    data: DataColumns | None = None

    @model_validator(mode="before")
    @classmethod
    def _languages_of_the_title(cls, tree: Any) -> Any:
        if isinstance(tree, Mapping) and "languages" not in tree:
            title = tree.get("title")
            named = tuple(title) if isinstance(title, Mapping | Text) else ()
            return {**tree, "languages": named or (UNDETERMINED,)}
        return tree

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def __eq__(self, other: object) -> bool:
        # Much is kept by questionnaire: comparing them part by part would take longer than that.
        return isinstance(other, Questionnaire) and self.content_hash == other.content_hash

    @cached_property
    def content_hash(self) -> str:
        """SHA-256, in hexadecimal, of the canonical JSON: the name of a version."""
        return hashlib.sha256(self.canonical_json.encode()).hexdigest()

    @cached_property
    def canonical_json(self) -> str:
        """The definition as JSON with one spelling: sorted keys, no defaults, no spaces."""
        tree = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order asked."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Item id -> its number on the page; items that ask nothing have none."""
        asked = (item.id for item in self.items if item.asked)
        return {item_id: number for number, item_id in enumerate(asked, start=1)}

    @cached_property
    def item_by_id(self) -> Mapping[str, Item]:
        """Item id -> item."""
        return {item.id: item for item in self.items}

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """Item id -> the section it stands in."""
        return {item.id: section for section in self.sections for item in section.items}

    @cached_property
    def _term_texts(self) -> Mapping[str, Text]:
        return {name: term.text for name, term in self.terms.items()}

    def filled(self, text: Text) -> Text:
        """Return ``text`` with the questionnaire's terms in its slots, in every language."""
        return text.filled(self._term_texts)

    def unanswered(self, text: Text) -> Text:
        """Return ``text`` for readers who see it without answers: in a report, on paper."""
        return self.filled(text).piped(lambda item, language: NOT_YET)

    def say(self, language: str) -> Callable[[Text], str]:
        """Return a function that words any text, without answers, for a reader of ``language``."""
        return lambda text: self.unanswered(text).get(language)

    def surroundings(self, context: Context | None = None) -> Surroundings:
        """Return what the kinds need to know besides the item itself."""
        return Surroundings(self.scales, context or Context(), self._term_texts)

    def variant_id(self, name: str) -> str:
        """Return the id of the variant of that name."""
        return f"{self.id}-{name}"

    def variant(self, name: str) -> Questionnaire:
        """Return the named variant as a questionnaire of its own; KeyError if there is none."""
        chosen = self.variants[name]
        sections = tuple(_with_distributions(section, chosen) for section in self.sections)
        changes = {
            "id": self.variant_id(name),
            "title": chosen.title,
            "sections": sections,
            "variants": {},
        }
        # Built anew rather than copied, so that nothing computed for the original is carried over.
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Questionnaire.model_validate(fields | changes)


def _with_distributions(section: Section, variant: Variant) -> Section:
    items = tuple(
        item.model_copy(update={"distribution": variant.distributions[item.id]})
        if item.id in variant.distributions
        else item
        for item in section.items
    )
    return section.model_copy(update={"items": items})
