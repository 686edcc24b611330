"""Counting where the responses lie: one GROUP BY, on PostgreSQL (and so Citus) or SQLite.

Nothing comes back but counts, so it does not matter how many responses there are or how far away
they are. Each response meets the positions of its variables, and what is grouped is one code of one
variable in one audience group. Beside how many there are, the scores of every variable are added up
over the complete cases among them: the score of the code times these sums is a part of X'X.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from analysis.columns import Axes
from analysis.counts import Tables, gram_of, scoring
from analysis.kernel import Scoring
from questionnaires import Variable
from surveyapp.fieldwork.models import Round
from surveyapp.respond.models import Response
from surveyapp.results.tables import Layout, in_figures


@dataclass(frozen=True)
class PushedDown:
    """The responses of a round that are in the figures, counted by the database they are in."""

    session: Session
    of: Round
    layout: Layout

    @property
    def axes(self) -> Axes:
        return self.layout.axes

    def tables(self) -> Tables:
        """Count; raises ValueError when a response was packed by another codebook."""
        axes = self.axes
        found = Tables.zero(axes)
        scores = scoring(axes.variables, axes.width)
        row_of = {position: row for row, position in enumerate(scores.positions)}
        sums = np.zeros((len(row_of) + 1, len(row_of) + 1), np.int64)
        rows = self.session.execute(statement(self.of, axes))
        for group, position, byte, size, shortest, longest, *added in rows:
            code = _code(axes.variables, position, byte, (shortest, longest))
            place = self.layout.places[group]
            if position == 0:
                found.responses[place] += size
            if axes.variables:
                found.cells[(position, *place, code)] += size
            row = row_of.get(position)
            if row is not None:
                sums[row] += scores.scores[row, code] * np.array(added, np.int64)
            if row == 0:
                sums[-1] += np.array(added, np.int64)
        return Tables(axes, found.cells, found.responses, gram_of(sums))


def statement(of: Round, axes: Axes) -> Select[Any]:
    """Return the query: group, position, code (a byte), how many, shortest and longest codes.

    After them, over the complete cases among those, the sum of each variable's scores and, last,
    their number: the row of ``kernel.gram_sums`` before it is multiplied by the code's own score.
    """
    scored = _scored(of, axes)
    positions = _positions(len(axes.variables))
    at = positions.c.position
    byte = func.substr(scored.c.codes, at + 1, 1)
    length = func.length(scored.c.codes)
    added = [func.sum(column) for name, column in scored.c.items() if name.startswith("score_")]
    return (
        select(scored.c.group_id, at, byte, func.count(), func.min(length), func.max(length))
        .add_columns(*added, func.sum(scored.c.complete))
        .select_from(scored.join(positions, literal(True)))
        .group_by(scored.c.group_id, at, byte)
    )


def _scored(of: Round, axes: Axes) -> CTE:
    """Every response with its scores, 0 throughout where one is missing: so it adds nothing.

    Materialized, or a database would work them out again for every position.
    """
    scores = scoring(axes.variables, axes.width)
    own = [_score(scores, row).label(f"own_{row}") for row in range(len(scores.positions))]
    answered = in_figures(of, Response.group_id, Response.codes, *own).cte("answered")
    answered = answered.prefix_with("MATERIALIZED")
    found = [answered.c[one.name] for one in own]
    complete = and_(literal(bool(own)), *(one.is_not(None) for one in found))
    kept = [case((complete, one), else_=0).label(f"score_{row}") for row, one in enumerate(found)]
    one_each = case((complete, 1), else_=0).label("complete")
    scored = select(answered.c.group_id, answered.c.codes, *kept, one_each).cte("scored")
    return scored.prefix_with("MATERIALIZED")


def _score(scores: Scoring, row: int) -> ColumnElement[int]:
    """The score of a response by the variable in that row; NULL where it has none."""
    byte = func.substr(Response.codes, scores.positions[row] + 1, 1)
    known = np.flatnonzero(scores.scored[row]).tolist()
    # One that never comes up: a CASE needs a branch.
    whens = {bytes([code]): int(scores.scores[row, code]) for code in known} or {b"": 0}
    return case(whens, value=byte)


def _positions(size: int) -> CTE:
    """0, 1, 2, ...: as many as there are variables, and one at least."""
    first = select(literal(0).label("position")).cte("positions", recursive=True)
    following = select(first.c.position + 1).where(first.c.position + 1 < max(1, size))
    return first.union_all(following)


def _code(
    variables: Sequence[Variable], position: int, byte: bytes, lengths: tuple[int, int]
) -> int:
    if lengths != (len(variables), len(variables)):
        raise ValueError("a response was packed by another codebook")
    if not variables:
        return 0
    if byte[0] > max(category.code for category in variables[position].categories):
        raise ValueError("a code is higher than any category of its variable has")
    return byte[0]
