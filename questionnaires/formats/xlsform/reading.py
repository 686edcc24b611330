"""A spreadsheet form -> a questionnaire of ours and the report of what it could not hold."""

from __future__ import annotations

from typing import Any

from questionnaires.formats import limits
from questionnaires.formats.losses import Imported, Loss
from questionnaires.formats.names import identifier
from questionnaires.formats.xlsform.assembly import Form, settle
from questionnaires.formats.xlsform.choices import ChoiceLists
from questionnaires.formats.xlsform.columns import SURVEY, Heads, heads, unread
from questionnaires.formats.xlsform.expressions import Known, translate
from questionnaires.formats.xlsform.kobo import apart
from questionnaires.formats.xlsform.layout import Layout
from questionnaires.formats.xlsform.reasons import REASONS
from questionnaires.formats.xlsform.records import Ledger, rows
from questionnaires.formats.xlsform.refusal import Refusal
from questionnaires.formats.xlsform.scope import Scope
from questionnaires.formats.xlsform.settings import Settings, read_settings
from questionnaires.formats.xlsform.survey import Node, read_tree
from questionnaires.formats.xlsform.tables import mentioned
from questionnaires.formats.xlsform.text_tables import read_text
from questionnaires.formats.xlsform.wording import PIPE, Wording, guarded
from questionnaires.formats.xlsform.workbook import OLE, ZIP, Book, Sheet, read_book
from questionnaires.formats.xlsform.workshop import Workshop
from questionnaires.kinds.presenting import AGREED
from questionnaires.model import Questionnaire
from questionnaires.text import UNDETERMINED

_SHEETS = ("survey", "choices", "settings", "external_choices")


def read(content: bytes, filename: str) -> Imported:
    """Read an XLSForm as .xlsx, .xls, .csv or Markdown. A bad file is a report, not an error."""
    try:
        binary = content.startswith((ZIP, OLE))
        book = read_book(content) if binary else read_text(content, filename)
        return _Import(book, filename).imported()
    except Refusal as refusal:
        return Imported(None, (refusal.loss,))


class _Import:
    def __init__(self, book: Book, filename: str) -> None:
        self._book = book
        self._filename = filename
        self._ledger = Ledger()
        #: Characters of the expressions read so far.
        self._spent = 0

    def imported(self) -> Imported:
        if self._book.guessed:
            encoding = self._book.guessed
            self._ledger.add("file_encoding_guessed", "warning", "", encoding=encoding)
        self._computed()
        survey = self._book.sheets.get("survey")
        if survey is None:
            return self._nothing("sheet_missing", name="survey")
        found = heads(survey, SURVEY)
        if not found.has("type"):
            return self._nothing("column_missing", sheet=survey.name, name="type")
        if len(survey.rows) > limits.MAX_QUESTIONS:
            values = {"count": len(survey.rows), "limit": limits.MAX_QUESTIONS}
            return self._nothing("rows_many", **values)
        for loss in found.losses:
            self._ledger.take(loss)
        if not found.has("name"):
            self._ledger.add(
                "column_missing", "error", f"{survey.name}!A1", sheet=survey.name, name="name"
            )
        return self._read(survey, found)

    def _computed(self) -> None:
        """Report cells of which only the stored value is known."""
        if self._book.old:
            self._ledger.add("cells_unseen", "info", self._filename)
        for name, computed in self._book.computed.items():
            if name in _SHEETS:
                shown = self._book.sheets[name].name
                values = {"name": shown, "count": len(computed.places), "first": computed.first}
                where = f"{shown}!{computed.first}"
                self._ledger.add("cells_computed", "info", where, **values)

    def _nothing(self, code: str, **values: object) -> Imported:
        loss = Loss(code, "error", "survey", values)
        return Imported(None, (*self._ledger.losses(), loss))

    def _read(self, survey: Sheet, found: Heads) -> Imported:
        ledger = self._ledger
        settings = read_settings(self._book.sheets.get("settings"), ledger)
        root = read_tree(rows(survey, found, ledger), ledger)
        lists = self._lists(settings)
        apart(root, lists, mentioned(root.below()))
        scope = Scope(root, ledger)
        for key, text, where in settings.quoting:
            _check_quotes(key, text, where, scope, ledger)
        wording = Wording(settings.neutral, ledger, scope)
        shop = Workshop(lists, wording, ledger)
        layout = Layout(root, self._title(settings), shop, scope)
        known = Known(scope, lists, _values(shop, root))
        for node in root.below():
            _check_triggers(node, scope, ledger)
            for formula in node.formulas.values():
                self._spent += len(formula.text)
                if self._spent > limits.MAX_EXPRESSIONS:
                    formula.flag(REASONS["too_much"])
                elif not formula.flagged:
                    translate(formula, node, known)
        head = self._head(settings, found, lists)
        questionnaire = settle(Form(head, shop.scales, layout.parts, ledger))
        self._leftovers(survey, found, lists)
        return self._counted(questionnaire)

    def _lists(self, settings: Settings) -> ChoiceLists:
        lists = ChoiceLists(self._ledger, twice_allowed=settings.twice_allowed)
        for name in ("choices", "external_choices"):
            if name in self._book.sheets:
                lists.read(self._book.sheets[name])
        return lists

    def _title(self, settings: Settings) -> dict[str, str]:
        title = settings.title or settings.form_id or _stem(self._filename) or "–"
        return {UNDETERMINED: guarded(title)}

    def _head(self, settings: Settings, found: Heads, lists: ChoiceLists) -> dict[str, Any]:
        tags = dict.fromkeys([*found.languages(), *lists.languages()])
        tags.pop(UNDETERMINED, None)
        if settings.neutral != UNDETERMINED:
            tags = {settings.neutral: None, **tags}
        name = settings.form_id or _stem(self._filename) or "form"
        return {
            "id": identifier(name, "form"),
            "title": self._title(settings),
            "languages": list(tags) or [UNDETERMINED],
        }

    def _leftovers(self, survey: Sheet, found: Heads, lists: ChoiceLists) -> None:
        for loss in (*unread(survey, found.others), *lists.unread()):
            self._ledger.take(loss)
        for options in lists.unused():
            where = options.rows[0].where("list_name")
            self._ledger.add("list_unused", "info", where, name=options.name)
        for name, sheet in self._book.sheets.items():
            if name not in _SHEETS and sheet.cells():
                values = {"name": sheet.name, "count": len(sheet.rows)}
                self._ledger.add("sheet_ignored", "info", f"{sheet.name}!A1", **values)

    def _counted(self, questionnaire: Questionnaire | None) -> Imported:
        for formula in self._ledger.formulas:
            if formula.ours is None or questionnaire is None:
                formula.flag(REASONS["left_out"])
        if questionnaire is None:
            self._ledger.add("nothing_asked", "error", "survey")
        formulas = self._ledger.formulas
        flagged = sum(formula.flagged for formula in formulas)
        return Imported(
            questionnaire,
            self._ledger.losses(),
            expressions=len(formulas),
            translated=len(formulas) - flagged,
            flagged=flagged,
            items=len(questionnaire.items) if questionnaire else 0,
        )


def _values(shop: Workshop, root: Node) -> dict[str, dict[str, str]]:
    """Return identifier -> value in the form -> value here, where they are not the same."""
    changed: dict[str, dict[str, str]] = {}
    for (name, written), value in shop.lists.changed.items():
        changed.setdefault(name, {}).setdefault(written, value)
    found = {n.id: changed[n.type.list_name] for n in root.below() if n.type.list_name in changed}
    return found | {item: {value: AGREED} for item, value in shop.consents.items()}


def _check_quotes(key: str, text: str, where: str, scope: Scope, ledger: Ledger) -> None:
    for name in PIPE.findall(text):
        if (meant := scope.renamed(name)) is None:
            ledger.add("quoted_unknown", "error", where, name=name)
        elif scope.is_ambiguous(name):
            ledger.add("name_ambiguous", "error", where, key=key, name=name, id=meant)


def _check_triggers(node: Node, scope: Scope, ledger: Ledger) -> None:
    for name in PIPE.findall(node.row.get("trigger")):
        if scope.find(name, node) is None:
            ledger.add("trigger_unknown", "error", node.row.where("trigger"), name=name)


def _stem(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0].strip()
