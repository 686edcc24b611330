"""Publishing versions and getting the frozen questionnaire of one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import event, func, select
from sqlalchemy.orm import Mapper, Session, defer
from sqlalchemy.orm.session import ORMExecuteState

import questionnaires
from questionnaires import Questionnaire
from surveyapp.design.models import QuestionnaireRecord, Version
from surveyapp.statements import Link


class UnknownVersion(LookupError):
    """No version has this hash."""


class VersionIsImmutable(RuntimeError):
    """A published version was about to be changed or removed, or has been changed."""


# A version's definition never changes, so its compiled form is kept for the life of the process.
_compiled: dict[str, Questionnaire] = {}


def publish(session: Session, questionnaire: Questionnaire, today: date) -> Version:
    """The version that holds exactly this questionnaire; made if there is none yet."""
    definition = questionnaires.to_json(questionnaire)
    name = questionnaires.content_hash(questionnaire)
    existing = session.get(Version, name)
    if existing is not None:
        return existing
    record = _record(session, questionnaire.id)
    last = session.scalar(
        select(func.max(Version.number)).where(Version.questionnaire_id == record.id)
    )
    version = Version(
        hash=name,
        questionnaire_id=record.id,
        number=(last or 0) + 1,
        definition=definition,
        published_at=today,
    )
    session.add(version)
    session.flush()
    return version


def questionnaire(link: Link, version_hash: str) -> Questionnaire:
    """The frozen questionnaire of a version, compiled once per process.

    Raises UnknownVersion, or VersionIsImmutable when the stored text is no longer what was
    published.
    """
    found = _compiled.get(version_hash)
    if found is None:
        # The same object for all, also when two ask first at the same moment.
        found = _compiled.setdefault(version_hash, _compile(link, version_hash))
    return found


@dataclass(frozen=True)
class Published:
    """One questionnaire with its versions, the latest first; ``questionnaire`` is the latest."""

    questionnaire: Questionnaire
    versions: tuple[Version, ...]


def published(session: Session) -> list[Published]:
    """All published questionnaires by their name, in one query."""
    rows = session.scalars(
        select(Version)
        .join(QuestionnaireRecord, QuestionnaireRecord.id == Version.questionnaire_id)
        .options(defer(Version.definition))
        .order_by(QuestionnaireRecord.slug, Version.number.desc())
    )
    grouped = groupby(rows, key=attrgetter("questionnaire_id"))
    versions = [tuple(group) for _, group in grouped]
    return [Published(questionnaire(session, group[0].hash), group) for group in versions]


def _record(session: Session, slug: str) -> QuestionnaireRecord:
    record = session.scalar(select(QuestionnaireRecord).where(QuestionnaireRecord.slug == slug))
    if record is None:
        record = QuestionnaireRecord(slug=slug)
        session.add(record)
        session.flush()
    return record


def _compile(link: Link, version_hash: str) -> Questionnaire:
    definition = link.scalar(select(Version.definition).where(Version.hash == version_hash))
    if definition is None:
        raise UnknownVersion(version_hash)
    if hashlib.sha256(definition.encode("utf-8")).hexdigest() != version_hash:
        raise VersionIsImmutable(version_hash)
    return questionnaires.from_json(definition)


@event.listens_for(Version, "before_update")
@event.listens_for(Version, "before_delete")
def _refuse(_mapper: Mapper[Version], _connection: object, version: Version) -> None:
    raise VersionIsImmutable(version.hash)


@event.listens_for(Session, "do_orm_execute")
def _refuse_in_bulk(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and state.bind_mapper is Version.__mapper__:
        raise VersionIsImmutable("version")
