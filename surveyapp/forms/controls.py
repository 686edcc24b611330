"""The controls of a form, and how what they send becomes the raw answers.

What follows from the definition is made once per questionnaire: the names of the controls, and for
each item a reader. A submission is read with no object of its own for an item, whether a form is
drawn from it afterwards or not: the WTForms fields read by these readers too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from questionnaires import Questionnaire, Section
from questionnaires.kinds import (
    allotting,
    choosing,
    contacting,
    interviewing,
    people,
    presenting,
    rating,
    tabulating,
)
from questionnaires.kinds.base import Item, Json
from questionnaires.model import Repeat
from surveyapp.forms.sent import Sent
from surveyapp.uploads import Upload

#: Hidden controls and buttons of every form; no item can have an id that begins like these.
OWN_NAMES = frozenset(
    {"_key", "_lang", "_action", "_csrf", "_version", "_step", "_seen", "_unseen", "_checked"}
)
#: Signature lines offered beyond those demanded.
_SPARE_SIGNATURES = 2
#: What stands in a name for the number of an entry that a browser is yet to make.
NEW = "NEW"


class Controls:
    """The controls of one item: just one, under the item's name, unless its kind says otherwise.

    ``name`` is the item's id; in an entry of a repeated section ``section.number.id``.
    """

    __slots__ = ("item", "name", "names")

    def __init__(self, item: Item, name: str) -> None:
        self.item = item
        self.name = name
        #: The names of the controls, as far as the definition settles them.
        self.names = frozenset({name})

    def read(self, sent: Sent) -> Json:
        """Return the raw answer: one value, or all of them where one was expected."""
        given = sent.all(self.name)
        return given if len(given) > 1 else given[0] if given else None

    def owns(self, name: str) -> bool:
        """Say whether a control of that name is one of these."""
        return name in self.names

    def part(self, *parts: object) -> str:
        """Return the name of a control inside the item's name."""
        return ".".join([self.name, *map(str, parts)])


class Choosing(Controls):
    """One option; one that asks for words has a control of its own, named after it."""

    __slots__ = ("_asking",)
    item: choosing.SingleChoice | choosing.MultipleChoice

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        asking = (option.value for option in self.item.options if option.text)
        self._asking = {value: self.part(value) for value in asking}
        self.names |= frozenset(self._asking.values())

    def read(self, sent: Sent) -> Json:
        return self._entry(sent, super().read(sent))

    def _entry(self, sent: Sent, value: Json) -> Json:
        control = self._asking.get(value) if isinstance(value, str) else None
        return value if control is None else {"value": value, "text": sent.first(control, "")}


class ChoosingSeveral(Choosing):
    """Several options."""

    __slots__ = ()

    def read(self, sent: Sent) -> Json:
        return [self._entry(sent, value) for value in sent.all(self.name)]


class Numbered(Controls):
    """One control for each place of a ranking, or for each line for a signature, from 1."""

    __slots__ = ("_in_order",)
    item: choosing.Ranking | people.Signature

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        self._in_order = tuple(map(self.part, numbers(self.item)))
        self.names = frozenset(self._in_order)

    def read(self, sent: Sent) -> Json:
        return [sent.first(control, "") for control in self._in_order]


def numbers(item: choosing.Ranking | people.Signature) -> range:
    """Return the numbers of the places to give, or of the lines offered, from 1."""
    if isinstance(item, choosing.Ranking):
        return range(1, item.places + 1)
    wanted = item.min_signatures
    return range(1, 2 if wanted == 1 else wanted + _SPARE_SIGNATURES + 1)


class Parts(Controls):
    """Whatever stands inside the item's name: the answer maps part -> value.

    Which parts there are may depend on the respondent; the check knows.
    """

    __slots__ = ()

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        self.names = frozenset()

    def read(self, sent: Sent) -> Json:
        return {part: sent.first(control) for part, control in sent.inside(self.name).items()}

    def owns(self, name: str) -> bool:
        return name.startswith(f"{self.name}.")


class Rows(Controls):
    """One control for each row of a table."""

    __slots__ = ("_rows",)
    item: tabulating.Tabular

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        self._rows = {row.value: self.part(row.value) for row in self.item.rows}
        self.names = frozenset(self._rows.values())

    def read(self, sent: Sent) -> Json:
        return {row: sent.first(control, "") for row, control in self._rows.items()}


class RowsOfSeveral(Rows):
    """Several options for each row of a table."""

    __slots__ = ()

    def read(self, sent: Sent) -> Json:
        return {row: sent.all(control) for row, control in self._rows.items()}


class RowsOfSides(Controls):
    """Two levels for each row of a table."""

    __slots__ = ("_rows",)
    item: tabulating.MatrixDual

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        self._rows = {
            row.value: {side: self.part(row.value, side) for side in tabulating.SIDES}
            for row in self.item.rows
        }
        sides = self._rows.values()
        self.names = frozenset(control for side in sides for control in side.values())

    def read(self, sent: Sent) -> Json:
        return {
            row: {side: sent.first(control, "") for side, control in sides.items()}
            for row, sides in self._rows.items()
        }


class Attached(Controls):
    """A file; browsers never send it back, so after a mistake it is chosen again."""

    __slots__ = ()

    def read(self, sent: Sent) -> Json:
        upload = self.upload(sent)
        return None if upload is None else upload.described()

    def upload(self, sent: Sent) -> Upload | None:
        """Return the file that was sent, if one was."""
        given = sent.first(self.name)
        return given if isinstance(given, Upload) else None


class Silent(Controls):
    """An item that nobody answers: it has no control."""

    __slots__ = ()

    def __init__(self, item: Item, name: str) -> None:
        super().__init__(item, name)
        self.names = frozenset()

    def read(self, sent: Sent) -> Json:
        return None


#: How the kinds are sent that have more, or less, than one control under the item's name.
_SENT_AS: Mapping[type[Item], type[Controls]] = {
    choosing.SingleChoice: Choosing,
    choosing.MultipleChoice: ChoosingSeveral,
    choosing.Ranking: Numbered,
    rating.Matrix: Parts,
    people.File: Attached,
    people.Photo: Attached,
    people.Signature: Numbered,
    people.CarriedFindings: Parts,
    interviewing.Topic: Parts,
    contacting.Location: Parts,
    tabulating.MatrixMultiple: RowsOfSeveral,
    tabulating.MatrixNumber: Rows,
    tabulating.MatrixText: Rows,
    tabulating.MatrixDual: RowsOfSides,
    allotting.ConstantSum: Parts,
    presenting.Note: Silent,
    presenting.Calculated: Silent,
    presenting.Hidden: Silent,
    presenting.Arm: Silent,
}


def _controls(item: Item, name: str) -> Controls:
    return _SENT_AS.get(type(item), Controls)(item, name)


class Entries:
    """The controls of a repeated section: those of its items, once for each entry."""

    __slots__ = ("_entries", "name", "names", "repeat", "section")

    def __init__(self, section: Section, repeat: Repeat) -> None:
        self.section = section
        self.repeat = repeat
        self.name = section.id
        #: None is settled: how many entries there are is the respondent's.
        self.names: frozenset[str] = frozenset()
        self._entries: dict[int | str, dict[str, Controls]] = {}

    def read(self, sent: Sent) -> Json:
        """Return the raw answer: one mapping per entry."""
        return [
            {name: controls.read(sent) for name, controls in self.entry(number).items()}
            for number in range(self.count(sent))
        ]

    def count(self, sent: Sent | None) -> int:
        """Return how many entries were sent, or are there at first; at most as many as allowed."""
        fewest = 0 if self.repeat.count else max(self.repeat.min, 1)
        return min(max(fewest, 0 if sent is None else self._sent(sent)), self.repeat.max)

    def _sent(self, sent: Sent) -> int:
        """Return how many entries the page had: one more than the highest number sent."""
        named = (part.partition(".")[0] for part in sent.inside(self.name))
        return max((int(n) for n in named if _is_number(n)), default=-1) + 1

    def entry(self, number: int | str) -> Mapping[str, Controls]:
        """Return item id -> its controls in one entry, from 0; NEW for one yet to be made."""
        made = self._entries.get(number)
        if made is None:
            start = f"{self.name}.{number}."
            made = {item.id: _controls(item, start + item.id) for item in self.section.items}
            self._entries[number] = made
        return made

    def owns(self, name: str) -> bool:
        """Say whether a control of that name belongs to one of the entries that there may be."""
        number, _, inside = name[len(self.name) + 1 :].partition(".")
        if not _is_number(number) or int(number) >= self.repeat.max:
            return False
        controls = self.entry(int(number)).get(inside.partition(".")[0])
        return controls is not None and controls.owns(name)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


class FormControls:
    """The controls of a whole questionnaire: the name of an item or repeated section -> its own."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.fields: dict[str, Controls | Entries] = {}
        for section in questionnaire.sections:
            if section.repeat:
                self.fields[section.id] = Entries(section, section.repeat)
            else:
                self.fields |= {item.id: _controls(item, item.id) for item in section.items}
        self._settled = OWN_NAMES.union(*(controls.names for controls in self.fields.values()))
        self._files = [one for one in self.fields.values() if isinstance(one, Attached)]
        self._repeated = [one for one in self.fields.values() if isinstance(one, Entries)]
        #: Other answers say how many entries a repeated section has: then only a form knows them.
        self.counted = any(one.repeat.count for one in self._repeated)

    def strangers(self, sent: Sent) -> list[str]:
        """Return the names in a submission that no control of this form has."""
        return [name for name in sent if name not in self._settled and not self._owns(name)]

    def _owns(self, name: str) -> bool:
        controls = self.fields.get(name.partition(".")[0])
        return controls is not None and controls.owns(name)

    def raw(self, sent: Sent) -> dict[str, Json]:
        """Return the raw answers, ready for ``questionnaires.check``."""
        return {name: controls.read(sent) for name, controls in self.fields.items()}

    def uploads(self, sent: Sent) -> dict[str, Upload]:
        """Return fingerprint -> file, for the files that were sent."""
        found = (controls.upload(sent) for controls in self._attached(sent))
        return {upload.sha256: upload for upload in found if upload is not None}

    def _attached(self, sent: Sent) -> Iterator[Attached]:
        yield from self._files
        for repeated in self._repeated:
            for number in range(repeated.count(sent)):
                entry = repeated.entry(number).values()
                yield from (controls for controls in entry if isinstance(controls, Attached))


@lru_cache(maxsize=256)
def controls_of(questionnaire: Questionnaire) -> FormControls:
    """Return the controls of a questionnaire's form."""
    return FormControls(questionnaire)


__all__ = [
    "NEW",
    "OWN_NAMES",
    "Attached",
    "Controls",
    "Entries",
    "FormControls",
    "controls_of",
    "numbers",
]
