"""What a file of another kind holds and ours does not: the report that every importer writes.

A loss names the place in the foreign file, says what is lost and what was done instead. Its code
stands in ``LOSSES``; the words are only there. An importer with losses of its own adds them once,
with ``register``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from questionnaires import locales
from questionnaires.model import Questionnaire
from questionnaires.text import Text, plain, printable

Severity = Literal["error", "warning", "info"]

#: So much of a foreign text stands in a message; the JSON report holds more of it.
MAX_SHOWN = 120
MAX_REPORTED = 4000

#: code -> (zh what is lost, en what is lost, zh what was done, en what was done)
LOSSES: dict[str, tuple[str, str, str, str]] = {
    "file_refused": (
        "无法读取文件：{reason}",
        "The file cannot be read: {reason}",
        "没有导入任何内容。",
        "Nothing was imported.",
    ),
    "definition_invalid": (
        "{problem}",
        "{problem}",
        "没有导入任何内容。",
        "Nothing was imported.",
    ),
    "comments_dropped": (
        "改动太多，无法只改写变动的地方。",
        "Too much has changed to write only what is different.",
        "整份重新写出，原来的注释没有保留。",
        "Written anew as a whole; the comments that were there are gone.",
    ),
    "definition_advice": (
        "{problem}",
        "{problem}",
        "照原样保留。",
        "Kept as it is.",
    ),
    "nothing_asked": (
        "文件里没有任何题目。",
        "There is no item in the file.",
        "没有导入任何内容。",
        "Nothing was imported.",
    ),
    "kind_unknown": (
        "不认识的题型“{kind}”。",
        'The type "{kind}" is not known.',
        "按单行文字题导入。",
        "Imported as a line of text.",
    ),
    "kind_changed": (
        "没有与“{kind}”完全相同的题型。",
        'There is no kind exactly like "{kind}".',
        "按“{instead}”导入。",
        'Imported as "{instead}".',
    ),
    "kind_dropped": (
        "“{kind}”题无法表示。",
        'An item of type "{kind}" cannot be expressed.',
        "这道题没有导入。",
        "The item was left out.",
    ),
    "metadata_dropped": (
        "“{kind}”会自动记录填写者的设备、身份或时间。",
        '"{kind}" would record the device, the identity or the time of whoever answers.',
        "为保护匿名，没有导入。",
        "Left out, to keep the promise of anonymity.",
    ),
    "anonymity_named": (
        "“{name}”会问出是谁在填写，这份表单不能承诺匿名。",
        '"{name}" asks who is answering; this form cannot promise anonymity.',
        "问卷设为记名；若删去这道题，可以改回匿名。",
        "The questionnaire was set to named; without this item it can be made anonymous again.",
    ),
    "anonymity_lowered": (
        "原表单写明答案不匿名。",
        "The form says that answers are not anonymous.",
        "问卷设为保密（{mode}），不承诺匿名。",
        "The questionnaire was set to {mode}, which does not promise anonymity.",
    ),
    "name_changed": (
        "名称“{name}”不能用作标识。",
        'The name "{name}" cannot be an identifier.',
        "改为“{id}”，引用处一并修改。",
        'Changed to "{id}", also where it is referred to.',
    ),
    "name_twice": (
        "名称“{name}”在同一层出现了不止一次。",
        'The name "{name}" is used more than once on the same level.',
        "这一个改为“{id}”。",
        'This one was changed to "{id}".',
    ),
    "name_missing": (
        "没有名称。",
        "There is no name.",
        "取名为“{id}”。",
        'Named "{id}".',
    ),
    "label_missing": (
        "没有题目文字。",
        "There is no label.",
        "以名称“{name}”代替。",
        'The name "{name}" stands in its place.',
    ),
    "text_cleaned": (
        "文字中含有无法显示的字符。",
        "The text holds characters that cannot be shown.",
        "已去掉这些字符。",
        "They were taken out.",
    ),
    "text_piping": (
        "文字中引用了“{name}”，但在这里显示不了它的答案。",
        'The text quotes "{name}", whose answer cannot be shown there.',
        "照原样保留，不替换为答案。",
        "Kept as written; no answer is put in its place.",
    ),
    "text_markup": (
        "文字中含有排版标记：{text}",
        "The text holds formatting marks: {text}",
        "照原样保留，作为文字显示。",
        "Kept as written and shown as text.",
    ),
    "media_dropped": (
        "引用的图片、声音或视频“{file}”没有随文件提供。",
        'The picture, sound or film "{file}" is not part of the file.',
        "没有导入。",
        "Left out.",
    ),
    "expression_untranslated": (
        "{key} 的表达式无法翻译（{reason}）：{text}",
        "The expression of {key} cannot be translated ({reason}): {text}",
        "没有导入这个表达式，题目仍然导入。",
        "The expression was left out; the item was imported.",
    ),
    "setting_dropped": (
        "“{key}”没有对应的设置：{text}",
        'There is no setting like "{key}": {text}',
        "没有导入。",
        "Left out.",
    ),
    "list_missing": (
        "没有名为“{name}”的选项列表。",
        'There is no choice list "{name}".',
        "按单行文字题导入。",
        "Imported as a line of text.",
    ),
    "list_outside": (
        "选项在另外的文件“{name}”中。",
        'The choices are in another file, "{name}".',
        "按单行文字题导入。",
        "Imported as a line of text.",
    ),
    "list_short": (
        "选项列表“{name}”只有一项。",
        'The choice list "{name}" has one entry only.',
        "按勾选框导入。",
        "Imported as a box to tick.",
    ),
    "list_long": (
        "选项列表“{name}”有 {count} 项，上限为 {limit} 项。",
        'The choice list "{name}" has {count} entries; the limit is {limit}.',
        "按“{instead}”导入。",
        'Imported as "{instead}".',
    ),
    "choice_twice": (
        "列表“{name}”中选项值“{value}”不止一个。",
        'The value "{value}" stands more than once in the list "{name}".',
        "保留第一个，这一个没有导入。",
        "The first was kept; this one was left out.",
    ),
    "choice_renamed": (
        "列表“{name}”中不能有选项值“{value}”。",
        'The value "{value}" cannot be used in the list "{name}".',
        "改为“{instead}”。",
        'Changed to "{instead}".',
    ),
    "invalid_afterwards": (
        "导入后仍有问题：{problem}",
        "Something is still wrong after the import: {problem}",
        "{key} 没有导入。",
        "{key} was left out.",
    ),
}


def register(entries: Mapping[str, tuple[str, str, str, str]]) -> None:
    """Add the losses of one format to the catalogue; a code means one thing only."""
    if taken := [code for code in entries if LOSSES.get(code, entries[code]) != entries[code]]:
        raise ValueError(f"codes in use: {taken}")
    LOSSES.update(entries)


@dataclass(frozen=True)
class Loss:
    """One thing that did not come across, or not as it was."""

    code: str
    severity: Severity
    #: Such as ``survey!C14``, or a JSON path.
    where: str
    values: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """Return what is lost, in ``language``."""
        return self._worded(0, language)

    def done(self, language: str) -> str:
        """Return what was done instead, in ``language``."""
        return self._worded(2, language)

    def _worded(self, first: int, language: str) -> str:
        chinese = locales.chinese(language)
        values = {name: _shown(plain(value, language)) for name, value in self.values.items()}
        template = LOSSES[self.code][first if chinese else first + 1]
        return printable(template.format(**values)).strip()

    def to_json(self) -> dict[str, Any]:
        """Return the loss with its words in both languages."""
        return {
            "code": self.code,
            "severity": self.severity,
            "where": printable(self.where),
            "values": {name: _reported(value) for name, value in self.values.items()},
            "lost": {"zh": self.message("zh"), "en": self.message("en")},
            "done": {"zh": self.done("zh"), "en": self.done("en")},
        }


@dataclass(frozen=True)
class Imported:
    """What came of reading a foreign file.

    ``expressions`` counts the conditions and calculations in the file; each one is either
    ``translated`` or ``flagged``, that is left out with a loss that holds its text. ``items``
    counts the items of the questionnaire.
    """

    questionnaire: Questionnaire | None
    losses: tuple[Loss, ...] = ()
    expressions: int = 0
    translated: int = 0
    flagged: int = 0
    items: int = 0

    @property
    def errors(self) -> tuple[Loss, ...]:
        """The losses that strict reading does not accept."""
        return tuple(loss for loss in self.losses if loss.severity == "error")

    def to_json(self) -> str:
        """Return the report as JSON; the questionnaire itself is not in it."""
        return json.dumps(
            {
                "imported": self.questionnaire is not None,
                "items": self.items,
                "expressions": self.expressions,
                "translated": self.translated,
                "flagged": self.flagged,
                "losses": losses_json(self.losses),
            },
            ensure_ascii=False,
            indent=1,
        )


@dataclass(frozen=True)
class Written:
    """A questionnaire in a foreign format, and what that format could not hold."""

    content: bytes
    losses: tuple[Loss, ...] = ()


def losses_json(losses: Iterable[Loss]) -> list[dict[str, Any]]:
    """Return losses as JSON values."""
    return [loss.to_json() for loss in losses]


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_SHOWN else f"{flat[: MAX_SHOWN - 1]}…"


def _reported(value: object) -> object:
    if isinstance(value, Text):
        return {tag: value.get(tag) for tag in value}
    if isinstance(value, list | tuple):
        return [_reported(part) for part in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return printable(str(value)[:MAX_REPORTED])
