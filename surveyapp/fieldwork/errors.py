"""What is refused in the field, and what is not found."""

from __future__ import annotations


class FieldworkError(Exception):
    """A change to a round that is refused."""


class ModeNotOffered(FieldworkError):
    """This anonymity mode cannot be promised yet, so it must not be printed on a page."""


class Frozen(FieldworkError):
    """The round is published: what respondents were promised cannot be changed any more."""


class NotNow(FieldworkError):
    """The round is not in the state in which this can be done."""


class NotReady(FieldworkError):
    """A draft that cannot be published yet; ``reasons`` are keys of ``publishing.REASONS``."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class NameTaken(FieldworkError):
    """Another round has this short name."""


class HomeUnit(FieldworkError):
    """A team may not be sent to a unit that one of its members comes from."""


class NotKnown(FieldworkError):
    """The mode of the round does not let anybody know, or not at this time."""


class UnknownRound(LookupError):
    """No round has this name."""


class UnknownCode(LookupError):
    """No invitation has this code."""
