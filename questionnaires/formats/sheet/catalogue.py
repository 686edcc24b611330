"""What can be wrong with an edited workbook, beyond what can be wrong with any definition."""

from __future__ import annotations

from questionnaires.formats.losses import register

register(
    {
        "sheet_codes_missing": (
            "工作表“{name}”没有代码行（列名下面的一行）。",
            'The sheet "{name}" has no row of codes below its headings.',
            "没有读取这张表。",
            "The sheet was not read.",
        ),
        "sheet_unknown": (
            "工作表“{name}”不属于问卷定义。",
            'The sheet "{name}" is no part of a definition.',
            "没有读取这张表。",
            "The sheet was not read.",
        ),
        "sheet_absent": (
            "缺少工作表“{name}”。",
            'The sheet "{name}" is missing.',
            "按空表处理。",
            "Taken as empty.",
        ),
        "sheet_column_unknown": (
            "不认识的列“{name}”。{suggestion}",
            'Unknown column "{name}". {suggestion}',
            "没有读取这一列（{count} 个单元格）。",
            "The column was not read ({count} cells).",
        ),
        "sheet_column_nameless": (
            "这一列没有代码。",
            "This column has no code.",
            "没有读取这一列（{count} 个单元格）。",
            "The column was not read ({count} cells).",
        ),
        "sheet_column_twice": (
            "代码“{name}”出现了不止一次。",
            'The code "{name}" stands there more than once.',
            "以第一列为准，没有读取这一列（{count} 个单元格）。",
            "The first column counts; this one was not read ({count} cells).",
        ),
        "sheet_owner_unknown": (
            "没有标识为“{name}”的{what}。{suggestion}",
            'There is no {what} "{name}". {suggestion}',
            "没有读取这一行。",
            "The row was not read.",
        ),
        "sheet_owner_missing": (
            "没有写明属于哪个{what}。",
            "It is not said which {what} this belongs to.",
            "没有读取这一行。",
            "The row was not read.",
        ),
        "sheet_list_unknown": (
            "题目“{item}”没有名为“{name}”的列表。{suggestion}",
            'The item "{item}" has no list "{name}". {suggestion}',
            "没有读取这一行。",
            "The row was not read.",
        ),
        "sheet_rest_unreadable": (
            "“其余”一列既不是 JSON 也不是 YAML 的“键: 值”：{text}",
            'The last column is neither JSON nor "key: value" in YAML: {text}',
            "没有读取这个单元格。",
            "The cell was not read.",
        ),
        "sheet_rest_long": (
            "“其余”一列合计超过 {limit} 个字符。",
            "The last columns hold more than {limit} characters in all.",
            "没有读取这个及以后的单元格。",
            "This cell and those after it were not read.",
        ),
        "sheet_given_twice": (
            "“{name}”既有单独一列，又写在“其余”中。",
            '"{name}" is given both in its own column and in the last one.',
            "以单独一列为准。",
            "Its own column counts.",
        ),
        "sheet_language_unlisted": (
            "有 {language} 的文字，但 languages 中没有列出这种语言。",
            'There are texts in "{language}", but it is not listed under languages.',
            "文字照原样保留，答题人不能选择这种语言。",
            "The texts were kept; respondents cannot choose this language.",
        ),
    }
)
