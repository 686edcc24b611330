"""What a round shows: its figures on a page with charts, as JSON, as a report."""

from __future__ import annotations

import base64
import json

from flask import Blueprint, Response, abort, render_template, request

from analysis.charts import Chart, heatmap, likert, two_sided
from analysis.charts.likert import label, ordered_items, share_one_scale
from analysis.release import Release
from analysis.telling import lead, tiers, told
from analysis.words import Words
from surveyapp import db, i18n
from surveyapp.accounts.guard import Permission, requires
from surveyapp.clock import today
from surveyapp.fieldwork.errors import UnknownRound
from surveyapp.fieldwork.models import Round
from surveyapp.fieldwork.operations import find_round
from surveyapp.fieldwork.timekeeping import keep_time
from surveyapp.modes import mode_name
from surveyapp.results import operations, tables, written

blueprint = Blueprint(
    "results", __name__, template_folder="templates", url_prefix="/staff/rounds/<slug>"
)

CHARTS = {"items": likert, "two-sided": two_sided, "units": heatmap}


@blueprint.get("")
@requires(Permission.SEE_RESULTS)
def dashboard(slug: str) -> str:
    """The figures of a round."""
    of = _round(slug)
    release = operations.release(db.session(), of, today())
    words = Words(i18n.language())
    return render_template(
        "results/dashboard.html",
        of=of,
        release=release,
        charts=_pictures(release),
        words=words,
        label=lambda item: label(item, i18n.language()),
        lead=lead,
        tiers=tiers,
        told=told,
        mode_name=mode_name,
        one_scale=share_one_scale(ordered_items(release)),
    )


@blueprint.get("/written")
@requires(Permission.SEE_RESULTS)
def written_page(slug: str) -> str:
    """What people wrote, once the round has ended."""
    of = _round(slug)
    return render_template(
        "results/written.html",
        of=of,
        written=written.written_answers(db.session(), of),
        least=written.LEAST,
    )


@blueprint.get("/release.json")
@requires(Permission.DOWNLOAD_RESULTS)
def release_json(slug: str) -> Response:
    """All figures that may be shown, as JSON."""
    release = operations.release(db.session(), _round(slug), today())
    return Response(release.to_json(), mimetype="application/json")


@blueprint.get("/statistics")
@requires(Permission.SEE_RESULTS)
def statistics(slug: str) -> str:
    """How units, roles and items differ and agree, item by item."""
    of = _round(slug)
    found = operations.standard(db.session(), of)
    return render_template(
        "results/statistics.html",
        of=of,
        found=found,
        numbers={item["variable"]: item["number"] for item in found["items"]},
        words=Words(i18n.language()),
    )


@blueprint.get("/statistics.json")
@requires(Permission.DOWNLOAD_RESULTS)
def statistics_json(slug: str) -> Response:
    """The standard report, with every figure by unit that may be shown, as JSON."""
    found = operations.standard(db.session(), _round(slug))
    return Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")


@blueprint.get("/report.pdf")
@requires(Permission.SEE_RESULTS)
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
    keep_time()
    try:
        of = find_round(db.session(), slug)
    except UnknownRound:
        abort(404)
    if of.state == "closed" and not tables.settled(db.session(), of):
        with db.transaction() as writing:
            operations.settle(writing, of)
        db.session().rollback()  # so that what was written is seen
    return of


def _pictures(release: Release) -> dict[str, tuple[str, str]]:
    """Name -> (address that holds the drawing itself, the sentence that stands for it)."""
    drawn = {name: draw(release, i18n.language()) for name, draw in CHARTS.items()}
    return {name: (_inline(chart), chart.alt) for name, chart in drawn.items() if chart}


def _inline(chart: Chart) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(chart.svg.encode()).decode()
