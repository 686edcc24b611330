"""The pages of the guide, written in Markdown beside this module."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, render_template, send_from_directory
from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

from surveyapp import i18n
from surveyapp.accounts.guard import any_staff
from surveyapp.guide.kinds import common_settings, reference

blueprint = Blueprint("guide", __name__, template_folder="templates", url_prefix="/staff/guide")

_HERE = files("surveyapp.guide")


@blueprint.get("")
@any_staff
def supervisors() -> str:
    """The guide for supervisors, in the reader's language."""
    page = rendered(f"supervisors.{i18n.language()}")
    return render_template("guide/page.html", title=gettext("Guide"), page=page)


@blueprint.get("/kinds")
@any_staff
def kinds() -> str:
    """The reference of kinds of items, with an example of each."""
    form, entries = reference(i18n.language())
    say = form.questionnaire.say(i18n.language())
    return render_template(
        "guide/kinds.html",
        entries=entries,
        form=form,
        say=say,
        tag=i18n.language(),
        common=common_settings(),
    )


@blueprint.get("/definitions")
@any_staff
def definitions() -> str:
    """How a definition is written, from the first line to files of other programs."""
    title = gettext("Writing a definition")
    page = rendered(f"definitions.{i18n.language()}")
    return render_template("guide/page.html", title=title, page=page)


@blueprint.get("/expressions")
@any_staff
def expressions() -> str:
    """What conditions and calculations mean, on the server and in the browser."""
    title = gettext("Conditions and calculations")
    return render_template("guide/page.html", title=title, page=rendered("expressions"))


@blueprint.get("/developers")
@any_staff
def developers() -> str:
    """How the program is built and where a change belongs."""
    title = gettext("For developers")
    return render_template("guide/page.html", title=title, page=rendered("developers"))


@blueprint.get("/pictures/<name>")
@any_staff
def picture(name: str) -> Response:
    """A picture of the guide."""
    if not name.endswith(".webp"):
        abort(404)
    return send_from_directory(str(_HERE / "pictures"), name)


@cache
def rendered(name: str) -> Markup:
    """Return a page as HTML. The texts are ours; raw HTML in them is not rendered all the same.

    Examples are wider than a phone: the keyboard must reach them, to scroll.
    """
    text = (_HERE / "pages" / f"{name}.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return Markup(html.replace("<pre>", '<pre tabindex="0">'))  # noqa: S704
