"""Writing a definition on a page, or bringing one in from a file of any known format."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import TextAreaField

import questionnaires
from questionnaires import Examined, dump
from questionnaires.formats import registry
from questionnaires.formats.losses import Loss
from questionnaires.lint import Finding, lint
from surveyapp import i18n
from surveyapp.accounts.guard import Permission, requires
from surveyapp.design.blueprint import blueprint
from surveyapp.design.library_pages import published

#: What stands in the box for whoever starts from nothing.
STARTER = """\
id: my-survey
title: {zh: 问卷标题, en: Title of the survey}
sections:
  - id: main
    title: {zh: 第一部分, en: First part}
    items:
      - {id: q1, kind: yes_no, label: {zh: 第一题, en: First question}}
"""


class DefinitionForm(FlaskForm):
    """The text of a definition, and a file that may take its place."""

    definition = TextAreaField(_l("Definition (YAML)"))
    file = FileField(_l("Or a file: YAML, XLSForm, SurveyJS, FHIR, LimeSurvey, plain text"))


@dataclass
class Draft:
    """A definition in the making, and everything there is to say about it."""

    text: str
    losses: tuple[Loss, ...] = ()
    examined: Examined | None = None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def usable(self) -> bool:
        """Whether it could be published as it stands."""
        return self.examined is not None and self.examined.questionnaire is not None


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DESIGN_QUESTIONNAIRES)
def new() -> str | Response | tuple[str, int]:
    """Write or bring in a definition: every problem at once, then publish."""
    form = DefinitionForm()
    if request.method == "GET":
        form.definition.data = STARTER
        return _page(form, Draft(STARTER))
    if not form.validate():
        return _page(form, Draft(form.definition.data or "")), 422
    given = form.file.data
    if isinstance(given, FileStorage) and given.filename:
        draft = _brought(given.read(), given.filename)
    else:
        draft = _examined(Draft((form.definition.data or "").replace("\r\n", "\n")))
    form.definition.data = draft.text
    if request.form.get("_action") == "publish" and draft.examined and draft.examined.questionnaire:
        return published(draft.examined.questionnaire)
    return _page(form, draft), 200 if draft.usable else 422


def _brought(content: bytes, filename: str) -> Draft:
    """Turn a file into a definition, with a list of what could not be brought along."""
    reader = registry.reader(content, filename)
    imported = reader.read(content, filename) if reader else None
    if imported is None or imported.questionnaire is None:
        return Draft("", imported.losses if imported else ())
    own = (
        reader is not None and reader.name == "own" and filename.lower().endswith((".yaml", ".yml"))
    )
    # Our own file is shown as it was written, comments and all.
    text = content.decode("utf-8-sig", "replace") if own else dump(imported.questionnaire)
    return _examined(Draft(text, imported.losses))


def _examined(draft: Draft) -> Draft:
    draft.examined = questionnaires.examine(draft.text)
    if draft.examined.questionnaire is not None:
        draft.findings = lint(draft.examined.questionnaire)
    return draft


def _page(form: DefinitionForm, draft: Draft) -> str:
    language = i18n.language()
    examined = draft.examined
    problems = examined.problems if examined else ()
    return render_template(
        "design/new.html",
        form=form,
        draft=draft,
        nothing=bool(form.file.data) and not draft.text and not draft.losses,
        losses=[(one.where, one.message(language), one.done(language)) for one in draft.losses],
        problems=[(one.place, one.message(language), one.severity) for one in problems],
        findings=[
            (examined.placed(one.place) if examined else one.place, one.message(language), one)
            for one in draft.findings
        ],
        unreadable=_("This file is in none of the formats that can be read."),
    )
