"""Response, cooperation, refusal and contact rates of a fieldwork.

Source: The American Association for Public Opinion Research, Standard Definitions: Final
Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition (2023), section
"Outcome rates". In its letters: I complete, P partial, R refusal, NC non-contact, O other, UH and
UO unknown eligibility, NE not eligible, e the share of the unknown cases taken to be eligible.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan

from analysis.statistics.results import Reason


@dataclass(frozen=True)
class Dispositions:
    """How every issued invitation ended, as numbers of cases.

    ``unknown_household`` is UH (not known whether there is an eligible person at all) and
    ``unknown_other`` is UO (any other unknown eligibility). Raises ValueError for a negative
    number, and for an ``eligible_share`` (e) outside 0 to 1; None means "estimate it".
    """

    complete: int = 0
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    not_eligible: int = 0
    eligible_share: float | None = None

    def __post_init__(self) -> None:
        cases = [getattr(self, field.name) for field in fields(self)[:-1]]
        if any(number < 0 for number in cases):
            raise ValueError("a number of cases cannot be negative")
        if self.eligible_share is not None and not 0 <= self.eligible_share <= 1:
            raise ValueError("the eligible share e must be between 0 and 1")

    @property
    def interviewed(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """(I + P) + (R + NC + O): the cases known to be eligible."""
        return self.interviewed + self.refusal + self.non_contact + self.other

    @property
    def unknown(self) -> int:
        """UH + UO: the cases whose eligibility is not known."""
        return self.unknown_household + self.unknown_other

    @property
    def issued(self) -> int:
        """Every case, whatever became of it."""
        return self.eligible + self.unknown + self.not_eligible

    @property
    def e(self) -> float:
        """The share of the unknown cases that counts as eligible.

        Unless it was given: the share of eligible cases among those whose eligibility is known
        (proportional allocation, CASRO); 1 where nothing is known, which is the cautious end.
        """
        if self.eligible_share is not None:
            return self.eligible_share
        known = self.eligible + self.not_eligible
        return self.eligible / known if known else 1.0


@dataclass(frozen=True)
class ResponseRates:
    """The AAPOR outcome rates as shares; a rate whose denominator is 0 is nan."""

    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    coop1: float
    coop2: float
    coop3: float
    coop4: float
    ref1: float
    ref2: float
    ref3: float
    con1: float
    con2: float
    con3: float
    e: float
    reason: Reason | None = None


def response_rates(cases: Dispositions) -> ResponseRates:
    """Return every AAPOR rate of these dispositions.

    RR1, RR3, RR5 = I / base and RR2, RR4, RR6 = (I + P) / base, where the base counts all cases of
    unknown eligibility, the share e of them, or none. REF1-3 = R / and CON1-3 = ((I + P) + R + O) /
    the same three bases. COOP1 = I / (I + P + R + O), COOP2 has I + P on top; COOP3 and COOP4 leave
    out O. The reason is set when there is no eligible or unknown case.
    """
    bases = [cases.eligible + share * cases.unknown for share in (1.0, cases.e, 0.0)]
    reached = cases.interviewed + cases.refusal + cases.other
    able = cases.interviewed + cases.refusal
    rr1, rr3, rr5 = (_rate(cases.complete, base) for base in bases)
    rr2, rr4, rr6 = (_rate(cases.interviewed, base) for base in bases)
    ref1, ref2, ref3 = (_rate(cases.refusal, base) for base in bases)
    con1, con2, con3 = (_rate(reached, base) for base in bases)
    return ResponseRates(
        *(rr1, rr2, rr3, rr4, rr5, rr6),
        *(_rate(cases.complete, reached), _rate(cases.interviewed, reached)),
        *(_rate(cases.complete, able), _rate(cases.interviewed, able)),
        *(ref1, ref2, ref3, con1, con2, con3),
        e=cases.e,
        reason=None if cases.eligible + cases.unknown else Reason.NO_ANSWERS,
    )


def _rate(cases: int, base: float) -> float:
    return cases / base if base > 0 else nan
