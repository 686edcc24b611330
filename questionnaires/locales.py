"""Numbers, dates and names of languages as a reader writes them; which way a language runs.

Everything comes from CLDR, the Unicode locale data, through Babel, which is pure Python: no table
of ours could keep up with it. A number inside a sentence follows the language of the sentence; one
that stands by itself follows the reader's.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

#: The first digit of the number systems that CLDR takes as the usual one of some language.
_NOUGHTS = {
    "adlm": "𞥐",
    "arab": "٠",
    "arabext": "۰",
    "beng": "০",
    "cakm": "𑄶",
    "deva": "०",
    "hmnp": "𞅀",
    "mtei": "꯰",
    "mymr": "၀",
    "nkoo": "߀",
    "olck": "᱐",
    "tibt": "༠",
}
#: Where a tag names no region, this one is meant.
_MEANT = {"en": "en_GB", "zh": "zh_Hans", "und": "en_GB"}
#: Whole numbers below this are written without separators: they may be years.
FIRST_GROUPED = 10_000


@lru_cache(maxsize=256)
def locale(language: str) -> Locale:
    """Return the CLDR locale nearest to a language tag; English for one that CLDR lacks."""
    for tag in (_MEANT.get(language, language), language.split("-")[0]):
        try:
            return Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_MEANT["en"])


def known(language: str) -> bool:
    """Say whether CLDR has the language."""
    return locale(language).language == language.split("-")[0].lower()


def direction(language: str) -> str:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``."""
    return locale(language).text_direction if known(language) else "ltr"


def own_name(language: str) -> str:
    """Return what a language calls itself, such as 中文, or its tag where that is not known."""
    return _named(language, language)


def name(language: str, reader: str) -> str:
    """Return what a reader of ``reader`` calls a language."""
    return _named(language, reader)


def _named(language: str, reader: str) -> str:
    if not known(language):
        return language
    tag = Locale.parse(language.replace("-", "_")) if "-" in language else Locale(language)
    return str(tag.get_display_name(locale(reader)) or language)


def chinese(language: str) -> bool:
    """Say whether a reader of ``language`` reads Chinese, whose marks are full-width."""
    return language.split("-")[0].lower() == "zh"


def colon(language: str) -> str:
    """Return what stands between a name and what is said of it."""
    return "：" if chinese(language) else ": "


def comma(language: str) -> str:
    """Return what stands between the parts of a sentence."""
    return "，" if chinese(language) else ", "


def listed(words: Iterable[str], language: str) -> str:
    """Join words: 甲、乙; a, b."""
    return ("、" if chinese(language) else ", ").join(words)


def set_apart(answers: Iterable[str], language: str) -> str:
    """Join answers, in which commas may stand: 甲；乙; a; b."""
    return ("；" if chinese(language) else "; ").join(answers)


def running(sentences: Iterable[str], language: str) -> str:
    """Put sentences one after the other."""
    return ("" if chinese(language) else " ").join(sentences)


def number(value: float | Decimal, language: str) -> str:
    """Return a number with the separators and digits of a language, all its digits kept.

    Whole numbers of up to four digits have no separator, since they may be years.
    """
    of = locale(language)
    exact = Decimal(str(value))
    plain = exact == exact.to_integral_value() and abs(exact) < FIRST_GROUPED
    written = format_decimal(
        exact,
        locale=of,
        numbering_system="default",
        decimal_quantization=False,
        group_separator=not plain,
    )
    return _digits(written, of)


def day(value: datetime.date, language: str) -> str:
    """Return a day in words: 2026年11月22日, 22 November 2026."""
    of = locale(language)
    return _digits(format_date(value, "long", locale=of), of)


def clock(value: datetime.time, language: str) -> str:
    """Return a time of day to the minute: 09:05."""
    of = locale(language)
    return _digits(format_time(value, "short", locale=of), of)


def moment(value: datetime.datetime, language: str) -> str:
    """Return a day and a time of day."""
    return f"{day(value.date(), language)} {clock(value.time(), language)}"


def _digits(written: str, of: Locale) -> str:
    """Put the digits of the locale in place of ours; Babel changes the separators only."""
    nought = _NOUGHTS.get(of.default_numbering_system)
    if nought is None:
        return written
    return written.translate({ord("0") + n: chr(ord(nought) + n) for n in range(10)})
