"""Faulty wording in English. Each function returns the words at fault, or an empty string.

Texts come with term slots masked. Patterns are narrow on purpose: a word counts only where the
sentence around it makes it a fault.
"""

from __future__ import annotations

import re

from questionnaires.lint.patterns import any_of, compiled

#: Longest question, row and option in words: a convention (Payne 1951 advised 25 for a question).
MAX_QUESTION, MAX_ROW, MAX_OPTION = 30, 20, 25

_I = re.IGNORECASE
_BRACKETS = re.compile(r"\([^()]*\)|[\"“][^\"”]*[\"”]|\[[^\]]*\]")
_NUMBERING = re.compile(r"^\s*(?:q(?:uestion)?\s*)?\(?\d{1,3}[).:]\s*|^\s*[a-z][).]\s+", _I)
_ASIDE = re.compile(
    # What is to be borne in mind may be a list; the question begins where it asks.
    r"^(?:bearing|thinking|considering|taking|looking|given|apart)\b[^?]*,\s*"
    r"(?=(?:how|what|which|to what|would|do|did|does|is|are|was|were|have|has)\b)"
    r"|^(?:when|since|if|after|before|compared|in|during|over|while|once|thinking|considering|on|at|"
    r"for|within|as|apart|overall|generally|given|looking|bearing|from|with|until|by)\b[^,?]*,\s*",
    _I,
)


def _bare(text: str) -> str:
    """Return the sentence without numbering, brackets, quotations and a clause of time."""
    return _ASIDE.sub("", _NUMBERING.sub("", _BRACKETS.sub("", text)).strip())


def size(text: str) -> int:
    """Count words."""
    return len(re.findall(r"[^\W_]+(?:['’\-][^\W_]+)*", text))


# ---------------------------------------------------------------- two things at once

_FIXED = re.compile(
    r"\b(?:health and safety|terms and conditions|pros and cons|research and development"
    r"|roles and responsibilities|policies and procedures|rules and regulations|food and drinks?"
    r"|bed and breakfast|black and white|back and forth|more and more|again and again"
    r"|up and running"
    r"|goods and services|law and order|arts and crafts|sick and tired|trial and error"
    r"|supply and demand"
    r"|monitoring and evaluation|water and sanitation|ups and downs|peace and quiet|odds and ends"
    r"|first and last names?|date and time|time and effort|time and place|mother and father"
    r"|men and women|boys and girls|children and young people|young people and children"
    r"|diversity and inclusion|equality and diversity|information and communications? technology"
    r"|accident and emergency|checks and balances|cause and effect|by and large|now and (?:then"
    r"|again)"
    r"|here and there|once and for all|wear and tear|hearts and minds|rights and obligations"
    r"|profit and loss"
    r"|income and expenditure|questions and answers|q and a|drag and drop|copy and paste"
    r"|comments and suggestions|suggestions and comments|year and a half|hour and a half)\b",
    _I,
)
_NAME = re.compile(r"\b[A-Z][\w'’]+(?:\s+(?:of|for|the|[A-Z][\w'’]+))*,? and (?:the )?[A-Z][\w'’]+")
_RELATION = re.compile(
    r"\b(?:between|relationships?|relations|balanc(?:e|es|ed|ing)|differen(?:ce|ces|t)|link|links|"
    r"distinguish|distinction|combin(?:e|es|ed|ing|ation)|compar(?:e|es|ed|ing|ison)|gap"
    r"|reconcil\w+|"
    r"juggl\w+|divide[ds]?|boundar\w+|switch\w*|mix)\b[^,?]*?\band\b",
    _I,
)
_AND_OTHER = re.compile(
    r"[\w' -]+(?:,[\w' -]+)* and (?:other|others|similar|so on|the like|related)\b", _I
)
_TO_AND_FROM = re.compile(
    r"\b(?:to and from|in and out|on and off|\d+ and \d+|go and \w+|try and \w+)\b", _I
)
_JOINT = re.compile(r"\b(?:and|as well as|plus)\b", _I)
_AND = re.compile(
    r"(?:[\w'’-]+\s+){0,3}[\w'’-]+,?\s+(?:and(?!/)|as well as|plus)\s+[\w'’-]+(?:\s+[\w'’-]+)?", _I
)


def two_things(text: str) -> str:
    """Two things joined by "and" under one judgement."""
    if not _JOINT.search(text):  # most texts; what follows takes far longer
        return ""
    sentence = _bare(text)
    for pattern in (_FIXED, _NAME, _RELATION, _AND_OTHER, _TO_AND_FROM):
        sentence = pattern.sub("…", sentence)
    match = _AND.search(sentence)
    return match[0] if match else ""


def two_questions(text: str) -> str:
    """Two questions in one item."""
    marks = re.findall(r"[^?.]*\w{2}[^?.]*\?", _BRACKETS.sub("", text))
    if len(marks) > 1:
        return " ".join(mark.strip() for mark in marks)
    match = re.search(
        r"[,;] and (?:if so|if not|how|why|what|which|who|when|where)\b[^?]*", text, _I
    )
    if match and re.match(
        r"(?:do|does|did|is|are|was|were|have|has|how|what|which|where)\b", _bare(text), _I
    ):
        return match[0].strip(" ,;")
    return ""


# ---------------------------------------------------------------- leading

_PRAISE = any_of(
    "excellent amazing outstanding world-class award-winning wonderful fantastic superb brilliant "
    "hard-?working dedicated successful generous exciting innovative terrible awful wasteful "
    "shameful disastrous outrageous corrupt failed incompetent"
)
_OUR_PRAISE = any_of(
    "great fast friendly caring helpful high-quality efficient professional affordable fresh modern"
)
_PEOPLE = any_of(
    "people employees staff residents colleagues experts doctors customers citizens parents"
)
_SOURCES = any_of("experts scientists doctors studies research surveys")
_FEELING = any_of("amazing excellent wonderful fantastic great brilliant terrible awful wasteful")
_VIRTUE = any_of(
    "caring responsible loving devoted loyal conscientious honest patriotic committed dedicated "
    "decent thoughtful reasonable law-abiding hard-?working good sensible intelligent educated"
)
_JUDGING = any_of(
    "sensible wise fair just reasonable prudent bold courageous much-needed long-overdue harmful "
    "reckless foolish misguided pointless unfair cruel absurd ridiculous unjust extreme radical"
)
_PROPOSED = any_of(
    "plans? proposals? polic(?:y|ies) reforms? decisions? measures? bills? laws? rules? ban tax "
    "move schemes? cuts ideas? changes?"
)
#: A number of people as a share of all of them, which tells what others do.
_COUNT = any_of("\\d+ one two three four five six seven eight nine ten twenty hundred")
_SHARE = (
    r"(?:\d+(?:\.\d+)? ?(?:%|per ?cent)(?: of)?"
    rf"|\b(?:{_COUNT}|most) (?:out of|in) (?:every )?{_COUNT})"
)
_NOT_QUANTITY = r"(?! (?:deal|many|number|extent|or\b|majority))(?= [a-z])"
_LEADING = compiled(
    r"(?<!why )\b(?:don|haven|didn)['’]t you\b|\b(?:wouldn|shouldn|isn|aren)['’]t "
    + any_of("you it we they the this that these")
    + r"\b|\bcan['’]t we\b|\bdoesn['’]t it\b",
    r"\b(?:surely|obviously|of course|undoubtedly|needless to say)\b",
    r"\bas (?:we|you|everyone|everybody) (?:all )?knows?\b|\beveryone (?:knows|agrees)\b",
    r"\bit is (?:well known|clear|obvious) that\b",
    rf"\b(?:most|many|the (?:vast )?majority of|a lot of) {_PEOPLE}(?: \w+)? "
    + any_of("agree think believe say feel support prefer know want")
    + r"\b",
    rf"{_SHARE} (?:[\w'’]+ ){{1,3}}"
    + any_of("agree think believe say feel support prefer want choose recommend use like")
    + r"\b[^?]*[.,;!]",
    rf"\bas an? (?:\w+ly )?{_VIRTUE} \w+,",
    rf"\b(?:the|this|these|those|our|their|its) (?:\w+ly )?{_JUDGING} (?:new )?{_PROPOSED}\b",
    rf"\b{_SOURCES} (?:have |has )?"
    + any_of("agree say believe recommend shows? prove[sd]? shown suggest")
    + r"\b",
    r"\b(?:would|do) you (?:also )?agree that\b(?=.*\b(?:should|must|need))",
    r"\bdo you (?:also|not)\b",
    rf"\b(?:our|the|this|these|your|such|an?) (?:very |truly |most |really |highly )?"
    rf"{_PRAISE}\b{_NOT_QUANTITY}",
    rf"\bour (?:[\w-]+, )*{_OUR_PRAISE}\b(?=[ ,])",
    r"\b(?:responsible|decent|honest|right-thinking) (?:people|parents|citizens)\b",
    rf"\bhow {_FEELING}\b(?! or)",
    r"\bhow much (?:do|did) you (?:enjoy|love|like|hate|appreciate)\b(?! or)",
    r"\bgiven the (?:\w+ )?(?:success|failure|popularity|benefits|importance|damage) of\b",
    r"\b(?:illegal aliens|tax dollars|taxpayers['’]? money|death tax|so-called)\b",
    r"\b(?:waste of (?:money|time)|hard-earned)\b",
    r", (?:right|isn['’]t it|don['’]t you think|correct)\?",
)


def leading(text: str) -> str:
    """Words that hint at an answer."""
    match = _LEADING.search(_BRACKETS.sub("", text))
    return match[0].strip(" ,") if match else ""


# ---------------------------------------------------------------- negation

_NO_NEGATION = re.compile(
    r"\b(?:whether or not|if not|not only|no more than|no less than|no later than|no matter|why not"
    r"|non-?profit|nothing but|last but not least|not applicable|or not|nonetheless|nevertheless"
    r"|not-for-profit"
    r"|(?:don['’]t|do not|not) know|no doubt|no longer than)\b",
    _I,
)
_NEGATOR = (
    r"(?:not|never|no one|nobody|none|nothing|without|cannot|no longer|hardly|(?<!\w)no(?= \w)"
    r"|(?:do|does|did|is|are|was|were|has|have|had|should|would|could|wo|ca|must)n['’]t)"
)
_NEGATIVE = any_of(
    r"oppos(?:e|es|ed|ing) bann?(?:ed|ing)? prohibit(?:ed|ing|s)? forbid(?:den|ding|s)? "
    r"refus(?:e|es|ed|ing) den(?:y|ies|ied|ying) prevent(?:ed|ing|s)? abolish(?:ed|ing|es)? "
    r"reject(?:ed|ing|s)? disagree disapprove dislike fail(?:ed|ing|s)?\sto stop(?:ped|ping)? "
    r"eliminat(?:e|ed|ing)"
)
_UN = any_of(
    "unfair unclear unnecessary uncommon unlikely unhappy unimportant unreasonable unable "
    "unsatisfactory unacceptable unsafe unaware unhelpful unwilling unusual unfriendly unreliable "
    "dissatisfied disrespectful impossible impolite inaccurate inadequate incomplete ineffective "
    "insufficient inconvenient irrelevant illegal dishonest incapable"
)
_GAP = r"(?:\W+[\w'’-]+){0,6}?\W+"
_DOUBLE = re.compile(
    rf"\b{_NEGATOR}{_GAP}(?:{_NEGATOR}|{_NEGATIVE}|{_UN})\b|\b{_NEGATOR}\W+{_UN}\b"
    rf"|\b{_NEGATIVE}{_GAP}(?:{_NEGATOR}|{_NEGATIVE})\b"
    rf"|\b(?:untrue|false|wrong|incorrect) that\b{_GAP}{_NEGATOR}\b",
    _I,
)


def double_negative(text: str) -> str:
    """Two negations that turn each other round."""
    sentence = _NO_NEGATION.sub("…", _BRACKETS.sub("", text))
    sentence = re.sub(
        r"^\W*(?:don|isn|aren|wouldn|doesn|didn|shouldn|haven)['’]t\b", "…", sentence, flags=_I
    )
    if match := re.search(r"\b(?:oppose|disagree with|against) not\b", sentence, _I):
        return match[0]
    if re.search(rf"\b(?:nor|neither|or) (?:{_NEGATOR}|{_NEGATIVE}|{_UN})\b", sentence, _I):
        return ""
    match = _DOUBLE.search(sentence)
    return match[0] if match else ""


def negation(text: str) -> str:
    """A negation in a statement."""
    sentence = _NO_NEGATION.sub("…", _BRACKETS.sub("", text))
    match = re.search(rf"\b{_NEGATOR}\b(?:\W+[\w'’-]+){{0,3}}", sentence, _I)
    return match[0].strip(" ,.") if match and "?" not in sentence else ""


# ---------------------------------------------------------------- single words

_ABSOLUTE = compiled(
    r"\b"
    + any_of(
        "always never everyone everybody everything nobody none completely totally absolutely "
        "entirely"
    )
    + r"\b",
    r"\b(?:no one|under no circumstances|without exception|100 ?%)",
    r"\bat all times\b",
    r"\bevery\b(?! (?:day|week|month|year|morning|evening|other|time you))",
    r"(?<!\bat )(?<!after )(?<!above )(?<!of )(?<!overall )\ball\b"
    r"(?! in all| that apply| the time| of the above| over| day| year| right| \w+ combined)",
)


def absolute(text: str) -> str:
    """A word that allows of no exception."""
    sentence = re.sub(
        r"\b(?:how often|if ever|at all(?! times)|all in all|everybody knows|everyone knows)\b",
        "",
        _BRACKETS.sub("", text),
        flags=_I,
    )
    words = (match for match in _ABSOLUTE.finditer(sentence) if not _in_a_name(match))
    return next((match[0].strip() for match in words), "")


def _in_a_name(match: re.Match[str]) -> bool:
    """Say whether a word has its capital in the middle of a sentence."""
    before = match.string[: match.start()].rstrip()
    return match[0].strip()[:1].isupper() and before[-1:] not in ("", ".", "?", "!", ":")


_VAGUE_TIME = re.compile(
    r"(?<!how )(?<!most )\b(?:recently|lately|nowadays|these days|in recent times)\b", _I
)
_VAGUE_OFTEN = re.compile(
    r"(?<!how )(?<!as )(?<!more )(?<!most )(?<!too )\b(?:often|regularly|frequently|occasionally"
    r"|a lot of|lots of|a few times)\b",
    _I,
)


def vague_time(text: str) -> str:
    """A period that nobody can date."""
    match = _VAGUE_TIME.search(text)
    return match[0] if match else ""


def vague_often(text: str) -> str:
    """A frequency or an amount that everybody counts differently."""
    match = _VAGUE_OFTEN.search(text)
    return match[0] if match else ""


_PRESUMING = compiled(
    r"\bwhy (?:don|didn|haven|aren|weren|won|wouldn|can)['’]t you\b",
    r"\bwhy (?:do|did|have|are|were|would) you not\b",
    r"\bwhy do you (?:dislike|hate|oppose|distrust|fear|avoid)\b",
    r"\bhow much (?:has|have|did|does|more)\b[^?]*\b"
    + any_of(r"improved? benefit\w* helped help increased? reduced? saved? enhanced?")
    + r"\b",
    r"\bhow (?:did|does|do|has|have)\b[^?]*\b(?:ma[dk]es?|bec[oa]mes?|gets?|got) [^?]*"
    r"\b(?:better|easier|worse|harder|faster|safer)\b",
    r"\bwhat (?:benefits|improvements|advantages) (?:have|has|did|do)\b",
    r"\b(?:what|which) (?:\w+ )?(?:problems|difficulties|challenges|obstacles|barriers) "
    r"(?:did|have|do|are) you "
    + any_of(r"have had faced? facing encounter\w* experience\w*")
    + r"\b",
    r"\bwhen did you (?:stop|quit|give up)\b|\bhave you stopped\b",
    r"\bhow many (?:cigarettes|drinks|alcoholic drinks) (?:do|did) you\b",
    r"\bwhat do you (?:dislike|hate|like least)\b",
    r"\bwhich of (?:these|the) benefits\b",
)
_PROVIDED = re.compile(r"\bif any(?:thing)?\b|\bif you\b|\bif so\b|\bif applicable\b", _I)


def presuming(text: str) -> str:
    """Something taken for granted."""
    match = _PRESUMING.search(text)
    return match[0] if match and not _PROVIDED.search(text) else ""


# ---------------------------------------------------------------- form of the question

_GRADED = any_of(
    "satisfied likely clear fair happy important safe familiar aware willing helpful reliable "
    "comfortable pleasant reasonable acceptable"
)
_HOW = any_of(
    "much well often frequently far strongly good poor bad easy difficult useful confident "
    "effective efficient quickly prompt clearly fairly serious concerned interested proud "
    "stressful stressed heavy closely complete accurate convenient friendly polite clean"
)
_DEGREE = compiled(rf"\bhow (?:(?:dis|un)?{_GRADED}|{_HOW})\b", r"\bto what (?:extent|degree)\b")
_AUXILIARY = re.compile(
    r"^(?:please (?:indicate|say|tell us) (?:if|whether)|"
    + any_of(
        "do does did is are was were have has had can could will would should may must "
        "don['’]t isn['’]t aren['’]t doesn['’]t didn['’]t"
    )
    + r")\b(?:\W+[\w'’-]+){0,3}",
    _I,
)
_NOT_YES_NO = re.compile(r"\b(?:or|how|which|what|rate|would you say|extent|please)\b", _I)


def yes_no(text: str) -> str:
    """The words that ask for yes or no."""
    sentence = _bare(text)
    match = _AUXILIARY.match(sentence)
    if match is None or _NOT_YES_NO.search(sentence.removeprefix("Please").removeprefix("please")):
        return ""
    return match[0]


def asks_degree(text: str) -> str:
    """The words that ask for a degree."""
    sentence = _bare(text)
    match = _DEGREE.search(sentence)
    return match[0] if match and not _AUXILIARY.match(sentence) else ""


_ASKED = {
    "satisfaction": r"\bhow (?:dis)?satisfied\b|\bsatisfaction with\b"
    r"|\bare you (?:dis)?satisfied\b",
    "agreement": r"\bagree or disagree\b|\b(?:extent|strongly|much|far) (?:do"
    r"|would) you (?:dis)?agree\b|\bextent do you agree\b",
    "frequency": r"\bhow (?:often|frequently|regularly)\b",
    "importance": r"\bhow (?:un)?important\b",
    "likelihood": r"\bhow (?:un)?likely\b",
    "clarity": r"\bhow (?:un)?clear\b",
    "fairness": r"\bhow (?:un)?fair\b",
    "ease": r"\bhow (?:easy|difficult)\b",
    "trust": r"\bhow much (?:do|would) you trust\b|\bhow much trust\b",
    "familiarity": r"\bhow (?:familiar|well informed|aware)\b",
    "quality": r"\bhow (?:good|poor|bad)\b|\brate the quality\b",
}


def asked_family(text: str) -> str:
    """What sort of degree is asked for."""
    hits = [family for family, words in _ASKED.items() if re.search(words, text, _I)]
    return hits[0] if len(hits) == 1 else ""
