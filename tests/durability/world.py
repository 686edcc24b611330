"""A round in the field, and what people are going to answer in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import questionnaires
from questionnaires import library
from surveyapp import db
from surveyapp.config import Config
from surveyapp.journal import settle
from tests.durability.journal import Submission, body_hash
from tests.surveyapp.fielding import Hall

INSTRUMENT = "team-survey-19"
#: The item into which everybody types something that nobody else does.
MARKED = "q18"
_WORDS = ("路", "通了", "水", "office queue", "é", "“引号”", "<b>", "&", "\\", "🙂", "'x'", '"y"')


class World:
    """One installation with a round in the field: its settings, and the doors to its forms.

    ``people``: how many are asked in each unit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        codes: int,
        people: int = 25,
        url: str = "",
        open_link: bool = False,
        seed: int = 1,
    ) -> None:
        self.config = Config(data=folder, database=url)
        self.open_link = open_link
        self.seed = seed
        folder.mkdir(parents=True)
        with self.opened() as database:
            db.upgrade(database.engine)
            hall = Hall(
                database,
                {f"u{n}": people for n in range(-(-codes // people))},
                mode="open_link" if open_link else "sealed_code",
                definition=library.text(INSTRUMENT),
                closes_at=None,
            )
            settle(database.engine)
        groups = [f"/open/{hall.round.slug}/{group.id}" for group in hall.groups]
        self._doors = cycle(groups) if open_link else iter(f"/s/{code}" for code in hall.codes)
        self._numbers = count(1)
        self._random = random.Random(seed)  # noqa: S311

    def opened(self) -> _Opened:
        """The database, opened by the test itself and not by the server."""
        return _Opened(self.config)

    def submissions(self, how_many: int) -> Iterator[Submission]:
        """What the next people give: each with a door of their own and words of their own."""
        for _ in range(how_many):
            yield self.submission(next(self._doors))

    def door(self) -> str:
        """A door that nobody has used."""
        return next(self._doors)

    def submission(self, door: str) -> Submission:
        """Good answers to be given at a door."""
        questionnaire = library.get(INSTRUMENT)
        number = next(self._numbers)
        marker = f"{self.seed}-{number} {' '.join(self._random.choices(_WORDS, k=6))}"
        answers = {MARKED: marker}
        for item in questionnaire.items:
            levels = questionnaire.scales.get(getattr(item, "scale", ""))
            if levels is not None:
                answers[item.id] = str(self._random.choice(list(levels)).value)
        checked = questionnaires.check(questionnaire, answers).answers
        assert checked is not None, "the answers of a test must be good ones"
        canonical = checked.to_json()
        return Submission(number, door, answers, marker, body_hash(canonical))


class _Opened:
    """A database for one block, and not a moment longer."""

    def __init__(self, config: Config) -> None:
        self._database = db.Database(config.database_url)

    def __enter__(self) -> db.Database:
        return self._database

    def __exit__(self, *_error: object) -> None:
        self._database.dispose()
