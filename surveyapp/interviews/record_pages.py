"""The page of a record: the outline with its notes, kept while they are typed, then closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from questionnaires import Problem
from questionnaires.kinds.interviewing import Topic
from surveyapp import db, i18n
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, keeps_text, requires
from surveyapp.fieldwork.errors import NotNow
from surveyapp.interviews import errors, operations, paper, typed
from surveyapp.interviews.blueprint import (
    Visit,
    blueprint,
    find_again,
    find_record,
    seal,
    spoken,
)
from surveyapp.interviews.forms import ReopenForm
from surveyapp.interviews.models import Interview
from surveyapp.interviews.operations import Change, Conflict
from surveyapp.interviews.outline import NOTHING, Entries, coverage, topics
from surveyapp.modes import interview_promise

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Shown:
    """What the page shows besides the stored record."""

    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    complaint: str = ""
    #: What was typed into a record that somebody had closed meanwhile.
    unsaved: Sequence[Change] = ()


@blueprint.route("/interviews/<key>", methods=["GET", "POST"])
@keeps_text
@requires(Permission.VISIT_UNITS)
def record(key: str) -> Page:
    """One record; posting keeps what was typed, and then does what the button says."""
    visit, found = find_record(key)
    if request.method == "GET":
        return _page(visit, found, Shown())
    action = request.form.get("_action", "save")
    stored = operations.entries(db.session(), found.key, seal())
    changes = list(typed.changes(request.form, visit.outline, action, stored))
    try:
        with db.transaction() as writing:
            conflicts = operations.save(writing, found.key, changes, seal())
    except errors.RecordClosed:
        lost = [c for c in changes if not c.untouched and c.entry != stored.get(c.item, NOTHING)]
        return _page(visit, _again(key), Shown(unsaved=lost)), 409
    if conflicts:
        return _page(visit, _again(key), Shown({c.item: c for c in conflicts})), 409
    return _go_on(visit, found, action)


@blueprint.post("/interviews/<key>/reopen")
@requires(Permission.VISIT_UNITS)
def reopen(key: str) -> Page:
    """Open a closed record again, with a reason that stands in the log."""
    visit, found = find_record(key)
    form = ReopenForm()
    if not form.validate_on_submit():
        return _page(visit, found, Shown(), form), 422
    try:
        with db.transaction() as writing:
            operations.reopen(writing, found.key, visit.round, str(form.reason.data))
    except NotNow:
        return _page(visit, found, Shown(complaint=_round_closed())), 409
    return _back(key)


@blueprint.route("/interviews/<key>/notes", methods=["GET", "POST"])
@requires(Permission.VISIT_UNITS)
def notes(key: str) -> Response | tuple[dict[str, object], int] | dict[str, object]:
    """For the script of the page: keeps one topic, and says what stands there now.

    409 says that it was not kept: somebody else changed the topic, or closed the record. GET gives
    a fresh token, for whoever had to sign in again in another window.
    """
    visit, found = find_record(key)
    if request.method == "GET":
        return {"csrf": generate_csrf()}
    change = typed.change(request.form, visit.outline)
    if change is None:
        abort(400)
    refused = False
    try:
        with db.transaction() as writing:
            refused = bool(operations.save(writing, found.key, [change], seal()))
            entries = operations.entries(writing, found.key, seal())
    except errors.RecordClosed:
        return {"closed": True}, 409
    stands = entries.get(change.item, NOTHING)
    told: dict[str, object] = {
        "note": stands.note,
        "concern": stands.concern,
        "revision": stands.revision,
        "bar": _bar(visit, entries),
    }
    return told, 409 if refused else 200


@blueprint.get("/interviews/<key>/record.pdf")
@requires(Permission.VISIT_UNITS)
def record_pdf(key: str) -> Response:
    """The record on paper; ``?lang=`` chooses its language. That it was taken out is recorded."""
    visit, found = find_record(key)
    tag = request.args.get("lang", i18n.language())
    if tag not in i18n.LANGUAGES:
        abort(404)
    entries = operations.entries(db.session(), found.key, seal())
    sheet = paper.Sheet(visit, found, entries, operations.corrected(found, seal()))
    content = sheet.pdf(tag)
    with db.transaction() as writing:
        told = {"interview": found.number}
        audit.record(writing, "downloaded", visit.round.slug, told, unit_id=found.unit_id)
    name = f"{visit.round.slug}-{visit.unit.code}-{found.number}-{tag}.pdf"
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=disposition)


def _go_on(visit: Visit, found: Interview, action: str) -> Page:
    """Do what the button says beyond saving."""
    key = found.key.hex()
    if action == "read-back":
        return redirect(url_for("interviews.read_back", key=key), 303)
    if action == "waive":
        with db.transaction() as writing:
            operations.waive(writing, found.key)
    if action == "close":
        return _close(visit, key)
    place = action.partition(":")[2]
    return _back(key, place if place in visit.outline.item_by_id else "")


def _close(visit: Visit, key: str) -> Page:
    try:
        with db.transaction() as writing:
            operations.close(writing, bytes.fromhex(key), visit.round, visit.outline, seal())
    except errors.NotComplete as refused:
        return _page(visit, _again(key), Shown(problems=refused.problems)), 422
    except errors.NotReadBack:
        complaint = _("Read the notes back to the interviewee first, or note that they declined.")
        return _page(visit, _again(key), Shown(complaint=complaint)), 422
    except NotNow:
        return _page(visit, _again(key), Shown(complaint=_round_closed())), 409
    return _back(key)


def _round_closed() -> str:
    return _("The round is not open: its records can be read, and no longer closed or reopened.")


def _back(key: str, place: str = "") -> Response:
    return redirect(
        url_for("interviews.record", key=key, _anchor=f"topic-{place}" if place else None), 303
    )


def _again(key: str) -> Interview:
    """Return the record as it is after what has just been done; what was read before is stale."""
    db.session().rollback()
    return find_again(key)


def _page(visit: Visit, found: Interview, shown: Shown, form: ReopenForm | None = None) -> str:
    entries = operations.entries(db.session(), found.key, seal())
    template = "interviews/record.html" if found.is_open else "interviews/closed.html"
    tag = spoken(visit.outline)
    return render_template(
        template,
        visit=visit,
        record=found,
        key=found.key.hex(),
        shown=shown,
        linked=[
            (_target(visit, problem), problem.message(tag))
            for problem in sorted(shown.problems, key=partial(_number, visit))
        ],
        entries=entries,
        nothing=NOTHING,
        coverage=coverage(visit.outline, entries),
        sections=topics(visit.outline),
        numbers=visit.outline.numbers,
        around=visit.outline.surroundings(),
        correction=operations.corrected(found, seal()),
        promise=interview_promise(visit.round.mode),
        form=form or ReopenForm(),
        tag=tag,
        say=visit.outline.say(tag),
    )


def _bar(visit: Visit, entries: Entries) -> str:
    say = visit.outline.say(spoken(visit.outline))
    return render_template(
        "interviews/bar.html",
        coverage=coverage(visit.outline, entries),
        numbers=visit.outline.numbers,
        say=say,
    )


def _number(visit: Visit, problem: Problem) -> int:
    """Return the number of the topic that a problem is about."""
    return visit.outline.numbers.get(problem.place.field.partition(".")[0], 0)


def _target(visit: Visit, problem: Problem) -> str:
    """Return the id of the control that a problem is about, "" for none."""
    item_id, _dot, part = problem.place.field.partition(".")
    item = visit.outline.item_by_id.get(item_id)
    if not isinstance(item, Topic):
        return ""
    levels = item.levels(visit.outline.surroundings())
    return f"{item_id}.{levels[0].value}" if part == "concern" and levels else f"{item_id}.note"
