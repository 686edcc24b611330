"""Rotations of loadings: varimax as R ``stats`` has it, oblimin as package GPArotation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.statistics.results import Floats

#: R's ``varimax(eps)`` and its rounds; GPArotation's ``eps`` and ``maxit``, and halvings of a step.
VARIMAX_CHANGE, VARIMAX_ROUNDS = 1e-5, 1000
OBLIMIN_SLOPE, OBLIMIN_ROUNDS, HALVINGS = 1e-5, 1000, 10


@dataclass(frozen=True, eq=False)
class Rotated:
    """Loadings (k, m) and the correlations (m, m) of the factors; whether the rounds sufficed."""

    loadings: Floats
    correlation: Floats
    converged: bool = True


def varimax(loadings: Floats, change: float = VARIMAX_CHANGE) -> Rotated:
    """Return the varimax rotation with Kaiser's normalisation; R ``stats::varimax``.

    Kaiser (1958), Psychometrika 23:187. R's rounds and R's stopping rule, that the criterion grows
    by less than ``change`` of itself, so that the figures are R's and not those of the limit.
    """
    m = loadings.shape[1]
    if m < 2:
        return Rotated(loadings, np.eye(m))
    length = np.sqrt((loadings**2).sum(axis=1))[:, np.newaxis]
    length = np.where(length > 0, length, 1.0)
    x, turn, reached = loadings / length, np.eye(m), 0.0
    for _ in range(VARIMAX_ROUNDS):
        z = x @ turn
        u, strength, v = np.linalg.svd(x.T @ (z**3 - z * (z**2).mean(axis=0)))
        turn, before, reached = u @ v, reached, float(strength.sum())
        if reached < before * (1 + change):
            return Rotated(x @ turn * length, np.eye(m))
    return Rotated(x @ turn * length, np.eye(m), converged=False)


def oblimin(loadings: Floats, gamma: float = 0.0) -> Rotated:
    """Return the direct oblimin rotation, quartimin for gamma 0; R ``GPArotation::oblimin``.

    Jennrich (2002), Psychometrika 67:7: gradient projection from the unrotated loadings, without
    Kaiser's normalisation, with GPArotation's steps and stopping rule.
    """
    m = loadings.shape[1]
    if m < 2:
        return Rotated(loadings, np.eye(m))
    turn, step = np.eye(m), 1.0
    rotated = loadings
    value, slope = _oblimin(rotated, gamma)
    for _ in range(OBLIMIN_ROUNDS + 1):
        gradient = -(rotated.T @ slope @ np.linalg.inv(turn)).T
        along = gradient - turn * (turn * gradient).sum(axis=0)
        size = float(np.sqrt((along**2).sum()))
        if size < OBLIMIN_SLOPE:
            return Rotated(rotated, turn.T @ turn)
        step *= 2
        for _ in range(HALVINGS + 1):
            tried = turn - step * along
            tried = tried / np.sqrt((tried**2).sum(axis=0))
            rotated = loadings @ np.linalg.inv(tried).T
            found, slope = _oblimin(rotated, gamma)
            if value - found > 0.5 * size**2 * step:
                break
            step /= 2
        turn, value = tried, found
    return Rotated(rotated, turn.T @ turn, converged=False)


def _oblimin(loadings: Floats, gamma: float) -> tuple[float, Floats]:
    """The criterion and its derivative with respect to the loadings."""
    squares = loadings**2
    others = squares.sum(axis=1, keepdims=True) - squares
    others = others - gamma * others.mean(axis=0)
    return float((squares * others).sum()) / 4, loadings * others
