"""Pages that take the organisation in and hand it out as files."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from surveyapp import clock, db
from surveyapp.accounts import audit
from surveyapp.accounts.guard import Permission, requires
from surveyapp.organisation import tree
from surveyapp.organisation.blueprint import blueprint
from surveyapp.organisation.exchange import drafts, writing
from surveyapp.organisation.exchange.applying import Overtaken, Stopped, apply
from surveyapp.organisation.exchange.layout import LAYOUTS
from surveyapp.organisation.exchange.plan import ACTIONS, Preview, preview, unpacked
from surveyapp.organisation.exchange.planning import plan
from surveyapp.organisation.exchange.reading import read
from surveyapp.organisation.exchange.records import stored
from surveyapp.organisation.forms import ImportForm
from surveyapp.paging import Paging, asked_page
from surveyapp.scope import scope_of

Answer = str | AnyResponse | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
#: Changes or problems on one page of a preview.
SIZE = 100
#: Files of one upload at most: one for each sheet.
MOST_FILES = len(LAYOUTS)
ACTION_NAMES = {
    "new": _l("New"),
    "renamed": _l("Renamed"),
    "moved": _l("Moved"),
    "changed": _l("Changed"),
    "ended": _l("Ended"),
}


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.MANAGE_UNITS)
def files() -> Answer:
    """Choose files; what they would change is shown before anything is written."""
    form = ImportForm()
    if not form.validate_on_submit():
        page = render_template("organisation/files.html", form=form, layouts=LAYOUTS)
        return (page, 422) if form.errors else page
    given = [
        (one.filename or "", one.read()) for one in form.files.data[:MOST_FILES] if one.filename
    ]
    session = db.session()
    wanted = plan(
        read(given),
        stored(session),
        on=clock.today(),
        full=form.full.data,
        roots=scope_of(session).paths is None,
        files=[name[:80] for name, _content in given],
    )
    with db.transaction() as writing_session:
        key = drafts.keep(writing_session, wanted, current_user.id, db.now())
    return redirect(url_for(".preview_import", key=key))


@blueprint.get("/import/<key>")
@requires(Permission.MANAGE_UNITS)
def preview_import(key: str) -> Answer:
    """What an import would change, and what is wrong with it."""
    return _preview_page(key)


@blueprint.post("/import/<key>")
@requires(Permission.MANAGE_UNITS)
def confirm_import(key: str) -> Answer:
    """Write exactly what was shown, or nothing."""
    try:
        with db.transaction() as session:
            wanted = unpacked(drafts.kept(session, key, current_user.id))
            apply(session, wanted, clock.now().utc)
            drafts.drop(session, key)
            counts = {f"{sheet}.{action}": n for (sheet, action), n in wanted.counts().items()}
            names = ", ".join(wanted.files)
            audit.record(session, "organisation.imported", names, counts, unit_id=_top(session))
    except drafts.UnknownDraft:
        abort(404)
    except Stopped:
        return _preview_page(key), 422
    except Overtaken:
        return _preview_page(key, _overtaken()), 409
    except IntegrityError:
        return _preview_page(key, _("A code is in use in another part of the organisation.")), 409
    flash(_("The import is done. Entries written: %(count)d.", count=sum(counts.values())))
    return redirect(url_for(".units"))


@blueprint.get("/export.xlsx")
@requires(Permission.MANAGE_UNITS)
def export() -> Response:
    """Everything as a workbook."""
    _note_download("organisation.xlsx")
    return _file(writing.workbook(stored(db.session())), XLSX, "organisation.xlsx")


@blueprint.get("/export/<sheet>.csv")
@requires(Permission.MANAGE_UNITS)
def export_sheet(sheet: str) -> Response:
    """One sheet as CSV."""
    content = writing.table(stored(db.session()), _sheet(sheet))
    _note_download(f"{sheet}.csv")
    return _file(content, CSV, f"{sheet}.csv")


@blueprint.get("/template.xlsx")
@requires(Permission.MANAGE_UNITS)
def template() -> Response:
    """An example to fill in."""
    return _file(writing.template(), XLSX, "organisation-template.xlsx")


@blueprint.get("/template/<sheet>.csv")
@requires(Permission.MANAGE_UNITS)
def template_sheet(sheet: str) -> Response:
    """The example of one sheet as CSV."""
    return _file(writing.template_table(_sheet(sheet)), CSV, f"{sheet}-template.csv")


def _note_download(name: str) -> None:
    """Record that names and addresses left the house."""
    with db.transaction() as session:
        audit.record(session, "downloaded", name, unit_id=_top(session))


def _top(session: Session) -> int | None:
    """Return the topmost unit that the person sees: where the log is to show what they did."""
    return next((unit.id for unit in tree.tops(session)), None)


def _preview_page(key: str, refusal: str = "") -> str:
    try:
        shown = preview(drafts.kept(db.session(), key, current_user.id))
    except drafts.UnknownDraft:
        abort(404)
    counts = shown.counts()
    chosen = _chosen(shown)
    paging = Paging(asked_page(), SIZE, counts[chosen] if chosen else len(shown.problems))
    first = paging.first
    return render_template(
        "organisation/preview.html",
        key=key,
        preview=shown,
        refusal=refusal,
        counts=counts,
        actions=ACTION_NAMES,
        layouts=LAYOUTS,
        chosen=chosen,
        changes=shown.changes(*chosen, first, SIZE) if chosen else [],
        problems=shown.problems[first : first + SIZE] if not chosen else [],
        paging=paging,
    )


def _chosen(shown: Preview) -> tuple[str, str] | None:
    """Return the (sheet, action) that is looked at; None: the problems."""
    asked = (request.args.get("sheet", ""), request.args.get("action", ""))
    counts = shown.counts()
    if asked in counts:
        return asked
    if shown.problems or not counts:
        return None
    return min(counts, key=lambda one: (list(LAYOUTS).index(one[0]), ACTIONS.index(one[1])))


def _overtaken() -> str:
    return _(
        "The organisation has been changed since this preview was made. Nothing was written. "
        "Upload the file again to see what it would change now."
    )


def _sheet(name: str) -> str:
    if name not in LAYOUTS:
        abort(404)
    return name


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
