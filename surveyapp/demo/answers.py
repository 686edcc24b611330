"""Synthetic answers with real differences between units and items, from a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import questionnaires
from questionnaires import Questionnaire, Variable
from surveyapp.demo.texts import PROBLEMS, SUGGESTIONS

SEED = 20260522

# Index of the township -> how far below (or above) the others its answers lie, in scale points.
_UNIT_EFFECT = {3: -1.0, 10: -0.75, 15: -0.55, 0: 0.45, 7: 0.4}
# The same for single items of single townships: a good unit may have one sore point.
_SORE_POINTS = {
    (0, "q14"): -1.6,
    (5, "q13"): -1.3,
    (5, "q11"): -1.0,
    (8, "q16"): -1.4,
    (12, "q15"): -1.2,
    (13, "q03"): -1.2,
    (13, "q05"): -1.3,
    (16, "q09"): -1.1,
}
_ITEM_EFFECT = {"q13": -0.2, "q14": -0.35, "q15": -0.3, "q09": -0.15, "q01": 0.25, "q06": 0.2}
_USUAL_LEVEL = 3.95
_DONT_KNOW = {"q05": 0.06, "q09": 0.10, "q16": 0.07}
_DONT_KNOW_ELSEWHERE = 0.025
# Of a two-sided scale, from its first level: a usual township, and one that is short of people.
_TWO_SIDED = (0.12, 0.34, 0.44, 0.08, 0.02)
_TWO_SIDED_STRAINED = (0.38, 0.36, 0.21, 0.04, 0.01)
_STRAINED = {3, 9, 10, 17}
_ENGLISH = 0.15
_WRITES = {"q18": 0.45, "q19": 0.35}
_BANKS = {"q18": PROBLEMS, "q19": SUGGESTIONS}

# Per township: how many of its 14 codes came back; the last one stays below the threshold of 5.
RETURNED = (12, 12, 11, 12, 12, 11, 12, 12, 10, 12, 11, 12, 12, 12, 9, 11, 12, 4)
# The year before: 251 of 252.
RETURNED_BEFORE = (14,) * 8 + (13,) + (14,) * 9


@dataclass(frozen=True)
class Sheet:
    """One synthetic questionnaire that came back: township, day after opening, raw answers."""

    township: int
    day: int
    raw: dict[str, str]


def sheets(
    questionnaire: Questionnaire, days: int, returned: tuple[int, ...] = RETURNED
) -> Iterator[Sheet]:
    """All returned questionnaires, the same on every call; ``day`` is 0 … days - 1."""
    random = Random(SEED)  # noqa: S311 - invented answers, not secrets
    variables = questionnaires.codebook(questionnaire).closed
    for township, came in enumerate(returned):
        for _ in range(came):
            day = min(int(random.expovariate(3 / days)), days - 1)
            yield Sheet(township, day, _answers(random, variables, township))


def _answers(random: Random, variables: tuple[Variable, ...], township: int) -> dict[str, str]:
    mood = random.gauss(0, 0.45)
    raw = {v.name: _level(random, v, township, mood) for v in variables}
    language = "en" if random.random() < _ENGLISH else "zh"
    for item, chance in _WRITES.items():
        if random.random() < chance:
            raw[item] = random.choice(_BANKS[item]).get(language)
    return raw


def _level(random: Random, variable: Variable, township: int, mood: float) -> str:
    missing = [c.value for c in variable.categories if c.missing]
    if missing and random.random() < _DONT_KNOW.get(variable.name, _DONT_KNOW_ELSEWHERE):
        return missing[0]
    levels = [c for c in variable.categories if not c.missing]
    if not variable.scored:
        weights = _TWO_SIDED_STRAINED if township in _STRAINED else _TWO_SIDED
        return random.choices(levels, weights)[0].value
    wanted = (
        _USUAL_LEVEL
        + _UNIT_EFFECT.get(township, 0)
        + _ITEM_EFFECT.get(variable.name, 0)
        + _SORE_POINTS.get((township, variable.name), 0)
        + mood
        + random.gauss(0, 0.7)
    )
    return min(levels, key=lambda c: abs((c.score or 0) - wanted)).value
