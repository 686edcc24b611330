"""The page and the file with the standard report of a round."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Round
from surveyapp.respond.models import GroupCounts
from surveyapp.results import operations as results
from tests.conftest import Demo
from tests.journeys import Staff, database
from tests.queries import statements
from tests.surveyapp.fielding import noon

SLUG = "team-survey-2026"
ROUND = f"/staff/rounds/{SLUG}"


@pytest.fixture
def staff(demo_app: Flask, demo: Demo) -> Staff:
    return Staff(demo_app, demo.username, demo.password)


def the_round(app: Flask) -> Round:
    with database(app).session() as reading:
        return fieldwork.find_round(reading, SLUG)


def test_the_page_says_how_units_differ_and_items_agree(demo_app: Flask, staff: Staff) -> None:
    page = staff.see(f"{ROUND}/statistics")
    with database(demo_app).session() as reading:
        found = results.standard(reading, the_round(demo_app))
    assert f"{found['alpha']['value']:.2f}" in page.text
    for item in found["items"]:
        assert item["label"]["zh"] in page.text
        assert f"{item['units_differ']['cramer_v']:.2f}" in page.text
    assert found["roles"] == 1
    assert "角色" not in page.text, "one role differs from nothing"


def test_the_file_holds_what_may_be_shown_and_no_unit_below_the_floor(
    demo_app: Flask, staff: Staff
) -> None:
    response = staff.get(f"{ROUND}/statistics.json")
    assert response.mimetype == "application/json"
    found = json.loads(response.data)
    release = json.loads(staff.get(f"{ROUND}/release.json").data)
    hidden = {unit["code"] for unit in release["units"] if not unit["shown"]}
    assert hidden
    for item, shown in zip(found["items"], release["items"], strict=True):
        assert item["variable"] == shown["variable"]
        assert not hidden & set(item["units"])
        assert item["units"], "control: others are there"
        assert {v: one["count"] for v, one in item["levels"].items()} == {
            level["value"]: level["count"] for level in shown["levels"]
        }
        assert item["mean"] == pytest.approx(shown["mean"])


def test_the_first_look_at_a_closed_round_settles_it_and_the_second_writes_nothing(
    demo_app: Flask, staff: Staff
) -> None:
    before = json.loads(staff.get(f"{ROUND}/statistics.json").data)
    with database(demo_app).transaction() as session:
        fieldwork.close_round(session, fieldwork.find_round(session, SLUG), noon())
    for look in range(2):
        with statements(database(demo_app).engine) as said:
            after = json.loads(staff.get(f"{ROUND}/statistics.json").data)
        assert after == before, "all answers of the demonstration were in the figures before"
        written = [one for one in said if "group_counts" in one and one.startswith("INSERT")]
        assert len(written) == (1 if look == 0 else 0)
    with database(demo_app).session() as reading:
        assert all(reading.scalars(select(GroupCounts.final)))
