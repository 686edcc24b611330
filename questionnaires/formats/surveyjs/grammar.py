"""The expression language of SurveyJS, after its grammar ``expressions.pegjs``.

It is loose: words without braces are texts, operators come in words and signs in any case, and the
closing brackets at the end may be missing.
"""

from __future__ import annotations

import re

from questionnaires.formats.foreign.pratt import Grammar, Parser, Tree, unquoted_of

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?![\w]))
    | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | \{(?P<variable>[^{}]*)\}
    | (?P<sign><=|>=|==|!=|<>|&&|\|\||\*=|[=<>!+*/%^(),\[\]-])
    | (?P<word>[^\s(){}\[\],=<>!+*/%^&|'"-][^\s(){}\[\],=<>!+*/%^&|'"]*)
    )""",
    re.VERBOSE | re.DOTALL,
)

_LEVELS: tuple[tuple[int, dict[str, str]], ...] = (
    (10, {"or": "or", "||": "or"}),
    (20, {"and": "and", "&&": "and"}),
    (
        30,
        {
            **dict.fromkeys(("=", "==", "equal"), "="),
            **dict.fromkeys(("!=", "<>", "notequal"), "!="),
            **dict.fromkeys(("<", "less"), "<"),
            **dict.fromkeys((">", "greater"), ">"),
            **dict.fromkeys(("<=", "lessorequal"), "<="),
            **dict.fromkeys((">=", "greaterorequal"), ">="),
            **dict.fromkeys(("contains", "contain", "*="), "contains"),
            **dict.fromkeys(("notcontains", "notcontain"), "notcontains"),
            "anyof": "anyof",
            "noneof": "noneof",
            "allof": "allof",
        },
    ),
    (40, {"+": "+", "-": "-"}),
    (50, {"*": "*", "/": "/", "%": "%"}),
    (60, {"^": "^", "power": "^"}),
)

_GRAMMAR = Grammar(
    token=_TOKEN,
    binary={sign: (level, name) for level, names in _LEVELS for sign, name in names.items()},
    prefix={"!": "not", "negate": "not", "-": "negate"},
    postfix={"empty": "empty", "notempty": "notempty"},
    constants={"true": True, "false": False, "null": None, "undefined": None},
    lenient=True,
    words_are_text=True,
    unquoted=unquoted_of("\"'"),
)


def parsed(text: str) -> Tree:
    """Return the tree of an expression; raise Untranslatable when it is none."""
    return Parser(_GRAMMAR, text).whole()


def variables(text: str) -> list[str]:
    """Return what stands in braces, which may be names of questions."""
    return [name.strip() for name in re.findall(r"\{([^{}]*)\}", text)]
