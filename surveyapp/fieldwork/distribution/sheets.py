"""Printable sheets: cards with sealed codes to cut apart, and posters with an open address."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import format_date, gettext, ngettext

from questionnaires import Text
from surveyapp.fieldwork.distribution.typeset import pdf, qr
from surveyapp.i18n import said_in
from surveyapp.modes import promise

PER_PAGE = 8
PAPERS = ("a4", "a3")
#: The date inside a zip archive: its files must not tell when codes were made.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Section:
    """The codes of one group.

    ``name`` is for whoever hands out; its cards bear the ``unit`` alone, because a card that named
    a role too would narrow down who holds it. ``file_name``: its own PDF in an archive.
    """

    name: str
    unit: str
    file_name: str
    codes: Sequence[str]


@dataclass(frozen=True)
class Sheets:
    """What is to be printed. ``site`` is the address of the front page, without a path.

    ``languages``: of the cards, in the order in which they are printed on each. ``show_unit``: the
    unit's name stands on its cards.
    """

    title: Text
    mode: str
    site: str
    languages: Sequence[str]
    show_unit: bool
    sections: Sequence[Section]

    def pdf(self) -> bytes:
        """All sections in one PDF, with a bookmark each, after a list for whoever hands out."""
        return pdf("sheets.typ", self._data())

    def archive(self) -> bytes:
        """A zip archive with one PDF for each section."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for section in self.sections:
                name = zipfile.ZipInfo(f"{section.file_name}.pdf", _NO_TIME)
                archive.writestr(name, replace(self, sections=(section,)).pdf())
        return packed.getvalue()

    def _data(self) -> dict[str, Any]:
        sections = [self._section(section) for section in self.sections]
        count = sum(len(section.codes) for section in self.sections)
        first = 2
        for section in sections:
            last = first + -(-len(section["cards"]) // PER_PAGE) - 1
            section["pages"] = str(first) if first == last else f"{first}–{last}"
            first = last + 1
        return {
            "title": self.title.get(self.languages[0]),
            "subtitle": gettext("Cards with sealed codes"),
            "warning": gettext(
                "These codes exist on this paper only. They are not stored and cannot be printed "
                "again. If sheets are lost, withdraw the unused codes and issue new ones."
            ),
            "steps": _steps(),
            "head": [gettext("Unit"), gettext("Cards"), gettext("Pages")],
            "total": [gettext("Total"), str(count)],
            "sections": sections,
            "card": self._card(),
        }

    def _section(self, section: Section) -> dict[str, Any]:
        shuffled = list(section.codes)
        # The order of making is the order in which a database may have kept them.
        random.SystemRandom().shuffle(shuffled)
        cards = [{"code": code, "qr": qr(self._link(code))} for code in shuffled]
        unit = section.unit if self.show_unit else ""
        return {"name": section.name, "unit": unit, "cards": cards}

    def _link(self, code: str) -> str:
        return f"{self.site}/s/{code.replace('-', '')}"

    def _card(self) -> dict[str, Any]:
        return {
            "title": _joined(self.title.get(tag) for tag in self.languages),
            "code": _joined(said_in(tag, lambda: gettext("Survey code")) for tag in self.languages),
            "how": [said_in(tag, _how) for tag in self.languages],
            "promise": [said_in(tag, lambda: promise(self.mode)) for tag in self.languages],
            "address": self.site,
            "picture": said_in(self.languages[0], lambda: gettext("QR code for ")),
        }


@dataclass(frozen=True)
class Poster:
    """One page to pin up. ``closes_on``: the last day, if one is set."""

    title: Text
    mode: str
    link: str
    languages: Sequence[str]
    paper: str
    closes_on: date | None
    minutes: int | None

    def pdf(self) -> bytes:
        return pdf("poster.typ", self._data())

    def _data(self) -> dict[str, Any]:
        def told(say: Callable[[], str]) -> list[str]:
            return [line for tag in self.languages if (line := said_in(tag, say))]

        return {
            "paper": self.paper,
            "title": list(dict.fromkeys(self.title.get(tag) for tag in self.languages)),
            "lead": told(self._lead),
            "qr": qr(self.link),
            "picture": said_in(self.languages[0], lambda: gettext("QR code for ")) + self.link,
            "address": self.link.partition("://")[2],
            "how": told(lambda: gettext("Scan the code with your phone, or open the address.")),
            "period": told(self._period),
            "promise": told(lambda: promise(self.mode)),
        }

    def _lead(self) -> str:
        if self.minutes is None:
            return gettext("Your answer counts.")
        return ngettext(
            "Your answer counts. It takes about %(num)d minute.",
            "Your answer counts. It takes about %(num)d minutes.",
            self.minutes,
        )

    def _period(self) -> str:
        if self.closes_on is None:
            return ""
        return gettext("Open until %(day)s.", day=str(format_date(self.closes_on, "long")))


def _joined(words: Iterable[str]) -> str:
    """The same in several languages, each once: "编码 Code"."""
    return " ".join(dict.fromkeys(words))


def _how() -> str:
    return gettext("Scan the picture, or open this address and type the code:")


def _steps() -> list[str]:
    return [
        gettext("Print on one side, at actual size, and cut along the crosses."),
        gettext("Fold each card once, so that the code is inside, and mix the cards of a unit."),
        gettext("Let everybody draw one card themselves. Write down for nobody which one it was."),
        gettext("Destroy what is left over."),
    ]
