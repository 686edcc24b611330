"""A record on paper: what was asked, noted, coded and covered, and what the interviewee said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import force_locale, format_date, gettext

from analysis import typeset
from questionnaires.kinds.interviewing import Topic
from surveyapp.i18n import LANGUAGES
from surveyapp.interviews.blueprint import Visit
from surveyapp.interviews.models import Interview
from surveyapp.interviews.outline import NOTHING, Entries, coverage, topics
from surveyapp.interviews.words import interviewee, outcome
from surveyapp.modes import interview_promise

_TEMPLATES = Path(__file__).parent / "typst"
#: Accessible: tagged, by Typst's own check.
_STANDARDS = ["ua-1"]


@dataclass(frozen=True)
class Sheet:
    """What is to be printed; ``correction`` is what the interviewee added."""

    visit: Visit
    record: Interview
    entries: Entries
    correction: str

    def pdf(self, tag: str) -> bytes:
        """Return the record in a language of ours."""
        with force_locale(LANGUAGES[tag][0]):
            return typeset.pdf(_TEMPLATES, "record.typ", self._data(tag), pdf_standards=_STANDARDS)

    def _data(self, tag: str) -> dict[str, Any]:
        visit, record = self.visit, self.record
        say = visit.outline.say(tag)
        found = coverage(visit.outline, self.entries)
        return {
            "language": "zh" if tag == "zh" else "en",
            "title": visit.round.title.get(tag),
            "subtitle": gettext("Interview record"),
            "state": "" if not record.is_open else gettext("Draft: the record is not closed."),
            "synthetic": gettext("Demonstration: the answers of this round are invented.")
            if visit.round.synthetic
            else "",
            "facts": self._facts(tag),
            "covered": gettext(
                "Covered: %(covered)d of %(total)d",
                covered=found.covered,
                total=len(found.tags),
            ),
            "tags": [{"name": say(one.wording), "covered": one.covered} for one in found.tags],
            "states": [gettext("covered"), gettext("missing")],
            "sections": [
                {"title": say(section.title), "topics": [self._topic(t, tag) for t in asked]}
                for section, asked in topics(visit.outline)
                if asked
            ],
            "read_back": [gettext("Read back to the interviewee"), outcome(record.read_back)],
            "correction": [gettext("In the interviewee's own words"), self.correction],
            "promise": interview_promise(visit.round.mode),
        }

    def _facts(self, tag: str) -> list[list[str]]:
        visit, record = self.visit, self.record
        told = [
            (gettext("Unit"), visit.unit.name.get(tag)),
            (gettext("Interviewee"), interviewee(record)),
            (gettext("Team"), visit.team.name.get(tag)),
            (gettext("Day of the talk"), _day(record.held_on)),
            (gettext("Outline"), visit.outline.title.get(tag)),
            (gettext("Version"), visit.round.version_hash[:12]),
        ]
        return [list(line) for line in told]

    def _topic(self, topic: Topic, tag: str) -> dict[str, str]:
        say, around = self.visit.outline.say(tag), self.visit.outline.surroundings()
        entry = self.entries.get(topic.id, NOTHING)
        labels = {level.value: say(level.label) for level in topic.levels(around)}
        return {
            "number": str(self.visit.outline.numbers[topic.id]),
            "label": say(topic.label),
            "note": entry.note,
            "concern": labels.get(entry.concern, ""),
        }


def _day(day: date) -> str:
    return str(format_date(day, "long"))
