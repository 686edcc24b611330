"""What can be wrong with a file of the organisation, each with its place, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveyapp.organisation.exchange.layout import LAYOUTS

#: Code -> (Chinese, English). Those below ``NOTICES`` are told, but stop nothing.
_MESSAGES: dict[str, tuple[str, str]] = {
    "file_refused": ("文件无法读取：{reason_zh}。", "The file cannot be read: {reason_en}."),
    "no_sheet": (
        "没有认出任何表。第一行应为列名，可下载模板对照。",
        "No sheet was recognised. The first row holds the headings; see the template.",
    ),
    "sheet_twice": (
        "“{name}”出现了两次，请只保留一个。",
        "“{name}” is there twice; keep one of them.",
    ),
    "column_missing": ("缺少“{heading_zh}”列。", "The column “{heading_en}” is missing."),
    "column_twice": (
        "“{heading_zh}”列出现了两次。",
        "The column “{heading_en}” is there twice.",
    ),
    "empty": ("不能空着。", "This must not be empty."),
    "long": ("超过 {limit} 个字符。", "This has more than {limit} characters."),
    "unprintable": ("含有无法显示的字符。", "This holds characters that cannot be shown."),
    "code": (
        "“{value}”不能作编码：只用字母、数字、汉字和 - _ .",
        "“{value}” is not a code: use letters, digits and - _ . only.",
    ),
    "date": (
        "“{value}”不是日期，请写成 2026-01-31。",
        "“{value}” is not a date; write it like 2026-01-31.",
    ),
    "whole": ("“{value}”不是整数。", "“{value}” is not a whole number."),
    "line": (
        "“{value}”应为 home（派出）或 host（现任）。",
        "“{value}” should be home or host.",
    ),
    "language": ("“{value}”应为 zh 或 en。", "“{value}” should be zh or en."),
    "email": ("“{value}”不是电子邮箱地址。", "“{value}” is not an e-mail address."),
    "duplicate": (
        "“{value}”与第 {first} 行重复。",
        "“{value}” is in row {first} already.",
    ),
    "name_missing": ("中文、英文名称至少填一个。", "Give a name in Chinese or in English."),
    "unknown_unit": ("没有编码为“{value}”的单位。", "There is no unit with the code “{value}”."),
    "unknown_person": (
        "没有编码为“{value}”的人员。",
        "There is no person with the code “{value}”.",
    ),
    "no_root": (
        "请填上级单位：您管理的是机构的一部分。",
        "Give a parent: you manage a part of the organisation.",
    ),
    "cycle": (
        "上级关系成了一个圈：{trail}。",
        "The parents form a circle: {trail}.",
    ),
    "too_deep": ("超过 {limit} 级。", "This is more than {limit} levels deep."),
    "dates_reversed": (
        "失效日期 {until} 早于生效日期 {start}。",
        "It ends on {until}, before it begins on {start}.",
    ),
    "outlives_parent": (
        "上级单位“{parent}”在 {until} 失效，这个单位还在。",
        "The parent “{parent}” ends on {until}, before this unit does.",
    ),
    "outside_unit": (
        "单位“{unit}”在 {until} 失效，任职超出了这一天。",
        "The unit “{unit}” ends on {until}, before this posting does.",
    ),
    "overlap_home": (
        "“{person}”同一天有两个派出单位：{first} 和 {second}。",
        "“{person}” has two home units on the same day: {first} and {second}.",
    ),
    "overlap_host": (
        "“{person}”同一天有两个现任单位：{first} 和 {second}。",
        "“{person}” has two host units on the same day: {first} and {second}.",
    ),
    "no_members": ("工作组没有组员。", "The team has no members."),
    "leader_outside": (
        "组长“{value}”不在组员之中。",
        "The leader “{value}” is not one of the members.",
    ),
    "many": (
        "还有 {count} 个问题没有列出。",
        "There are {count} more problems, not listed.",
    ),
}
_NOTICES: dict[str, tuple[str, str]] = {
    "sheet_ignored": ("没有用到“{name}”表。", "The sheet “{name}” was not used."),
    "column_ignored": ("没有用到“{name}”列。", "The column “{name}” was not used."),
    "guessed": (
        "文件按 {encoding} 编码读取，请留意汉字是否正确。",
        "The file was read as {encoding}; look whether the characters are right.",
    ),
}
MESSAGES = {**_MESSAGES, **_NOTICES}
#: Problems that one preview lists.
MOST = 2000


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the sheet, the row counted from 1 (0: all of it), the column."""

    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def stops(self) -> bool:
        """Whether nothing can be written while this is so."""
        return self.code not in _NOTICES

    def message(self, language: str) -> str:
        """Return the sentence for a reader of ``zh`` or ``en``."""
        chinese, english = MESSAGES[self.code]
        return (chinese if language == "zh" else english).format(**self.values)

    def place(self, language: str) -> str:
        """Return where it is: "Units, row 3, Level"."""
        if self.sheet not in LAYOUTS:
            return self.sheet
        layout = LAYOUTS[self.sheet]
        parts = [layout.heading.get(language)]
        if self.row:
            parts.append(f"第 {self.row} 行" if language == "zh" else f"row {self.row}")
        if self.column:
            parts.append(layout.column(self.column).heading.get(language))
        return ("，" if language == "zh" else ", ").join(parts)


def bounded(problems: list[Problem]) -> list[Problem]:
    """Return at most ``MOST`` of them, the last one saying how many more there are."""
    if len(problems) <= MOST:
        return problems
    left = len(problems) - MOST + 1
    return [*problems[: MOST - 1], Problem("many", values={"count": left})]
