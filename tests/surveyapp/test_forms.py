"""Every kind of item becomes a form that works without JavaScript, in both languages."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask

import surveyapp.forms
from questionnaires import examples, library
from questionnaires.kinds import KINDS
from tests.conftest import Demo
from tests.journeys import Page, Staff

MACROS = Path(surveyapp.forms.__file__).parent / "templates" / "forms" / "kinds.html"


@pytest.fixture
def staff(demo_app: Flask, demo: Demo) -> Staff:
    return Staff(demo_app, demo.username, demo.password)


def test_every_kind_has_a_macro() -> None:
    macros = set(re.findall(r"{% macro (\w+)\(field, say\)", MACROS.read_text(encoding="utf-8")))
    assert set(KINDS) <= macros


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reference_of_kinds_draws_every_kind(staff: Staff, language: str) -> None:
    page = staff.see(f"/staff/guide/kinds?lang={language}")
    assert {f"kind-{kind}" for kind in KINDS} <= set(page.ids)
    drawn = {name.split(".")[0] for name in page.controls | page.offered}
    asked = {item.id for item in examples.kinds().items if item.asked}
    twice = {"k_ballot"}  # the second example of its kind
    files = {"k_file", "k_photo"}
    assert asked - drawn == twice | files


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", library.names())
def test_every_instrument_can_be_opened_and_sent_empty(
    staff: Staff, name: str, language: str
) -> None:
    page = staff.see(f"/staff/library/{name}?lang={language}")
    questionnaire = library.get(name)
    for item in questionnaire.items:
        if getattr(item, "shown", True):  # what is worked out may have no place on the page
            assert questionnaire.say(language)(item.label) in page.text
    answer = send(staff, name, {}, language)
    sent = Page(answer.get_data(as_text=True))
    demanded = any(item.required and not item.filled_by for item in questionnaire.items)
    assert answer.status_code == (422 if demanded else 200)
    for link in sent.links:
        if link.startswith("#"):
            assert link[1:] in sent.ids, f"{link} leads nowhere"


def send(staff: Staff, name: str, data: dict[str, object], language: str = "en"):  # type: ignore[no-untyped-def]
    """Post a preview with the page's own token."""
    address = f"/staff/library/{name}?lang={language}"
    token = staff.see(address).controls["_csrf"]
    form = {"_csrf": token, "_action": "send", **data}
    return staff.client.post(address, data=form, content_type="multipart/form-data")


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return Page(answer.get_data(as_text=True)).text


def test_choices_with_details_exclusions_and_a_ranking(staff: Staff) -> None:
    good = {
        "n01": "lt2y",
        "n02": "4",
        "n03": ["policy", "other"],
        "n03.other": "Beekeeping",
        "n05.1": "visit",
        "n05.2": "case",
        "n06": "one",
        "n07": ["q1"],
        "n08": ["nothing"],
    }
    accepted = send(staff, "training-needs", good)
    assert accepted.status_code == 200, text_of(accepted)
    assert "Other (please specify): Beekeeping" in text_of(accepted)
    assert "1. Site visit 2. Case study" in text_of(accepted)
    for change, message in (
        ({"n03": ["policy", "industry", "law", "media"]}, "Select at most 3. You selected 4."),
        ({"n03": ["none", "law"]}, "cannot be combined"),
        ({"n03.other": ""}, "Please specify."),
        ({"n05.2": "visit"}, "ranked more than once"),
        ({"n05.1": ""}, "without leaving a gap"),
        ({"n01": "forever"}, "not one of those offered"),
    ):
        refused = send(staff, "training-needs", {**good, **change})
        assert refused.status_code == 422
        assert message in text_of(refused)


def test_a_ballot_within_its_limits(staff: Staff) -> None:
    rows = [n for n in staff.see("/staff/library/rating-ballot").offered if n.startswith("b01.")]
    assert len(rows) == 18, "19 units, without one's own"
    most = 18 * 40 // 100
    ballot = {row: "good" if place < most else "fair" for place, row in enumerate(rows)}
    assert send(staff, "rating-ballot", ballot).status_code == 200
    over = send(staff, "rating-ballot", {**ballot, rows[-1]: "good"})
    assert over.status_code == 422
    assert f'"Good" at most {most} times; you gave it {most + 1} times' in text_of(over)


def test_an_interview_is_complete_when_every_tag_is_covered(staff: Staff) -> None:
    topics = [item.id for item in library.get("interview-outline-15").items]
    record = {f"{topic}.concern": "none" for topic in topics}
    record |= {f"{topic}.note": "Spoken about." for topic in topics}
    assert send(staff, "interview-outline-15", record).status_code == 200
    without = {**record, "t11.note": ""}
    refused = send(staff, "interview-outline-15", without)
    assert refused.status_code == 422
    assert "“Integrity” has not been covered" in text_of(refused).replace('"', "“", 1).replace(
        '"', "”", 1
    )
    declined = {**without, "t11.concern": "declined"}
    assert send(staff, "interview-outline-15", declined).status_code == 200


def test_entries_can_be_added_and_keep_what_was_typed(staff: Staff) -> None:
    address = "/staff/library/problem-report?lang=en"
    page = staff.see(address)
    data = {
        "_csrf": page.controls["_csrf"],
        "_action": "add:problems",
        "problems.0.p01": "The roof leaks",
    }
    more = Page(staff.client.post(address, data=data).get_data(as_text=True))
    assert more.controls["problems.0.p01"] == ["The roof leaks"]
    assert "problems.1.p01" in more.controls


def test_a_file_is_measured_and_must_be_chosen_again_after_a_mistake(staff: Staff) -> None:
    def message(**change: object) -> dict[str, object]:
        file = (io.BytesIO(b"x" * 2500), "photo.jpg")
        return {
            "s01": "praise",
            "s03": "Well done",
            "s04": file,
            "s05": "none",
            "s07": "yes",
            **change,
        }

    accepted = send(staff, "suggestion-box", message())
    assert accepted.status_code == 200, text_of(accepted)
    assert "photo.jpg (2 kB)" in text_of(accepted)
    refused = send(staff, "suggestion-box", message(s03=""))
    assert refused.status_code == 422
    assert "Please choose “photo.jpg” again." in text_of(refused)


def test_a_preview_stores_nothing_and_needs_its_token(staff: Staff) -> None:
    answer = staff.client.post("/staff/library/public-poll", data={"_action": "send"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/staff/library/nothing",
        "/staff/library/nothing.yaml",
        "/staff/library/rating-ballot?variant=none",
    ],
)
def test_what_is_not_there_is_not_there(staff: Staff, address: str) -> None:
    assert staff.get(address).status_code == 404


def test_a_variant_has_its_own_title_and_limits(staff: Staff) -> None:
    page = staff.see("/staff/library/rating-ballot?variant=exchange&lang=en")
    assert "Exchange-session ballot" in page.text
    assert "at most 10% of the rated" in page.text
    assert "at most 40%" not in page.text
