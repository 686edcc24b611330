"""What lint has to say: one finding, and the rule that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from questionnaires import locales
from questionnaires.problems import Place
from questionnaires.text import plain, printable

#: An error spoils the data or breaks a promise, a warning biases answers in all likelihood,
#: advice is a matter of judgement.
Severity = Literal["error", "warning", "advice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


class Both(NamedTuple):
    """One wording in Chinese and in English."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the wording for a reader of ``language`` (Chinese for ``zh*``)."""
        return self.zh if locales.chinese(language) else self.en


class Example(NamedTuple):
    """A faulty wording and a better one."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue: what is said when the rule fires, why, and what is better."""

    code: str
    severity: Severity
    message: Both
    reason: Both
    before: Both
    after: Both


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that lint found.

    ``place`` names a dotted path (``sections.0.items.3.label``), as structural problems do;
    ``language`` is the tag of the text concerned, or None when it is not about one language.
    """

    rule: Rule
    place: Place
    language: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The name of the rule; it never changes."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.rule.severity

    def message(self, language: str) -> str:
        """Say in one sentence what is wrong here."""
        worded = {
            name: value.named(language) if isinstance(value, Place) else plain(value, language)
            for name, value in self.values.items()
        }
        return printable(self.rule.message.get(language).format(**worded))

    def reason(self, language: str) -> str:
        """Say why that matters."""
        return self.rule.reason.get(language)

    def example(self, language: str) -> Example:
        """Show the fault in another question, and how that one is put right."""
        return Example(self.rule.before.get(language), self.rule.after.get(language))
