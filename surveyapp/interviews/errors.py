"""What is refused about an interview."""

from __future__ import annotations

from collections.abc import Sequence

from questionnaires import Problem


class InterviewError(Exception):
    """A change to a record that is refused."""


class RecordClosed(InterviewError):
    """The record is closed: it does not change, unless somebody reopens it."""


class NotReadBack(InterviewError):
    """The notes as they are now have not been read back to the interviewee."""


class NothingNoted(InterviewError):
    """There is nothing to read back yet."""


class NotesChanged(InterviewError):
    """The notes are not those that the interviewee has seen."""


class NotComplete(InterviewError):
    """The outline is not covered; ``problems`` are those of ``questionnaires.check``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)


class UnknownRecord(LookupError):
    """No record has this key."""
