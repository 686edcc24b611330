"""Rules about the length of the whole instrument."""

from __future__ import annotations

from questionnaires.lint.findings import Both, Rule

RULES = (
    Rule(
        "minutes_differ",
        "warning",
        Both(
            "写明需要 {stated} 分钟，估计最长需要 {estimated} 分钟。",
            "It says {stated} minutes; the longest path is estimated at {estimated} minutes.",
        ),
        Both(
            "时间说少了，人们会中途放弃；说多了，人们不愿开始。",
            "Told too little, people give up half-way; told too much, they do not begin.",
        ),
        Both("minutes: 3（40 道题）", "minutes: 3 (for 40 items)"),
        Both("minutes: 9（40 道题）", "minutes: 9 (for 40 items)"),
    ),
    Rule(
        "minutes_long",
        "advice",
        Both(
            "估计最长需要 {estimated} 分钟，超过 {limit} 分钟。",
            "The longest path is estimated at {estimated} minutes, more than {limit}.",
        ),
        Both(
            "自填问卷超过 15 分钟，中途放弃的人明显增多；皮尤研究中心以此为上限。",
            "Beyond 15 minutes more people break off; Pew Research Center stops there.",
        ),
        Both("一份 90 道题的问卷", "One questionnaire of 90 items"),
        Both("分成两轮，每轮 45 道题", "Two rounds of 45 items, or items drawn at random"),
    ),
    Rule(
        "open_questions_many",
        "warning",
        Both(
            "有 {count} 道开放题，建议不超过 {limit} 道。",
            "There are {count} open questions; {limit} at most is the usual advice.",
        ),
        Both(
            "每道开放题都要想、要写，多了就没人认真填，也来不及归纳。",
            "Each takes thought and typing; with many of them people stop writing, and nobody "
            "can code the answers.",
        ),
        Both("每个部分后面都问“还有什么意见？”", 'Every section ends with "Any comments?"'),
        Both("全卷最后问一次“还有什么意见？”", 'One "Any comments?" at the very end'),
    ),
    Rule(
        "section_long",
        "warning",
        Both(
            "这一部分连续有 {count} 道题，建议不超过 {limit} 道。",
            "This section has {count} items without a break; {limit} at most is the usual advice.",
        ),
        Both(
            "一页太长会让人中途放弃，后面的题也答得马虎。",
            "A long page makes people break off or answer the last items carelessly.",
        ),
        Both("一个部分 25 道题", "One section of 25 items"),
        Both("按主题分成三个部分", "Three sections by theme"),
    ),
    Rule(
        "matrix_long",
        "warning",
        Both(
            "矩阵有 {count} 行，建议不超过 {limit} 行。",
            "The matrix has {count} rows; {limit} at most is the usual advice.",
        ),
        Both(
            "行数一多，人们就会一路选同一列。",
            "In a long grid people tick one column all the way down.",
        ),
        Both("一个 20 行的矩阵", "One matrix of 20 rows"),
        Both("按主题拆成两三个矩阵", "Two or three matrices by theme"),
    ),
)
