"""Sealed codes, rounds, assignments."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import log2

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Text
from surveyapp.design.operations import publish
from surveyapp.fieldwork import codes
from surveyapp.fieldwork import operations as fieldwork
from surveyapp.fieldwork.models import Round
from surveyapp.organisation import operations as organisation
from surveyapp.organisation.models import Unit
from tests.surveyapp.test_submission import DEFINITION, TODAY, Canteen

NAME = Text({"zh": "名", "en": "Name"})


def _unit(session: Session, code: str) -> Unit:
    return organisation.add_unit(session, code=code, name=NAME, kind="township")


def _round(session: Session, slug: str = "r", **given: object) -> Round:
    version = publish(session, questionnaires.load(DEFINITION), TODAY)
    settings: dict[str, object] = {
        "slug": slug,
        "version_hash": version.hash,
        "title": NAME,
        "mode": "sealed_code",
        "min_group": 5,
        "opens_on": TODAY,
        "closes_on": TODAY,
    }
    return fieldwork.open_round(session, **(settings | given))  # type: ignore[arg-type]


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
    group, printed = fieldwork.issue_codes(session, _round(session), _unit(session, "a"), 14)
    assert (group.issued, len(printed)) == (14, 14)
    found = fieldwork.invitation(session, printed[3].lower())
    assert (found.group_id, found.used, found.unit.code) == (group.id, False, "a")
    assert len(found.code_hash) == 32


def test_progress_counts_issued_and_used_by_unit(canteen: Canteen) -> None:
    canteen.send(canteen.codes[0], "k" * 22)
    canteen.send(canteen.codes[1], "l" * 22)
    with canteen.database.session() as session:
        [row] = fieldwork.progress(session, canteen.round)
    assert (row.unit.code, row.issued, row.used) == ("canteen", 5, 2)


@pytest.mark.parametrize("mode", ["unlinkable", "confidential", "named", "anything"])
def test_a_mode_that_cannot_be_kept_is_not_promised(session: Session, mode: str) -> None:
    with pytest.raises(fieldwork.ModeNotOffered):
        _round(session, mode=mode)


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"min_group": 4}, "min_group"),
        ({"closes_on": date(2026, 5, 3)}, "period"),
    ],
)
def test_the_database_refuses_a_round_without_protection_or_sense(
    session: Session, given: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        _round(session, **given)


def test_nobody_is_sent_to_their_home_unit(session: Session) -> None:
    home, away = _unit(session, "home"), _unit(session, "away")
    person = organisation.add_person(session, code="p", name=NAME, home=home, host=away)
    team = organisation.add_team(session, code="t", name=NAME, members=[person])
    opened = _round(session)
    with pytest.raises(fieldwork.HomeUnit):
        fieldwork.assign(session, opened, team, home)
    fieldwork.assign(session, opened, team, away)


def test_rounds_are_found_by_name_and_listed_latest_first(session: Session) -> None:
    _round(session, "early", opens_on=date(2026, 1, 1))
    late = _round(session, "late")
    assert fieldwork.find_round(session, "late") is late
    listed = fieldwork.rounds(session)
    assert all(a.opens_on >= b.opens_on for a, b in pairwise(listed))
    with pytest.raises(fieldwork.UnknownRound):
        fieldwork.find_round(session, "never")
