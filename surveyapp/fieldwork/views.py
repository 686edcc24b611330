"""Staff pages about the field: the rounds, and the organisation they go to."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_login import login_required

from surveyapp import db, i18n
from surveyapp.clock import today
from surveyapp.fieldwork import operations
from surveyapp.fieldwork.models import Round
from surveyapp.modes import mode_name
from surveyapp.organisation.operations import unit_tree

blueprint = Blueprint("fieldwork", __name__, template_folder="templates", url_prefix="/staff")


@dataclass(frozen=True)
class _Progress:
    units: int
    issued: int
    used: int


@blueprint.before_request
@login_required
def _staff_only() -> None:
    i18n.remember_language()


@blueprint.get("")
def home() -> str:
    """All rounds, with how far each has come."""
    rounds = [(of, _progress(of)) for of in operations.rounds(db.session())]
    return render_template("fieldwork/home.html", rounds=rounds, today=today(), mode_name=mode_name)


@blueprint.get("/organisation")
def organisation() -> str:
    """The units, and the teams of every round with where they go."""
    session = db.session()
    assignments = [(of, operations.teams_of(session, of)) for of in operations.rounds(session)]
    return render_template(
        "fieldwork/organisation.html", tree=unit_tree(session), assignments=assignments
    )


def _progress(of: Round) -> _Progress:
    groups = operations.progress(db.session(), of)
    return _Progress(
        units=len({group.unit.id for group in groups}),
        issued=sum(group.issued for group in groups),
        used=sum(group.used for group in groups),
    )
