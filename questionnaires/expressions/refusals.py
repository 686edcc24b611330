"""The wording of what the check of an expression finds: Chinese, English, severity."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning"]

WORDING: dict[str, tuple[str, str, Severity]] = {
    "arithmetic_list": (
        "“{name}”不能用于多选题的答案；要数选了几项，请用 count-selected()",
        '"{name}" does not work on a list; to count what was selected write count-selected()',
        "error",
    ),
    "arithmetic_boolean": (
        "“{name}”用在了“是/否”的判断上；请用 if(条件, 1, 0)",
        '"{name}" is used on a condition; write if(condition, 1, 0)',
        "warning",
    ),
    "arithmetic_time": (
        "时刻不能用“{name}”计算，只能比较先后",
        '"{name}" does not work on times of day; they can only be compared',
        "error",
    ),
    "arithmetic_text": (
        "“{text}”不是数字，不能计算；连接文字请用 concat()",
        '"{text}" is not a number and cannot be calculated with; to join texts write concat()',
        "error",
    ),
    "date_arithmetic": (
        "日期不能这样用“{name}”计算：日期加减天数仍是日期，两个日期相减得天数",
        '"{name}" does not work on dates like this: date + days and date - days are dates, '
        "date - date is a number of days",
        "error",
    ),
    "compared_number": (
        "数字与{other}比较，永远不会成立",
        "a number is compared with {other}; that never holds",
        "error",
    ),
    "compared_date": (
        "“{text}”不是日期；日期写成 '2026-03-15'",
        "\"{text}\" is not a date; a date is written '2026-03-15'",
        "error",
    ),
    "compared_time": (
        "时刻只能与时刻比较；时刻写成 '09:30'",
        "a time of day is compared with something else; a time is written '09:30'",
        "error",
    ),
    "list_number": (
        "多选题的答案不能与数字比较；请用 count-selected() 或 selected()",
        "a list is compared with a number; write count-selected() or selected()",
        "error",
    ),
    "list_order": (
        "多选题的答案没有大小之分；请用 count-selected() 或 selected()",
        "a list cannot be put in order; write count-selected() or selected()",
        "error",
    ),
    "list_text": (
        "只有恰好只选了“{text}”时才成立；一般应写 selected(…, '{text}')",
        "this holds only when nothing but \"{text}\" is selected; usually selected(..., '{text}')",
        "warning",
    ),
    "order": (
        "这里不是数字，也不是日期或时刻，比大小永远不会成立",
        "this is neither a number nor a date nor a time; putting it in order never holds",
        "error",
    ),
    "needs_number": (
        "“{name}”这里需要数字",
        '"{name}" needs a number here',
        "error",
    ),
    "needs_date": (
        "“{name}”这里需要日期",
        '"{name}" needs a date here',
        "error",
    ),
    "needs_list": (
        "“{name}”这里需要选择题的答案或列表",
        '"{name}" needs the answer to a choice question or a list here',
        "error",
    ),
    "directive": (
        "日期格式里没有“{text}”",
        'a date format has no "{text}"',
        "error",
    ),
    "path": (
        "这条路径找不到对应的题目",
        "no item stands at this path",
        "error",
    ),
    "outside": (
        "“{name}”的数据在表单之外，这里读不到，总是空的",
        'the data of "{name}" are outside the form and cannot be read here; this is always empty',
        "error",
    ),
    "unsupported": (
        "暂不支持“{name}”，它的值总是空的",
        '"{name}" is not supported; its value is always empty',
        "error",
    ),
}
