"""The form as everybody first sees it is drawn once: to the byte what would be drawn for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from questionnaires import Questionnaire, dump, library
from surveyapp import clock, create_app, db
from surveyapp.clock import Moment
from surveyapp.config import Config
from surveyapp.fieldwork.models import Round
from surveyapp.modes import OFFERED
from surveyapp.respond import blank, pages
from surveyapp.respond import operations as respond
from surveyapp.respond.opening import Door, Opened, Visit, open_form
from surveyapp.splicing import Shelf
from tests.journeys import Respondent, database
from tests.surveyapp.fielding import DEFINITION, Hall
from tests.surveyapp.test_respond_quotas import DEFINITION as WITH_QUOTAS
from tests.surveyapp.test_respond_trouble import field

CLOCK = DEFINITION.replace(
    "{id: why, kind: long_text,", "{id: on, kind: date, default: {calculate: today()},"
)
LOTS = DEFINITION.replace("    items:", "    random_order: true\n    items:")
NAMES = DEFINITION.replace("kind: long_text", "kind: unit")


def _as_promised(questionnaire: Questionnaire) -> dict[str, Any]:
    promised = questionnaire.anonymity
    mode = promised.mode if promised.mode in OFFERED else "sealed_code"
    return {"definition": dump(questionnaire), "mode": mode, "min_group": promised.min_group}


KINDS: dict[str, dict[str, Any]] = {
    **{name: _as_promised(library.get(name)) for name in library.names() if "outline" not in name},
    **{mode: {"mode": mode} for mode in ("sealed_code", "confidential", "named", "open_link")},
    "section by section": {"pages": "sections"},
    "one by one": {"pages": "items", "drafts": True},
    "editable": {"editable": True, "repeatable": True},
    "with quotas": {"definition": WITH_QUOTAS},
    "reads the clock": {"definition": CLOCK},
    "draws lots": {"definition": LOTS},
    "names units": {"definition": NAMES},
}


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """An empty shelf for the pages."""
    made = Shelf(most=200)
    monkeypatch.setattr(blank, "_DRAWN", made)
    return made


def doors(hall: Hall) -> list[Door]:
    """Two people in different units."""
    return [hall.codes[0], hall.codes[-1]] if hall.codes else [hall.door(0), hall.door(1)]


def opened(door: Door, key: str, at: Moment) -> Opened:
    with db.unscoped():
        return open_form(db.session(), door, Visit(key, at))


def both_ways(app: Flask, door: Door, tag: str, query: str, at: Moment) -> tuple[bytes, bytes]:
    """The page from the shelf, and the page drawn for this one person."""
    key = respond.new_submission_key()
    with app.test_request_context(f"/?lang={tag}{query}"):
        form = opened(door, key, at)
        form = form.speaking(pages.choose_language(form.languages))
        words = {"key": key, "unit": form.invited.unit.name.get(tag)}
        kept: Any = app.make_response(blank.page(form, tag, key))
        return kept.get_data(), blank._drawn(form, tag, words).encode()


def two_units(app: Flask, **given: Any) -> Hall:
    return field(app, units={"x": 12, "y & z": 12}, **given)


@pytest.mark.parametrize("given", KINDS.values(), ids=KINDS)
def test_it_is_to_the_byte_what_would_be_drawn(
    demo_app: Flask, shelf: Shelf, given: dict[str, Any]
) -> None:
    hall = two_units(demo_app, **given)
    with demo_app.app_context():
        at = clock.now()
    for tag in hall.round.languages:
        for query in ("", f"&kiosk={hall.round.slug}"):
            for door in doors(hall) * 2:
                kept, drawn = both_ways(demo_app, door, tag, query, at)
                assert kept == drawn
    definition = given.get("definition", DEFINITION)
    if definition in (LOTS, NAMES):
        assert not shelf._sheets, "drawn each time"
    elif definition == DEFINITION:
        assert len(shelf._sheets) == 2 * len(hall.round.languages), "drawn once each"


def test_control_lots_make_pages_differ(demo_app: Flask) -> None:
    hall = two_units(demo_app, definition=LOTS)
    with demo_app.app_context():
        at = clock.now()
    shapes = set()
    for _ in range(12):
        _, drawn = both_ways(demo_app, hall.codes[0], "en", "", at)
        shapes.add(drawn.find(b'name="taste"') < drawn.find(b'name="why"'))
    assert shapes == {True, False}


def test_the_clock_is_read_anew(demo_app: Flask, shelf: Shelf) -> None:
    hall = two_units(demo_app, definition=CLOCK)
    with demo_app.app_context():
        now = clock.now()
    tomorrow = clock.moment(now.utc + timedelta(days=1), now.zone)
    today, _ = both_ways(demo_app, hall.codes[0], "en", "", now)
    later, drawn = both_ways(demo_app, hall.codes[0], "en", "", tomorrow)
    assert later == drawn
    assert now.day.isoformat().encode() in today
    assert now.day.isoformat().encode() not in later


class TestOtherProcesses:
    """What one process publishes or changes, another shows with the next page."""

    @pytest.fixture
    def other(self, demo_app: Flask) -> Flask:
        """A second application on the same database, as a second process has it."""
        url = database(demo_app).engine.url.render_as_string(hide_password=False)
        return create_app(Config(database=url, secret="x" * 32))

    @pytest.fixture
    def looks(self, demo_app: Flask, other: Flask) -> Callable[[str], list[str]]:
        apps = (demo_app, other)
        return lambda code: [Respondent(app, "en").open(code).page.text for app in apps]

    def test_a_new_version_is_seen_at_once(
        self, demo_app: Flask, looks: Callable[[str], list[str]]
    ) -> None:
        first = field(demo_app)
        assert all("Lunch" in text and "Supper" not in text for text in looks(first.codes[0]))
        changed = DEFINITION.replace("en: Picture", "en: Supper")
        second = field(demo_app, units={"new": 6}, slug="second", definition=changed)
        assert all("Supper" in text for text in looks(second.codes[0]))
        assert all("Supper" not in text for text in looks(first.codes[0])), "each has its own"

    def test_a_round_that_is_extended_says_so_at_once(
        self, demo_app: Flask, looks: Callable[[str], list[str]]
    ) -> None:
        hall = field(demo_app)
        before = looks(hall.codes[0])
        with database(demo_app).transaction() as session:
            of = session.get_one(Round, hall.round.id)
            assert of.closes_at is not None
            of.closes_at += timedelta(days=40)
        after = looks(hall.codes[0])
        assert before[0] == before[1] != after[0] == after[1]
