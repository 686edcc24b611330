from flask import Blueprint
blueprint = Blueprint("results", __name__, template_folder="templates", url_prefix="/staff/rounds")
@blueprint.get("/<slug>")
def dashboard(slug): return slug
@blueprint.get("/<slug>/report.pdf")
def report_pdf(slug): return slug
