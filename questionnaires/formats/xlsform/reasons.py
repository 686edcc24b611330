"""Why an expression of a form stays behind, in words."""

from __future__ import annotations

from questionnaires.text import Text


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
    "clock": _reason(
        "decimal-time() 只能用来与时刻比较",
        "decimal-time() can only be compared with a time of day",
    ),
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
