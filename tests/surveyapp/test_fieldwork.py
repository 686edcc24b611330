"""Invitations, who has answered, how far a round has come, and visits."""

from __future__ import annotations

from datetime import date, timedelta
from math import log2
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.statistics.response_rates import Dispositions
from surveyapp.db import Database
from surveyapp.fieldwork import assignments, codes, errors, invitations, progress, tally
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Addressee, Invitation, Tally
from surveyapp.fieldwork.progress import GroupProgress, PlacedUnit, Stretch
from surveyapp.organisation import operations as organisation
from surveyapp.respond import counting, storing
from surveyapp.respond import operations as respond
from tests.surveyapp.fielding import (
    SECRET,
    TODAY,
    Hall,
    a_draft,
    a_round,
    a_unit,
    name,
    noon,
    people_in,
    submission,
)
from tests.surveyapp.test_submission import Canteen


def test_a_code_cannot_be_guessed_or_misread() -> None:
    assert log2(len(codes.ALPHABET)) * codes.LENGTH >= 50
    assert not set(codes.ALPHABET) & set("01ILOilo")
    made = [codes.make() for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert all(len(part) == 4 for code in made for part in code.split("-"))


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-2345-WXYZ",
        "abcd2345wxyz",
        "  ABCD 2345 WXYZ ",
        "ＡＢＣＤ－２３４５－ＷＸＹＺ",
        "ａｂｃｄ　２３４５　ｗｘｙｚ",
        "abcd—2345—wxyz。",
    ],
)
def test_a_code_is_recognised_however_it_is_typed(typed: str) -> None:
    assert codes.digest(typed) == codes.digest("ABCD-2345-WXYZ")


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCD-2345-WXY0", "ABCD-2345-WXYZ-2", "一二三四五六七八九十甲乙"]
)
def test_what_cannot_be_a_code_has_no_digest(typed: str) -> None:
    assert codes.digest(typed) is None


def test_only_hashes_of_the_codes_are_stored(session: Session) -> None:
    of = a_round(session, {a_unit(session, "a"): 14})
    [group] = fieldwork.groups(session, of)
    printed = invitations.issue_codes(session, of, group, 14)
    assert (group.issued, len(printed)) == (14, 14)
    found = invitations.invitation(session, printed[3].lower())
    assert (found.group.id, found.used, found.unit.code) == (group.id, False, "a")
    stored = session.scalars(select(Invitation.code_hash)).all()
    assert found.code_hash in stored
    assert not {code.encode() for code in printed} & set(stored)


def test_codes_are_issued_for_published_rounds_with_sealed_codes_only(session: Session) -> None:
    unit = a_unit(session, "a")
    people_in(session, unit, 5)
    for of in (a_draft(session, {unit: 5}), a_round(session, {unit: 5}, slug="n", mode="named")):
        [group] = fieldwork.groups(session, of)
        with pytest.raises(errors.NotNow):
            invitations.issue_codes(session, of, group, 1)


class TestPersonalLinks:
    def test_everybody_of_the_audience_gets_one_link_that_can_be_told_again(
        self, session: Session
    ) -> None:
        unit = a_unit(session, "a")
        people = people_in(session, unit, 6)
        of = a_round(session, {unit: 1}, mode="confidential")
        links = invitations.personal_links(session, of, SECRET)
        assert [one.person_id for one in links] == people
        assert len({one.code for one in links}) == 6
        assert [g.issued for g in fieldwork.groups(session, of)] == [6]
        assert invitations.personal_links(session, of, SECRET) == links
        assert invitations.invitation(session, links[2].code).unit.code == "a"

    def test_without_the_secret_nobody_can_tell_them(self, session: Session) -> None:
        unit = a_unit(session, "a")
        people_in(session, unit, 5)
        of = a_round(session, {unit: 1}, mode="named")
        with pytest.raises(errors.NotKnown):
            invitations.personal_links(session, of, "another secret")

    def test_inviting_again_invites_only_who_came_since(self, session: Session) -> None:
        unit = a_unit(session, "a")
        people_in(session, unit, 5)
        of = a_round(session, {unit: 1}, mode="confidential")
        assert invitations.invite_people(session, of, SECRET, TODAY) == []
        late = organisation.add_person(session, code="late", name=name("迟", "Late"), host=unit)
        [new] = invitations.invite_people(session, of, SECRET, TODAY)
        assert new.person_id == late.id

    def test_a_person_with_two_postings_has_one_voice_where_they_serve(
        self, session: Session
    ) -> None:
        home, host = a_unit(session, "home"), a_unit(session, "host")
        person = organisation.add_person(
            session, code="p", name=name("甲", "A"), home=home, host=host
        )
        people_in(session, home, 5)
        of = a_round(session, {home: 1, host: 1}, mode="confidential")
        at_host = next(g.id for g in fieldwork.groups(session, of) if g.unit_id == host.id)
        theirs = [
            one
            for one in invitations.personal_links(session, of, SECRET)
            if one.person_id == person.id
        ]
        assert [one.group_id for one in theirs] == [at_host]

    def test_and_where_they_come_from_when_their_host_is_not_asked(self, session: Session) -> None:
        home, host = a_unit(session, "home"), a_unit(session, "host")
        organisation.add_person(session, code="p", name=name("甲", "A"), home=home, host=host)
        of = a_round(session, {home: 1}, mode="confidential")
        assert len(invitations.personal_links(session, of, SECRET)) == 1

    def test_a_role_in_the_audience_asks_those_posted_in_it(self, session: Session) -> None:
        unit = a_unit(session, "a")
        people_in(session, unit, 3)
        head = organisation.add_person(session, code="h", name=name("长", "Head"))
        organisation.add_posting(session, head, unit, "host", role="head")
        of = a_round(session, {unit: 1}, mode="named", role="head")
        [link] = invitations.personal_links(session, of, SECRET)
        assert link.person_id == head.id


class TestWhoHasNotAnswered:
    def test_is_known_where_the_mode_lets_it_be_known(self, database: Database) -> None:
        hall = Hall(database, {"a": 6}, mode="confidential")
        hall.send(hall.codes[0], respond.new_submission_key())
        with database.session() as session:
            waiting = invitations.not_answered(session, hall.round, SECRET)
        assert len(waiting) == 5
        assert hall.codes[0] not in {one.code for one in waiting}

    @pytest.mark.parametrize("mode", ["sealed_code", "open_link"])
    def test_is_known_to_nobody_in_anonymous_rounds(self, database: Database, mode: str) -> None:
        hall = Hall(database, {"a": 6}, mode=mode)
        with database.session() as session, pytest.raises(errors.NotKnown):
            invitations.not_answered(session, hall.round, SECRET)

    def test_is_not_told_any_more_when_a_confidential_round_shows_its_results(
        self, database: Database
    ) -> None:
        hall = Hall(database, {"a": 6}, mode="confidential")
        assert not hall.round.live, "and before that the results are not shown"
        with database.transaction() as session:
            fieldwork.close_round(session, hall.round, noon())
            closed = fieldwork.find_round(session, hall.round.slug)
            with pytest.raises(errors.NotKnown):
                invitations.not_answered(session, closed, SECRET)

    def test_leaves_out_who_refused_and_keeps_whose_mail_came_back(
        self, database: Database
    ) -> None:
        hall = Hall(database, {"a": 6}, mode="named")
        with database.transaction() as session:
            people = list(session.scalars(select(Addressee.person_id)))
            invitations.set_disposition(session, hall.round, people[0], "refused")
            invitations.set_disposition(session, hall.round, people[1], "undelivered")
            waiting = invitations.not_answered(session, hall.round, SECRET)
        assert people[0] not in {one.person_id for one in waiting}
        assert people[1] in {one.person_id for one in waiting}


def test_progress_counts_issued_opened_returned_and_used(canteen: Canteen) -> None:
    with canteen.database.transaction() as session:
        for _ in range(4):
            tally.count_openings(session, canteen.group.id, TODAY, 1)
    canteen.send(canteen.codes[0], "k" * 22)
    canteen.send(canteen.codes[1], "l" * 22, today=TODAY + timedelta(days=1))
    with canteen.database.session() as session:
        [row] = progress.progress(session, canteen.round)
        days = {one.day: (one.opened, one.returned) for one in session.scalars(select(Tally))}
        total = progress.totals(session)[canteen.round.id]
    assert (row.unit.code, row.issued, row.opened, row.returned, row.used) == (
        "canteen",
        5,
        4,
        2,
        2,
    )
    assert days == {TODAY: (4, 1), TODAY + timedelta(days=1): (0, 1)}
    assert total == progress.Total(units=1, asked=5, issued=5, returned=2)


def test_valid_are_those_who_answered_half_of_what_was_asked(database: Database) -> None:
    items = "".join(
        f"      - {{id: q{n}, kind: scale, scale: yn, label: {{zh: 问{n}, en: Q{n}}}}}\n"
        for n in range(10)
    )
    definition = (
        """
id: ten
title: {zh: 十题, en: Ten}
scales:
  yn: [{value: 1, label: {zh: 是, en: "Yes"}}, {value: 0, label: {zh: 否, en: "No"}}]
sections:
  - id: main
    title: {zh: 十题, en: Ten}
    items:
"""
        + items
    )
    hall = Hall(database, {"a": 5}, definition=definition)
    for code, answered in zip(hall.codes, (10, 8, 7, 5, 4), strict=True):
        with database.transaction() as session:
            answers = {f"q{n}": "1" for n in range(answered)}
            storing.accept(session, [submission(session, code, answers)])
    with database.transaction() as session:
        assert counting.extents(session, hall.round) == {}, "open: nobody is in the figures yet"
        fieldwork.close_round(session, hall.round, noon())
        closed = fieldwork.find_round(session, hall.round.slug)
        counted = counting.extents(session, closed)
        cases = progress.dispositions(session, closed, progress.progress(session, closed), counted)
    assert counted == {hall.group.id: {"complete": 2, "partial": 2, "fragment": 1}}
    assert cases == Dispositions(complete=2, partial=2, refusal=1)


def _group(code: str, asked: int, returned: int = 0, number: int = 0) -> GroupProgress:
    unit = PlacedUnit(code, name(code, code), None)
    return GroupProgress(unit, "", number, asked, None, asked, 0, returned, returned)


class TestSmallGroups:
    """Rule R8: participation is shown where enough are asked, and worked out nowhere else."""

    def lines(self, of: Any, **asked: int) -> dict[str, int | None]:
        groups = [_group(code, people, people - 1) for code, people in asked.items()]
        return {one.unit.code: one.returned for one in progress.by_unit(of, groups, {}, None)}

    def test_a_unit_in_which_fewer_are_asked_shows_nothing(self, session: Session) -> None:
        of = a_round(session, {a_unit(session, "x"): 5})
        assert self.lines(of, a=4, b=4, c=5) == {"a": None, "b": None, "c": 4}

    def test_one_small_unit_takes_another_with_it(self, session: Session) -> None:
        of = a_round(session, {a_unit(session, "x"): 5})
        shown = self.lines(of, a=4, b=6, c=9)
        assert shown == {"a": None, "b": None, "c": 8}, "total less c would leave a alone with b"
        assert self.lines(of, a=5, b=6, c=9) == {"a": 4, "b": 5, "c": 8}, "control: none small"

    def test_how_complete_answers_are_is_shown_where_enough_came(self, session: Session) -> None:
        of = a_round(session, {a_unit(session, "x"): 5})

        def valid(**returned: int) -> dict[str, int | None]:
            groups = [_group(code, 20, n, key) for key, (code, n) in enumerate(returned.items())]
            counted = {key: {"complete": n} for key, n in enumerate(returned.values())}
            lines = progress.by_unit(of, groups, counted, None)
            assert [one.returned for one in lines] == list(returned.values()), "asked: enough"
            return {one.unit.code: one.valid for one in lines}

        assert valid(a=4, b=4, c=5) == {"a": None, "b": None, "c": 5}
        assert valid(a=4, b=6, c=9) == {"a": None, "b": None, "c": 9}
        assert valid(a=5, b=6, c=9) == {"a": 5, "b": 6, "c": 9}, "control: all are enough"

    def test_with_names_there_is_nothing_to_hide(self, session: Session) -> None:
        unit = a_unit(session, "x")
        people_in(session, unit, 2)
        of = a_round(session, {unit: 1}, mode="named")
        assert self.lines(of, a=1) == {"a": 0}

    def test_days_are_joined_until_enough_came(self) -> None:
        came = [Stretch(date(2026, 5, n), date(2026, 5, n), n, count) for n, count in DAYS]
        assert [(d.first.day, d.last.day, d.returned) for d in progress.joined(came, 5)] == [
            (1, 3, 6),
            (4, 4, 7),
            (5, 6, 5),
            (8, 9, 7),
        ]
        assert progress.joined(came[:2], 5) == []
        assert len(progress.joined(came, 1)) == len(DAYS), "control: with no floor each day stands"


DAYS = ((1, 2), (2, 1), (3, 3), (4, 7), (5, 4), (6, 1), (8, 5), (9, 2))


def test_late_is_a_smaller_share_of_answers_than_of_time(session: Session) -> None:
    of = a_round(session, {a_unit(session, "x"): 5})
    half = progress.passed(of, noon(TODAY + timedelta(days=4)).utc)
    assert half == pytest.approx(4.5 / 8)
    groups = [_group("slow", 10, 5), _group("quick", 10, 6)]
    assert [one.late for one in progress.by_unit(of, groups, {}, half)] == [True, False]


class TestDispositions:
    """Which of AAPOR's dispositions are known in each mode."""

    def closed(self, database: Database, **given: Any) -> Dispositions | None:
        hall = Hall(database, {"a": 8}, **given)
        for door in hall.codes[:5] or [hall.door()] * 5:
            hall.send(door, respond.new_submission_key())
        with database.transaction() as session:
            people = list(session.scalars(select(Addressee.person_id)))
            for person, ended in zip(people[-2:], ("refused", "undelivered"), strict=False):
                invitations.set_disposition(session, hall.round, person, ended)
            fieldwork.close_round(session, hall.round, noon())
            of = fieldwork.find_round(session, hall.round.slug)
            groups = progress.progress(session, of)
            return progress.dispositions(session, of, groups, counting.extents(session, of))

    def test_sealed_codes_that_did_not_come_back_are_unknown(self, database: Database) -> None:
        assert self.closed(database) == Dispositions(complete=5, unknown_household=3)

    def test_of_people_it_is_known_why(self, database: Database) -> None:
        expected = Dispositions(complete=5, refusal=1, non_contact=1, unknown_household=1)
        assert self.closed(database, mode="confidential") == expected

    def test_nobody_knows_out_of_how_many_behind_an_open_link(self, database: Database) -> None:
        assert self.closed(database, mode="open_link") is None

    def test_nor_where_an_invitation_brings_many(self, database: Database) -> None:
        assert self.closed(database, repeatable=True) is None


class TestVisits:
    def test_nobody_is_sent_to_their_home_unit(self, session: Session) -> None:
        home, away = a_unit(session, "home"), a_unit(session, "away")
        person = organisation.add_person(
            session, code="p", name=name("甲", "A"), home=home, host=away
        )
        team = organisation.add_team(session, code="t", name=name("组", "Team"), members=[person])
        of = a_round(session, {home: 5})
        with pytest.raises(errors.HomeUnit):
            assignments.assign(session, of, team, home)
        assignments.assign(session, of, team, away, "interview", TODAY)
        [mine] = assignments.errands_of(session, person.id)
        assert (mine.unit.code, mine.task, mine.due_on) == ("away", "interview", TODAY)
        assert assignments.errands_of(session, person.id + 1) == []

    def test_one_is_late_from_the_day_after_until_it_is_done(self, session: Session) -> None:
        away = a_unit(session, "away")
        person = organisation.add_person(session, code="p", name=name("甲", "A"))
        team = organisation.add_team(session, code="t", name=name("组", "Team"), members=[person])
        of = a_round(session, {away: 5})
        assignments.assign(session, of, team, away, "inspection", TODAY)
        tomorrow = TODAY + timedelta(days=1)
        [one] = assignments.errands(session, of)
        assert (one.late(TODAY), one.late(tomorrow)) == (False, True)
        assert assignments.mark_done(session, of.id, team.id, away.id, "inspection", TODAY)
        session.expire_all()
        [done] = assignments.errands(session, of)
        assert not done.late(tomorrow)
        assert not assignments.mark_done(session, of.id, team.id, away.id, "visit", TODAY)
        assignments.withdraw(session, of, team.id, away.id, "inspection")
        assert assignments.errands(session, of) == []
