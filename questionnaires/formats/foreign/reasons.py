"""Why an expression cannot be translated, in words."""

from __future__ import annotations

from questionnaires.expressions import ExpressionError
from questionnaires.text import Text, printable

#: reason -> (zh, en)
_WORDS: dict[str, tuple[str, str]] = {
    "syntax": ("第 {at} 个字符处不合语法", "it is not well formed at character {at}"),
    "too_long": ("表达式过长", "it is too long"),
    "too_much": (
        "文件中的表达式总量过大",
        "the expressions of the file are too long, taken together",
    ),
    "too_deep": ("嵌套过深", "it is nested too deeply"),
    "name": ("没有名为“{name}”的题目", 'there is no item "{name}"'),
    "outside": (
        "“{name}”是表单以外的数据",
        '"{name}" is data from outside the form',
    ),
    "record": (
        "“{name}”用来从病历系统取数据或把数据送回去",
        '"{name}" fetches data from a medical record system or sends it there',
    ),
    "part": (
        "只能引用整道题，不能引用其中的“{name}”",
        'items can be read only as a whole, not their part "{name}"',
    ),
    "repeated": (
        "“{name}”在可重复填写的部分中，这里不能引用",
        '"{name}" stands in a repeated section and cannot be read here',
    ),
    "silent": ("“{name}”不收集答案", '"{name}" takes no answer'),
    "function": ("没有与“{name}”对应的函数", 'there is no function like "{name}"'),
    "operator": ("没有与“{name}”对应的运算", 'there is no operator like "{name}"'),
    "value": ("无法表示数值“{name}”", 'the value "{name}" cannot be expressed'),
    "language": ("不支持“{name}”语言", 'the language "{name}" is not read'),
    "list": ("这里不能使用列表", "a list cannot stand here"),
    "itself": ("条件引用了本题的答案", "the condition reads the answer to its own item"),
    "cycle": ("与其他条件互相引用，形成循环", "conditions depend on each other in a circle"),
    "action": (
        "这会在填写过程中改变其他答案或流程",
        "it would change other answers or the course of the form",
    ),
    "subquestion": (
        "不能为单独的一行或一个选项设条件",
        "a single row or option cannot have such a condition",
    ),
    "group": ("分组不能有自己的检查", "a group cannot have a check of its own"),
    "refused": ("我们的语法不接受：{name}", "our language does not accept it: {name}"),
}


class Untranslatable(Exception):
    """An expression that has no counterpart; ``reason`` says why, in both languages."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        shown = {name: printable(str(value))[:80] for name, value in values.items()}
        chinese, english = _WORDS[reason]
        self.reason = Text({"zh": chinese.format(**shown), "en": english.format(**shown)})


def refused(error: ExpressionError) -> Untranslatable:
    """Say that our own parser does not accept what was made of an expression."""
    found = Untranslatable("refused", name="")
    found.reason = Text(
        {"zh": f"我们的语法不接受：{error.chinese}", "en": f"not accepted: {error.english}"}
    )
    return found
