"""What the heads of columns call a language, and its tag."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = re.compile(r"[(（]\s*([A-Za-z0-9-]{2,35})\s*[)）]\s*\Z")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")
_OTHER = re.compile(r"[^a-z0-9]+")

_NAMES = {
    "af": "afrikaans",
    "am": "amharic አማርኛ",
    "ar": "arabic العربية عربي عربى",
    "as": "assamese",
    "az": "azerbaijani",
    "be": "belarusian",
    "bg": "bulgarian",
    "bm": "bambara",
    "bn": "bengali bangla বাংলা",
    "ca": "catalan",
    "cs": "czech cestina",
    "da": "danish dansk",
    "de": "german deutsch",
    "el": "greek",
    "en": "english anglais ingles 英文 英语",
    "es": "spanish espanol castellano",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian farsi فارسی",
    "ff": "fulfulde fula",
    "fi": "finnish suomi",
    "fr": "french francais",
    "gu": "gujarati",
    "ha": "hausa",
    "he": "hebrew",
    "hi": "hindi हिन्दी हिंदी",
    "hr": "croatian hrvatski",
    "ht": "creole haitian kreyol",
    "hu": "hungarian magyar",
    "hy": "armenian",
    "id": "indonesian bahasa indonesia",
    "ig": "igbo",
    "it": "italian italiano",
    "ja": "japanese 日本語",
    "ka": "georgian",
    "kk": "kazakh",
    "km": "khmer ខ្មែរ",
    "kn": "kannada",
    "ko": "korean 한국어",
    "ku": "kurdish kurmanji sorani",
    "ky": "kyrgyz",
    "lg": "luganda",
    "ln": "lingala",
    "lo": "lao",
    "lt": "lithuanian",
    "luo": "luo",
    "lv": "latvian",
    "mg": "malagasy",
    "mk": "macedonian",
    "ml": "malayalam",
    "mn": "mongolian",
    "mr": "marathi",
    "ms": "malay melayu",
    "my": "burmese myanmar",
    "ne": "nepali नेपाली",
    "nl": "dutch nederlands",
    "no": "norwegian norsk",
    "ny": "chichewa nyanja",
    "om": "oromo oromiffa oromiffaa",
    "or": "odia oriya",
    "pa": "punjabi",
    "pl": "polish polski",
    "ps": "pashto",
    "pt": "portuguese portugues",
    "ro": "romanian romana",
    "ru": "russian русский",
    "rw": "kinyarwanda",
    "si": "sinhala",
    "sk": "slovak",
    "sl": "slovenian",
    "sn": "shona",
    "so": "somali",
    "sq": "albanian shqip",
    "sr": "serbian srpski",
    "st": "sotho",
    "sv": "swedish svenska",
    "sw": "swahili kiswahili",
    "ta": "tamil",
    "te": "telugu",
    "tg": "tajik",
    "th": "thai",
    "ti": "tigrinya tigrigna",
    "tl": "tagalog filipino",
    "tr": "turkish turkce",
    "ts": "tsonga",
    "uk": "ukrainian українська",
    "ur": "urdu اردو",
    "uz": "uzbek",
    "vi": "vietnamese",
    "wo": "wolof",
    "xh": "xhosa",
    "yo": "yoruba",
    "zh": "chinese mandarin 中文 汉语 简体中文",
    "zh-Hant": "繁體中文 繁体中文",
    "zu": "zulu",
}
_TAGS = {word: tag for tag, words in _NAMES.items() for word in words.split()}


def language_tag(name: str) -> tuple[str, bool]:
    """Return the tag for a name such as "French (fr)", and whether the name gave it plainly."""
    name = name.strip()
    if found := _BRACKETS.search(name):
        code = found[1]
        return (_spelled(code), True) if _TAG.match(code) else (_private(code), False)
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(mark for mark in folded if not unicodedata.combining(mark))
    for word in (name, name.casefold(), plain, plain.split()[0] if plain.split() else ""):
        if word in _TAGS:
            return _TAGS[word], False
    return (_spelled(name), True) if _TAG.match(name) else (_private(plain), False)


def _spelled(code: str) -> str:
    first, *rest = code.split("-")
    parts = [part.title() if len(part) == 4 else part for part in rest]
    return "-".join([first.lower(), *parts])


def _private(name: str) -> str:
    """Return a tag for a language that has none here: letters of its name, for private use."""
    letters = _OTHER.sub("", name.casefold().encode("ascii", "ignore").decode())
    return f"und-x-{letters[:8] or 'other'}"


def language_name(tag: str) -> str:
    """Return how the head of a column calls a language: its English name and its tag."""
    words = (_NAMES.get(tag) or _NAMES.get(tag.split("-")[0]) or tag).split()
    return f"{words[0].title()} ({tag})" if words[0].isascii() else f"{tag} ({tag})"
