"""What the respondents know: what each sent, under which key, and what came back."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyapp.respond.operations import response_key


@dataclass
class Submission:
    """One respondent's answers and what became of them, as the respondent sees it.

    ``marker`` is text that nobody else types: it finds these answers in the database even where the
    key went astray. ``body_hash`` is that of the canonical answers, so the journal stays small.
    """

    number: int
    path: str
    answers: Mapping[str, str]
    marker: str
    body_hash: bytes
    key: str = ""
    attempts: int = 0
    #: Attempts that ended without an answer, or with one of 500 and above: nobody can tell.
    in_doubt: int = 0
    receipts: set[str] = field(default_factory=set)
    #: The last answer that neither accepted nor left in doubt, such as 409.
    refused: int = 0

    @property
    def acknowledged(self) -> bool:
        return bool(self.receipts)

    @property
    def row_key(self) -> bytes:
        """The key under which the response must be stored."""
        return response_key(self.key)


def body_hash(canonical: str) -> bytes:
    """Hash the canonical JSON of answers."""
    return hashlib.sha256(canonical.encode()).digest()


class Journal:
    """All submissions of one run; what happens to them is written by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.submissions: dict[str, Submission] = {}
        self.acknowledged = 0
        self.in_doubt = 0

    def begin(self, submission: Submission) -> None:
        """Write down a submission before the first byte of it is sent."""
        with self._lock:
            self.submissions[submission.marker] = submission

    def attempt(self, submission: Submission) -> None:
        """Write down that it is being sent: from now on it may be stored."""
        with self._lock:
            submission.attempts += 1

    def acknowledge(self, submission: Submission, receipt: str) -> None:
        """Write down that a receipt was shown."""
        with self._lock:
            self.acknowledged += not submission.acknowledged
            submission.receipts.add(receipt)

    def doubt(self, submission: Submission) -> None:
        """Write down that no answer came, or one that says nothing about what is stored."""
        with self._lock:
            submission.in_doubt += 1
            self.in_doubt += 1

    def refuse(self, submission: Submission, status: int) -> None:
        """Write down that it was refused."""
        with self._lock:
            submission.refused = status
