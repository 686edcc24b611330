"""Tables of questionnaires and their versions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.db import Base
from surveyapp.scope import EVERYONE


class QuestionnaireRecord(Base):
    """A questionnaire as a thing that lives through versions; its slug is the definition's id."""

    __tablename__ = "questionnaire"
    __scope__ = EVERYONE

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)


class Version(Base):
    """A published version, named by the SHA-256 of its definition, which never changes."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)
    __scope__ = EVERYONE

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(LongText)
    published_at: Mapped[date]
