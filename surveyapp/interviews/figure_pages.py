"""Pages for those who run a round and for analysts: how far the talks are, where concerns lie."""

from __future__ import annotations

from flask import abort, render_template

from questionnaires import Questionnaire
from surveyapp import clock, db
from surveyapp.accounts.guard import Permission, requires
from surveyapp.design import operations as design
from surveyapp.fieldwork.blueprint import find
from surveyapp.fieldwork.models import Round
from surveyapp.interviews import figures
from surveyapp.interviews.blueprint import blueprint, spoken
from surveyapp.interviews.outline import is_outline, topics
from surveyapp.modes import interview_promise
from surveyapp.organisation.operations import members


@blueprint.get("/rounds/<slug>/interviews")
@requires(Permission.SEE_FIELDWORK)
def progress(slug: str) -> str:
    """Which team talks with how many people of which unit, and by when: no names and no notes."""
    of, _outline = _find(slug)
    return render_template(
        "interviews/progress.html",
        of=of,
        lines=figures.going(db.session(), of),
        company=members(db.session()),
        today=clock.today(),
        promise=interview_promise(of.mode),
    )


@blueprint.get("/rounds/<slug>/concerns")
@requires(Permission.SEE_RESULTS)
def concerns(slug: str) -> str:
    """How often each topic gave cause for concern, and in which units."""
    of, outline = _find(slug)
    shown = figures.concerns(db.session(), of, outline) if of.live or of.state == "closed" else None
    tag = spoken(outline)
    return render_template(
        "interviews/concerns.html",
        of=of,
        shown=shown,
        sections=topics(outline),
        numbers=outline.numbers,
        around=outline.surroundings(),
        say=outline.say(tag),
    )


def _find(slug: str) -> tuple[Round, Questionnaire]:
    of = find(slug)
    outline = design.questionnaire(db.session(), of.version_hash)
    if not is_outline(outline):
        abort(404)
    return of, outline
