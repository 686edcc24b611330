"""Twenty questionnaires as people paste them: mixed numbers, tabs, options on one line, hints.

Each stands with what a person would read in it: one line for each item, with its options, rows,
limits and the condition under which it is asked.
"""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import Item
from questionnaires.formats.pasted import FORMAT

from .importing import accepted


def read_as(item: Any, scales: Any) -> str:
    """Return what an item asks, in one line."""
    said = [f"{item.kind} {item.id}"]
    offered = scales[item.scale] if getattr(item, "scale", None) else getattr(item, "options", ())
    if offered:
        said.append(" / ".join(map(_option, offered)))
    if rows := getattr(item, "rows", None):
        said.append("rows " + " / ".join(_words(row) for row in rows))
    limits = ("min_choices", "max_choices", "top", "stars")
    if set_ones := [
        f"{name} {getattr(item, name)}" for name in limits if getattr(item, name, None)
    ]:
        said.append(", ".join(set_ones))
    said += ["required"] if item.required else []
    said += [f"if {item.relevant}"] if item.relevant else []
    return " | ".join(said)


def _option(option: Any) -> str:
    return _words(option) + "…" * option.text + "!" * option.exclusive


def _words(holder: Any) -> str:
    return next(iter(holder.label.root.values()))  # type: ignore[no-any-return]


TEXTS: dict[str, tuple[str, list[str]]] = {
    "zh1": (
        "员工满意度调查问卷\n"
        "您好！感谢您参与本次调查，本问卷匿名填写。\n"
        "一、基本信息\n"
        "1、您的性别：【单选】\n"
        "A.男  B.女\n"
        "2. 您的年龄是：（  ）\n"
        "A、20岁以下 B、21-30岁 C、31-40岁 D、41岁以上\n"
        "３．您所在部门______\n"
        "4）您的工作年限 [单选题]\n"
        "○ 1年以下\n"
        "○ 1-3年\n"
        "○ 3年以上\n"
        "二、满意度\n"
        "5.您对以下哪些方面满意？【多选】【最多选3项】\n"
        "①薪酬\n"
        "②福利\n"
        "③培训\n"
        "④其他（请说明）____\n"
        "6、请对公司总体打分【打分 1-10】\n"
        "7、请将下列因素按重要程度排序【排序】\n"
        "A.薪酬\n"
        "B.发展\n"
        "C.环境\n"
        "8、请评价下列各项【矩阵】\n"
        "   非常满意 满意 一般 不满意 非常不满意\n"
        "   工作环境\n"
        "   食堂\n"
        "   班车\n"
        "9、您是否愿意推荐朋友加入？ A.是（跳到第11题） B.否\n"
        "10、不愿意的原因是？\n"
        "11、您的其他意见和建议：\n"
        "谢谢！\n",
        [
            "single_choice q1 | 男 / 女",
            "single_choice q2 | 20岁以下 / 21-30岁 / 31-40岁 / 41岁以上",
            "short_text q3",
            "single_choice q4 | 1年以下 / 1-3年 / 3年以上",
            "multiple_choice q5 | 薪酬 / 福利 / 培训 / 其他（请说明）… | max_choices 3",
            "stars q6 | stars 10",
            "ranking q7 | 薪酬 / 发展 / 环境",
            "matrix q8 | 非常满意 / 满意 / 一般 / 不满意 / 非常不满意"
            " | rows 工作环境 / 食堂 / 班车",
            "single_choice q9 | 是 / 否",
            "long_text q10 | if ${q9} != '1'",
            "long_text q11",
            "note closing",
        ],
    ),
    "zh2": (
        "关于大学生网购情况的调查\n"
        "Q1 你的年级？（单选）\n"
        "1) 大一\n"
        "2) 大二\n"
        "3) 大三\n"
        "4) 大四\n"
        "Q2 你平均每月网购几次？\n"
        "1) 0次（选此项请跳到第5题）\n"
        "2) 1-3次\n"
        "3) 4次以上\n"
        "Q3 你通常在哪些平台购物？（可多选，至少选1项）\n"
        "1) 淘宝\n"
        "2) 京东\n"
        "3) 拼多多\n"
        "4) 其他：________\n"
        "Q4 每月花费约 ____ 元\n"
        "Q5 手机号（选填）：\n",
        [
            "single_choice q1 | 大一 / 大二 / 大三 / 大四",
            "single_choice q2 | 0次 / 1-3次 / 4次以上",
            "multiple_choice q3 | 淘宝 / 京东 / 拼多多 / 其他… | min_choices 1 | if ${q2} != '1'",
            "short_text q4 | if ${q2} != '1'",
            "phone q5",
        ],
    ),
    "zh3": (
        "1.\t您的姓名：____________\n"
        "2.\t您的单位：____________\n"
        "3.\t您对领导班子的总体评价：\n"
        "□好\t□较好\t□一般\t□差\n"
        "4.\t存在的主要问题（可多选）：\n"
        "□学习不够\t□作风不实\t□执行力不强\t□其他______\n"
        "5.\t您对班子建设的意见建议：\n"
        "_______________________________\n"
        "_______________________________\n",
        [
            "short_text q1",
            "short_text q2",
            "single_choice q3 | 好 / 较好 / 一般 / 差",
            "multiple_choice q4 | 学习不够 / 作风不实 / 执行力不强 / 其他…",
            "long_text q5",
        ],
    ),
    "zh4": (
        "第一部分 基本情况\n"
        "1. 性别 *\n"
        "( ) 男\n"
        "( ) 女\n"
        "2. 出生年月【日期】*\n"
        "3. 联系电话【电话】\n"
        "第二部分 评价\n"
        "请根据您的真实感受作答。\n"
        "4. 服务态度（1=非常不满意，5=非常满意）\n"
        "1 2 3 4 5\n"
        "5. 等候时间 [量表 1-5]\n"
        "6. 您认为需要改进的地方有哪些？（最多选2项）\n"
        "[ ] 挂号\n"
        "[ ] 候诊\n"
        "[ ] 检查\n"
        "[ ] 其它，请注明：___\n"
        "如果第6题选了“其它”，请回答第7题\n"
        "7. 具体说明\n",
        [
            "single_choice q1 | 男 / 女 | required",
            "date q2 | required",
            "phone q3",
            "scale q4 | 1 非常不满意 / 2 / 3 / 4 / 5 非常满意",
            "scale q5 | 1 / 2 / 3 / 4 / 5",
            "multiple_choice q6 | 挂号 / 候诊 / 检查 / 其它，请注明… | max_choices 2",
            "short_text q7 | if selected(${q6}, '4')",
        ],
    ),
    "zh5": (
        "民主测评表\n"
        "说明：请在相应栏内打“√”。\n"
        "1、测评对象总体评价：优秀□ 称职□ 基本称职□ 不称职□\n"
        "2、德：A好 B较好 C一般 D差\n"
        "3、能：A好 B较好 C一般 D差\n"
        "4、您的身份：①领导 ②同事 ③下级\n"
        "5、意见建议：\n",
        [
            "single_choice q1 | 优秀 / 称职 / 基本称职 / 不称职",
            "single_choice q2 | 好 / 较好 / 一般 / 差",
            "single_choice q3 | 好 / 较好 / 一般 / 差",
            "single_choice q4 | 领导 / 同事 / 下级",
            "long_text q5",
        ],
    ),
    "zh6": (
        "【第一页】\n"
        "1. 【必答】您是否使用过本产品？\n"
        "   是 / 否\n"
        "2. 【填空】您使用了多少个月？（数字）\n"
        "3. 【多选题】您使用的功能（请选择1-3项）\n"
        "   A. 搜索\n"
        "   B. 收藏\n"
        "   C. 分享\n"
        "   D. 以上都没有【互斥】\n"
        "4. 【矩阵单选】请对下列说法表态\n"
        "行：操作简单；界面美观；速度快\n"
        "列：完全同意；同意；中立；不同意；完全不同意\n"
        "5. 【评分】总体评分（5星）\n"
        "6. 【NPS】您向朋友推荐的可能性有多大？\n"
        "选A跳到第5题\n",
        [
            "yes_no q1 | required",
            "integer q2",
            "multiple_choice q3 | 搜索 / 收藏 / 分享 / 以上都没有! | min_choices 1, max_choices 3",
            "matrix q4 | 完全同意 / 同意 / 中立 / 不同意 / 完全不同意"
            " | rows 操作简单 / 界面美观 / 速度快",
            "stars q5 | stars 5",
            "net_promoter q6",
        ],
    ),
    "zh7": (
        "调查问卷\n"
        "1.你喜欢什么运动？ A篮球 B足球 C羽毛球 D其他\n"
        "2.每周运动时间？ A.少于1小时；B.1—3小时；C.3小时以上\n"
        "3.你觉得学校的体育设施如何？（非常好/好/一般/差）\n"
        "4.请写出三个建议：\n"
        "（1）\n"
        "（2）\n"
        "（3）\n",
        [
            "single_choice q1 | 篮球 / 足球 / 羽毛球 / 其他",
            "single_choice q2 | 少于1小时 / 1—3小时 / 3小时以上",
            "single_choice q3 | 非常好 / 好 / 一般 / 差",
            "long_text q4",
        ],
    ),
    "zh8": (
        "（一）个人情况\n"
        "（1）您的学历：\n"
        "  ①高中及以下 ②大专 ③本科 ④研究生\n"
        "（2）您的收入（元/月）：【单选】\n"
        "  a. 3000以下\n"
        "  b. 3000-8000\n"
        "  c. 8000以上\n"
        "（二）态度\n"
        "（3）您同意“加班文化合理”吗？\n"
        "  1=非常不同意 2=不同意 3=一般 4=同意 5=非常同意\n",
        [
            "single_choice q1 | 高中及以下 / 大专 / 本科 / 研究生",
            "single_choice q2 | 3000以下 / 3000-8000 / 8000以上",
            "scale q3 | 1 非常不同意 / 2 不同意 / 3 一般 / 4 同意 / 5 非常同意",
        ],
    ),
    "en1": (
        "Customer Satisfaction Survey\n"
        "Thank you for taking part. It takes 5 minutes.\n"
        "\n"
        "Section 1: About you\n"
        "1. What is your age group?\n"
        "   a) Under 18\n"
        "   b) 18-34\n"
        "   c) 35-54\n"
        "   d) 55+\n"
        "2) How did you hear about us? (Select all that apply)\n"
        "[ ] Friend\n"
        "[ ] Internet\n"
        "[ ] Other (please specify): ______\n"
        "3. Name: ____________________\n"
        "\n"
        "Section 2 - Your visit\n"
        "4 - How satisfied are you with: [matrix]\n"
        "Very satisfied | Satisfied | Neutral | Dissatisfied\n"
        "- Staff\n"
        "- Cleanliness\n"
        "- Price\n"
        "5. On a scale of 0-10, how likely are you to recommend us?\n"
        "6. Would you come again? (Yes/No)  If No, go to question 8\n"
        "7. What did you like most?\n"
        "8. Any other comments?\n",
        [
            "single_choice q1 | Under 18 / 18-34 / 35-54 / 55+",
            "multiple_choice q2 | Friend / Internet / Other (please specify)…",
            "short_text q3",
            "matrix q4 | Very satisfied / Satisfied / Neutral / Dissatisfied"
            " | rows Staff / Cleanliness / Price",
            "net_promoter q5",
            "yes_no q6",
            "short_text q7 | if ${q6} != 'no'",
            "long_text q8",
        ],
    ),
    "en2": (
        "Q1. Gender\n"
        "○ Male ○ Female ○ Prefer not to say\n"
        "Q2. Please rate the following from 1 (poor) to 5 (excellent)\n"
        "Q3. Rank the following in order of preference: (drag)\n"
        "1. Apples\n"
        "2. Pears\n"
        "3. Plums\n"
        "Q4. How many children do you have? [number]\n"
        "Q5. E-mail address:\n"
        "Q6. Date of birth (dd/mm/yyyy):\n",
        [
            "single_choice q1 | Male / Female / Prefer not to say",
            "scale q2 | 1 poor / 2 / 3 / 4 / 5 excellent",
            "ranking q3 | Apples / Pears / Plums",
            "integer q4",
            "email q5",
            "date q6",
        ],
    ),
    "en3": (
        "EMPLOYEE SURVEY\n"
        "\n"
        "PART A\n"
        "1.Do you feel valued?      Yes    No    Not sure\n"
        "2.Strongly agree / Agree / Neutral / Disagree / Strongly "
        "disagree: I have the tools I need.\n"
        "3.Which of these apply (choose up to 2):\n"
        "  A) Remote work\n"
        "  B) Flexible hours\n"
        "  C) None of the above\n"
        "PART B\n"
        "4.Years of service: ____\n"
        "5.Manager's name (optional):\n",
        [
            "single_choice q1 | Yes / No / Not sure",
            "short_text q2",
            "multiple_choice q3 | Remote work / Flexible hours / None of the above | max_choices 2",
            "short_text q4",
            "short_text q5",
        ],
    ),
    "zh9": (
        "1．您对食堂的卫生状况【单选】\n"
        "\tA、很满意\tB、满意\tC、不满意\n"
        "2．您对食堂的菜品价格\n"
        "\tA、很满意\tB、满意\tC、不满意\n"
        "3．您希望食堂增加哪些菜品？【填空】【必填】\n"
        "4．您的就餐时间段【多选】\n"
        "\tA、早餐\tB、午餐\tC、晚餐\tD、夜宵\n",
        [
            "single_choice q1 | 很满意 / 满意 / 不满意",
            "single_choice q2 | 很满意 / 满意 / 不满意",
            "short_text q3 | required",
            "multiple_choice q4 | 早餐 / 午餐 / 晚餐 / 夜宵",
        ],
    ),
    "zh10": (
        "社区居民需求调查表\n"
        "尊敬的居民朋友：\n"
        "\u3000\u3000为了更好地服务社区，请您抽出几分钟填写本表。\n"
        "Ⅰ. 基本情况\n"
        "Q1. 您在本社区居住了多少年？ ____年\n"
        "Q2. 您家有几口人？\n"
        "①1人 ②2人 ③3人 ④4人及以上\n"
        "Q3. 您是否为本社区业主？ □是 □否（选“否”请结束答题）\n"
        "Q4. 您最需要的服务是（限选三项）\n"
        "□养老助餐 □托幼 □文体活动 □就业指导 □其他（请注明）______\n"
        "Q5. 请按重要性对上述服务排序：______\n"
        "Q6. 对社区工作的总体评分（0-10分）：\n"
        "非常感谢您的配合！\n",
        [
            "short_text q1",
            "single_choice q2 | 1人 / 2人 / 3人 / 4人及以上",
            "yes_no q3",
            "multiple_choice q4 | 养老助餐 / 托幼 / 文体活动 / 就业指导 / 其他（请注明）…"
            " | max_choices 3 | if ${q3} != 'no'",
            "short_text q5 | if ${q3} != 'no'",
            "scale q6 | 0 / 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10 | if ${q3} != 'no'",
            "note closing",
        ],
    ),
    "zh11": (
        "一、您的性别是？\n"
        "A. 男\n"
        "B. 女\n"
        "二、您的文化程度是？\n"
        "A. 初中及以下\n"
        "B. 高中\n"
        "C. 大专及以上\n"
        "三、您对单位的工作有何建议？\n",
        [
            "single_choice q1 | 男 / 女",
            "single_choice q2 | 初中及以下 / 高中 / 大专及以上",
            "long_text q3",
        ],
    ),
    "zh12": (
        "领导干部民主测评（样表）\n"
        "1. 请评价以下同志 [矩阵题]\n"
        "选项：优秀；良好；一般；较差\n"
        "- 张三\n"
        "- 李四\n"
        "- 王五\n"
        "2. 您的身份是 [下拉]\n"
        "科级\n"
        "处级\n"
        "其他\n"
        "3. 评价依据【多行】【500字以内】\n",
        [
            "matrix q1 | 优秀 / 良好 / 一般 / 较差 | rows 张三 / 李四 / 王五",
            "single_choice q2 | 科级 / 处级 / 其他",
            "long_text q3",
        ],
    ),
    "zh13": (
        "1、是否接受过培训？\n"
        "①是\n"
        "②否→跳至第4题\n"
        "2、培训的频次？\n"
        "①每月 ②每季度 ③每年\n"
        "3、培训效果如何？（1-5分）\n"
        "4、您期望的培训方式（多选）：\n"
        "①线上\n"
        "②线下\n"
        "③都可以\n",
        [
            "single_choice q1 | 是 / 否",
            "single_choice q2 | 每月 / 每季度 / 每年 | if ${q1} != '2'",
            "scale q3 | 1 / 2 / 3 / 4 / 5 | if ${q1} != '2'",
            "multiple_choice q4 | 线上 / 线下 / 都可以",
        ],
    ),
    "en4": (
        "Q1) Which department do you work in? *\n"
        "   - Sales\n"
        "   - Support\n"
        "   - Engineering\n"
        "\n"
        "Q2) In a typical week, how many hours do you work overtime?\n"
        "\n"
        "Q3) How often do you feel stressed? (Never / Rarely / Sometimes / Often / Always)\n"
        "\n"
        "Q4) If you answered Often, please explain why.\n"
        "____________________________\n"
        "____________________________\n"
        "\n"
        "Thank you for your time!\n",
        [
            "single_choice q1 | Sales / Support / Engineering | required",
            "integer q2",
            "single_choice q3 | Never / Rarely / Sometimes / Often / Always",
            "long_text q4",
            "note closing",
        ],
    ),
    "en5": (
        "1. Have you ever used the service?\n"
        "   a. Yes\n"
        "   b. No (skip to 4)\n"
        "2. When did you last use it? [date]\n"
        "3. Tick all that apply: I used it ...\n"
        "   ☐ at home\n"
        "   ☐ at work\n"
        "   ☐ elsewhere: ______\n"
        "4. Where do you live?\n"
        "   1) City\n"
        "   2) Town\n"
        "   3) Village\n"
        "5. Phone number (optional)\n",
        [
            "single_choice q1 | Yes / No",
            "date q2 | if ${q1} != '2'",
            "multiple_choice q3 | at home / at work / elsewhere… | if ${q1} != '2'",
            "single_choice q4 | City / Town / Village",
            "phone q5",
        ],
    ),
    "en6": (
        "Section A. Work\n"
        "1.1 How long have you worked here?\n"
        "( ) less than a year\n"
        "( ) 1-5 years\n"
        "( ) more than 5 years\n"
        "1.2 I am proud of my work.\n"
        "1=Strongly disagree 2=Disagree 3=Neutral 4=Agree 5=Strongly agree\n"
        "Section B. Life\n"
        "2.1 Rank these in order of importance\n"
        "- Money\n"
        "- Health\n"
        "- Family\n"
        "2.2 Rating of your balance [stars]\n",
        [
            "single_choice q1_1 | less than a year / 1-5 years / more than 5 years",
            "scale q1_2 | 1 Strongly disagree / 2 Disagree / 3 Neutral / 4 Agree / 5 Strongly agre"
            "e",
            "ranking q2_1 | Money / Health / Family",
            "stars q2_2 | stars 5",
        ],
    ),
    "en7": (
        "[page] Intro\n"
        "Please answer honestly.\n"
        "1. What is your favourite colour? [dropdown]\n"
        "Red\n"
        "Green\n"
        "Blue\n"
        "2. How likely are you to buy again, from 0 to 10?\n"
        "3. Upload your receipt [file]\n"
        "4. I agree to the terms [consent]\n",
        [
            "single_choice q1 | Red / Green / Blue",
            "scale q2 | 0 / 1 / 2 / 3 / 4 / 5 / 6 / 7 / 8 / 9 / 10",
            "file q3",
            "consent q4",
        ],
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_pasted_questionnaire_is_read_as_a_person_would(name: str) -> None:
    text, expected = TEXTS[name]
    imported = FORMAT.read(text.encode(), "form.txt")
    made = accepted(imported)
    items: tuple[Item, ...] = made.items
    assert [read_as(item, made.scales) for item in items] == expected


def test_hints_are_told_with_their_place() -> None:
    imported = FORMAT.read(TEXTS["zh1"][0].encode(), "form.txt")
    (told,) = [loss for loss in imported.losses if loss.code == "jump_read"]
    assert (told.where, told.severity, told.values["names"]) == ("29", "info", "q10")


def test_a_hint_that_leads_nowhere_is_an_error() -> None:
    imported = FORMAT.read(TEXTS["zh6"][0].encode(), "form.txt")
    (told,) = [loss for loss in imported.losses if loss.code == "jump_unclear"]
    assert (told.where, told.severity) == ("15", "error")
