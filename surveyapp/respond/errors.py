"""Why a submission is refused. Nothing has been stored then."""

from __future__ import annotations

from collections.abc import Sequence

from questionnaires import Problem, Text


class SubmissionError(Exception):
    """A submission that is refused. Nothing has been stored."""


class BadSubmissionKey(SubmissionError):
    """The form came back without the key it was sent with."""


class CodeUsed(SubmissionError):
    """This code has already been used for another submission."""


class KeyReused(SubmissionError):
    """The form was already sent in by somebody else (a page reached by the back button).

    What was typed is a new respondent's and must be offered again under a new key.
    """


class RoundClosed(SubmissionError):
    """The round is not open (any more, or yet)."""


class QuotaFull(SubmissionError):
    """As many responses of this group, or with such answers, have come as were wanted.

    ``message``: what the questionnaire says to whoever comes too late for one of its quotas.
    """

    def __init__(self, message: Text | None = None) -> None:
        super().__init__()
        self.message = message


class Invalid(SubmissionError):
    """The answers do not satisfy the questionnaire; ``problems`` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)
