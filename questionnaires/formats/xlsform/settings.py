"""The settings sheet: what the form is called, and in which language it is by default."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.formats.losses import Severity
from questionnaires.formats.xlsform.languages import language_tag
from questionnaires.formats.xlsform.records import Ledger
from questionnaires.formats.xlsform.survey import yes
from questionnaires.formats.xlsform.workbook import Sheet, place
from questionnaires.text import UNDETERMINED

#: By the head of the column, whose words may stand apart or be joined by ``_``.
_KNOWN = {
    "form_title": "title",
    "set_form_title": "title",
    "title": "title",
    "form_id": "form_id",
    "set_form_id": "form_id",
    "id_string": "form_id",
    "default_language": "language",
    "allow_choice_duplicates": "twice_allowed",
}
#: Settings without which the form would do something else.
_WEIGHTY = ("public_key", "submission_url", "instance_name")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings sheet says; ``neutral`` is the tag of texts that name no language."""

    title: str = ""
    form_id: str = ""
    neutral: str = UNDETERMINED
    twice_allowed: bool = False
    #: (key, text, place) of settings that quote answers
    quoting: tuple[tuple[str, str, str], ...] = ()


def read_settings(sheet: Sheet | None, ledger: Ledger) -> Settings:
    """Read the first row of values; report the settings that have nothing like them here."""
    if sheet is None:
        return Settings()
    number, values = next(((n, row) for n, row in sheet.body() if any(row)), (0, ()))
    found: dict[str, str] = {}
    quoting: list[tuple[str, str, str]] = []
    for index, head in enumerate(sheet.rows[sheet.top] if sheet.rows else ()):
        value = values[index] if index < len(values) else ""
        key = "_".join(head.lower().split())
        if not value:
            continue
        if key in _KNOWN:
            found.setdefault(_KNOWN[key], value)
        else:
            severity: Severity = "warning" if key in _WEIGHTY else "info"
            where = place(sheet.name, number, index)
            ledger.add("setting_dropped", severity, where, key=head, text=value)
            quoting.append((head, value, where))
    language = found.get("language", "")
    neutral = language_tag(language)[0] if language else UNDETERMINED
    if language.lower() == "default":
        neutral = UNDETERMINED
    return Settings(
        found.get("title", ""),
        found.get("form_id", ""),
        neutral,
        yes(found.get("twice_allowed", "")) is True,
        tuple(quoting),
    )
