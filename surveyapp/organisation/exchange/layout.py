"""What a file of the organisation looks like: its sheets, their columns, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires import Text
from surveyapp.organisation.models import MAX_CODE, MAX_NAME, MAX_WORD


def both(zh: str, en: str) -> Text:
    """Return a text in the two languages of the program."""
    return Text({"zh": zh, "en": en})


@dataclass(frozen=True)
class Column:
    """One column: how its cells are read (``form``), and what to write in them (``about``)."""

    name: str
    heading: Text
    about: Text
    form: str = "text"
    longest: int = MAX_NAME
    required: bool = False

    def title(self) -> str:
        """Return the heading as files show it, in both languages."""
        return f"{self.heading.get('zh')} / {self.heading.get('en')}"


@dataclass(frozen=True)
class Layout:
    """One sheet; ``example`` are rows of a small organisation, in the order of the columns."""

    name: str
    heading: Text
    columns: tuple[Column, ...]
    example: tuple[tuple[str, ...], ...]

    def title(self) -> str:
        """Return the name of the sheet as files show it."""
        return f"{self.heading.get('zh')} {self.name}"

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


_NAME_ZH = Column(
    "name_zh",
    both("中文名称", "Chinese name"),
    both("中文、英文名称至少填一个。", "At least one of the two names."),
)
_NAME_EN = Column("name_en", both("英文名称", "English name"), _NAME_ZH.about)
_DAY = both("例如 2026-01-31；空着表示不限。", "Such as 2026-01-31; empty: no limit.")
_FROM = Column("valid_from", both("生效日期", "Valid from"), _DAY, "date", 20)
_UNTIL = Column(
    "valid_until",
    both("失效日期", "Valid until"),
    both("最后一天，含当天。" + _DAY.get("zh"), "The last day, included. " + _DAY.get("en")),
    "date",
    20,
)

UNITS = Layout(
    "units",
    both("单位", "Units"),
    (
        Column(
            "code",
            both("单位编码", "Unit code"),
            both(
                "不重复；字母、数字、汉字和 - _ .",
                "Unique; letters, digits and - _ . of any script.",
            ),
            "code",
            MAX_CODE,
            required=True,
        ),
        Column(
            "parent",
            both("上级单位编码", "Parent code"),
            both("最高一级空着。", "Empty for the topmost."),
            "code",
            MAX_CODE,
        ),
        Column(
            "kind",
            both("级别", "Level"),
            both("例如：县、乡镇、驻村工作队。", "Such as County, Township, Village team."),
            "kind",
            MAX_WORD,
        ),
        Column(
            "category",
            both("类别", "Category"),
            both(
                "同类单位之间比较，例如：大、中、小。",
                "Units are compared within it, such as large, small.",
            ),
            longest=MAX_WORD,
        ),
        _NAME_ZH,
        _NAME_EN,
        Column(
            "position",
            both("顺序", "Order"),
            both("整数，小的在前。", "A whole number; small ones first."),
            "whole",
            9,
        ),
        _FROM,
        _UNTIL,
    ),
    (
        ("C01", "", "county", "", "云溪县", "Yunxi County", "1", "", ""),
        ("T01", "C01", "township", "大", "云岫镇", "Yunxiu Town", "1", "2026-01-01", ""),
        ("T02", "C01", "township", "小", "竹泠乡", "Zhuling Township", "2", "", ""),
    ),
)
PEOPLE = Layout(
    "people",
    both("人员", "People"),
    (
        Column(
            "code",
            both("人员编码", "Person code"),
            both(
                "不重复。请勿使用身份证号码。",
                "Unique. Do not use identity card numbers.",
            ),
            "code",
            MAX_CODE,
            required=True,
        ),
        _NAME_ZH,
        _NAME_EN,
        Column(
            "email",
            both("电子邮箱", "E-mail"),
            both(
                "只用于发送保密、记名调查的个人链接。",
                "Only for the personal links of confidential and named rounds.",
            ),
            "email",
            254,
        ),
        Column(
            "language",
            both("语言", "Language"),
            both("zh 或 en。", "zh or en."),
            "language",
            8,
        ),
    ),
    (
        ("P01", "尹知遥", "Yin Zhiyao", "", "zh"),
        ("P02", "阮清和", "Ruan Qinghe", "", ""),
    ),
)
POSTINGS = Layout(
    "postings",
    both("任职", "Postings"),
    (
        Column(
            "person",
            both("人员编码", "Person code"),
            both("见人员表。", "From the sheet of people."),
            "code",
            MAX_CODE,
            required=True,
        ),
        Column(
            "unit",
            both("单位编码", "Unit code"),
            both("见单位表。", "From the sheet of units."),
            "code",
            MAX_CODE,
            required=True,
        ),
        Column(
            "line",
            both("关系", "Line"),
            both(
                "home：派出单位（本单位）；host：现在工作的单位。",
                "home: the unit that sends them; host: where they serve now.",
            ),
            "line",
            12,
            required=True,
        ),
        Column(
            "role",
            both("职务", "Role"),
            both("在该单位的职务，例如：队长。", "What they are there, such as leader."),
            longest=MAX_WORD,
        ),
        _FROM,
        _UNTIL,
    ),
    (
        ("P01", "T01", "home", "", "", ""),
        ("P01", "C01", "host", "组长", "2026-01-01", "2026-12-31"),
        ("P02", "T02", "home", "", "", ""),
    ),
)
TEAMS = Layout(
    "teams",
    both("工作组", "Teams"),
    (
        Column(
            "code",
            both("工作组编码", "Team code"),
            both("不重复。", "Unique."),
            "code",
            MAX_CODE,
            required=True,
        ),
        _NAME_ZH,
        _NAME_EN,
        Column(
            "leader",
            both("组长编码", "Leader"),
            both("组员之一。", "One of the members."),
            "code",
            MAX_CODE,
        ),
        Column(
            "members",
            both("组员编码", "Members"),
            both("人员编码，用空格或逗号隔开。", "Person codes with spaces or commas between."),
            "codes",
            8000,
        ),
    ),
    (("G1", "第一走访组", "Visiting team 1", "P01", "P01 P02"),),
)
LAYOUTS = {layout.name: layout for layout in (UNITS, PEOPLE, POSTINGS, TEAMS)}
#: In a cell: empty what is stored. (An empty cell leaves it as it is.)
CLEAR = "-"
