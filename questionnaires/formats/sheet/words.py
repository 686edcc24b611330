"""What the sheets and their columns are called, and the page that explains how to edit them."""

from __future__ import annotations

from typing import Any

from questionnaires import locales
from questionnaires.explanations import Explanation, explanation
from questionnaires.explanations.wording import say
from questionnaires.formats.sheet import shapes
from questionnaires.formats.sheet.grids import MORE
from questionnaires.formats.sheet.shapes import bare, is_model
from questionnaires.kinds import KINDS
from questionnaires.kinds.base import Choice, Item
from questionnaires.model import Questionnaire, Section, Term
from questionnaires.text import Text

SHEETS: dict[str, Text] = {
    "questionnaire": Text({"zh": "问卷", "en": "Questionnaire"}),
    "sections": Text({"zh": "章节", "en": "Sections"}),
    "items": Text({"zh": "题目", "en": "Items"}),
    "options": Text({"zh": "选项", "en": "Options"}),
    "scales": Text({"zh": "量表", "en": "Scales"}),
    "terms": Text({"zh": "术语", "en": "Terms"}),
}
HELP = Text({"zh": "说明", "en": "Help"})

#: Columns that are no setting of the definition: which thing a row is about, and the rest.
_REST = say(
    "其余",
    "The rest",
    "没有单独一列的设置，写成 JSON 或 YAML，如 step: 5。",
    "Settings without a column, as JSON or YAML, such as step: 5.",
)
OWN: dict[str, dict[str, Explanation]] = {
    "questionnaire": {
        "key": say(
            "设置", "Setting", "设置的代码，请勿改动。", "The code of the setting; leave it."
        ),
        "value": say(
            "值", "Value", "设置的值；空着就用默认值。", "The value; blank: the usual one."
        ),
        "text": say("文字", "Text", "要显示的文字。", "What is shown."),
        MORE: _REST,
    },
    "sections": {MORE: _REST},
    "items": {
        "section": say(
            "所属章节",
            "Section",
            "章节的标识；空着就同上一行。",
            "Its identifier; blank: as above.",
        ),
        MORE: _REST,
    },
    "options": {
        "item": say(
            "所属题目", "Item", "题目的标识；空着就同上一行。", "Its identifier; blank: as above."
        ),
        "list": say(
            "列表",
            "List",
            "options 选项、rows 行等；题目只有一个列表时可空着。",
            "options, rows and so on; may be blank when the item has one list only.",
        ),
        "under": say(
            "上级",
            "Under",
            "级联选择中上级各值，以 / 相连。",
            "In a cascade: the values above, with / between.",
        ),
        MORE: _REST,
    },
    "scales": {
        "scale": say(
            "量表名称", "Scale", "空着就同上一行。", "The name of the scale; blank: as above."
        ),
        MORE: _REST,
    },
    "terms": {
        "name": say("名称", "Name", "文字中写作 {名称}。", "Written {name} in texts."),
        MORE: _REST,
    },
}

#: What the help page says, line by line.
ADVICE = (
    Text(
        {
            "zh": "这个工作簿就是整份问卷定义，可以编辑后读回。",
            "en": "This workbook is the whole definition; edit it and read it back.",
        }
    ),
    Text(
        {
            "zh": "每张表第一行是列名，可以改；第二行是代码，程序按它读取，请保留。",
            "en": "The first row of a sheet names the columns and may be changed; the second holds "
            "the codes by which they are read: keep it.",
        }
    ),
    Text(
        {
            "zh": "行的先后就是题目的先后：移动整行即可调整，删去整行即可删除。",
            "en": "Rows stand in the order asked: move a row to move its item, or delete it.",
        }
    ),
    Text(
        {
            "zh": "增加语言：加一列，代码写作 label.fr 这样，并在“问卷”表的 languages 中加一行。",
            "en": "To add a language, add a column with a code such as label.fr, and a line to "
            "languages on the first sheet.",
        }
    ),
    Text(
        {
            "zh": "加一列设置：代码写设置名，如 step；也可写在最后一列，如 step: 5。",
            "en": "To use another setting, add a column with its code, such as step, or write "
            "step: 5 into the last column.",
        }
    ),
    Text(
        {
            "zh": "“题目”表中没有用到的设置折叠起来了，点上方的加号展开。",
            "en": "Settings that no item uses are folded away; the plus above unfolds them.",
        }
    ),
    Text(
        {
            "zh": "深色列名必须填写；浅黄色的格子还空着。",
            "en": "Dark headings must be filled in; pale yellow cells are still blank.",
        }
    ),
)


def roots(sheet: str) -> tuple[Any, ...]:
    """Return the models whose settings the columns of a sheet name."""
    return {
        "questionnaire": (Questionnaire,),
        "sections": (Section,),
        "items": (Item, *KINDS.values()),
        "options": (Choice, *shapes.every_entry()),
        "scales": (Choice,),
        "terms": (Term,),
    }[sheet]


def column(sheet: str, key: str) -> Explanation:
    """Return what a column is called and what it is for."""
    head, _, tag = key.partition(".")
    if head in OWN[sheet]:
        return _in_language(OWN[sheet][head], tag if head == "text" else "")
    found = next((x for root in roots(sheet) if (x := described(root, key)) is not None), None)
    return found or say(key, key, key, key)


def described(root: Any, key: str) -> Explanation | None:
    """Return what the setting at a path within a model is called; None if there is none."""
    part, said = bare(root), list[Explanation]()
    steps = key.split(".")
    for number, step in enumerate(steps):
        if is_model(part) and step in part.model_fields:
            said.append(explanation(part, step))
            part = bare(part.model_fields[step].annotation)
        elif said:
            return _in_language(_joined(said), ".".join(steps[number:]))
        else:
            return None
    return _joined(said)


def _joined(said: list[Explanation]) -> Explanation:
    names = [one.name for one in said]
    name = Text({tag: " · ".join(one.get(tag) for one in names) for tag in ("zh", "en")})
    return Explanation(name, said[-1].about)


def _in_language(said: Explanation, tag: str) -> Explanation:
    """Add the language of a column to its name."""
    if not tag:
        return said
    chinese, english = (locales.name(tag, reader) for reader in ("zh", "en"))
    name = {"zh": f"{said.name.get('zh')}（{chinese}）", "en": f"{said.name.get('en')} ({english})"}
    return Explanation(Text(name), said.about)
