"""What a browser needs to know of a questionnaire to work out by itself what the answers mean.

``data`` makes the JSON that a page of the form carries; ``static/respond/`` reads it. The browser's
reading is a help to the respondent and nothing more: the server reads and judges everything again.
What a version says in one language is made once and kept; what a request adds is small.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from flask_babel import gettext
from markupsafe import Markup

from questionnaires import Context, Questionnaire, Section, locales
from questionnaires.expressions import Node, to_json
from questionnaires.expressions.context import Context as Known
from questionnaires.expressions.tree import Call, Literal, Lookup, walk
from questionnaires.flow import OPTION, flow, prepared, written
from questionnaires.kinds.base import Item, Model
from questionnaires.path import known
from questionnaires.text import Text
from surveyapp.forms import live_kinds

Json = Any
_DATES = ("format-date", "format-date-time")


def data(questionnaire: Questionnaire, language: str, context: Context) -> Markup:
    """Return the JSON for a page whose texts are in ``language``, safe inside a script element."""
    made = _Made(questionnaire, language)
    told = {
        "known": _told(made, context),
        "given": {
            item.id: told
            for item in questionnaire.items
            if (told := live_kinds.given(item, context))
        },
        "drawn": dict(_drawn(questionnaire, context)),
        "words": _words(),
    }
    return Markup(_fixed(questionnaire, language)[:-1] + "," + _written(told)[1:])  # noqa: S704


def _written(value: Json) -> str:
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    return plain.replace("<", "\\u003c")


def _words() -> dict[str, str]:
    """Return what the page itself says, in the language of the page."""
    return {
        "added": gettext("Questions added: %(count)s.", count="{count}"),
        "removed": gettext("Questions no longer asked: %(count)s.", count="{count}"),
        "error": gettext("Error:"),
        "kept": gettext(
            "What you typed here on %(time)s is still kept on this device.", time="{time}"
        ),
        "resume": gettext("Continue with it"),
        "afresh": gettext("Start afresh"),
        "keeping": gettext("What you type is kept on this device until you send it."),
        "wipe": gettext("Clear this device"),
        "wiped": gettext("Nothing of this form is kept on this device any more."),
        "unkept": gettext("This device keeps no draft: send your answers before you leave."),
        "sending": gettext("Sending…"),
        "offline": gettext(
            "Your answers could not be sent just now. Everything you typed is still here. Press "
            "the button again in a moment; nothing is stored twice."
        ),
    }


class _Made:
    """One questionnaire in one language, as the browser gets it."""

    def __init__(self, questionnaire: Questionnaire, language: str) -> None:
        self.questionnaire = questionnaire
        self.language = language
        self.flow = flow(questionnaire)

    def word(self, text: Text) -> str:
        """Return a text with its terms, and ``${item}`` where an answer will stand."""
        return self.questionnaire.filled(text).get(self.language)

    def tree(self, text: str, *around: str) -> Json:
        """Return an expression; ``around`` names a function of one argument to put it into.

        One that reads a repeated section as a whole says so: that is to be decided before.
        """
        condition = prepared(text)
        made = to_json(condition.node)
        for name in around:
            made = [name, made]
        after = [
            self.flow.places[name] for name in sorted(condition.reads & self.flow.rosters.keys())
        ]
        return {"after": after, "tree": made} if after else made

    def pipes(self, **texts: Text | None) -> dict[str, Json]:
        """Return those of some texts in which answers stand."""
        piped = {name: self.word(text) for name, text in texts.items() if text and text.pipes()}
        return {"pipes": piped} if piped else {}

    def section(self, section: Section) -> Json:
        """Return what decides whether a section is asked, and how often it is filled in."""
        told: dict[str, Json] = {"id": section.id}
        told |= self.pipes(title=section.title, intro=section.intro)
        if section.relevant:
            told["relevant"] = self.tree(section.relevant)
        if section.jump:
            told["jump"] = [
                [self.flow.target(jump.to), self.tree(jump.when) if jump.when else None]
                for jump in section.jump
            ]
        if section.repeat:
            told["repeat"] = {"min": section.repeat.min, "max": section.repeat.max}
            if section.repeat.count:
                told["repeat"]["count"] = self.tree(section.repeat.count, "number")
        return told

    def item(self, item: Item, section: Section, piped: frozenset[str]) -> Json:
        """Return how an item is read, what it hangs on, and what is said when it is refused."""
        told: dict[str, Json] = {"id": item.id, "section": self.flow.places[section.id]}
        told |= self.pipes(label=item.label, hint=item.hint)
        told |= live_kinds.facts(item, self.questionnaire, self.language, labels=item.id in piped)
        for key in ("relevant", "calculate", "constraint"):
            if text := getattr(item, key, None):
                told[key] = self.tree(text)
        if item.constraint:
            told["sorry"] = self._sorry(item)
        return told

    def _sorry(self, item: Item) -> str:
        if item.constraint_message:
            return self.word(item.constraint_message)
        return live_kinds.message("constraint_failed", self.language)


@lru_cache(maxsize=256)
def _fixed(questionnaire: Questionnaire, language: str) -> str:
    """Return what is the same for every respondent who reads the version in that language."""
    made = _Made(questionnaire, language)
    piped = frozenset(_shown(questionnaire))
    return _written(
        {
            "language": language,
            "locale": str(locales.locale(language)).replace("_", "-"),
            "version": questionnaire.content_hash[:12],
            "sections": [made.section(section) for section in questionnaire.sections],
            "items": [
                made.item(item, section, piped) | _narrowing(made, item)
                for item, section, *_ in made.flow.steps
            ],
        }
    )


def _shown(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield the items whose answers stand on the page, in some text or by themselves."""
    yield from (item.id for item in questionnaire.items if getattr(item, "shown", False))
    for text in _texts(questionnaire):
        yield from text.pipes()


def _texts(part: object) -> Iterator[Text]:
    """Yield every text of a definition."""
    if isinstance(part, Text):
        yield part
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _texts(one)
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, Model):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name))


def _narrowing(made: _Made, item: Item) -> dict[str, Json]:
    """Return how other answers narrow an item's options down, if they do."""
    if not getattr(item, "narrowed", False):
        return {}
    listed: Any = item
    told: dict[str, Json] = {
        "offers": [
            {
                "value": option.value,
                "stays": option.stays,
                "own": {
                    f"{OPTION}value": option.value,
                    **{f"{OPTION}{name}": value for name, value in option.properties.items()},
                },
            }
            for option in listed.options
        ]
    }
    if listed.choice_filter:
        reads = prepared(listed.choice_filter).reads
        told["filter"] = {
            "tree": made.tree(listed.choice_filter),
            "reads": sorted(name for name in reads if not name.startswith(OPTION)),
        }
    if listed.carry_forward:
        forward = listed.carry_forward
        told["carry"] = {"item": forward.item, "chosen": forward.which == "chosen"}
    return told


def _told(made: _Made, context: Context) -> dict[str, Json]:
    """Return what expressions know besides the answers, as far as one of them asks for it."""
    knows = known(made.questionnaire, context)
    told: dict[str, Json] = {"today": knows.today, "now": knows.now}
    asked = _asked(made.questionnaire)
    for place, names in asked.items():
        told[place] = {name: getattr(knows, place).get(name) for name in sorted(names)}
    if _dated(made.questionnaire):
        told |= {"months": knows.months, "weekdays": knows.weekdays}
    return told


def _nodes(questionnaire: Questionnaire) -> Iterator[Node]:
    for one in written(questionnaire):
        yield from walk(prepared(one.text).node)


@lru_cache(maxsize=256)
def _asked(questionnaire: Questionnaire) -> Mapping[str, frozenset[str]]:
    """Return the items and choice lists whose labels and rows expressions look up."""
    labels, lists = set(), set()
    for node in _nodes(questionnaire):
        if isinstance(node, Lookup):
            lists.add(node.choices)
        elif isinstance(node, Call) and node.name == "choice-label":
            labels |= {str(part.value) for part in node.arguments if isinstance(part, Literal)}
    return {"labels": frozenset(labels), "lists": frozenset(lists)}


@lru_cache(maxsize=256)
def _dated(questionnaire: Questionnaire) -> bool:
    """Say whether an expression writes the name of a month or a day."""
    return any(isinstance(node, Call) and node.name in _DATES for node in _nodes(questionnaire))


def _drawn(questionnaire: Questionnaire, context: Context) -> Iterator[tuple[str, Json]]:
    """Yield what was drawn by lot for this respondent, for each expression that draws."""
    for one in written(questionnaire) if context.seed else ():
        if not prepared(one.text).draws:
            continue
        repeat = one.inside.repeat if one.inside and one.part is not one.inside else None
        entries = range(1, repeat.max + 1) if repeat and one.inside else ()
        prefixes = [f"{one.inside.id}.{n}." for n in entries] if one.inside and repeat else [""]
        filters = one.key == "choice_filter"
        ends = [f"/{option.value}" for option in one.part.options] if filters else [""]
        for scope in (f"{prefix}{one.part.id}{end}" for prefix in prefixes for end in ends):
            seeded = Known().seeded(context.seed, scope)
            yield scope, {"uuid": seeded.uuid, "random": seeded.random}


__all__ = ["data"]
