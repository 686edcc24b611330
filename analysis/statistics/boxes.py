"""Top and bottom boxes and the net promoter score, from counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from analysis.statistics.results import Estimate, Floats, Integers, Reason, Result, divided

#: The scores of the net promoter question: promoters from, detractors up to.
PROMOTERS, DETRACTORS = 9, 6


@dataclass(frozen=True, eq=False)
class Box:
    """How many of ``base`` (...) answers are in the box; see ``proportions`` for shares."""

    hits: Integers
    base: Integers


def top_box(
    cells: Integers, scores: npt.ArrayLike, scored: npt.NDArray[np.bool_], levels: int = 2
) -> Box:
    """Return the answers at the ``levels`` highest scores, of counts (..., C).

    ``scores`` (C,) are the scores of the codes and ``scored`` (C,) whether a code has one. The
    levels are those of the scale, whether anybody chose them or not; a scale with no more than
    ``levels`` levels is its own box. Raises ValueError when ``levels`` is not positive.
    """
    return _box(cells, np.asarray(scores, float), scored, levels)


def bottom_box(
    cells: Integers, scores: npt.ArrayLike, scored: npt.NDArray[np.bool_], levels: int = 2
) -> Box:
    """Return the answers at the ``levels`` lowest scores, as ``top_box``."""
    return _box(cells, -np.asarray(scores, float), scored, levels)


def _box(cells: Integers, scores: Floats, scored: npt.NDArray[np.bool_], levels: int) -> Box:
    if levels < 1:
        raise ValueError("a box has at least one level")
    scale = np.unique(scores[scored])[-levels:]
    inside = scored & np.isin(scores, scale)
    counts = np.asarray(cells)
    return Box(np.where(inside, counts, 0).sum(axis=-1), np.where(scored, counts, 0).sum(axis=-1))


@dataclass(frozen=True, eq=False)
class NetScore:
    """Net promoter scores along the leading axes; shares and score between -1 and 1.

    ``promoters``, ``passives`` and ``detractors`` are numbers of answers. nan where n is 0.
    """

    n: Integers
    promoters: Integers
    passives: Integers
    detractors: Integers
    score: Floats
    se: Floats
    low: Floats
    high: Floats
    confidence: float


def net_score(
    cells: Integers,
    scores: npt.ArrayLike,
    scored: npt.NDArray[np.bool_],
    confidence: float = 0.95,
) -> NetScore:
    """Return the net promoter score of counts (..., C) of answers from 0 to 10.

    score = p - d with p the share of 9 and 10, d the share of 0 to 6. Multinomial variance
    (p + d - (p - d)²) / n; the interval is score -+ z se, cut at -1 and 1. Reichheld (2003),
    Harvard Business Review 81(12):46; Rocks (2016), The American Statistician 70:365 ("Wald").
    """
    values, counts = np.asarray(scores, float), np.where(scored, np.asarray(cells), 0)
    n = counts.sum(axis=-1)
    promoters = np.where(values >= PROMOTERS, counts, 0).sum(axis=-1)
    detractors = np.where(values <= DETRACTORS, counts, 0).sum(axis=-1)
    p, d = divided(promoters, n), divided(detractors, n)
    score = p - d
    se = np.sqrt(divided(np.maximum(0.0, p + d - score**2), n))
    half = float(ndtri(0.5 + confidence / 2)) * se
    low, high = np.clip(score - half, -1.0, 1.0), np.clip(score + half, -1.0, 1.0)
    passives = n - promoters - detractors
    return NetScore(n, promoters, passives, detractors, score, se, low, high, confidence)


def compare_net_scores(first: NetScore, second: NetScore, confidence: float = 0.95) -> Result:
    """Return the z-test of two independent net promoter scores (each of shape ()).

    z = (s1 - s2) / sqrt(se1² + se2²); the estimate is s1 - s2.
    """
    n1, n2 = int(first.n), int(second.n)
    if not n1 or not n2:
        return Result("z", n1 + n2, reason=Reason.NO_ANSWERS)
    difference = float(first.score) - float(second.score)
    se = sqrt(float(first.se) ** 2 + float(second.se) ** 2)
    if se == 0:
        estimate = Estimate(difference, confidence=confidence, reason=Reason.NO_SPREAD)
        return Result("z", n1 + n2, estimate=estimate, reason=Reason.NO_SPREAD)
    half = float(ndtri(0.5 + confidence / 2)) * se
    estimate = Estimate(difference, difference - half, difference + half, se, confidence)
    z = difference / se
    return Result("z", n1 + n2, z, p=float(2 * ndtr(-abs(z))), estimate=estimate)
