"""Which words a group uses more than the others: log-odds with an informative prior."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis.statistics.text.names import Names

#: Fewest people who must have used a word before it is shown.
MIN_PEOPLE = 5


@dataclass(frozen=True)
class Keyword:
    """A word; how often it stands in the group's texts and in the others'; how many people of the
    group used it; the difference of log odds, its z, and the two-sided p."""

    word: str
    count: int
    others: int
    people: int
    log_odds: float
    z: float
    p: float


def keyness(
    texts: Sequence[Sequence[str]],
    group: npt.ArrayLike,
    prior: float | None = None,
    min_people: int = MIN_PEOPLE,
    names: Names | None = None,
) -> tuple[Keyword, ...]:
    """Return the words of N texts (of one person each) by falling z: typical of the group first.

    d = ln((y1 + a) / (n1 + A - y1 - a)) - ln((y2 + a) / (n2 + A - y2 - a)), its variance
    1 / (y1 + a) + 1 / (y2 + a), z = d / sd. The prior is informative: a is the word's part of all
    texts together, scaled to sum to A = ``prior`` (by default the number of words in the smaller
    side, but at most 500). Monroe, Colaresi and Quinn (2008), Political Analysis 16:372, equations
    (15), (16) and (22). ``group`` (N,) says whose texts are of the group. Words that fewer than
    ``min_people`` of the group used, and names, are left out; nothing where a side has no words.
    """
    inside = np.asarray(group, bool)
    if inside.shape != (len(texts),):
        raise ValueError("every text is of the group or not")
    own = Counter(w for text, here in zip(texts, inside, strict=True) if here for w in text)
    rest = Counter(w for text, here in zip(texts, inside, strict=True) if not here for w in text)
    people = Counter(w for text, here in zip(texts, inside, strict=True) if here for w in set(text))
    known = names or Names()
    n1, n2 = own.total(), rest.total()
    if not n1 or not n2 or len(own | rest) < 2:
        return ()
    size = float(min(n1, n2, 500)) if prior is None else prior
    if not size > 0:
        raise ValueError("a prior has a positive size")
    shown = sorted(w for w, used in people.items() if used >= min_people and not known.is_name(w))
    y1, y2 = (np.array([side[w] for w in shown], float) for side in (own, rest))
    a = (y1 + y2) / (n1 + n2) * size
    d = np.log(y1 + a) - np.log(n1 + size - y1 - a) - np.log(y2 + a) + np.log(n2 + size - y2 - a)
    z = d / np.sqrt(1 / (y1 + a) + 1 / (y2 + a))
    found = [
        Keyword(
            w, own[w], rest[w], people[w], float(d[i]), float(z[i]), float(2 * ndtr(-abs(z[i])))
        )
        for i, w in enumerate(shown)
    ]
    return tuple(sorted(found, key=lambda k: (-k.z, k.word)))
