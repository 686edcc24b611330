"""The verdict: the respondents' journal held against what is stored."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, fields

from surveyapp.db import Database
from tests.durability.journal import Journal, body_hash
from tests.durability.world import MARKED


@dataclass(frozen=True)
class Stored:
    """What the database holds: (key, canonical answers) of each response, and its own counters."""

    responses: tuple[tuple[bytes, str], ...]
    codes_used: int | None
    returned: int
    sound: bool = True


@dataclass(frozen=True)
class Verdict:
    """What was found. Lists hold markers of submissions; anything in one of them is a fault."""

    acknowledged: int
    in_doubt: int
    stored: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    altered: tuple[str, ...]
    misfiled: tuple[str, ...]
    unexplained: tuple[str, ...]
    turned_away: tuple[str, ...]
    receipts_changed: tuple[str, ...]
    counters: tuple[str, ...]

    @property
    def faults(self) -> dict[str, int]:
        """What is wrong, and how often; empty when nothing is."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: len(v) for name, v in found.items() if isinstance(v, tuple) and v}

    def __str__(self) -> str:
        wrong = ", ".join(f"{name} {count}" for name, count in self.faults.items()) or "no fault"
        return (
            f"{self.acknowledged} acknowledged, {self.in_doubt} attempts in doubt, "
            f"{self.stored} stored: {wrong}"
        )


def read(database: Database, *, with_codes: bool) -> Stored:
    """Read what is stored, with no help from the program that stored it."""
    with database.engine.connect() as connection:
        run = connection.exec_driver_sql
        rows = run("SELECT key, answers FROM response").all()
        used = run("SELECT count(*) FROM invitation WHERE used").scalar_one()
        returned = run("SELECT coalesce(sum(returned), 0) FROM tally").scalar_one()
        sound = database.engine.dialect.name != "sqlite" or (
            run("PRAGMA integrity_check").scalar_one() == "ok"
        )
    responses = tuple((bytes(key), str(answers)) for key, answers in rows)
    return Stored(responses, int(used) if with_codes else None, int(returned), sound)


def check(journal: Journal, stored: Stored) -> Verdict:
    """Hold the history against the database.

    *lost*: acknowledged and not there. *twice*: there more than once. *altered*: there with other
    answers than ``questionnaires.check`` accepted. *misfiled*: under another key than was sent.
    *unexplained*: there, and never sent, or refused without ever having been in doubt.
    *turned away*: good answers that never got a receipt. *receipts changed*: a retry got another
    receipt. *counters*: used codes and counted returns that are not as many as the responses.
    """
    found = defaultdict(list)
    for key, answers in stored.responses:
        found[str(json.loads(answers).get(MARKED, ""))].append((key, answers))
    known = journal.submissions
    sent = known.values()
    pairs = [
        (known[marker], *row) for marker, rows in found.items() if marker in known for row in rows
    ]
    return Verdict(
        acknowledged=journal.acknowledged,
        in_doubt=journal.in_doubt,
        stored=len(stored.responses),
        lost=tuple(one.marker for one in sent if one.acknowledged and one.marker not in found),
        twice=tuple(marker for marker, rows in found.items() if len(rows) > 1),
        altered=tuple(one.marker for one, _, text in pairs if body_hash(text) != one.body_hash),
        misfiled=tuple(one.marker for one, key, _ in pairs if one.key and key != one.row_key),
        unexplained=tuple(
            marker
            for marker in found
            if marker not in known or not (known[marker].acknowledged or known[marker].in_doubt)
        ),
        turned_away=tuple(one.marker for one in sent if not one.acknowledged),
        receipts_changed=tuple(one.marker for one in sent if len(one.receipts) > 1),
        counters=tuple(_counters(stored)),
    )


def _counters(stored: Stored) -> list[str]:
    count, wrong = len(stored.responses), []
    if stored.codes_used not in (None, count):
        wrong.append(f"{stored.codes_used} codes used for {count} responses")
    if stored.returned != count:
        wrong.append(f"{stored.returned} returns counted for {count} responses")
    if not stored.sound:
        wrong.append("the file is damaged")
    return wrong
