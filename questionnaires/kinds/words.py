"""What each kind of item is called, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.text import Text


@dataclass(frozen=True, slots=True)
class KindWords:
    """The name of a kind and one sentence about it."""

    name: Text
    about: Text


def _words(zh: str, en: str, about_zh: str, about_en: str) -> KindWords:
    return KindWords(Text({"zh": zh, "en": en}), Text({"zh": about_zh, "en": about_en}))


WORDS: dict[str, KindWords] = {
    "scale": _words(
        "量表题",
        "Scale",
        "从一个有名称的量表中选一个等级。等级有方向，可计分；“不了解”在量表之外。",
        'One level of a named scale. Levels have a direction and may have scores; "don\'t know" '
        "stands outside the scale.",
    ),
    "yes_no": _words(
        "是非题",
        "Yes or no",
        "是或否，可加“不适用”；可指定哪个答案计为负面。",
        'Yes or no, with "not applicable" if wanted; one of them may count as unfavourable.',
    ),
    "single_choice": _words(
        "单选题",
        "Single choice",
        "从列表中选一项，可显示为列表、按钮或下拉框；选项可要求注明内容。",
        "One option, shown in a list, as buttons or in a drop-down; an option may ask for details.",
    ),
    "multiple_choice": _words(
        "多选题",
        "Multiple choice",
        "选若干项，可限定最多和最少项数；互斥选项只能单独选。",
        "Several options, with limits on how many; an exclusive option stands alone.",
    ),
    "ranking": _words(
        "排序题",
        "Ranking",
        "按顺序选出前几位，或排出全部选项。",
        "Options put in order: all of them, or the first few.",
    ),
    "cascade": _words(
        "级联选择",
        "Cascade",
        "逐级缩小范围的选择，例如先片区后乡镇。",
        "A choice that narrows down level by level, such as district and then township.",
    ),
    "consent": _words(
        "同意",
        "Consent",
        "一个勾选框；设为必填时，不勾选就不能提交。",
        "A box to tick; when required, nothing can be sent without it.",
    ),
    "net_promoter": _words(
        "推荐意愿（NPS）",
        "Net promoter",
        "0 至 10 分的推荐意愿，0 至 6 分计为负面。",
        "How likely somebody is to recommend, from 0 to 10; 0 to 6 count as unfavourable.",
    ),
    "stars": _words(
        "星级",
        "Stars",
        "一星到几星，可指定几星及以下计为负面。",
        "One to several stars; up to a number of them count as unfavourable.",
    ),
    "slider": _words(
        "滑块",
        "Slider",
        "两端之间按固定间隔取一个数；没有滑块时直接填数。",
        "A number between two ends, in steps; typed in where a slider cannot be drawn.",
    ),
    "constant_sum": _words(
        "固定总和",
        "Constant sum",
        "把一个总数分给几项，各项合计必须等于总数。",
        "A total divided among several things; the parts must add up.",
    ),
    "points": _words(
        "加减分",
        "Points",
        "特色亮点加分或不足之处减分，可设合计上限。",
        "Points added for good practice or taken off for a shortcoming, with a cap on their sum.",
    ),
    "matrix": _words(
        "矩阵评定",
        "Matrix",
        "逐行选同一量表的一个等级；行可以是各单位，可限定各等级的比例。",
        "One level of a scale per row; rows may be the units, with limits on the share of a level.",
    ),
    "matrix_multiple": _words(
        "矩阵多选",
        "Matrix, several answers",
        "每一行可选若干项。",
        "Several options for each row.",
    ),
    "matrix_number": _words(
        "矩阵填数",
        "Matrix of numbers",
        "每一行填一个数。",
        "A number for each row.",
    ),
    "matrix_text": _words(
        "矩阵填空",
        "Matrix of texts",
        "每一行填一行文字。",
        "A line of text for each row.",
    ),
    "matrix_dual": _words(
        "双量表矩阵",
        "Matrix with two scales",
        "每一行在两个量表上各选一个等级，例如重要程度和满意程度。",
        "A level of each of two scales per row, such as importance and satisfaction.",
    ),
    "short_text": _words("单行文字", "Short text", "填一行文字。", "One line of text."),
    "long_text": _words(
        "多行文字",
        "Long text",
        "填一段话，有字数上限。",
        "A paragraph, with a limit.",
    ),
    "integer": _words(
        "整数",
        "Whole number",
        "填一个整数，可限定范围；全角数字也接受。",
        "A whole number within limits; full-width digits are accepted.",
    ),
    "decimal": _words(
        "小数",
        "Decimal number",
        "填一个数，可带计量单位，可限定小数位数。",
        "A number with decimals; it may have a unit of measurement and a limit on its digits.",
    ),
    "date": _words("日期", "Date", "选一个日期。", "A day."),
    "time": _words("时间", "Time", "选一个时刻，精确到分钟。", "A time of day, to the minute."),
    "date_time": _words(
        "日期时间",
        "Date and time",
        "选日期和时刻，精确到分钟。",
        "A day and a time, to the minute.",
    ),
    "email": _words("电子邮箱", "E-mail address", "填电子邮箱地址。", "An e-mail address."),
    "phone": _words("电话", "Telephone number", "填电话号码。", "A telephone number."),
    "url": _words("网址", "Web address", "填网址。", "An address on the web."),
    "unit": _words(
        "单位",
        "Unit",
        "从单位列表中选择；没有列表时填写名称。",
        "One of the units; typed in where there is no list.",
    ),
    "person": _words(
        "人员",
        "Person",
        "从人员列表中选择；没有列表时填写姓名。",
        "One of the people; typed in where there is no list.",
    ),
    "file": _words("附件", "File", "上传一个文件，有大小上限。", "One file, with a size limit."),
    "photo": _words(
        "照片",
        "Photo",
        "拍一张照片或选一个图片文件。",
        "A picture, taken or chosen from files.",
    ),
    "signature": _words(
        "签名",
        "Signature",
        "填写姓名作为签名，可要求多人。",
        "Names typed as signatures; several people may be required.",
    ),
    "location": _words(
        "位置",
        "Location",
        "填写纬度和经度。",
        "A latitude and a longitude.",
    ),
    "topic": _words(
        "访谈话题",
        "Interview topic",
        "记要点并归类，附追问；可标明涉及哪些必问、必谈要点。",
        "Notes and a coding, with probes; says which tags of the checklist it covers.",
    ),
    "carried_findings": _words(
        "往期问题",
        "Problems carried over",
        "由台账带出未销号的问题，逐条写进展。",
        "Open problems brought in from the ledger, with progress on each.",
    ),
    "note": _words("说明文字", "Note", "只供阅读，不用回答。", "Text to read; nothing is asked."),
    "calculated": _words(
        "计算项",
        "Calculated value",
        "由其他答案计算得出，随答卷保存。",
        "A value worked out from the answers and stored with them.",
    ),
    "hidden": _words(
        "隐藏项",
        "Hidden value",
        "固定的值，随答卷保存，例如批次。",
        "A fixed value that is stored with the answers, such as the batch.",
    ),
    "arm": _words(
        "实验分组",
        "Arm of an experiment",
        "按抽签把受访者分到各组（A/B 测试），组别随答卷保存，可用在条件中。",
        "Puts each respondent into one of several groups by lot (A/B test); the group is stored "
        "with the answers and can be used in conditions.",
    ),
}
