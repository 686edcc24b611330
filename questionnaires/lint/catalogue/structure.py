"""Rules about how the parts fit together."""

from __future__ import annotations

from questionnaires.lint.findings import Both, Rule

RULES = (
    Rule(
        "unreachable_item",
        "error",
        Both(
            "显示条件永远不会成立，这里的内容谁也看不到：{condition}",
            "The condition can never hold, so nobody will ever see this: {condition}",
        ),
        Both(
            "条件要求的答案不在选项之中，或者几个条件互相排斥。",
            "It asks for an answer that is not offered, or its parts exclude each other.",
        ),
        Both("显示条件：q1 = '是' 而且 q1 = '否'", "Asked if q1 = 'yes' and q1 = 'no'"),
        Both("显示条件：q1 = '是' 或者 q2 = '是'", "Asked if q1 = 'yes' or q2 = 'yes'"),
    ),
    Rule(
        "condition_option_unknown",
        "warning",
        Both(
            "条件把题目“{name}”与“{value}”比较，但该题没有这个选项。",
            'The condition compares "{name}" with "{value}", which that item does not offer.',
        ),
        Both(
            "选项改名后，条件往往忘了跟着改，这部分条件便永远不成立。",
            "An option was probably renamed; this part of the condition can never hold.",
        ),
        Both("选项 yes、no；条件 q1 = 'y'", "Options yes, no; condition q1 = 'y'"),
        Both("选项 yes、no；条件 q1 = 'yes'", "Options yes, no; condition q1 = 'yes'"),
    ),
    Rule(
        "forward_reference",
        "warning",
        Both(
            "这里的条件取决于排在后面的题目“{name}”。",
            'The condition here depends on the item "{name}", which is asked later.',
        ),
        Both(
            "填到这里时，后面的题目还没有答案；纸质、分页和访谈时都无法判断。",
            "At this point that item has no answer yet: on paper, page by page or in an "
            "interview nobody can tell.",
        ),
        Both(
            "第 3 题的显示条件引用第 7 题",
            "Item 3 is asked depending on item 7",
        ),
        Both(
            "先问第 7 题，再问取决于它的题目",
            "Ask item 7 first, then the item that depends on it",
        ),
    ),
    Rule(
        "duplicate_stem",
        "warning",
        Both(
            "题干与 {first} 的题目相同（不计标点和全半角）：{text}",
            "The wording is the same as at {first} (apart from punctuation and width): {text}",
        ),
        Both(
            "同一个问题问两遍，增加负担；两题答案不一致时无法取舍。",
            "Asking the same thing twice is a burden, and contradictory answers cannot be settled.",
        ),
        Both(
            "第 2 题和第 9 题都是“您对食堂是否满意？”",
            'Items 2 and 9 both read "How satisfied are you with the canteen?"',
        ),
        Both(
            "删去一题，或写明区别：“您对食堂的价格……”“您对食堂的卫生……”",
            'Drop one, or say what differs: "… the prices in the canteen?", "… its hygiene?"',
        ),
    ),
    Rule(
        "duplicate_option",
        "error",
        Both(
            "“{text}”在同一题中出现了不止一次。",
            '"{text}" is offered more than once in one item.',
        ),
        Both(
            "两个选项看上去一样，填答者只能乱选，统计时也分不开。",
            "Nobody can tell the two apart, so the split between them means nothing.",
        ),
        Both("选项：男、女、男", "Options: Bus, Car, Bus"),
        Both("选项：男、女", "Options: Bus, Car, Bicycle"),
    ),
    Rule(
        "single_option",
        "error",
        Both(
            "这道题只有一个实质选项，等于没有选择。",
            "Only one substantive answer is offered, so there is nothing to choose.",
        ),
        Both(
            "只有一个选项时人人都选它；“不了解”“不适用”不算实质答案。",
            'With one option everybody takes it; "don\'t know" is not a substantive answer.',
        ),
        Both("您参加过培训吗？ 选项：参加过、记不清", "Options: Yes, Can't remember"),
        Both("选项：参加过、没有参加过、记不清", "Options: Yes, No, Can't remember"),
    ),
    Rule(
        "other_without_text",
        "warning",
        Both(
            "“{text}”后面没有地方写明内容。",
            'There is no room to say what "{text}" is.',
        ),
        Both(
            "选了“其他”却不能说明，这些答案就无法归类，也看不出漏了什么选项。",
            "Answers in this category cannot be coded, nor show which option is missing.",
        ),
        Both("其他", "Other"),
        Both("其他（请注明）：____（给选项加 text: true）", "Other, please specify (text: true)"),
    ),
    Rule(
        "required_open_question",
        "warning",
        Both(
            "开放题设成了必答。",
            "An open question is required.",
        ),
        Both(
            "没有意见的人只能乱填“无”，或者放弃整份问卷。",
            'People with nothing to say enter "none" or give up the whole questionnaire.',
        ),
        Both("您有什么建议？（必答）", "What would you suggest? (required)"),
        Both("您有什么建议？（可不填）", "What would you suggest? (optional)"),
    ),
    Rule(
        "overlapping_ranges",
        "error",
        Both(
            "选项“{first}”与“{second}”的范围重叠。",
            'The options "{first}" and "{second}" overlap.',
        ),
        Both(
            "落在交界上的人两个都能选。“以上”“以下”按《民法典》第一千二百五十九条包括本数。",
            "Whoever stands on the border may choose either.",
        ),
        Both("1—5 年；5—10 年", "1-5 years; 5-10 years"),
        Both("1—4 年；5—9 年；10 年及以上", "1-4 years; 5-9 years; 10 years or more"),
    ),
    Rule(
        "range_gap",
        "warning",
        Both(
            "选项“{first}”与“{second}”之间有空档。",
            'There is a gap between the options "{first}" and "{second}".',
        ),
        Both(
            "落在空档里的人没有可选的答案。",
            "Whoever falls into the gap finds no answer.",
        ),
        Both("18—25 岁；30—40 岁", "18-25; 30-40"),
        Both("18—29 岁；30—40 岁", "18-29; 30-40"),
    ),
    Rule(
        "missing_translation",
        "warning",
        Both(
            "{total} 处文字中有 {count} 处没有 {tag} 版本，第一处是 {first}。",
            "{count} of {total} texts have no {tag} version; the first is {first}.",
        ),
        Both(
            "缺译文的地方会改用别的语言显示，填答者可能看不懂。",
            "These texts are shown in another language, which the reader may not understand.",
        ),
        Both("label: {zh: 您的岗位}", "label: {zh: 您的岗位}"),
        Both(
            "label: {zh: 您的岗位, en: Your post}",
            "label: {zh: 您的岗位, en: Your post}",
        ),
    ),
    Rule(
        "untranslated",
        "warning",
        Both(
            "标为 {tag} 的文字似乎还没有翻译：{text}",
            "The text marked {tag} does not seem to be translated: {text}",
        ),
        Both(
            "原文被照抄到译文里，程序便不会再提示缺译文。",
            "The original was copied into the translation, so nothing reports it as missing.",
        ),
        Both("en: 您的岗位", "en: 您的岗位"),
        Both("en: Your post", "en: Your post"),
    ),
    Rule(
        "translation_numbers",
        "warning",
        Both(
            "{first} 与 {second} 两种文字中的数字不一致：{a}；{b}",
            "The numbers differ between {first} and {second}: {a}; {b}",
        ),
        Both(
            "两种语言问的不是同一件事，合并后的结果没有意义。",
            "The two versions ask different things, so their answers must not be pooled.",
        ),
        Both("过去 12 个月 / in the past 6 months", "过去 12 个月 / in the past 6 months"),
        Both("过去 12 个月 / in the past 12 months", "过去 12 个月 / in the past 12 months"),
    ),
    Rule(
        "name_in_anonymous",
        "error",
        Both(
            "问卷承诺匿名，这里却要求填写“{text}”。",
            'The questionnaire promises anonymity, but here it asks for "{text}".',
        ),
        Both(
            "一旦填了姓名或号码，承诺就落空了，其余答案也不再可信。",
            "A name or number breaks the promise, and the other answers cease to be candid.",
        ),
        Both("您的姓名；您的手机号", "Your name; your phone number"),
        Both("您的人员类别（或改为记名填写）", "Your staff group (or declare the survey named)"),
    ),
)
