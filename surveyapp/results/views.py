"""What a round shows: its figures on a page, as charts, as JSON, as a report."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask_login import login_required

from analysis.charts import Chart, heatmap, likert, two_sided
from analysis.charts.likert import label
from analysis.release import Release
from analysis.words import Words
from surveyapp import db, i18n
from surveyapp.clock import today
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.operations import UnknownRound, find_round
from surveyapp.modes import mode_name
from surveyapp.results import operations

blueprint = Blueprint(
    "results", __name__, template_folder="templates", url_prefix="/staff/rounds/<slug>"
)

CHARTS = {"items": likert, "two-sided": two_sided, "units": heatmap}
#: A drawing carries its looks in style attributes; it holds no script and loads nothing.
_DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@blueprint.before_request
@login_required
def _staff_only() -> None:
    i18n.remember_language()


@blueprint.get("")
def dashboard(slug: str) -> str:
    """The figures of a round."""
    of = _round(slug)
    release = operations.release(db.session(), of, today())
    words = Words(i18n.language())
    charts = {name: _alt(release, name) for name in CHARTS}
    return render_template(
        "results/dashboard.html",
        of=of,
        release=release,
        charts={name: alt for name, alt in charts.items() if alt},
        words=words,
        label=lambda item: label(item, i18n.language()),
        mode_name=mode_name,
    )


@blueprint.get("/charts/<name>.svg")
def chart(slug: str, name: str) -> Response:
    """One chart of a round."""
    if name not in CHARTS:
        abort(404)
    drawn = _drawn(operations.release(db.session(), _round(slug), today()), name)
    if drawn is None:
        abort(404)
    headers = {"Content-Security-Policy": _DRAWING_POLICY}
    return Response(drawn.svg, mimetype="image/svg+xml", headers=headers)


@blueprint.get("/release.json")
def release_json(slug: str) -> Response:
    """All figures that may be shown, as JSON."""
    release = operations.release(db.session(), _round(slug), today())
    return Response(release.to_json(), mimetype="application/json")


@blueprint.get("/report.pdf")
def report_pdf(slug: str) -> Response:
    """The report of a round; ``?lang=`` chooses its language."""
    of = _round(slug)
    tag = request.args.get("lang", i18n.language())
    if tag not in i18n.LANGUAGES:
        abort(404)
    pdf = operations.report(db.session(), of, tag, today())
    name = f'inline; filename="{of.slug}-{tag}.pdf"'
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


def _round(slug: str) -> Round:
    try:
        return find_round(db.session(), slug)
    except UnknownRound:
        abort(404)


def _drawn(release: Release, name: str) -> Chart | None:
    return CHARTS[name](release, i18n.language())


def _alt(release: Release, name: str) -> str:
    drawn = _drawn(release, name)
    return drawn.alt if drawn else ""
