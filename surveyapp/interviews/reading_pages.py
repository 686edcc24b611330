"""Reading back: the one page of ours that an interviewee sees, in their language."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp import db, i18n
from surveyapp.accounts.guard import Permission, keeps_text, requires
from surveyapp.interviews import errors, operations
from surveyapp.interviews.blueprint import Visit, blueprint, find_record, seal
from surveyapp.interviews.models import Interview
from surveyapp.interviews.outline import Entries, digest, topics
from surveyapp.modes import interview_promise


@blueprint.route("/interviews/<key>/read-back", methods=["GET", "POST"])
@keeps_text
@requires(Permission.VISIT_UNITS)
def read_back(key: str) -> str | Response | tuple[str, int]:
    """What was noted, and nothing else: no coding, no coverage, no way to other records."""
    visit, found = find_record(key)
    if not found.is_open:
        return redirect(url_for("interviews.record", key=key))
    i18n.speak(found.language)
    if request.method == "GET":
        return _page(visit, found)
    correction = request.form.get("correction", "")
    if request.form.get("outcome") == "corrected" and not correction.strip():
        complaint = _("Please write down what is to be changed or added.")
        return _page(visit, found, complaint=complaint), 422
    try:
        with db.transaction() as writing:
            seen = request.form.get("seen", "")
            operations.confirm(writing, found.key, seen, correction, seal())
    except errors.RecordClosed:
        return redirect(url_for("interviews.record", key=key))
    except errors.NothingNoted:
        return _page(visit, found), 409
    except errors.NotesChanged:
        complaint = _("The notes have just been changed. Please look at them once more.")
        return _page(visit, found, correction, complaint), 409
    return redirect(url_for("interviews.read_back", key=key), 303)


def _page(visit: Visit, found: Interview, correction: str = "", complaint: str = "") -> str:
    entries = operations.entries(db.session(), found.key, seal())
    noted = [
        (section, [(topic, entries[topic.id].note) for topic in asked if _noted(topic.id, entries)])
        for section, asked in topics(visit.outline)
    ]
    return render_template(
        "interviews/read_back.html",
        visit=visit,
        record=found,
        key=found.key.hex(),
        noted=[(section, lines) for section, lines in noted if lines],
        seen=digest(entries),
        correction=correction,
        complaint=complaint,
        done=found.read_back in ("confirmed", "corrected") and not complaint,
        promise=interview_promise(visit.round.mode),
        say=visit.outline.say(found.language),
        tag=found.language,
    )


def _noted(item: str, entries: Entries) -> bool:
    return item in entries and bool(entries[item].note)
