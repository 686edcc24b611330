"""What the controls of a form send is read into raw answers, without any form being made."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import FileStorage, MultiDict

import questionnaires
from questionnaires import Context, Questionnaire, examples, library
from questionnaires.kinds import KINDS
from surveyapp import i18n
from surveyapp.forms import form_for
from surveyapp.forms.controls import OWN_NAMES, FormControls, controls_of
from surveyapp.forms.sent import Sent
from surveyapp.respond import journey
from surveyapp.respond.journey import Journey, Stranger
from surveyapp.respond.opening import Visit, open_form
from surveyapp.respond.operations import new_submission_key
from tests.conftest import Demo
from tests.journeys import Page, Respondent
from tests.surveyapp.fielding import Hall, noon

#: Kind -> what its controls send, each under what follows the item's name, and the raw answer.
READ: dict[str, tuple[list[tuple[str, Any]], Any]] = {
    "scale": ([("", "4")], "4"),
    "yes_no": ([("", "no")], "no"),
    "single_choice": ([("", "other"), (".other", "Tram")], {"value": "other", "text": "Tram"}),
    "multiple_choice": ([("", "tools"), ("", "staff")], ["tools", "staff"]),
    "ranking": ([(".2", "pay"), (".1", "growth")], ["growth", "pay"]),
    "cascade": ([("", "east/pine")], "east/pine"),
    "consent": ([("", "agreed")], "agreed"),
    "net_promoter": ([("", "10")], "10"),
    "stars": ([("", "3")], "3"),
    "slider": ([("", "75")], "75"),
    "constant_sum": ([(".service", "60"), (".meetings", "")], {"service": "60", "meetings": ""}),
    "points": ([("", "3")], "3"),
    "matrix": ([(".clean", "4"), (".roof", "2")], {"clean": "4", "roof": "2"}),
    "matrix_multiple": (
        [(".hall", "light"), (".hall", "seats")],
        {"hall": ["light", "seats"], "court": []},
    ),
    "matrix_number": ([(".talk", "12")], {"talk": "12", "visit": ""}),
    "matrix_text": ([(".kitchen", "Wang")], {"gate": "", "kitchen": "Wang"}),
    "matrix_dual": ([(".water.second", "2")], {"water": {"first": "", "second": "2"}}),
    "short_text": ([("", "one"), ("", "two")], ["one", "two"]),
    "long_text": ([("", "one\r\ntwo")], "one\r\ntwo"),
    "integer": ([("", "１２")], "１２"),
    "decimal": ([("", "3.5")], "3.5"),
    "date": ([("", "2026-11-22")], "2026-11-22"),
    "time": ([("", "9:05")], "9:05"),
    "date_time": ([("", "2026-11-22 9:05")], "2026-11-22 9:05"),
    "email": ([("", "a@example.org")], "a@example.org"),
    "phone": ([("", "")], ""),
    "url": ([], None),
    "unit": ([("", "north")], "north"),
    "person": ([("", "p1")], "p1"),
    "file": (
        [("", FileStorage(io.BytesIO(b"abc"), "a.txt", content_type="text/plain"))],
        {
            "name": "a.txt",
            "size": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        },
    ),
    "photo": ([("", FileStorage(io.BytesIO(b""), ""))], None),
    "signature": ([(".1", "Li Na")], ["Li Na"]),
    "location": (
        [(".latitude", "30"), (".longitude", "120")],
        {"latitude": "30", "longitude": "120"},
    ),
    "topic": ([(".note", "Short of hands")], {"note": "Short of hands"}),
    "carried_findings": ([(".7", "Mended")], {"7": "Mended"}),
    "note": ([], None),
    "calculated": ([], None),
    "hidden": ([], None),
    "arm": ([], None),
}

HOUSEHOLD = questionnaires.load("""\
id: household
title: {en: Household}
scales: {mark: [{value: 1, label: {en: Good}}, {value: 2, label: {en: Poor}}]}
sections:
  - id: home
    title: {en: Home}
    items: [{id: people, kind: integer, label: {en: How many live here?}}]
  - id: member
    title: {en: Members}
    repeat: {count: "${people}", max: 4}
    items:
      - {id: called, kind: short_text, label: {en: Name}}
      - id: likes
        kind: multiple_choice
        label: {en: What do they like?}
        options: [{value: tea, label: {en: Tea}}, {value: else, text: true, label: {en: Other}}]
  - id: pet
    title: {en: Pets}
    repeat: {min: 2, max: 5}
    items:
      - {id: kind, kind: short_text, label: {en: Kind}}
      - id: manners
        kind: matrix
        scale: mark
        label: {en: Manners}
        rows: [{value: a.m, label: {en: In the morning}}, {value: p.m, label: {en: At night}}]
      - id: rank
        kind: ranking
        label: {en: Rank}
        options: [{value: food, label: {en: Food}}, {value: walks, label: {en: Walks}}]
""")
EVERY = {one.id: one for one in (examples.kinds(), HOUSEHOLD, *map(library.get, library.names()))}


def sent(*pairs: tuple[str, Any]) -> Sent:
    return Sent(MultiDict(pairs))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_as_the_check_takes_it(kind: str) -> None:
    questionnaire = examples.kinds()
    item = next(item for item in questionnaire.items if item.kind == kind)
    pairs, raw = READ[kind]
    came = sent(*((f"{item.id}{rest}", value) for rest, value in pairs))
    controls = controls_of(questionnaire)
    assert controls.strangers(came) == []
    assert controls.raw(came)[item.id] == raw
    assert form_for(questionnaire)(came, examples.context())[item.id].data == raw
    assert controls.strangers(sent((f"{item.id}x", "1"))) == [f"{item.id}x"]


def drawn(app: Flask, questionnaire: Questionnaire, came: Sent) -> Page:
    """The controls of the whole form, as a page has them."""
    form = form_for(questionnaire)(came, examples.context())
    template = (
        '{% import "forms/questionnaire.html" as q with context %}{{ q.sections(form, say) }}'
    )
    with app.test_request_context():
        i18n.speak("en")
        say = form.say("en")
        return Page(render_template_string(template, form=form, say=say, tag="en"))


def fillings(app: Flask, questionnaire: Questionnaire) -> Iterator[MultiDict[str, Any]]:
    """Yield what somebody may send who fills in about half of the controls of a page."""
    chance = random.Random(questionnaire.id)  # noqa: S311 - the same fillings every time
    pages = [
        drawn(app, questionnaire, sent(("people", str(n)), ("pet.3.kind", "x"))) for n in (0, 3)
    ]
    for number in range(30):
        page, filled = pages[number % 2], MultiDict[str, Any]()
        for name in page.controls | page.offered:
            offered = page.offered.get(name)
            if chance.random() < 0.5:
                filled.add(name, chance.choice(offered) if offered else f"{name} {number}")
        filled["people"] = str(chance.randrange(5))
        yield filled if "people" in page.controls else MultiDict(_without(filled, "people"))


def _without(filled: MultiDict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in filled.items(multi=True) if key != name)


def values(raw: Any) -> set[str]:
    """Every text in a raw answer."""
    if isinstance(raw, dict):
        return set().union(*map(values, raw.values()))
    if isinstance(raw, list):
        return set().union(*map(values, raw))
    return {raw} if isinstance(raw, str) else set()


def specifying(questionnaire: Questionnaire) -> set[str]:
    """What follows an item's name in controls that are read only with the option they belong to."""
    options = (option for item in questionnaire.items for option in getattr(item, "options", ()))
    return {option.value for option in options if option.text}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_that_a_page_can_send_is_lost_or_strange(app: Flask, name: str) -> None:
    questionnaire = EVERY[name]
    controls, aside = controls_of(questionnaire), specifying(questionnaire)
    for filled in fillings(app, questionnaire):
        came = Sent(filled)
        assert controls.strangers(came) == []
        kept = values(controls.raw(came))
        lost = [
            n for n, v in filled.items(multi=True) if n not in OWN_NAMES and v and v not in kept
        ]
        assert [n for n in lost if n.rpartition(".")[2] not in aside] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_form_made_of_the_same_has_the_same_answers(app: Flask, name: str) -> None:
    questionnaire = EVERY[name]
    controls, context = controls_of(questionnaire), examples.context()
    different = set()
    for filled in fillings(app, questionnaire):
        came = Sent(filled)
        form = form_for(questionnaire)(came, context)
        if controls.counted:  # the form offers as many entries as are said to be there
            outcomes = [
                questionnaires.check(questionnaire, raw, context)
                for raw in (controls.raw(came), form.raw())
            ]
            assert outcomes[0] == outcomes[1]
        else:
            assert controls.raw(came) == form.raw()
        different.add(str(form.raw()))
    assert len(different) > 2, "the same of nothing would say nothing"


@pytest.mark.parametrize("name", EVERY)
def test_names_that_no_control_has_are_strangers(app: Flask, name: str) -> None:
    questionnaire = EVERY[name]
    page = drawn(app, questionnaire, sent())
    own = (page.controls | page.offered).keys()
    strange = {"zzz", "zzz.1", "_zzz", "", *(f"{name}!" for name in own if "." not in name)}
    came = sent(*((name, "1") for name in (*own, *strange)))
    assert set(controls_of(questionnaire).strangers(came)) == strange


class TestEntries:
    CONTROLS: FormControls = controls_of(HOUSEHOLD)

    def test_there_are_as_many_as_the_highest_number_and_as_few_as_allowed(self) -> None:
        assert len(self.CONTROLS.raw(sent())["pet"]) == 2
        raw = self.CONTROLS.raw(sent(("pet.3.kind", "cat"), ("pet.0.manners.a.m", "1")))
        assert [entry["kind"] for entry in raw["pet"]] == [None, None, None, "cat"]
        assert raw["pet"][0]["manners"] == {"a.m": "1"}

    @pytest.mark.parametrize(
        "name", ["pet.5.kind", "pet.01.kind", "pet.-1.kind", "pet.kind", "pet.0", "pet", "pet.0.x"]
    )
    def test_beyond_them_are_strangers(self, name: str) -> None:
        assert self.CONTROLS.strangers(sent((name, "x"))) == [name]
        assert self.CONTROLS.strangers(sent(("pet.4.kind", "x"))) == []

    def test_a_name_of_many_dots_is_one_part(self) -> None:
        part = "." * 100_000
        came = sent((f"pet.0.manners.{part}", "x"))
        assert self.CONTROLS.raw(came)["pet"][0]["manners"] == {part: "x"}


class TestFiles:
    def test_are_read_once_for_answers_uploads_and_form(self) -> None:
        questionnaire, controls = examples.kinds(), controls_of(examples.kinds())
        came = sent(("k_file", FileStorage(io.BytesIO(b"abc"), "a.txt")))
        described = controls.raw(came)["k_file"]
        upload = controls.uploads(came)[described["sha256"]]
        assert (upload.content, upload.described()) == (b"abc", described)
        assert form_for(questionnaire)(came, examples.context()).raw()["k_file"] == described

    def test_elsewhere_are_refused(self) -> None:
        came = sent(("k_short", FileStorage(io.BytesIO(b"abc"), "a.txt")))
        controls = controls_of(examples.kinds())
        outcome = questionnaires.check(examples.kinds(), controls.raw(came), Context())
        assert "k_short" in {problem.place.field for problem in outcome.problems}
        assert controls.uploads(came) == {}


class TestJourney:
    @staticmethod
    def typed(hall: Hall, *pairs: tuple[str, Any]) -> Journey:
        key = new_submission_key()
        with hall.database.session() as session:
            opened = open_form(session, hall.codes[0], Visit(key, noon()))
        return journey.typed(opened, key, "en", MultiDict(pairs))

    @pytest.fixture
    def hall(self, database: Any) -> Hall:
        return Hall(database, {"u1": 1})

    def test_what_is_sent_is_read_without_a_form(self, hall: Hall) -> None:
        picture = FileStorage(io.BytesIO(b"abc"), "a.png")
        going = self.typed(hall, ("taste", "4"), ("why", "Salt"), ("picture", picture))
        assert not going.unseen
        assert (going.raw()["taste"], going.raw()["why"]) == ("4", "Salt")
        assert [upload.content for upload in going.uploads().values()] == [b"abc"]
        assert "form" not in vars(going)
        assert going.form.raw() == going.raw(), "and one that is made afterwards says the same"

    def test_what_was_not_seen_needs_one(self, hall: Hall) -> None:
        going = self.typed(hall, ("taste", "4"), ("why", ""), ("_unseen", "why"))
        assert going.unseen
        assert "form" in vars(going)

    def test_a_stranger_is_refused_at_once(self, hall: Hall) -> None:
        with pytest.raises(Stranger):
            self.typed(hall, ("taste", "4"), ("colour", "red"))

    def test_counted_entries_are_as_many_as_said(self, database: Any) -> None:
        hall = Hall(database, {"u1": 1}, definition=questionnaires.dump(HOUSEHOLD))
        going = self.typed(hall, ("people", "1"), ("member.0.called", "A"), ("member.1.called", ""))
        assert [entry["called"] for entry in going.raw()["member"]] == ["A"]
        more = self.typed(hall, ("people", "2"), ("member.0.called", "A"))
        assert [entry["called"] for entry in more.raw()["member"]] == ["A", None]


def test_an_accepted_submission_makes_no_form_and_a_refused_one_does(
    demo_app: Flask, demo: Demo
) -> None:
    code = next(iter(demo.unused_codes.values()))[0]
    person = Respondent(demo_app, "en").open(code)

    def asked() -> int:
        known = form_for.cache_info()
        return known.hits + known.misses

    before = asked()
    person.submit()
    assert person.status == 422
    between = asked()
    assert between > before
    assert person.answer_all("4").submit().receipt
    assert asked() == between
