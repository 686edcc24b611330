"""The settings of items: those of every kind, of options and rows, and of single kinds."""

from __future__ import annotations

from questionnaires.explanations.wording import Explanation, say

ITEMS: dict[str, Explanation] = {
    # every kind
    "kind": say("题型", "Kind", "题型的名称。", "The kind of item."),
    "label": say("文字", "Label", "答题人读到的文字。", "What respondents read."),
    "Item.label": say("题目文字", "Question", "题目本身。", "The question itself."),
    "hint": say("提示", "Hint", "题目下方的小字。", "Small print below the question."),
    "required": say(
        "必答",
        "Required",
        "是、否，或写一个条件。",
        "Yes, no, or a condition under which it must be answered.",
    ),
    "required_message": say(
        "未答时的提示",
        "Message if blank",
        "必答而未答时显示。",
        "Shown when a required answer is missing.",
    ),
    "default": say(
        "初始答案",
        "First answer",
        "打开时已经填好的答案。",
        "The answer that stands there at first.",
    ),
    "relevant": say("显示条件", "Asked if", "条件成立时才问。", "Asked only when this holds."),
    "constraint": say(
        "答案条件",
        "Accepted if",
        "答案（写作“.”）满足它才接受。",
        'The answer (written ".") is accepted only when this holds.',
    ),
    "constraint_message": say(
        "不满足时的提示",
        "Message if refused",
        "答案条件不成立时显示。",
        "Shown when the condition on the answer does not hold.",
    ),
    "problem_if": say(
        "问题条件",
        "Problem if",
        "条件成立时，这个答案是一个问题，记入台账。",
        "The answer is a problem when this holds: it opens a finding.",
    ),
    "problem_message": say("问题说明", "Problem text", "台账中怎么写。", "What the finding says."),
    "fixed": say(
        "位置固定",
        "Keeps its place",
        "随机排列时留在原处。",
        "Stays where it is when the others are shown in random order.",
    ),
    "Item.media": say(
        "图片或影音", "Picture or sound", "题目上方显示的媒体名称。", "Shown above the question."
    ),
    "finding_candidate": say(
        "可列为问题",
        "May become a finding",
        "答案供人工选入台账。",
        "Its answers are offered as candidates for a finding.",
    ),
    "filled_by": say(
        "由谁填写",
        "Filled in by",
        "不由答题人填写时，写明由谁填。",
        "Who fills it in, if not the respondent.",
    ),
    # options, levels, rows
    "value": say("值", "Value", "存入数据的代码。", "The code that is stored."),
    "score": say("分值", "Score", "量表上的分值。", "Points on an ordered scale."),
    "negative": say("负面", "Unfavourable", "计入负面清单。", "Counts towards the negative list."),
    "missing": say(
        "非实质",
        "No opinion",
        "如“不了解”，不算有效答案。",
        'Such as "don\'t know": not a valid answer.',
    ),
    "exclusive": say(
        "互斥", "Exclusive", "不能与其他选项同选。", "Cannot be combined with other options."
    ),
    "Choice.text": say("请注明", "Specify", "选中后要写明内容。", "Asks to specify in words."),
    "image": say("图片", "Picture", "随选项显示的图片名称。", "The picture shown with it."),
    "properties": say(
        "其他属性",
        "Properties",
        "供选项条件读取，写作 ${option.名称}。",
        "Read by the filter of options as ${option.NAME}.",
    ),
    # lists
    "options": say("选项", "Options", "供选择的各项。", "What can be chosen."),
    "rows": say("行", "Rows", "逐行作答的各项。", "What is asked about, one a row."),
    "shares": say(
        "分配项", "Parts", "分得总数的各项。", "The things that get a part of the total."
    ),
    "branches": say("下级", "Branches", "下一级的选择。", "The choices of the next level."),
    "arms": say(
        "各组", "Arms", "随机分到的各组。", "The groups that respondents fall into by lot."
    ),
    "weight": say(
        "份额", "Weight", "各组人数之比。", "How many get it, in proportion to the others."
    ),
    "choice_filter": say(
        "选项条件",
        "Options offered if",
        "条件成立的选项才出现。",
        "An option is offered only when this holds.",
    ),
    "carry_forward": say(
        "沿用前题选项",
        "Carried forward",
        "只出现在前一题中选过（或没选）的选项。",
        "Only options that were, or were not, chosen in an earlier item.",
    ),
    "CarryForward.item": say("前题", "Earlier item", "前一题的标识。", "The earlier item."),
    "which": say("哪些", "Which", "chosen 选过的，not_chosen 没选的。", "chosen or not_chosen."),
    "random_order": say(
        "随机排列",
        "Random order",
        "每人看到的顺序不同。",
        "An order of its own for each respondent.",
    ),
    # choosing and gauging
    "scale": say("量表", "Scale", "所用量表的名称。", "The name of the scale."),
    "second_scale": say(
        "第二量表", "Second scale", "第二列的量表。", "The scale of the second side."
    ),
    "first_label": say(
        "第一列标题", "First heading", "第一列的标题。", "Heading of the first side."
    ),
    "second_label": say(
        "第二列标题", "Second heading", "第二列的标题。", "Heading of the second side."
    ),
    "appearance": say("样式", "Appearance", "怎样显示。", "How it is drawn."),
    "min_choices": say("最少选", "Fewest", "至少选几项。", "So many at least."),
    "max_choices": say("最多选", "Most", "最多选几项。", "So many at most."),
    "top": say("排前几位", "Places", "只排前几位。", "Only the first so many are ranked."),
    "unfavourable": say(
        "负面答案", "Unfavourable", "哪个答案计为负面。", "Which answer is unfavourable."
    ),
    "not_applicable": say(
        "可选不适用", "Not applicable", "加“不适用”。", 'Offers "not applicable".'
    ),
    "stars": say("星数", "Stars", "最多几颗星。", "How many stars there are."),
    "unfavourable_to": say(
        "负面至",
        "Unfavourable up to",
        "几星及以下计为负面。",
        "So many stars or fewer are unfavourable.",
    ),
    "low_label": say("低端文字", "Low end", "低端的说明。", "Words at the low end."),
    "high_label": say("高端文字", "High end", "高端的说明。", "Words at the high end."),
    # numbers and texts
    "min": say("最小值", "Minimum", "不得小于。", "No less than this."),
    "max": say("最大值", "Maximum", "不得大于。", "No more than this."),
    "step": say("间隔", "Step", "从最小值起按此间隔取值。", "In steps of this from the minimum."),
    "digits": say("小数位", "Digits", "小数点后最多几位。", "Most digits after the point."),
    "unit": say("计量单位", "Unit", "写在数字后面。", "Stands behind the number."),
    "total": say("总数", "Total", "各项合计必须等于它。", "What the parts must add up to."),
    "sign": say("加或减", "Sign", "bonus 加分，penalty 减分。", "bonus adds, penalty takes off."),
    "cap": say("合计上限", "Cap", "多条合计的上限。", "The most that all entries count for."),
    "max_characters": say(
        "最多字数", "Characters", "最多写几个字。", "So many characters at most."
    ),
    "pattern": say(
        "格式", "Pattern", "整个答案须符合的正则表达式。", "What the whole answer must match."
    ),
    "pattern_message": say(
        "格式不符的提示",
        "Message if unmatched",
        "不符合格式时显示。",
        "Shown when it does not match.",
    ),
    # tables
    "rows_from_units": say(
        "行为各单位", "Rows are the units", "打开时才知道有哪些行。", "Known when opened."
    ),
    "except_own_unit": say(
        "不含本单位", "Without own unit", "不评本单位。", "Leaves the own unit out."
    ),
    "distribution": say(
        "评定限额", "Distribution", "各等级的比例上限或下限。", "Limits on the share of levels."
    ),
    "max_abstain": say(
        "弃权上限", "Abstentions", "最多可弃权的比例。", "The largest share of abstentions."
    ),
    "rules": say("规则", "Rules", "逐条限额。", "The limits, one by one."),
    "levels": say("等级", "Levels", "受限的等级值。", "The values of the levels it limits."),
    "at_most": say("至多", "At most", "占已评的最大比例。", "The largest share of the rated."),
    "at_least": say("至少", "At least", "占已评的最小比例。", "The smallest share of the rated."),
    # naming, proving, interviewing, working out
    "max_megabytes": say("大小上限", "Megabytes", "文件最多多少 MB。", "The largest file, in MB."),
    "min_signatures": say("签名人数", "Signatures", "至少几人签名。", "So many people must sign."),
    "probes": say("追问", "Probes", "每行一个追问。", "Follow-up questions, one a line."),
    "covers": say(
        "涉及要点", "Covers", "涉及的访谈要点，每行一个。", "Tags of the checklist, one a line."
    ),
    "instruction": say("访谈提示", "Instruction", "给访谈人的提示。", "For the interviewer."),
    "calculate": say("计算式", "Calculation", "怎样算出来。", "How it is worked out."),
    "shown": say(
        "给答题人看", "Shown", "连同文字显示给答题人。", "Respondents see it with its label."
    ),
    "Hidden.value": say("固定值", "Value", "随答卷保存的值。", "What is stored with the answers."),
}
