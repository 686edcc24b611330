"""The operators and functions that there are: how operators bind, what functions take and give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MAX_ARGUMENTS = 50


class Type(Enum):
    """What kind of value a part of an expression has, as far as that is known beforehand."""

    ANY = "any"
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    LIST = "list"


ANY, NUMBER, TEXT, BOOLEAN, DATE, TIME, LIST = Type


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes, of what types (the last repeats), and what it gives."""

    low: int
    high: int
    takes: tuple[Type, ...]
    gives: Type


#: Operators between two operands -> how tightly they bind.
BINARY = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "in": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}


def _some(gives: Type, *takes: Type, optional: int = 0) -> Signature:
    return Signature(len(takes) - optional, len(takes), takes, gives)


def _many(gives: Type, *takes: Type) -> Signature:
    return Signature(len(takes), MAX_ARGUMENTS, takes, gives)


#: Everything that may be called by name.
SIGNATURES: dict[str, Signature] = {
    # logic
    "true": _some(BOOLEAN),
    "false": _some(BOOLEAN),
    "not": _some(BOOLEAN, ANY),
    "boolean": _some(BOOLEAN, ANY),
    "boolean-from-string": _some(BOOLEAN, ANY),
    "if": _some(ANY, ANY, ANY, ANY),
    "coalesce": _many(ANY, ANY),
    "once": _some(ANY, ANY),
    # choices
    "selected": _some(BOOLEAN, LIST, ANY),
    "selected-at": _some(TEXT, LIST, NUMBER),
    "count-selected": _some(NUMBER, LIST),
    "choice-label": _some(TEXT, ANY),
    "jr:choice-name": _some(TEXT, ANY, TEXT),
    # text
    "string": _some(TEXT, ANY),
    "string-length": _some(NUMBER, TEXT),
    "substr": _some(TEXT, TEXT, NUMBER, NUMBER, optional=1),
    "contains": _some(BOOLEAN, TEXT, TEXT),
    "starts-with": _some(BOOLEAN, TEXT, TEXT),
    "ends-with": _some(BOOLEAN, TEXT, TEXT),
    "concat": _many(TEXT, ANY),
    "join": _many(TEXT, TEXT, ANY),
    "regex": _some(BOOLEAN, TEXT, TEXT),
    # numbers
    "number": _some(NUMBER, ANY),
    "int": _some(NUMBER, NUMBER),
    "round": _some(NUMBER, NUMBER, NUMBER, optional=1),
    "floor": _some(NUMBER, NUMBER),
    "ceiling": _some(NUMBER, NUMBER),
    "abs": _some(NUMBER, NUMBER),
    "pow": _some(NUMBER, NUMBER, NUMBER),
    "sqrt": _some(NUMBER, NUMBER),
    "min": _many(NUMBER, ANY),
    "max": _many(NUMBER, ANY),
    "sum": _many(NUMBER, ANY),
    "mean": _many(NUMBER, ANY),
    "count": _some(NUMBER, LIST, ANY, optional=1),
    "count-non-empty": _many(NUMBER, ANY),
    "share": _some(NUMBER, LIST, ANY),
    # dates
    "today": _some(DATE),
    "now": _some(DATE),
    "date": _some(DATE, ANY),
    "date-time": _some(DATE, ANY),
    "decimal-date-time": _some(NUMBER, DATE),
    "format-date": _some(TEXT, DATE, TEXT),
    "format-date-time": _some(TEXT, DATE, TEXT),
    "difference-in-days": _some(NUMBER, DATE, DATE),
    "difference-in-months": _some(NUMBER, DATE, DATE),
    "difference-in-years": _some(NUMBER, DATE, DATE),
    # repeated sections, and what comes from outside
    "position": _some(NUMBER, ANY, optional=1),
    "indexed-repeat": _some(ANY, ANY, ANY, NUMBER, optional=1),
    "uuid": _some(TEXT),
    "random": _some(NUMBER),
    "pulldata": _many(ANY, ANY),
}

#: name -> (fewest, most) arguments of everything that may be called by name.
ARITY = {name: (signature.low, signature.high) for name, signature in SIGNATURES.items()}
#: What a time of day is as a fraction of a day: in foreign forms only, for an importer to replace.
DECIMAL_TIME = "decimal-time"
FOREIGN_ARITY = ARITY | {DECIMAL_TIME: (1, 1)}

#: Functions that may be told which elements of a list count.
CONDITIONAL = ("sum", "mean", "min", "max", "count")
#: Functions whose value is not settled by the answers; it comes from the context.
OUTSIDE = ("today", "now", "uuid", "random")
#: Accepted so that an import can keep them; their value is always None.
UNSUPPORTED = ("pulldata",)
