"""Our own format, YAML or JSON, as one of those that files are converted from and to."""

from __future__ import annotations

import re

from questionnaires.flow import written
from questionnaires.formats import yaml
from questionnaires.formats.losses import Imported, Loss, Written
from questionnaires.formats.patching import redumped
from questionnaires.formats.registry import Format, ending_of
from questionnaires.library import shared_scales
from questionnaires.model import Questionnaire
from questionnaires.problems import Problem
from questionnaires.text import Text

_COMMENT = re.compile(r"(?:^|\s)#")
_ENDINGS = (".yaml", ".yml", ".json")


def recognises(content: bytes, filename: str) -> bool:
    """Say whether a file may be a definition of ours; anything wrong with it is reported then."""
    return ending_of(filename) in _ENDINGS and b"sections" in content


def read(content: bytes, filename: str) -> Imported:
    """Read a definition; its problems are the losses."""
    examined = yaml.examine(content, shared_scales)
    losses = tuple(_loss(problem, filename) for problem in examined.problems)
    if examined.questionnaire is None:
        return Imported(None, losses)
    count = len(expressions(examined.questionnaire))
    items = len(examined.questionnaire.items)
    return Imported(examined.questionnaire, losses, count, count, 0, items)


def write(questionnaire: Questionnaire, ending: str) -> Written:
    """Write a definition: canonical JSON, or YAML."""
    if ending == ".json":
        return Written(questionnaire.canonical_json.encode("utf-8"))
    return Written(yaml.dump(questionnaire).encode("utf-8"))


def rewrite(questionnaire: Questionnaire, there: bytes) -> Written:
    """Write a definition over an earlier YAML file of it, whose comments stay."""
    text = there.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    made = redumped(text, questionnaire, shared_scales)
    anew = _COMMENT.search(text) is not None and made == yaml.dump(questionnaire)
    losses = (Loss("comments_dropped", "warning", ""),) if anew else ()
    return Written(made.encode("utf-8"), losses)


def _loss(problem: Problem, filename: str) -> Loss:
    words = Text({"zh": problem.message("zh"), "en": problem.message("en")})
    code = "definition_invalid" if problem.severity == "error" else "definition_advice"
    place = problem.place
    where = filename if place.line is None else f"{filename}:{place.line}:{place.column}"
    return Loss(code, problem.severity, where, {"problem": words})


def expressions(questionnaire: Questionnaire) -> list[str]:
    """Return the conditions and calculations of a questionnaire, as written."""
    return [one.text for one in written(questionnaire)]


FORMAT = Format("own", recognises, read, write, _ENDINGS, rewrite)
