"""Random expressions over the grammar, and random answers, odd ones among them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from questionnaires.expressions import (
    Column,
    Context,
    External,
    Field,
    Literal,
    Lookup,
    Node,
    Reference,
)
from questionnaires.expressions.tree import walk

NUMBERS = [0, 1, 2, 3, 5, 10, 18, 99, -1, -999, 0.5, 2.5, -2.5, 2.345, 1.005, 0.1, 0.2, 1e-7, 1e21]
NUMBERS += [2**53, 2**53 + 2, 2**60, 1e15, 123456789012345.6, 1e300, -1e300, 5e-324, 1 / 3, 1e16]
NUMBER_TEXTS = ["5", "5.0", " 7 ", "-3", ".5", "5.", "1e3", "0x10", "1_000", "+5", "Infinity", "٣"]
TEXTS = ["", "a", "b", "yes", "no", "other", "a b", "问卷", "问卷😀", "e\u0301", "\ud800", "true"]
TEXTS += ["LEB-12c34567", "0123456789", "x@y.z", "a.b@c-d.org", " a ", "a  b", "__proto__"]
DAYS = ["2026-03-15", "2024-02-29", "2000-02-29", "1900-02-28", "1970-01-01", "0001-01-01"]
DAYS += ["9999-12-31", "2026-02-30", "0000-01-01", "2026-13-01", "1999-12-31", "2026-01-31"]
MOMENTS = ["2026-03-15T09:30", "2026-03-15T09:30:00", "2026-03-15 23:59:59", "2024-02-29T24:00"]
MOMENTS += ["2026-03-15T09:30:00.000+08:00", "1969-12-31T23:59:59", "2026-03-15T00:00Z"]
TIMES = ["09:30", "09:30:00", "00:00", "23:59:59", "24:00", "9:30", "12:60", "09:30:15.5", "1😀:30"]
PATTERNS = [
    "[a-z]+",
    "^[0-9]{6}$",
    "\\\\d{2,4}",
    "(a|b)*c?",
    ".*",
    "[^@\\\\s]+@[^@\\\\s]+",
    "a{0,3}b",
]
PATTERNS += [
    "(LEB|leb)-[0-9]{2}[cC][0-9]{5}",
    "[\\\\w.-]+",
    "(a+)+",
    "(a?){5}a{5}",
    "[一-鿿]{2,}",
    "a||b",
]
PATTERNS += [
    "\\\\S+\\\\s\\\\S+",
    "(?:x|y){2}",
    "[^a]",
    "",
    "a*?b+?",
    "\\\\u4e2d|\\\\x41",
    "(|a)(b|)",
]
FORMATS = ["%Y-%m-%d", "%e %b, %Y", "%H:%M:%S", "%a %d/%n/%y %h %3 %%", "%q%", "年%m月"]

Random = random.Random


def value(rng: Random, literals: list[Any]) -> Any:
    """Return an answer: nothing, something that the expression mentions, or anything."""
    match rng.randrange(10):
        case 0:
            return None
        case 1 | 2 | 3 | 4 if literals:
            return near(rng, rng.choice(literals))
        case 5:
            return rng.choice([*DAYS, *MOMENTS, *TIMES, _day(rng), _time(rng)])
        case 6:
            return [near(rng, rng.choice(literals or TEXTS)) for _ in range(rng.randrange(4))]
        case 7:
            return rng.choice(
                [True, False, rng.choice(NUMBER_TEXTS), 10**400, [["a", None], {}], {}]
            )
        case 8:
            return rng.choice(TEXTS)
    return rng.choice([*NUMBERS, rng.randrange(-20, 200), round(rng.uniform(-50, 50), 3)])


def suited(rng: Random, name: str, literals: list[Any]) -> Any:
    """Return an answer to the item of that name: mostly of the type that its first letter says."""
    numbers = [*NUMBERS, rng.randrange(100), rng.randrange(100)]
    suitable: dict[str, list[Any]] = {
        "n": numbers,
        "t": [*TEXTS, *NUMBER_TEXTS],
        "d": [*DAYS, *MOMENTS, _day(rng), _day(rng), _day(rng), _day(rng) + "T00:00"],
        "c": [*TIMES, *(_time(rng) for _ in range(20))],
        "b": [True, False, 0, 1, "0", "1", "", "true"],
        "l": [["a"], ["a", "b"], ["yes", 5], ["b", "a b"], [], ["5", None]],
    }
    if name == "p1":
        return "".join(rng.choice("aaabbbcc1é中😀_- \n") for _ in range(rng.randrange(9)))
    if name[:1] in suitable and name[1:].isdigit() and rng.random() < 0.7:
        return rng.choice(suitable[name[:1]])
    return value(rng, literals)


def _day(rng: Random) -> str:
    return f"{rng.choice([2024, 2025, 2026])}-{rng.randrange(1, 13):02}-{rng.randrange(1, 32):02}"


def _time(rng: Random) -> str:
    """Return one of few times, written in one of two ways, so that two are often the same."""
    return rng.choice(["09:30", "10:00", "09:45"]) + rng.choice(["", ":00"])


def near(rng: Random, literal: Any) -> Any:
    """Return a literal of the expression, or something close to it."""
    if isinstance(literal, bool) or rng.random() < 0.6:
        return literal
    if isinstance(literal, str):
        ends = [" b", "T00:00", "T09:30:00", ":00", ".0"]
        return rng.choice(
            [literal + rng.choice(ends), literal[:-1], literal.upper(), " " + literal]
        )
    return rng.choice([literal + 1, literal - 1, str(literal), literal + 0.5, -literal])


def answers(rng: Random, node: Node) -> dict[str, Any]:
    """Return answers to everything that ``node`` reads."""
    parts = list(walk(node))
    literals = [part.value for part in parts if isinstance(part, Literal)]
    found = {p.name: suited(rng, p.name, literals) for p in parts if isinstance(p, Reference)}
    for part in parts:
        if isinstance(part, Column):
            rows = found.get(part.roster)
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                rows = found[part.roster] = [{} for _ in range(rng.randrange(5))]
            for row in rows:
                row[part.item] = suited(rng, part.item, literals)
                row.update({n: suited(rng, n, literals) for n in found if rng.random() < 0.2})
    if rng.random() < 0.05:
        found = {name: value(rng, literals) for name in found}
    return found


def context(rng: Random, node: Node) -> Context:
    """Return what ``node`` reads besides the answers."""
    parts = list(walk(node))
    literals = [part.value for part in parts if isinstance(part, Literal)]
    fields = [part.name for part in parts if isinstance(part, Field)]
    lists = {}
    for part in parts:
        if isinstance(part, Lookup):
            columns = [*fields, part.column]
            lists[part.choices] = [
                {name: value(rng, literals) for name in columns} for _ in range(rng.randrange(4))
            ]
    made = Context(
        today=rng.choice([None, "2026-03-15", "2024-02-29", "2025-12-31"]),
        now=rng.choice([None, "2026-03-15T09:30"]),
        position=rng.choice([None, 1, 3]),
        labels={str(x): {"yes": "是", "a": "Label A", "5": "五"} for x in ["l1", "t1"]},
        lists=lists,
        row={name: value(rng, literals) for name in fields},
        outside={
            "/".join([part.source, *part.names]): value(rng, literals)
            for part in parts
            if isinstance(part, External)
        },
    )
    return made.seeded(str(rng.random()), "q") if rng.random() < 0.8 else made


ATOMS = [
    "a",
    "b",
    "a",
    "b",
    "c",
    "é",
    "中",
    "😀",
    ".",
    "[a-c]",
    "[^b]",
    "[😀-😂1]",
    "[^\\s]",
    "[\\w-]",
]
ATOMS += ["\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\-", "\\u4e2d", "[^😀]", "[_a-]", ""]
REPEATS = ["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "+?", "*?", "{0}"]


def pattern(rng: Random, depth: int = 3) -> str:
    """Return a random pattern of the portable subset."""
    parts = []
    for _ in range(rng.randrange(1, 4)):
        atom = rng.choice(ATOMS)
        if depth and rng.random() < 0.3:
            atom = f"({pattern(rng, depth - 1)})"
        parts.append(atom + rng.choice(REPEATS) if atom else "")
    whole = "".join(parts)
    return f"{whole}|{pattern(rng, depth - 1)}" if depth and rng.random() < 0.3 else whole


class Grammar:
    """Writes random expressions that parse."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._inside = False

    def expression(self) -> str:
        """Return the text of one expression."""
        return self.any(self._rng.choice([1, 1, 1, 1, 1, 2, 2, 3, 4]))

    def any(self, depth: int) -> str:
        """Return an expression of any type."""
        makers = [self.boolean, self.number, self.number, self.text, self.date]
        return self._rng.choice(makers if depth else [*makers, self.list])(depth)

    def _some(self, maker: Callable[[int], str], depth: int) -> str:
        """Return an expression of the type wanted, or now and then of another."""
        return maker(depth) if self._rng.random() < 0.85 else self.any(depth)

    def _quoted(self, texts: list[str]) -> str:
        return "'" + self._rng.choice(texts).replace("\ud800", "x") + "'"

    def boolean(self, depth: int) -> str:
        """Return a condition."""
        if depth <= 0:
            return self._rng.choice(["${b1}", "${b2}", "true()", "false()"])
        a, b = self.any(depth - 1), self.any(depth - 1)
        t, u = self._some(self.text, depth - 1), self._some(self.text, depth - 1)
        listed = self._some(self.list, depth - 1)
        words = ", ".join(self._literal() for _ in range(self._rng.randrange(1, 4)))
        return self._rng.choice(
            [
                f"({a} {self._rng.choice(['=', '!=', '<', '>', '<=', '>='])} {b})",
                f"({a} = {self._literal()})",
                f"(${{d1}} {self._rng.choice(['=', '!='])} date-time(${{d1}}))",
                f"({self.date(depth - 1)} {self._rng.choice(['=', '<', '>='])} {self.date(0)})",
                f"({self.any(0)} {self._rng.choice(['=', '!=', '<', '>='])} {self._literal()})",
                f"(${{c1}} {self._rng.choice(['=', '!=', '<', '>', '<=', '>='])} {self._time()})",
                f"(${{c1}} {self._rng.choice(['=', '<', '>='])} {self._time()})",
                f"({a} {self._rng.choice(['and', 'or'])} {b})",
                f"({self.boolean(depth - 1)} and {b} and {a})",
                f"not({a})",
                f"boolean({a})",
                f"boolean-from-string({t})",
                f"selected({listed}, {self._rng.choice([self._literal(), u])})",
                f"({a} in [{words}])",
                f"contains({t}, {u})",
                f"starts-with({t}, {u})",
                f"ends-with({t}, {self._literal()})",
                f"regex({t}, {self._quoted(PATTERNS)})".replace("\\\\", "\\"),
                f"regex(${{p1}}, '{pattern(self._rng)}')",
                f"regex(${{p1}}, '{pattern(self._rng)}')",
            ]
        )

    def number(self, depth: int) -> str:
        """Return an expression that should give a number."""
        if depth <= 0:
            return self._rng.choice(
                ["${n1}", "${n2}", "${n3}", ".", self._number(), self._number()]
            )
        n, m = self._some(self.number, depth - 1), self._some(self.number, depth - 1)
        d, e = self._some(self.date, depth - 1), self._some(self.date, depth - 1)
        listed = self._some(self.list, depth - 1)
        name = self._rng.choice(["int", "round", "floor", "ceiling", "abs", "sqrt", "number"])
        many = self._rng.choice(["sum", "mean", "min", "max", "count-non-empty"])
        return self._rng.choice(
            [
                f"({n} {self._rng.choice(['+', '-', '*', 'div', 'mod', 'mod'])} {m})",
                f"round({self.number(0)}, {self._rng.choice('012')})",
                f"({n} {self._rng.choice(['+', '-'])} {m} - {self._number()})",
                f"{name}({n})",
                f"-{n}",
                f"round({n}, {self._rng.choice([m, '2', '1', '-1'])})",
                f"pow({n}, {self._rng.choice([m, '2', '0.5', '-1', '1.25'])})",
                f"{many}({n}, {listed}, {m})",
                f"{many}({listed})",
                f"count({listed})",
                f"count-selected({listed})",
                f"string-length({self._some(self.text, depth - 1)})",
                f"string-length({self.text(0)})",
                f"difference-in-{self._rng.choice(['months', 'years'])}(${{d1}}, ${{d2}})",
                f"({d} - {e})",
                f"decimal-date-time({d})",
                f"difference-in-{self._rng.choice(['days', 'months', 'years'])}({d}, {e})",
                f"if({self.boolean(depth - 1)}, {n}, {m})",
                f"coalesce({n}, {m})",
                self._rng.choice(["position(..)", "position()", "random()", "count(${people})"]),
                self._over(depth - 1),
            ]
        )

    def text(self, depth: int) -> str:
        """Return an expression that should give a text."""
        if depth <= 0:
            return self._rng.choice(["${t1}", "${t2}", "${t3}", self._literal(), self._literal()])
        t, n = self._some(self.text, depth - 1), self._some(self.number, depth - 1)
        listed = self._some(self.list, depth - 1)
        d = self._some(self.date, depth - 1)
        return self._rng.choice(
            [
                f"concat({t}, {n}, {listed})",
                f"join({self._literal()}, {listed}, {t})",
                f"substr({t}, {n})",
                f"substr({t}, {self._rng.randrange(-3, 3)}, {self._rng.randrange(-3, 6)})",
                f"string({n})",
                f"selected-at({listed}, {self._rng.choice([n, '0', '1'])})",
                f"format-date({d}, {self._quoted(FORMATS)})",
                f"format-date-time({d}, {self._quoted(FORMATS)})",
                f"if({self.boolean(depth - 1)}, {t}, {self._literal()})",
                f"coalesce({t}, {self._literal()})",
                "coalesce(${t1}, ${t2}, ${n1})",
                "choice-label(${l1})",
                "jr:choice-name(${t1}, '${t1}')",
                "uuid()",
                f"once({t})",
            ]
        )

    def date(self, depth: int) -> str:
        """Return an expression that should give a date."""
        if depth <= 0:
            return self._rng.choice(["${d1}", "${d2}", "today()", "now()", self._quoted(DAYS)])
        d, n = self._some(self.date, depth - 1), self._some(self.number, depth - 1)
        return self._rng.choice(
            [
                f"({d} {self._rng.choice(['+', '-'])} {n})",
                f"({n} + {d})",
                f"date({d})",
                f"date-time({d})",
                f"date({n})",
                f"date-time(decimal-date-time({d}) + {self._number()})",
                self._quoted(MOMENTS),
            ]
        )

    def _time(self) -> str:
        times = ["${c2}", "${c2}", self._quoted([_time(self._rng)]), self._quoted(TIMES)]
        return self._rng.choice([*times, "${d1}", "${n1}", self._quoted(DAYS)])

    def list(self, depth: int) -> str:
        """Return an expression that should give a list."""
        found = ["${l1}", "${l2}", "${people}"]
        if not self._inside:
            found += ["${people}.n1", "${people}.t1", "${people}.l1"]
        if depth > 0 and not self._inside:
            found.append(f"indexed-repeat(${{people}}.t1, {self.number(depth - 1)})")
        return self._rng.choice(found)

    def _over(self, depth: int) -> str:
        """Return a function of those elements of a list for which a condition holds."""
        if self._inside:
            return "count(${l1})"
        self._inside = True
        where = self._rng.choice([". > 1", ". = 'a'", "${n1} < ${n2}", self.boolean(depth)])
        self._inside = False
        name = self._rng.choice(["sum", "mean", "min", "max", "count", "share"])
        source = self._rng.choice(["${people}.n1", "${people}.t1", "${people}.l1"])
        if name in ("count", "share") and self._rng.random() < 0.4:
            source = self._rng.choice(["${l1}", "${l2}"])
        return f"{name}({source}, {self._rng.choice([where, where, self._literal()])})"

    def _number(self) -> str:
        shown = self._rng.choice([*NUMBERS, self._rng.randrange(100)])
        return f"{shown:f}" if isinstance(shown, float) and abs(shown) < 1e20 else str(int(shown))

    def _literal(self) -> str:
        pool = [*TEXTS, *NUMBER_TEXTS, *DAYS[:2], "5", "1"]
        return self._number() if self._rng.random() < 0.3 else self._quoted(pool)
