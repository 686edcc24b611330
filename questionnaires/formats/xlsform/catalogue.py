"""The losses that only a spreadsheet form has, and the reasons why an expression stays behind."""

from __future__ import annotations

from questionnaires.formats.losses import register
from questionnaires.text import Text

register(
    {
        "sheet_missing": (
            "没有名为“{name}”的工作表。",
            'There is no sheet "{name}".',
            "没有导入任何内容。",
            "Nothing was imported.",
        ),
        "sheet_ignored": (
            "工作表“{name}”不属于 XLSForm（{count} 行）。",
            'The sheet "{name}" is no part of an XLSForm ({count} rows).',
            "没有读取。",
            "It was not read.",
        ),
        "column_missing": (
            "工作表“{sheet}”缺少“{name}”列。",
            'The sheet "{sheet}" has no column "{name}".',
            "没有导入这个工作表。",
            "The sheet was not imported.",
        ),
        "column_unknown": (
            "没有与“{name}”列对应的内容（{count} 个单元格）。",
            'Nothing corresponds to the column "{name}" ({count} cells).',
            "没有导入。",
            "Left out.",
        ),
        "column_nameless": (
            "一列没有列名（{count} 个单元格）。",
            "A column has no name ({count} cells).",
            "没有导入。",
            "Left out.",
        ),
        "column_twice": (
            "“{name}”列出现了不止一次。",
            'The column "{name}" stands there more than once.',
            "以第一列为准，其余只补空白。",
            "The first one counts; the others only fill its gaps.",
        ),
        "column_language_guessed": (
            "列名中的语言“{name}”不是语言代码。",
            'The language "{name}" of a column is not a language code.',
            "记为 {tag}。",
            "Taken as {tag}.",
        ),
        "cell_long": (
            "单元格有 {count} 个字符，上限为 {limit} 个。",
            "The cell holds {count} characters; the limit is {limit}.",
            "只保留前 {limit} 个字符。",
            "Only the first {limit} characters were kept.",
        ),
        "file_encoding_guessed": (
            "文件不是 UTF-8 编码。",
            "The file is not UTF-8.",
            "按 {encoding} 读取，请核对文字。",
            "It was read as {encoding}; please check the wording.",
        ),
        "rows_many": (
            "共有 {count} 行，上限为 {limit} 行。",
            "There are {count} rows; the limit is {limit}.",
            "没有导入任何内容。",
            "Nothing was imported.",
        ),
        "row_typeless": (
            "这一行没有题型。",
            "This row has no type.",
            "没有导入这一行。",
            "The row was left out.",
        ),
        "row_disabled": (
            "这一行已停用。",
            "This row is disabled.",
            "没有导入这一行。",
            "The row was left out.",
        ),
        "group_unopened": (
            "“{kind}”没有对应的开头。",
            '"{kind}" closes nothing.',
            "没有导入这一行。",
            "The row was left out.",
        ),
        "group_mismatched": (
            "“{kind}”与第 {row} 行开头的一组不配对。",
            '"{kind}" does not match the group opened in row {row}.',
            "当作那一组的结尾。",
            "Taken as the end of that group.",
        ),
        "group_unclosed": (
            "“{name}”这一组没有结尾。",
            'The group "{name}" is never closed.',
            "当作到表末为止。",
            "Taken to reach to the end of the sheet.",
        ),
        "group_deep": (
            "分组超过 {limit} 层。",
            "Groups are nested more than {limit} deep.",
            "更深的分组并入上一层。",
            "Deeper groups became part of the one above.",
        ),
        "group_lifted": (
            "“{name}”是分组中的分组。",
            'The group "{name}" stands inside another group.',
            "成为单独的一部分，条件与外层合并。",
            "It became a section of its own; its condition includes those around it.",
        ),
        "group_dissolved": (
            "分组“{name}”没有标题，或在可重复的部分之内。",
            'The group "{name}" has no label, or stands inside a repeat.',
            "其中的题目并入所在部分，条件加在每道题上。",
            "Its items joined the section around it, each with the condition of the group.",
        ),
        "group_unlabelled": (
            "分组“{name}”没有标题。",
            'The group "{name}" has no label.',
            "以“{instead}”为标题。",
            'Its title is "{instead}".',
        ),
        "group_without_items": (
            "分组“{name}”中没有题目。",
            'The group "{name}" holds no item.',
            "没有导入这一组。",
            "The group was left out.",
        ),
        "repeat_nested": (
            "“{name}”是可重复部分之中的可重复部分。",
            'The repeat "{name}" stands inside another repeat.',
            "成为单独的可重复部分，与外层不再对应。",
            "It became a repeat of its own and no longer belongs to an entry of the outer one.",
        ),
        "repeat_counted": (
            "可重复部分“{name}”的次数由表达式决定：{text}",
            'The number of entries of "{name}" follows from an expression: {text}',
            "改为由填写者自行增减，最多 {limit} 次。",
            "Whoever answers adds as many as needed, {limit} at most.",
        ),
        "name_reserved": (
            "名称“{name}”在 XLSForm 中另有用途。",
            'XLSForm reserves the name "{name}".',
            "照常导入，标识为“{id}”。",
            'Imported all the same, as "{id}".',
        ),
        "name_illegal": (
            "名称“{name}”不符合 XLSForm 的规定。",
            'The name "{name}" is not allowed in an XLSForm.',
            "改为“{id}”，引用处一并修改。",
            'Changed to "{id}", also where it is referred to.',
        ),
        "name_ambiguous": (
            "{key} 引用的“{name}”不止一个。",
            '{key} refers to "{name}", of which there are several.',
            "指向其中最近的“{id}”。",
            'It now means "{id}", the nearest one.',
        ),
        "quoted_unknown": (
            "文字中引用了不存在的“{name}”。",
            'The text quotes "{name}", which does not exist.',
            "照原样保留。",
            "Kept as written.",
        ),
        "choice_nameless": (
            "列表“{name}”中有一项没有选项值。",
            'An entry of the list "{name}" has no value.',
            "没有导入这一项。",
            "The entry was left out.",
        ),
        "choice_listless": (
            "这一项不属于任何列表。",
            "This entry belongs to no list.",
            "没有导入这一项。",
            "The entry was left out.",
        ),
        "choice_unlabelled": (
            "列表“{name}”的选项“{value}”没有文字。",
            'The entry "{value}" of the list "{name}" has no label.',
            "以选项值代替。",
            "Its value stands in its place.",
        ),
        "list_unused": (
            "没有题目使用选项列表“{name}”。",
            'No item uses the choice list "{name}".',
            "没有导入。",
            "It was left out.",
        ),
        "appearance_dropped": (
            "外观“{name}”没有对应的设置。",
            'There is nothing like the appearance "{name}".',
            "按通常的样子显示。",
            "Shown in the usual way.",
        ),
        "appearance_meaningful": (
            "外观“{name}”会改变题目的含义。",
            'The appearance "{name}" changes what is asked.',
            "按“{instead}”导入。",
            'Imported as "{instead}".',
        ),
        "parameter_dropped": (
            "参数“{name}”没有对应的设置。",
            'There is nothing like the parameter "{name}".',
            "没有导入。",
            "Left out.",
        ),
        "parameter_wrong": (
            "参数“{name}”的值“{value}”无法使用。",
            'The value "{value}" of the parameter "{name}" cannot be used.',
            "按默认值导入。",
            "Imported with the usual value.",
        ),
        "table_made": (
            "表格“{name}”中的各题共用一个选项列表。",
            'The items of the table "{name}" share one choice list.',
            "合为一道“{instead}”。",
            'Put together as one item of kind "{instead}".',
        ),
        "table_apart": (
            "表格“{name}”无法合为一道矩阵题。",
            'The table "{name}" cannot become one matrix.',
            "各题分别导入。",
            "Its items were imported one by one.",
        ),
        "default_wrong": (
            "默认值“{text}”不是这道题的答案。",
            'The default "{text}" is not an answer to this item.',
            "没有导入默认值。",
            "Imported without a default.",
        ),
        "read_only_dropped": (
            "这道题只读，不由填写者作答。",
            "The item is read-only.",
            "改为可以填写。",
            "It can be filled in now.",
        ),
        "read_only_note": (
            "这道只读题没有计算式，只是给人看的。",
            "The read-only item has no calculation: it is only shown.",
            "按说明文字导入。",
            "Imported as a note.",
        ),
        "calculation_editable": (
            "这道题有计算式，但填写者可以修改结果。",
            "The item is calculated, but its value may be changed by hand.",
            "结果改为只显示、不能修改。",
            "The value is now shown and cannot be changed.",
        ),
        "calculation_missing": (
            "计算项没有计算式。",
            "The calculated item has no calculation.",
            "按隐藏项导入，值为“{value}”。",
            'Imported as a hidden item with the value "{value}".',
        ),
        "calculation_left_out": (
            "计算项“{name}”的表达式没有导入。",
            'The expression of the calculated item "{name}" was left out.',
            "按空的隐藏项导入。",
            "Imported as a hidden item without a value.",
        ),
        "trigger_dropped": (
            "计算只在“{name}”改变时进行。",
            'The calculation is done only when "{name}" changes.',
            "改为随时计算。",
            "It is always up to date instead.",
        ),
        "trigger_unknown": (
            "trigger 引用了不存在的“{name}”。",
            'The trigger refers to "{name}", which does not exist.',
            "没有导入。",
            "Left out.",
        ),
        "guidance_joined": (
            "有给调查员的说明。",
            "There is guidance for the interviewer.",
            "并入提示文字。",
            "It became part of the hint.",
        ),
        "option_unknown": (
            "表达式中的“{value}”不是“{name}”的选项，永远不会成立。",
            'The expression asks for "{value}", which "{name}" does not offer; it never holds.',
            "照原样保留，请核对。",
            "Kept as it is; please check.",
        ),
        "cells_computed": (
            "工作表“{name}”有 {count} 个单元格是公式，第一个在 {first}。",
            'In the sheet "{name}", {count} cells are formulas, the first in {first}.',
            "读取了上次保存时算出的值。",
            "The values that were stored with them were read.",
        ),
        "cells_unseen": (
            "旧格式（.xls）的文件看不出哪些单元格是公式。",
            "In a file of the old format (.xls) it cannot be seen which cells hold formulas.",
            "读取了存下的值；有公式的，请先另存为 .xlsx。",
            "The stored values were read; if there are formulas, save it as .xlsx first.",
        ),
        "filter_waits": (
            "choice_filter 引用的题目未答时，XLSForm 不显示任何选项。",
            "While what the choice_filter reads is unanswered, an XLSForm offers no choices.",
            "未答时显示全部选项。",
            "All are offered until then.",
        ),
        "write_kind": (
            "XLSForm 没有“{kind}”题。",
            'XLSForm has no kind "{kind}".',
            "写为“{instead}”。",
            'Written as "{instead}".',
        ),
        "write_title": (
            "表单标题只有一种语言，没有写出其他语言的标题：{languages}。",
            "The title of a form has one language; those in others were not written: {languages}.",
            "写作“{shown}”。",
            'Written as "{shown}".',
        ),
        "write_setting": (
            "XLSForm 无法表示“{key}”。",
            'XLSForm cannot express "{key}".',
            "没有写出。",
            "Not written.",
        ),
        "write_expression": (
            "XLSForm 中没有“{name}”：{text}",
            'XLSForm has no "{name}": {text}',
            "这个表达式没有写出。",
            "The expression was not written.",
        ),
        "write_jump": (
            "XLSForm 没有跳转。",
            "XLSForm has no jumps.",
            "写成被跳过的各部分的显示条件。",
            "Written as conditions of the sections that are left out.",
        ),
        "write_media": (
            "工作簿里放不下文件“{file}”。",
            'A workbook cannot hold the file "{file}".',
            "只写了文件名，请把文件另外放在表单旁边。",
            "Only its name was written; the file has to be put beside the form.",
        ),
        "write_value": (
            "选项值“{value}”在 XLSForm 的多选题中不能含空格。",
            'The value "{value}" cannot hold spaces in an XLSForm.',
            "写为“{instead}”。",
            'Written as "{instead}".',
        ),
        "more_losses": (
            "另有 {count} 处没有列出。",
            "There are {count} more.",
            "详情见前面各条。",
            "They are like those listed.",
        ),
    }
)


def _reason(zh: str, en: str) -> Text:
    return Text({"zh": zh, "en": en})


REASONS: dict[str, Text] = {
    "unknown": _reason("引用了不存在的题目", "it refers to an item that does not exist"),
    "valueless": _reason(
        "引用的是分组、说明文字或没有导入的题目",
        "it refers to a group, a note or an item that was left out",
    ),
    "metadata": _reason(
        "引用了因匿名而没有导入的内容", "it refers to what anonymity does not allow to be recorded"
    ),
    "repeated": _reason(
        "引用了可重复部分中的题目", "it refers to an item inside a repeat from outside of it"
    ),
    "broken": _reason(
        "引用了未能翻译的计算项", "it refers to a calculation that could not be translated"
    ),
    "cycle": _reason("与其他表达式互相引用，形成循环", "it is part of a circle of expressions"),
    "itself": _reason("这里不能引用本题的答案", "it cannot read the item's own answer here"),
    "idle": _reason("这一行不要求作答", "nothing is asked in this row"),
    "outside": _reason("引用了表单之外的数据", "it reads data from outside the form"),
    "list_elsewhere": _reason(
        "选项列表“{name}”在另外的文件中", 'the choice list "{name}" is in another file'
    ),
    "lookup_long": _reason(
        "要从 {count} 个不同的值中取值，上限为 {limit} 个",
        "it looks among {count} different values; the limit is {limit}",
    ),
    "prefilled": _reason(
        "只用于预填答案，填写者可以修改", "it only fills in an answer that may then be changed"
    ),
    "left_out": _reason("这一行没有导入", "the row was left out"),
    "not_choice": _reason("这道题没有可筛选的选项", "the item has no choices to filter"),
    "property": _reason("选项表没有这一列", "the choices have no such column"),
    "long": _reason(
        "与外层条件合并后过长", "it is too long together with the conditions around it"
    ),
    "too_much": _reason(
        "文件中的表达式总量过大", "the expressions of the file are too long, taken together"
    ),
    "refused": _reason("导入后不成立", "it does not hold up after the import"),
}
