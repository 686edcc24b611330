"""What an outline asks and how much of it is covered: values, without a database.

Whether a tag is covered is decided by ``questionnaires.check`` and nothing else; here its answer is
put in order for people to see.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires import Problem, Questionnaire, Section, Text, check
from questionnaires.kinds.interviewing import Topic

_UNCOVERED = "topic_uncovered"


@dataclass(frozen=True)
class Entry:
    """What stands under one topic: the note and the coding, each "" when there is none."""

    note: str = ""
    concern: str = ""

    @classmethod
    def typed(cls, note: str, concern: str) -> Entry:
        """Return an entry as it is kept: one kind of line end, no space around the note."""
        return cls(note.replace("\r\n", "\n").replace("\r", "\n").strip(), concern)

    @property
    def revision(self) -> str:
        """The name of this content: whoever changes it says on which one they built.

        A name of the content rather than a number: who types what already stands there has not
        been overtaken by anybody.
        """
        return hashlib.sha256(f"{self.concern}\0{self.note}".encode()).hexdigest()[:16]

    @property
    def raw(self) -> dict[str, str]:
        """The answer that ``questionnaires.check`` judges."""
        return {"note": self.note, "concern": self.concern}

    def __bool__(self) -> bool:
        return bool(self.note or self.concern)


NOTHING = Entry()
Entries = Mapping[str, Entry]


@dataclass(frozen=True)
class Tag:
    """A tag of the checklist; ``topics`` cover it, in the order of the outline."""

    id: str
    wording: Text
    must_ask: bool
    topics: tuple[str, ...]
    covered: bool


@dataclass(frozen=True)
class Coverage:
    """How much of the checklist is covered."""

    tags: tuple[Tag, ...]

    @property
    def missing(self) -> tuple[Tag, ...]:
        return tuple(tag for tag in self.tags if not tag.covered)

    @property
    def covered(self) -> int:
        return len(self.tags) - len(self.missing)


def digest(entries: Entries) -> str:
    """Return a name for all notes together: what an interviewee confirms. The coding is not theirs
    to see and plays no part."""
    notes = sorted((item, entry.note) for item, entry in entries.items() if entry.note)
    return hashlib.sha256(json.dumps(notes).encode()).hexdigest()[:16]


def is_outline(questionnaire: Questionnaire) -> bool:
    """Say whether a team can fill it in here: an interview that asks topics and nothing else."""
    asked = [item for item in questionnaire.items if item.asked]
    return (
        questionnaire.genre == "interview"
        and bool(asked)
        and all(isinstance(item, Topic) for item in asked)
        and not any(section.repeat for section in questionnaire.sections)
    )


def topics(questionnaire: Questionnaire) -> list[tuple[Section, list[Topic]]]:
    """Return the sections with their topics, in the order of the talk."""
    return [
        (section, [item for item in section.items if isinstance(item, Topic)])
        for section in questionnaire.sections
    ]


def problems(questionnaire: Questionnaire, entries: Entries) -> tuple[Problem, ...]:
    """Return everything that keeps a record from being closed."""
    return check(questionnaire, raw_answers(entries)).problems


def raw_answers(entries: Entries) -> dict[str, Any]:
    """Return the answers of a record as ``questionnaires.check`` takes them."""
    return {item: entry.raw for item, entry in entries.items() if entry}


def coverage(questionnaire: Questionnaire, entries: Entries) -> Coverage:
    """Return every tag that a topic covers, and whether it is: the order never varies.

    Tags stand in the order in which the checklist was written.
    """
    checklist = questionnaire.checklist
    if checklist is None:
        return Coverage(())
    missing = {
        problem.values["tag"]
        for problem in problems(questionnaire, entries)
        if problem.code == _UNCOVERED
    }
    found = []
    for must_ask, tags in ((True, checklist.must_ask), (False, checklist.must_cover)):
        for tag in tags:
            wording = questionnaire.filled(tag.label)
            covering = _covering(questionnaire, tag.id)
            if covering:
                found.append(Tag(tag.id, wording, must_ask, covering, wording not in missing))
    return Coverage(tuple(found))


def _covering(questionnaire: Questionnaire, tag: str) -> tuple[str, ...]:
    return tuple(
        item.id for item in questionnaire.items if isinstance(item, Topic) and tag in item.covers
    )
