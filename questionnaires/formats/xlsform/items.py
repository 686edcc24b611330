"""One item of ours -> the rows of a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from questionnaires.expressions import Call, Literal, Reference
from questionnaires.expressions.tree import SELF
from questionnaires.expressions.writing import write
from questionnaires.formats.foreign.option_filter import filtered
from questionnaires.formats.names import identifier
from questionnaires.formats.xlsform.selecting import with_other
from questionnaires.formats.xlsform.sheets import SEVERAL, Cells, Sheets, in_digits, unspaced
from questionnaires.kinds.base import Choice, Item
from questionnaires.kinds.cascading import Branch
from questionnaires.text import Text

_LONGEST = {"short_text": 2000, "long_text": 20000}
_DIGITS = 10
_LOOKS = {"dropdown": "minimal", "buttons": "columns-pack"}
_MATRICES = ("matrix", "matrix_multiple", "matrix_number", "matrix_text", "matrix_dual")
_SELECTS = {"single_choice": "select_one", "multiple_choice": "select_multiple", "ranking": "rank"}


def write_item(item: Any, sheets: Sheets) -> None:
    """Add the rows of an item, of whatever kind."""
    writer = _WRITERS.get(item.kind)
    if writer is None:
        sheets.instead(item, "text", "error")
        _row(item, sheets, "text")
    else:
        writer(item, sheets)


def _row(item: Item, sheets: Sheets, written: str, *limits: str, **cells: str) -> None:
    row: Cells = {"type": written, **sheets.common(item), **sheets.constraint(item, *limits)}
    sheets.survey.append(row | cells)


def _simple(written: str, **cells: str) -> Callable[[Any, Sheets], None]:
    return lambda item, sheets: _row(item, sheets, written, **cells)


def _instead(written: str, **cells: str) -> Callable[[Any, Sheets], None]:
    def write(item: Any, sheets: Sheets) -> None:
        sheets.instead(item, written)
        _row(item, sheets, written, **cells)

    return write


def _text(item: Any, sheets: Sheets) -> None:
    limit = item.max_characters
    wide = limit >= _LONGEST[item.kind]
    cells = {"appearance": "multiline"} if item.kind == "long_text" else {}
    limits = ["" if wide else f"string-length(.) <= {limit}"]
    if pattern := getattr(item, "pattern", None):
        limits.append(write(Call("regex", (Reference(SELF), Literal(pattern)))))
        if item.pattern_message and item.constraint_message:
            sheets.setting(item, "pattern_message", "info")
        elif item.pattern_message:
            cells |= sheets.texts(item.pattern_message, "constraint_message")
    _row(item, sheets, "text", *limits, **cells)


def _bounds(low: object, high: object) -> list[str]:
    found = [f". >= {in_digits(low)}"] if low is not None else []
    return [*found, f". <= {in_digits(high)}"] if high is not None else found


def _number(item: Any, sheets: Sheets) -> None:
    written = "decimal" if item.kind == "decimal" else "integer"
    if item.kind == "decimal" and item.digits != _DIGITS:
        sheets.setting(item, "digits", "info")
    limits = _bounds(item.min, item.max)
    if item.step is not None:
        limits.append(_stepped(Decimal(item.min or 0), Decimal(item.step)))
    _row(item, sheets, written, *limits)


def _stepped(start: Decimal, step: Decimal) -> str:
    """Return the check that an answer is whole steps above ``start``.

    A form computes in doubles, where 0.3 - 0.1 is no multiple of 0.1: what is no whole number of
    steps must miss one by more than a millionth.
    """
    if start == int(start) and step == int(step):
        return f"(. - {in_digits(start)}) mod {in_digits(step)} = 0"
    count = f"(. - {in_digits(start)}) div {in_digits(step)}"
    return f"round({count}, 6) = round({count}, 0)"


def _points(item: Any, sheets: Sheets) -> None:
    sheets.instead(item, "integer")
    _row(item, sheets, "integer", *_bounds(item.min, item.max))


def _range(low: object, high: object, step: object) -> str:
    return f"start={in_digits(low)} end={in_digits(high)} step={in_digits(step)}"


def _stars(item: Any, sheets: Sheets) -> None:
    _row(item, sheets, "range", appearance="rating", parameters=_range(1, item.stars, 1))


def _slider(item: Any, sheets: Sheets) -> None:
    _row(item, sheets, "range", parameters=_range(item.min, item.max, item.step))


def _levels(item: Any, sheets: Sheets) -> None:
    options = item.levels(sheets.questionnaire.surroundings())
    wanted = item.scale if item.kind == "scale" else item.kind
    name = sheets.listed(options, wanted, f"items.{item.id}")
    dropdown = getattr(item, "appearance", "") == "dropdown"
    if item.kind == "net_promoter":
        sheets.instead(item, "select_one", "info")
    _row(item, sheets, f"select_one {name}", appearance="minimal" if dropdown else "likert")


def _choice(item: Any, sheets: Sheets) -> None:
    several = item.kind in SEVERAL
    options, other = _without_other(item)
    name = sheets.listed(options, item.id, f"items.{item.id}", several=several)
    cells: Cells = {}
    if look := _LOOKS.get(getattr(item, "appearance", "")):
        cells["appearance"] = look
    if offered := filtered(item):
        cells["choice_filter"] = sheets.expression(offered, f"items.{item.id}.choice_filter")
    if item.random_order:
        cells["parameters"] = "randomize=true"
    _row(item, sheets, f"{_SELECTS[item.kind]} {name}{other}", *_chosen(item), **cells)
    for option in options:
        if option.text:
            _specify(item, option, sheets)


def _without_other(item: Any) -> tuple[Sequence[Choice], str]:
    """Take off the option that ``or_other`` adds by itself."""
    *rest, last = item.options
    made = with_other([{"value": one.value, "label": dict(one.label.root)} for one in rest])
    if item.kind == "ranking" or Choice.model_validate(made[-1]) != last:
        return item.options, ""
    return rest, " or_other"


def _chosen(item: Any) -> Iterable[str]:
    """Limits on how many options may be chosen, and on which together."""
    if item.kind == "multiple_choice":
        count = "count-selected(.)"
        if item.min_choices:
            yield f"{count} >= {item.min_choices}"
        if item.max_choices:
            yield f"{count} <= {item.max_choices}"
        for option in item.options:
            if option.exclusive:
                yield f"not(selected(., '{unspaced(option.value)}') and {count} > 1)"


def _specify(item: Item, option: Choice, sheets: Sheets) -> None:
    """The text behind an option such as "other" is a question of its own."""
    name = sheets.name(identifier(f"{item.id}_{option.value}"))
    value = unspaced(option.value) if item.kind in SEVERAL else option.value
    relevant = f"selected(${{{item.id}}}, '{value}')"
    row = {"type": "text", "name": name, "relevant": relevant, "required": "yes"}
    sheets.survey.append(row | sheets.texts(option.label))


def _cascade(item: Any, sheets: Sheets) -> None:
    """One choice for each level, filtered by the one above; the last has the name of the item."""
    levels = _by_level(item.branches)
    names = [sheets.name(f"{item.id}_{depth}") for depth in range(1, len(levels))] + [item.id]
    if len(levels) > 1:
        sheets.instead(item, "select_one", "info")
    where = f"items.{item.id}.branches"
    for one in (one for level in levels[:-1] for one in level if not one.branch.branches):
        sheets.lost("write_branch_short", "error", where, value=one.value)
    for depth, level in enumerate(levels):
        for one in (one for one in level if one.value != one.branch.value):
            values = {"value": one.branch.value, "instead": one.value}
            sheets.lost("write_branch", "warning", where, **values)
        options = [
            Choice(value=one.value, label=one.branch.label, properties=_under(one.above))
            for one in level
        ]
        name = sheets.listed(options, names[depth], f"items.{item.id}")
        cells = {"choice_filter": f"above = ${{{names[depth - 1]}}}"} if depth else {}
        _row(item, sheets, f"select_one {name}", name=names[depth], appearance="minimal", **cells)


def _under(above: str) -> dict[str, str]:
    return {"above": above} if above else {}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A branch among the choices of its level: its value there, and the one above it."""

    branch: Branch
    value: str
    above: str


def _by_level(branches: Sequence[Branch]) -> list[list[_Placed]]:
    """Return the branches of each depth; a list of choices can have a value once only."""
    levels, level = [], [(branch, "") for branch in branches]
    while level:
        placed: dict[str, _Placed] = {}
        for branch, above in level:
            value = branch.value
            while value in placed:
                value = f"{above}_{value}"
            placed[value] = _Placed(branch, value, above)
        levels.append(list(placed.values()))
        level = [(inner, one.value) for one in levels[-1] for inner in one.branch.branches]
    return levels


def _group(item: Item, sheets: Sheets, label: Text, suffix: str = "", **cells: str) -> str:
    """Open the group that a table of ours becomes; return its name."""
    name = item.id if not suffix else sheets.name(f"{item.id}_{suffix}")
    row: Cells = {"type": "begin_group", "name": name, **sheets.texts(label)}
    if item.relevant:
        row["relevant"] = sheets.expression(item.relevant, f"items.{item.id}.relevant")
    sheets.survey.append(row | cells)
    return name


def _matrix(item: Any, sheets: Sheets) -> None:
    if getattr(item, "rows_from_units", False):
        sheets.instead(item, "text", "error")
        _row(item, sheets, "text")
        return
    _unheld(item, sheets)
    around = sheets.questionnaire.surroundings()
    if item.kind == "matrix_dual":
        for side, (heading, levels) in item.sides(around).items():
            _table(item, sheets, heading, "select_one", levels, side)
    elif item.kind == "matrix":
        _table(item, sheets, item.label, "select_one", item.levels(around))
    elif item.kind == "matrix_multiple":
        _table(item, sheets, item.label, "select_multiple", item.options)
    else:
        _table(item, sheets, item.label, "decimal" if item.kind == "matrix_number" else "text", ())


def _unheld(item: Item, sheets: Sheets) -> None:
    """Record what is about an answer as a whole, where a group of questions takes its place."""
    if item.constraint:
        sheets.setting(item, "constraint", "error")
    if isinstance(item.required, str):
        sheets.setting(item, "required", "error")
    if item.constraint_message is not None:
        sheets.setting(item, "constraint_message")


def _table(
    item: Any, sheets: Sheets, label: Text, written: str, options: Sequence[Choice], side: str = ""
) -> None:
    wanted = getattr(item, "scale", item.id) if written == "select_one" else item.id
    if options:
        several = item.kind in SEVERAL
        name = sheets.listed(options, wanted, f"items.{item.id}", several=several)
        written = f"{written} {name}"
    else:
        sheets.instead(item, written, "info")
    name = _group(item, sheets, label, side, **({"appearance": "table-list"} if options else {}))
    limits = " and ".join(_bounds(getattr(item, "min", None), getattr(item, "max", None)))
    if item.kind == "matrix_text":
        limits = f"string-length(.) <= {item.max_characters}"
    for row in item.rows:
        cells: Cells = {
            "type": written,
            "name": sheets.row_name(name, row.value),
            **sheets.texts(row.label),
            **sheets.texts(item.required_message, "required_message"),
        }
        if item.required is True:
            cells["required"] = "yes"
        if limits:
            cells["constraint"] = limits
        sheets.survey.append(cells)
    sheets.survey.append({"type": "end_group", "name": name})


def _sum(item: Any, sheets: Sheets) -> None:
    sheets.instead(item, "integer", "info")
    _unheld(item, sheets)
    _group(item, sheets, item.label)
    names = [sheets.name(identifier(f"{item.id}_{share.value}")) for share in item.shares]
    for number, (share, name) in enumerate(zip(item.shares, names, strict=True), start=1):
        row: Cells = {"type": "integer", "name": name, **sheets.texts(share.label)}
        row |= sheets.texts(item.required_message, "required_message")
        row["constraint"] = ". >= 0"
        if number == len(names):
            others = " + ".join(f"coalesce(${{{other}}}, 0)" for other in names[:-1])
            row["constraint"] = f". >= 0 and . + {others} = {item.total}"
        if item.required is True:
            row["required"] = "yes"
        sheets.survey.append(row)
    sheets.survey.append({"type": "end_group", "name": item.id})


def _calculated(item: Any, sheets: Sheets) -> None:
    cells = {"calculation": sheets.expression(item.calculate, f"items.{item.id}.calculate")}
    if not cells["calculation"]:
        cells = {"default": ""}
    if item.shown:
        _row(item, sheets, "text", read_only="yes", **cells)
    elif cells.get("calculation"):
        _row(item, sheets, "calculate", **cells)
    else:
        _row(item, sheets, "hidden")


def _arm(item: Any, sheets: Sheets) -> None:
    """A number by lot, kept, and the arm that it falls into."""
    lot = sheets.name(f"{item.id}_lot")
    cells: Cells = {"type": "calculate", "name": lot, "calculation": "once(random())"}
    if item.relevant:
        cells["relevant"] = sheets.expression(item.relevant, f"items.{item.id}.relevant")
    sheets.survey.append(cells)
    total, drawn = sum(arm.weight for arm in item.arms), 0
    whole = write(Literal(item.arms[-1].value))
    limits = []
    for arm in item.arms[:-1]:
        drawn += arm.weight
        limits.append((f"{drawn / total:.9g}", write(Literal(arm.value))))
    for limit, value in reversed(limits):
        whole = f"if(${{{lot}}} < {limit}, {value}, {whole})"
    sheets.instead(item, "calculate", "info")
    _row(item, sheets, "calculate", calculation=whole)


def _topic(item: Any, sheets: Sheets) -> None:
    sheets.instead(item, "text")
    _row(item, sheets, "text", appearance="multiline")


_WRITERS: dict[str, Callable[[Any, Sheets], None]] = {
    "scale": _levels,
    "yes_no": _levels,
    "net_promoter": _levels,
    "single_choice": _choice,
    "multiple_choice": _choice,
    "ranking": _choice,
    "cascade": _cascade,
    "stars": _stars,
    "slider": _slider,
    "short_text": _text,
    "long_text": _text,
    "integer": _number,
    "decimal": _number,
    "points": _points,
    "constant_sum": _sum,
    "date": _simple("date"),
    "time": _simple("time"),
    "date_time": _simple("dateTime"),
    "email": _instead("text"),
    "phone": _instead("text", appearance="numbers"),
    "url": _instead("text"),
    "unit": _instead("text"),
    "person": _instead("text"),
    "file": _simple("file"),
    "photo": _simple("image"),
    "signature": _simple("image", appearance="signature"),
    "location": _simple("geopoint"),
    "topic": _topic,
    "carried_findings": _topic,
    "consent": _simple("acknowledge"),
    "note": _simple("note"),
    "arm": _arm,
    "calculated": _calculated,
    "hidden": lambda item, sheets: _row(item, sheets, "hidden", default=item.value),
    **dict.fromkeys(_MATRICES, _matrix),
}
