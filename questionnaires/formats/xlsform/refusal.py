"""A file that is not read at all, and why."""

from __future__ import annotations

from questionnaires.formats.losses import Loss
from questionnaires.text import Text

_REASONS: dict[str, tuple[str, str]] = {
    "file_large": (
        "文件有 {size} 字节，上限为 {limit} 字节",
        "it has {size} bytes; the limit is {limit}",
    ),
    "file_empty": ("文件是空的", "it is empty"),
    "workbook_unsound": (
        "不是完好的工作簿，或者读取它需要过多的内存或时间",
        "it is not a sound workbook, or it takes too much memory or time to read",
    ),
    "workbook_broken": ("不是完好的工作簿", "it is not a sound workbook"),
    "archive_entries": (
        "压缩包内有 {count} 个文件，上限为 {limit} 个",
        "there are {count} files inside; the limit is {limit}",
    ),
    "archive_large": (
        "解压后超过 {limit} 字节",
        "unpacked, it is larger than {limit} bytes",
    ),
    "archive_ratio": (
        "“{name}”解压后是压缩时的 {limit} 倍以上",
        '"{name}" unpacks to more than {limit} times its size',
    ),
    "archive_doctype": (
        "“{name}”中有文档类型声明或实体",
        '"{name}" declares a document type or entities',
    ),
    "archive_locked": ("文件设有密码", "it is protected with a password"),
    "sheet_high": (
        "工作表“{name}”有 {count} 行，上限为 {limit} 行",
        'the sheet "{name}" has {count} rows; the limit is {limit}',
    ),
    "sheet_wide": (
        "工作表“{name}”有 {count} 列，上限为 {limit} 列",
        'the sheet "{name}" has {count} columns; the limit is {limit}',
    ),
    "cells_many": (
        "工作表“{name}”的单元格超过 {limit} 个",
        'the sheet "{name}" has more than {limit} cells',
    ),
    "encoding_unknown": (
        "既不是 UTF-8 也不是 GB18030 编码",
        "it is neither UTF-8 nor GB18030",
    ),
}


class Refusal(Exception):
    """The file is not read; ``loss`` says why."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        super().__init__(loss.message("en"))


def refusal(code: str, **values: object) -> Refusal:
    """Return the refusal for one of the reasons above."""
    chinese, english = _REASONS[code]
    reason = Text({"zh": f"{chinese.format(**values)}。", "en": f"{english.format(**values)}."})
    return Refusal(Loss("file_refused", "error", "", {"reason": reason, "code": code}))
