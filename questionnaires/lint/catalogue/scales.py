"""Rules about answer scales and how questions fit them."""

from __future__ import annotations

from questionnaires.lint.findings import Both, Rule

RULES = (
    Rule(
        "scale_unbalanced",
        "warning",
        Both(
            "量表不对称：正面 {positive} 级，负面 {negative} 级。",
            "The scale is unbalanced: {positive} positive and {negative} negative levels.",
        ),
        Both(
            "哪一边的等级多，答案就会向哪一边偏。",
            "Answers drift to the side that has more levels.",
        ),
        Both(
            "非常满意、很满意、满意、不满意",
            "Very satisfied, Satisfied, Fairly satisfied, Dissatisfied",
        ),
        Both(
            "很满意、比较满意、一般、不太满意、很不满意",
            "Very satisfied, Fairly satisfied, Neither, Fairly dissatisfied, Very dissatisfied",
        ),
    ),
    Rule(
        "scale_no_middle",
        "advice",
        Both(
            "量表有正有负，但没有中间等级。",
            "The scale has two sides but no neutral middle.",
        ),
        Both(
            "真正持中立态度的人被迫表态；如果有意如此，请在说明中写明。",
            "People who are neutral must take a side; if that is intended, say so in your report.",
        ),
        Both(
            "很满意、满意、不满意、很不满意", "Strongly agree, Agree, Disagree, Strongly disagree"
        ),
        Both(
            "很满意、比较满意、一般、不太满意、很不满意",
            "Strongly agree, Agree, Neither agree nor disagree, Disagree, Strongly disagree",
        ),
    ),
    Rule(
        "scale_order",
        "warning",
        Both(
            "等级没有按顺序排列：“{text}”的位置不对。",
            'The levels are not in order: "{text}" is out of place.',
        ),
        Both(
            "人们按位置理解等级，顺序乱了就会选错。",
            "People read a level by its position and will tick the wrong one.",
        ),
        Both("很好、差、较好、很差", "Very good, Poor, Good, Very poor"),
        Both("很好、较好、差、很差", "Very good, Good, Poor, Very poor"),
    ),
    Rule(
        "scale_direction",
        "warning",
        Both(
            "这里的量表方向与同一部分的其他量表相反（第一个等级是“{text}”）。",
            'This scale runs the other way than the others beside it (it begins with "{text}").',
        ),
        Both(
            "同一部分里方向一变，习惯了前一种顺序的人就会答反。",
            "People who got used to one direction give the opposite answer by mistake.",
        ),
        Both(
            "上一题：很好……很差；这一题：很不满意……很满意",
            "One item: Very good … Very poor; the next: Very dissatisfied … Very satisfied",
        ),
        Both("各题都从正面等级排到负面等级", "All items run from positive to negative"),
    ),
    Rule(
        "direction_in_matrix",
        "advice",
        Both(
            "矩阵中这一行是否定说法，其他行是肯定说法：{text}",
            "This row is worded negatively while the others are worded positively: {text}",
        ),
        Both(
            "“同意”在这一行的含义与其他行相反，看得快的人会答反。",
            '"Agree" means the opposite here than in the other rows; fast readers slip.',
        ),
        Both(
            "领导听取意见；领导不公开信息",
            "My manager listens; My manager does not share information",
        ),
        Both(
            "领导听取意见；领导公开信息",
            "My manager listens; My manager shares information",
        ),
    ),
    Rule(
        "scale_mismatch",
        "warning",
        Both(
            "题干问的是{asked}，等级说的却是{offered}。",
            "The question asks about {asked}, but the levels speak of {offered}.",
        ),
        Both(
            "等级不能回答所问的问题，各人会作不同的理解。",
            "The levels do not answer what is asked, so everybody reads them differently.",
        ),
        Both(
            "您对食堂满意程度如何？ 总是、经常、有时……",
            "How satisfied are you with the canteen? Always, Often, Sometimes …",
        ),
        Both(
            "您对食堂满意程度如何？ 很满意、比较满意……",
            "How satisfied are you with the canteen? Very satisfied, Fairly satisfied …",
        ),
    ),
    Rule(
        "yes_no_on_scale",
        "warning",
        Both(
            "题干是“是不是”的问法（{found}），答案却是程度量表。",
            'The question is worded for yes or no ("{found}"), but it is answered on a scale.',
        ),
        Both(
            "问“是否满意”暗示只有两种答案，与五级量表对不上。",
            "The wording suggests two answers, which the levels do not offer.",
        ),
        Both("您对食堂是否满意？", "Are you satisfied with the canteen?"),
        Both(
            "您对食堂的满意程度如何？",
            "How satisfied or dissatisfied are you with the canteen?",
        ),
    ),
    Rule(
        "degree_on_yes_no",
        "warning",
        Both(
            "题干问的是程度（{found}），答案却只有“是”和“否”。",
            'The question asks for a degree ("{found}"), but only yes and no are offered.',
        ),
        Both(
            "想说“有一点”的人没有可选的答案。",
            "Whoever stands in between finds no answer.",
        ),
        Both("您对食堂的满意程度如何？ 是、否", "How satisfied are you with the canteen? Yes, No"),
        Both(
            "您对食堂的满意程度如何？ 很满意……很不满意",
            "How satisfied are you with the canteen? Very satisfied … Very dissatisfied",
        ),
    ),
    Rule(
        "dont_know_missing",
        "advice",
        Both(
            "必答的评价题没有“不了解”一项（共 {count} 题用到）。",
            'Required opinion items offer no "don\'t know" (items that use this scale: {count}).',
        ),
        Both(
            "不了解情况的人只能选中间等级或随意选，结果失真。",
            "People without a view take the middle or guess, and both distort the result.",
        ),
        Both("很公平……很不公平", "Very fair … Very unfair"),
        Both(
            "很公平……很不公平，不了解（missing: true）",
            "Very fair … Very unfair, Don't know (missing: true)",
        ),
    ),
)
