"""Reading numbers that people type: full-width digits, decimal commas."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from questionnaires.kinds.base import Desk, Json

MOST_DIGITS = 15
_WHOLE = re.compile(r"[+-]?\d{1,15}\Z")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?\Z")
_DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})\Z")


def ascii_text(raw: Json) -> str:
    """Fold full-width digits and punctuation to ASCII; raise ValueError unless short text."""
    if not isinstance(raw, str) or len(raw) > 40:
        raise ValueError("not a short text")
    return unicodedata.normalize("NFKC", raw).strip()


def whole_number(raw: Json) -> int | None:
    """Return the whole number meant, or None."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return raw if abs(raw) < 10**MOST_DIGITS else None
    try:
        text = ascii_text(raw)
    except ValueError:
        return None
    return int(text) if _WHOLE.match(text) else None


def decimal_number(
    raw: Json, desk: Desk, low: Decimal | None, high: Decimal | None, part: str = ""
) -> Decimal | None:
    """Return the number meant, exactly as typed, or refuse it at the desk."""
    number = _decimal(raw)
    if _grouped(raw):
        desk.refuse("decimal_grouped", part)
    elif number is None:
        desk.refuse("decimal_invalid", part)
    elif _too_long(number):
        desk.refuse("decimal_long", part, limit=MOST_DIGITS)
    elif low is not None and number < low:
        desk.refuse("number_too_small", part, limit=plain_number(low))
    elif high is not None and number > high:
        desk.refuse("number_too_large", part, limit=plain_number(high))
    else:
        return number
    return None


def _too_long(number: Decimal) -> bool:
    """Say whether a number has more digits than a double keeps, so that it would be changed."""
    return len(number.normalize().as_tuple().digits) > MOST_DIGITS


def off_step(number: Decimal | int, start: Decimal | int | None, step: Decimal | int) -> bool:
    """Say whether ``number`` is not a whole number of steps away from ``start``, exactly."""
    return (Fraction(number) - Fraction(start or 0)) % Fraction(step) != 0


def plain_number(number: Decimal) -> int | float:
    """Return a decimal as the JSON number that reads the same."""
    return int(number) if number == number.to_integral_value() else float(number)


def _grouped(raw: Json) -> bool:
    """Say whether a comma may part thousands as well as decimals: 1,000 is not to be guessed."""
    try:
        return _THOUSANDS.match(ascii_text(raw)) is not None
    except ValueError:
        return False


def _decimal(raw: Json) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    try:
        text = repr(raw) if isinstance(raw, int | float) else ascii_text(raw).replace(",", ".")
    except ValueError:
        return None
    return Decimal(text) if _DECIMAL.match(text) else None


def _exact(value: Any) -> Any:
    """Take a number of a definition exactly as it is written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("number_expected")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("number_expected") from None
    if not number.is_finite():
        raise ValueError("number_expected")
    if abs(number.adjusted()) > MOST_DIGITS or _too_long(number):
        raise ValueError("number_long")
    return number


#: A number in a definition, exact.
Number = Annotated[
    Decimal,
    BeforeValidator(_exact),
    PlainSerializer(plain_number),
    WithJsonSchema({"type": ["number", "string"]}),
]
