"""A published version never changes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

import questionnaires
from surveyapp.design import operations as design
from surveyapp.design.models import QuestionnaireRecord, Version
from tests.surveyapp.fielding import DEFINITION, TODAY

# A definition of its own, so that no other test has it compiled already.
TAMPERED = DEFINITION.replace("id: lunch", "id: supper")


def test_publishing_names_the_version_by_its_content(session: Session) -> None:
    questionnaire = questionnaires.load(DEFINITION)
    version = design.publish(session, questionnaire, TODAY)
    assert version.hash == questionnaires.content_hash(questionnaire)
    assert design.questionnaire(session, version.hash) == questionnaire


def test_publishing_the_same_twice_is_one_version(session: Session) -> None:
    first = design.publish(session, questionnaires.load(DEFINITION), TODAY)
    again = design.publish(session, questionnaires.load(DEFINITION), date(2027, 1, 1))
    assert again is first
    assert again.published_at == TODAY


def test_a_change_makes_the_next_version_of_the_same_questionnaire(session: Session) -> None:
    design.publish(session, questionnaires.load(DEFINITION), TODAY)
    changed = DEFINITION.replace("Lunch", "Midday meal")
    second = design.publish(session, questionnaires.load(changed), TODAY)
    assert second.number == 2
    assert session.scalars(select(Version.number).order_by(Version.number)).all() == [1, 2]
    assert session.scalars(select(QuestionnaireRecord.slug)).all() == ["lunch"]


def test_a_published_version_cannot_be_changed(session: Session) -> None:
    version = design.publish(session, questionnaires.load(DEFINITION), TODAY)
    version.definition = "{}"
    with pytest.raises(design.VersionIsImmutable):
        session.flush()


def test_a_published_version_cannot_be_removed(session: Session) -> None:
    session.delete(design.publish(session, questionnaires.load(DEFINITION), TODAY))
    with pytest.raises(design.VersionIsImmutable):
        session.flush()


@pytest.mark.parametrize("change", [update(Version).values(number=7), delete(Version)])
def test_nor_by_a_statement_for_many(session: Session, change: object) -> None:
    design.publish(session, questionnaires.load(DEFINITION), TODAY)
    with pytest.raises(design.VersionIsImmutable):
        session.execute(change)  # type: ignore[call-overload]


def test_tampering_behind_our_back_is_noticed(session: Session) -> None:
    version = design.publish(session, questionnaires.load(TAMPERED), TODAY)
    session.execute(text("UPDATE version SET definition = replace(definition, 'Good', 'Fine')"))
    with pytest.raises(design.VersionIsImmutable):
        design.questionnaire(session, version.hash)


def test_an_unknown_version_is_an_error(session: Session) -> None:
    with pytest.raises(design.UnknownVersion):
        design.questionnaire(session, "0" * 64)
