"""How each kind of item is read in the browser, and what is said there when it is refused.

``as`` names the reader in ``static/respond/reading.js``; the rest are its settings. The messages
come from the one catalogue. What only the answer tells, such as how many options were chosen,
stays in braces for the browser to fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from questionnaires import Context, Problem, Questionnaire, Text
from questionnaires.expressions.patterns import program
from questionnaires.kinds import (
    allotting,
    cascading,
    choosing,
    contacting,
    entering,
    gauging,
    interviewing,
    people,
    presenting,
    rating,
    tabulating,
)
from questionnaires.kinds.base import ChoiceList, Item, Surroundings
from questionnaires.kinds.numbers import MOST_DIGITS, plain_number
from surveyapp.forms.controls import numbers

Json = Any
#: What only the answer tells.
_SLOTS = ("count", "found", "option", "limit", "rated")


def message(code: str, language: str, **values: object) -> str:
    """Return a message of the catalogue; what is not given stays in braces."""
    slots = {name: f"{{{name}}}" for name in _SLOTS}
    return Problem(code, slots | values).message(language)


class Teller:
    """Tells the browser about the items of one questionnaire in one language."""

    def __init__(self, questionnaire: Questionnaire, language: str) -> None:
        self.around = questionnaire.surroundings()
        self.language = language

    def word(self, text: Text) -> str:
        """Return a text as the reader sees it, with its terms."""
        return self.around.word(text, self.language)

    def labels(self, choices: Iterable[Any]) -> dict[str, str]:
        """Return value -> label."""
        return {choice.value: self.word(choice.label) for choice in choices}

    def says(self, *codes: str, **values: object) -> dict[str, str]:
        """Return messages by their code."""
        return {code: message(code, self.language, **values) for code in codes}

    def invalid(self, code: str) -> dict[str, str]:
        """Return what is said when the answer is not in the form that its kind has."""
        return {"invalid": message(code, self.language)}

    def decimals(self) -> dict[str, str]:
        """Return what is said of a number whose commas are not clear, or with too many digits."""
        return self.says("decimal_grouped") | self.says("decimal_long", limit=MOST_DIGITS)

    def limits(self, low: Any, high: Any) -> dict[str, Json]:
        """Return the smallest and largest number, and what is said beyond them."""
        told: dict[str, Json] = {}
        said: dict[str, str] = {}
        if low is not None:
            told["min"] = plain_number(Decimal(low))
            said |= self.says("number_too_small", limit=low)
        if high is not None:
            told["max"] = plain_number(Decimal(high))
            said |= self.says("number_too_large", limit=high)
        return told | {"says": said}

    def text(self, limit: int) -> dict[str, Json]:
        """Return the most characters, and what is said beyond them."""
        said = self.says("text_too_long", limit=limit) | self.says("text_control_characters")
        return {"max": limit, "says": said}


def facts(
    item: Item, questionnaire: Questionnaire, language: str, *, labels: bool
) -> dict[str, Json]:
    """Return how the browser reads an item; ``labels``: its answer stands in some text."""
    teller = Teller(questionnaire, language)
    told = _FACTS[type(item)](item, teller)
    if labels and "labels" not in told:
        told |= _labels(item, teller)
    return told


def _labels(item: Any, teller: Teller) -> dict[str, Json]:
    """Return the words that an answer reads as inside a text."""
    if isinstance(item, presenting.Calculated):
        shown = {value: item.show(value, teller.around, teller.language) for value in (True, False)}
        return {"labels": {str(value).lower(): label for value, label in shown.items()}}
    if isinstance(item, choosing.Levelled):
        return {"labels": teller.labels(item.levels(teller.around))}
    if isinstance(item, choosing.Listed):
        return {"labels": teller.labels(item.options)}
    if isinstance(item, presenting.Arm):
        return {"as": "one", "labels": teller.labels(item.arms)}
    if isinstance(item, presenting.Consent):
        return {"labels": {presenting.AGREED: item.show("", teller.around, teller.language)}}
    if isinstance(item, cascading.Cascade):
        ways = {"/".join(one.value for one in way): way for way in item.ends()}
        words = {path: map(teller.word, (one.label for one in way)) for path, way in ways.items()}
        return {"labels": {path: " / ".join(labels) for path, labels in words.items()}}
    return {}


def _one(item: Item, teller: Teller) -> dict[str, Json]:
    return {"as": "one"}


def _specified(options: ChoiceList, teller: Teller) -> dict[str, Json]:
    """Return which options ask for words."""
    asking = [option.value for option in options if option.text]
    if not asking:
        return {}
    said = teller.says("option_text_missing", "text_control_characters")
    said |= teller.says("text_too_long", limit=choosing.MAX_SPECIFY)
    return {"texts": asking, "labels": teller.labels(options), "says": said}


def _single(item: choosing.SingleChoice, teller: Teller) -> dict[str, Json]:
    return {"as": "one"} | _specified(item.options, teller)


def _alone(options: ChoiceList, teller: Teller) -> dict[str, Json]:
    """Return which options stand alone."""
    exclusive = [option.value for option in options if option.exclusive]
    return {"alone": exclusive, "labels": teller.labels(options)} if exclusive else {}


def _many(item: choosing.MultipleChoice, teller: Teller) -> dict[str, Json]:
    specified = _specified(item.options, teller)
    told: dict[str, Json] = {"as": "many", "order": [option.value for option in item.options]}
    told |= specified | _alone(item.options, teller)
    said = dict(specified.get("says", {}))
    if item.max_choices is not None:
        told["max"] = item.max_choices
        said |= teller.says("choices_too_many", limit=item.max_choices)
    if item.min_choices is not None and not item.narrowed:  # then the server says how few
        told["min"] = item.min_choices
        said |= teller.says("choices_too_few", limit=item.min_choices)
    if "alone" in told:
        said |= teller.says("choices_exclusive")
    return told | {"says": said}


def _rank(item: choosing.Ranking, teller: Teller) -> dict[str, Json]:
    said = teller.says("ranking_gap", "ranking_duplicate")
    told = {"as": "rank", "labels": teller.labels(item.options), "says": said}
    return told | _parts(range(1, item.places + 1))


def _short(item: entering.ShortText, teller: Teller) -> dict[str, Json]:
    told = teller.text(item.max_characters) | {"as": "line"}
    if item.pattern:
        told["pattern"] = program(item.pattern)
        wording = item.pattern_message
        told["says"] |= teller.invalid("text_pattern")
        if wording:
            told["says"]["invalid"] = teller.word(wording)
    return told


def _long(item: entering.LongText, teller: Teller) -> dict[str, Json]:
    return {"as": "area"} | teller.text(item.max_characters)


def _number(
    reader: str, invalid: str, item: Any, teller: Teller, *, step: Any = None, digits: Any = None
) -> dict[str, Json]:
    low, high = item.min, item.max
    told: dict[str, Json] = {"as": reader} | teller.limits(low, high)
    told["says"] |= teller.invalid(invalid)
    if reader == "decimal":
        told["says"] |= teller.decimals()
    if step is not None:
        told["step"] = plain_number(Decimal(step))
        told["says"] |= teller.says("number_step", step=step, start=low or 0)
    if digits is not None:
        told["digits"] = digits
        told["says"] |= teller.says("decimal_digits", limit=digits)
    if getattr(item, "unit", None):
        told["unit"] = teller.word(item.unit)
    return told


def _integer(item: entering.Integer, teller: Teller) -> dict[str, Json]:
    return _number("whole", "number_invalid", item, teller, step=item.step)


def _decimal(item: entering.Decimal, teller: Teller) -> dict[str, Json]:
    return _number("decimal", "decimal_invalid", item, teller, step=item.step, digits=item.digits)


def _slider(item: gauging.Slider, teller: Teller) -> dict[str, Json]:
    return _number("decimal", "decimal_invalid", item, teller, step=item.step)


def _points(item: allotting.Points, teller: Teller) -> dict[str, Json]:
    told = _number("whole", "number_invalid", item, teller)
    return told if item.cap is None else told | {"cap": item.cap}


def _format(reader: str, code: str) -> Callable[[Item, Teller], dict[str, Json]]:
    return lambda item, teller: {"as": reader, "says": teller.invalid(code)}


def _line(reader: str, limit: int, code: str = "") -> Callable[[Item, Teller], dict[str, Json]]:
    def told(item: Item, teller: Teller) -> dict[str, Json]:
        found = teller.text(limit) | {"as": reader}
        if code:
            found["says"] |= teller.invalid(code)
        return found

    return told


def _path(item: cascading.Cascade, teller: Teller) -> dict[str, Json]:
    return {"as": "path"}


def _matrix(item: rating.Matrix, teller: Teller) -> dict[str, Json]:
    told: dict[str, Json] = {"as": "matrix"}
    if item.rows:
        told |= _parts([row.value for row in item.rows])
    if item.distribution:
        told |= _spread(item, item.distribution, teller)
    return told


def _spread(
    item: rating.Matrix, distribution: rating.Distribution, teller: Teller
) -> dict[str, Json]:
    """Return a forced distribution, shares as [numerator, denominator]."""
    levels, rules = item.levels(teller.around), []
    said = teller.says("distribution_abstain")
    for number, rule in enumerate(distribution.rules):
        names = [level.label.filled(teller.around.terms) for level in levels]
        named = [
            name for name, level in zip(names, levels, strict=True) if level.value in rule.levels
        ]
        told: dict[str, Json] = {"levels": rule.levels}
        for name, share in (("at_most", rule.at_most), ("at_least", rule.at_least)):
            if share is not None:
                told[name.removeprefix("at_")] = share.as_integer_ratio()
                values = {"levels": named, "share": rating.percent(share)}
                code = f"distribution_{name}"
                said[f"{code}.{number}"] = message(code, teller.language, **values)
        rules.append(told)
    abstain: Fraction | None = distribution.max_abstain
    return {
        "spread": {
            "missing": [level.value for level in levels if level.missing],
            "abstain": None if abstain is None else abstain.as_integer_ratio(),
            "rules": rules,
        },
        "says": said,
    }


def _parts(names: Iterable[object]) -> dict[str, Json]:
    """Return what follows the item's name in the names of its controls."""
    return {"parts": [f".{name}" for name in names]}


def _table(reader: str, item: tabulating.Tabular) -> dict[str, Json]:
    return {"as": reader} | _parts([row.value for row in item.rows])


def _several(item: tabulating.MatrixMultiple, teller: Teller) -> dict[str, Json]:
    said = teller.says("choices_exclusive")
    return _table("choices", item) | _alone(item.options, teller) | {"says": said}


def _amounts(item: tabulating.MatrixNumber, teller: Teller) -> dict[str, Json]:
    limits = teller.limits(item.min, item.max)
    limits["says"] |= teller.invalid("decimal_invalid") | teller.decimals()
    return _table("numbers", item) | limits


def _lines(item: tabulating.MatrixText, teller: Teller) -> dict[str, Json]:
    return _table("lines", item) | teller.text(item.max_characters)


def _dual(item: tabulating.MatrixDual, teller: Teller) -> dict[str, Json]:
    sides = item.sides(teller.around)
    names = [f"{row.value}.{side}" for row in item.rows for side in sides]
    return {"as": "choices"} | _parts(names)


def _sum(item: allotting.ConstantSum, teller: Teller) -> dict[str, Json]:
    said = teller.invalid("number_invalid") | teller.says("sum_wrong", total=item.total)
    said["number_too_small"] = said["invalid"]
    parts = _parts([share.value for share in item.shares])
    return {"as": "sum", "min": 0, "total": item.total, "says": said} | parts


def _place(item: contacting.Location, teller: Teller) -> dict[str, Json]:
    said = teller.says("latitude_invalid", "longitude_invalid")
    return {"as": "place", "says": said} | _parts(["latitude", "longitude"])


def _signature(item: people.Signature, teller: Teller) -> dict[str, Json]:
    least = item.min_signatures
    told = teller.text(people.MAX_NAME) | {"as": "signature", "min": least}
    told["says"] |= teller.says("signatures_too_few", limit=least)
    return told | _parts(numbers(item))


def _topic(item: interviewing.Topic, teller: Teller) -> dict[str, Json]:
    parts = _parts(["note", "concern"])
    return {"as": "topic"} | teller.text(item.max_characters) | parts


def _notes(item: people.CarriedFindings, teller: Teller) -> dict[str, Json]:
    return {"as": "lines"} | teller.text(item.max_characters)


def _file(item: people.File | people.Photo, teller: Teller) -> dict[str, Json]:
    said = teller.says("file_too_big", limit=item.max_megabytes)
    return {"as": "file", "max": item.max_megabytes, "says": said}


def _silent(item: Item, teller: Teller) -> dict[str, Json]:
    return {}


_FACTS: Mapping[type[Item], Callable[[Any, Teller], dict[str, Json]]] = {
    choosing.Scale: _one,
    choosing.SingleChoice: _single,
    choosing.MultipleChoice: _many,
    choosing.Ranking: _rank,
    cascading.Cascade: _path,
    presenting.Consent: _one,
    gauging.YesNo: _one,
    gauging.NetPromoter: _one,
    gauging.Stars: _one,
    gauging.Slider: _slider,
    allotting.ConstantSum: _sum,
    allotting.Points: _points,
    rating.Matrix: _matrix,
    tabulating.MatrixMultiple: _several,
    tabulating.MatrixNumber: _amounts,
    tabulating.MatrixText: _lines,
    tabulating.MatrixDual: _dual,
    entering.ShortText: _short,
    entering.LongText: _long,
    entering.Integer: _integer,
    entering.Decimal: _decimal,
    entering.Date: _format("date", "date_invalid"),
    entering.Time: _format("time", "time_invalid"),
    entering.DateTime: _format("moment", "date_time_invalid"),
    contacting.Email: _line("email", contacting.MAX_EMAIL, "email_invalid"),
    contacting.Phone: _line("phone", contacting.MAX_PHONE, "phone_invalid"),
    contacting.Url: _line("url", contacting.MAX_URL, "url_invalid"),
    contacting.Location: _place,
    people.Unit: _line("line", people.MAX_NAME),
    people.Person: _line("line", people.MAX_NAME),
    people.File: _file,
    people.Photo: _file,
    people.Signature: _signature,
    people.CarriedFindings: _notes,
    interviewing.Topic: _topic,
    presenting.Note: _silent,
    presenting.Calculated: _silent,
    presenting.Hidden: _silent,
    presenting.Arm: _silent,
}


def given(item: Item, context: Context) -> dict[str, Json]:
    """Return what only the request tells of an item: a value that nobody types, its rows."""
    told: dict[str, Json] = {}
    if (value := item.given(context)) is not None:
        told["given"] = value
    if isinstance(item, rating.Matrix) and item.rows_from_units:
        told |= _parts(item.row_labels(Surroundings({}, context)))
    if isinstance(item, people.CarriedFindings):
        told |= _parts(context.findings)
    return told


__all__ = ["facts", "given", "message"]
