"""What is recorded while a foreign file is read, or while one is written."""

from __future__ import annotations

from collections import Counter

from questionnaires.formats.foreign.catalogue import SEVERITY
from questionnaires.formats.losses import Imported, Loss, Severity
from questionnaires.model import Questionnaire
from questionnaires.text import Text


class Refused(Exception):
    """A file of which nothing can be read; the reason in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.reason = Text({"zh": chinese, "en": english})

    def imported(self, filename: str) -> Imported:
        """Return the report of a file that was refused."""
        return Imported(None, (Loss("file_refused", "error", filename, {"reason": self.reason}),))


class Report:
    """The losses of one file, in the order found, and what became of its expressions."""

    def __init__(self) -> None:
        self._losses: list[Loss] = []
        self._settings: dict[str, list[str]] = {}
        self.expressions = 0
        self.flagged = 0

    def lose(self, code: str, where: str, **values: object) -> None:
        """Record a loss, as severe as the catalogue says."""
        self._losses.append(Loss(code, SEVERITY[code], where, values))

    def unused(self, key: str, where: str) -> None:
        """Record that a setting about looks or behaviour has no counterpart.

        Such settings stand at every question; each is reported once, with its places.
        """
        self._settings.setdefault(key, []).append(where)

    def flag(
        self, key: str, where: str, text: str, reason: Text, severity: Severity = "error"
    ) -> None:
        """Record an expression that cannot be translated.

        A warning will do when what is asked, and when, stays the same without it.
        """
        self.flagged += 1
        values = {"key": key, "text": text, "reason": reason}
        self._losses.append(Loss("expression_untranslated", severity, where, values))

    def drop_condition(self, where: str, text: str, reason: Text) -> None:
        """Record that a condition was translated and could not be used all the same."""
        self.flagged = min(self.flagged + 1, self.expressions)
        self.lose("condition_dropped", where, text=text, reason=reason)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """Everything recorded; the settings without a counterpart come last."""
        unused = (
            Loss(
                "setting_unused",
                "info",
                places[0],
                {"key": key, "count": len(places), "places": places[:20]},
            )
            for key, places in self._settings.items()
        )
        return (*self._losses, *unused)

    def imported(self, questionnaire: Questionnaire) -> Imported:
        """Return the questionnaire with this report."""
        return Imported(
            questionnaire,
            self.losses,
            expressions=self.expressions,
            translated=self.expressions - self.flagged,
            flagged=self.flagged,
            items=len(questionnaire.items),
        )

    def tally(self) -> Counter[str]:
        """Return how often each kind of loss was recorded."""
        return Counter(loss.code for loss in self.losses)
