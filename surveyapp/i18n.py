"""Which language a page is shown in, and the words that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

#: The languages of the program itself: tag -> (Babel locale, its own name).
LANGUAGES = {"zh": ("zh_Hans", "中文"), "en": ("en_GB", "English")}

_KEY = "language"


def init_app(app: Flask) -> None:
    """Give the application its translations and templates their language."""
    Babel(app, default_translation_directories="translations", locale_selector=_locale)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, in_language=in_language)


def language() -> str:
    """Return the tag of the page's language: ``zh`` or ``en``."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def in_language(tag: str) -> str:
    """Return the address of this page in another language, with all else that it says."""
    return "?" + urlencode({**request.args.to_dict(), "lang": tag})


def speak(tag: str) -> None:
    """Set the language of the current page, whatever the reader's settings say."""
    g.language = tag


def preferred(offered: Sequence[str]) -> str:
    """Return the language of ``offered`` that the browser asks for first."""
    return request.accept_languages.best_match(offered) or offered[0]


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
