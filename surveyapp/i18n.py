"""Which language a page is shown in, and the words that go with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, g, request, session
from flask_babel import Babel, force_locale, get_locale
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from questionnaires import locales

#: The languages of the program itself: tag -> (Babel locale, its own name).
LANGUAGES = {"zh": ("zh_Hans", "中文"), "en": ("en_GB", "English")}

_KEY = "language"
T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Give the application its translations and templates their language."""
    Babel(app, default_translation_directories="translations", locale_selector=_locale)
    app.jinja_env.globals.update(
        language=language,
        languages=LANGUAGES,
        in_language=in_language,
        written_in=written_in,
        ours=ours,
        number=number,
    )


def language() -> str:
    """Return the tag of the page's language: ``zh`` or ``en``."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def in_language(tag: str) -> str:
    """Return the address of this page in another language, with all else that it says."""
    return "?" + urlencode({**request.args.to_dict(), "lang": tag})


def said_in(tag: str, say: Callable[[], T]) -> T:
    """Return what ``say`` does when our own words are in that language."""
    with force_locale(LANGUAGES[tag][0]):
        return say()


def speak(tag: str) -> None:
    """Set the language of the current page, whatever the reader's settings say.

    Any language will do for the texts of a questionnaire. Our own words are there in Chinese and
    English only: around texts in another language they are English, and marked as such.
    """
    g.texts = tag
    base = tag.split("-")[0]
    g.language = base if base in LANGUAGES else "en"


def written_in(tag: str) -> Markup:
    """Return the attributes of an element whose text is in a language: its tag and direction."""
    known = "zh-Hans" if tag == "zh" else tag
    return Markup('lang="{}" dir="{}"').format(known, locales.direction(tag))


def ours() -> Markup:
    """Return the attributes of an element that holds our own words among texts of another
    language."""
    tag = language()
    foreign = str(g.get("texts", tag)).split("-")[0] != tag
    return Markup(" {}").format(written_in(tag)) if foreign else Markup("")


def own_name(tag: str) -> str:
    """Return what a language calls itself."""
    return LANGUAGES[tag][1] if tag in LANGUAGES else locales.own_name(tag)


def number(value: float | Decimal, tag: str = "") -> str:
    """Return a number for our own sentences, or for a reader of ``tag``."""
    return locales.number(value, tag or language())


def preferred(offered: Sequence[str]) -> str:
    """Return the language of ``offered`` that the browser asks for first."""
    return _preferred(request.headers.get("Accept-Language", ""), tuple(offered))


@lru_cache(maxsize=256)
def _preferred(accepted: str, offered: tuple[str, ...]) -> str:
    """Read a header. There are not many that browsers send."""
    return parse_accept_header(accepted, LanguageAccept).best_match(offered) or offered[0]


def remember_language() -> None:
    """Keep the language that a member of staff chose with ``?lang=``."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session[_KEY] = asked


def _locale() -> str:
    return LANGUAGES[_chosen()][0]


def _chosen() -> str:
    if "language" in g:
        return str(g.language)
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    if session.get(_KEY) in LANGUAGES:
        return str(session[_KEY])
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    return preferred(list(LANGUAGES))
