"""The checker itself: it is silent about a clean history and names every kind of fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.durability.checker import Stored, check
from tests.durability.journal import Journal, Submission, body_hash
from tests.durability.world import MARKED

Row = tuple[bytes, str]


def _submission(number: int) -> Submission:
    marker = f"words of {number}"
    answers = {MARKED: marker}
    canonical = json.dumps(answers)
    key = f"{number:024d}"
    return Submission(number, "/s/CODE", answers, marker, body_hash(canonical), key)


def _row(submission: Submission) -> Row:
    return submission.row_key, json.dumps(dict(submission.answers))


def _history() -> tuple[Journal, Stored]:
    """Three were acknowledged, a fourth was sent and never answered."""
    journal = Journal()
    rows = []
    for number in range(4):
        submission = _submission(number)
        journal.begin(submission)
        journal.attempt(submission)
        if number == 3:
            journal.doubt(submission)
        else:
            journal.acknowledge(submission, f"R{number}")
            rows.append(_row(submission))
    return journal, Stored(tuple(rows), 3, 3)


def _with(stored: Stored, *rows: Row) -> Stored:
    count = len(rows)
    return replace(stored, responses=rows, codes_used=count, returned=count)


def test_a_clean_history_has_no_fault_but_the_one_still_in_doubt() -> None:
    journal, stored = _history()
    assert check(journal, stored).faults == {"turned_away": 1}
    journal.acknowledge(journal.submissions["words of 3"], "R3")
    settled = _with(stored, *stored.responses, _row(_submission(3)))
    assert check(journal, settled).faults == {}


def test_what_is_in_doubt_may_be_stored_or_not() -> None:
    journal, stored = _history()
    there = _with(stored, *stored.responses, _row(_submission(3)))
    assert check(journal, stored).faults == check(journal, there).faults


def _lose(journal: Journal, stored: Stored) -> Stored:
    return _with(stored, *stored.responses[1:])


def _double(journal: Journal, stored: Stored) -> Stored:
    _, answers = stored.responses[0]
    return _with(stored, *stored.responses, (b"x" * 16, answers))


def _alter(journal: Journal, stored: Stored) -> Stored:
    key, answers = stored.responses[0]
    return _with(stored, (key, answers.replace("}", ', "q01": "4"}')), *stored.responses[1:])


def _misfile(journal: Journal, stored: Stored) -> Stored:
    return _with(stored, (b"x" * 16, stored.responses[0][1]), *stored.responses[1:])


def _invent(journal: Journal, stored: Stored) -> Stored:
    return _with(stored, *stored.responses, (b"x" * 16, json.dumps({MARKED: "nobody's words"})))


def _store_a_refused_one(journal: Journal, stored: Stored) -> Stored:
    refused = _submission(9)
    journal.begin(refused)
    journal.refuse(refused, 409)
    return _with(stored, *stored.responses, _row(refused))


def _change_a_receipt(journal: Journal, stored: Stored) -> Stored:
    journal.acknowledge(journal.submissions["words of 0"], "another")
    return stored


def _use_a_code_in_vain(journal: Journal, stored: Stored) -> Stored:
    return replace(stored, codes_used=4)


def _damage_the_file(journal: Journal, stored: Stored) -> Stored:
    return replace(stored, sound=False)


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (_lose, "lost"),
        (_double, "twice"),
        (_alter, "altered"),
        (_misfile, "misfiled"),
        (_invent, "unexplained"),
        (_store_a_refused_one, "unexplained"),
        (_change_a_receipt, "receipts_changed"),
        (_use_a_code_in_vain, "counters"),
        (_damage_the_file, "counters"),
    ],
)
def test_every_harm_is_named(harm: Callable[[Journal, Stored], Stored], fault: str) -> None:
    journal, stored = _history()
    before = check(journal, stored).faults.get(fault, 0)
    assert check(journal, harm(journal, stored)).faults[fault] == before + 1
