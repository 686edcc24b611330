"""Rules about how a question is worded."""

from __future__ import annotations

from questionnaires.lint.findings import Both, Rule

RULES = (
    Rule(
        "double_barrelled",
        "warning",
        Both(
            "一道题可能问了两件事：{found}",
            'This may ask two things at once: "{found}"',
        ),
        Both(
            "对两件事看法不同的人没法回答，结果也不知道说的是哪一件。",
            "People who judge the two differently cannot answer, and nobody knows which one "
            "an answer is about.",
        ),
        Both(
            "您对食堂的饭菜质量和服务态度满意程度如何？",
            "How satisfied are you with the food and the service?",
        ),
        Both(
            "您对食堂的饭菜质量满意程度如何？／您对食堂的服务态度满意程度如何？",
            "How satisfied are you with the food? / How satisfied are you with the service?",
        ),
    ),
    Rule(
        "leading",
        "warning",
        Both(
            "措辞带有引导性：{found}",
            'The wording leads to an answer: "{found}"',
        ),
        Both(
            "题干已经暗示了“正确”答案，测到的不是填答者自己的看法。",
            'The question hints at the "right" answer and so measures the hint.',
        ),
        Both(
            "您是不是也认为这项好政策应当推广？",
            "Don't you agree that this excellent policy should be extended?",
        ),
        Both(
            "您认为这项政策应当推广，还是不应当推广？",
            "Should this policy be extended or not be extended?",
        ),
    ),
    Rule(
        "double_negative",
        "warning",
        Both(
            "双重否定：{found}",
            'Double negative: "{found}"',
        ),
        Both(
            "要转两个弯才能看懂，“是”和“否”容易选反。",
            'Readers must turn it round twice, and mix up "yes" and "no".',
        ),
        Both("您是否反对不公开经费？", "Do you oppose not publishing the accounts?"),
        Both("您是否赞成公开经费？", "Do you favour or oppose publishing the accounts?"),
    ),
    Rule(
        "negated_statement",
        "advice",
        Both(
            "否定句配“同意—不同意”量表：{found}",
            'A negated statement with an agree-disagree scale: "{found}"',
        ),
        Both(
            "“不同意”一句“没有……”，等于双重否定，容易答反。",
            'To "disagree" with "not" is a double negative, easily answered the wrong way round.',
        ),
        Both(
            "单位没有公开经费。（同意／不同意）", "The accounts are not published. (agree/disagree)"
        ),
        Both("单位公开了经费。（同意／不同意）", "The accounts are published. (agree/disagree)"),
    ),
    Rule(
        "absolute_word",
        "warning",
        Both(
            "含有绝对化的词：{found}",
            'It holds an absolute word: "{found}"',
        ),
        Both(
            "只要有一次例外就得否认，答案几乎没有区别。",
            "One exception forces a denial, so that the answers hardly differ.",
        ),
        Both("领导总是听取意见吗？", "Does your manager always listen?"),
        Both(
            "领导听取意见的情况如何？（总是……从不）",
            "How often does your manager listen? (Always … Never)",
        ),
    ),
    Rule(
        "vague_word",
        "warning",
        Both(
            "含有含糊的词：{found}",
            'It holds a vague word: "{found}"',
        ),
        Both(
            "“经常”“最近”因人而异，答案没法比较。",
            '"Often" and "recently" mean different things to different people.',
        ),
        Both("您最近经常加班吗？", "Have you often worked overtime recently?"),
        Both(
            "过去 4 周，您有几天加班？",
            "In the past 4 weeks, on how many days did you work overtime?",
        ),
    ),
    Rule(
        "presuming",
        "warning",
        Both(
            "预设了未经确认的前提：{found}",
            'It takes something for granted: "{found}"',
        ),
        Both(
            "不符合这个前提的人没法回答，只能将就选一个。",
            "Those to whom it does not apply cannot answer and pick something.",
        ),
        Both("您为什么不参加培训？", "Why do you not attend training?"),
        Both(
            "您参加过培训吗？（只问没有参加的人：）原因是什么？",
            "Did you attend training? (If no:) What was the reason?",
        ),
    ),
    Rule(
        "too_long",
        "warning",
        Both(
            "题干过长：{count} {unit}，建议不超过 {limit} {unit}。",
            "The question is too long: {count} {unit}; {limit} at most is the usual advice.",
        ),
        Both(
            "题干越长，读完的人越少；背景材料可以放进说明。",
            "The longer a question, the fewer read it to the end; background belongs in the hint.",
        ),
        Both(
            "为了进一步了解……的有关情况，请您结合……谈一谈，您对……的满意程度如何？",
            "In order to help us understand …, and bearing in mind …, how satisfied are you …?",
        ),
        Both("您对……的满意程度如何？", "How satisfied or dissatisfied are you with …?"),
    ),
    Rule(
        "option_too_long",
        "advice",
        Both(
            "选项过长：{count} {unit}，建议不超过 {limit} {unit}。",
            "The option is too long: {count} {unit}; {limit} at most is the usual advice.",
        ),
        Both(
            "长选项难以比较，人们多半选靠前的。",
            "Long options are hard to compare, and people take one of the first.",
        ),
        Both(
            "我认为这项工作总体上还可以，但在某些具体方面……",
            "I think that on the whole this is all right, although in some respects …",
        ),
        Both("总体可以，个别方面需改进", "Good on the whole, some points to improve"),
    ),
    Rule(
        "pronoun_drift",
        "warning",
        Both(
            "称呼前后不一致：这里用“{found}”，多数地方用“{usual}”。",
            'The form of address changes: "{found}" here, "{usual}" in most places.',
        ),
        Both(
            "称呼变来变去，像是几份问卷拼起来的，也会让人弄不清问的是谁。",
            "It reads as pasted together, and people wonder who is meant.",
        ),
        Both("您的岗位是？ 你对贵单位满意吗？", "您的岗位是？ 你对贵单位满意吗？"),
        Both("您的岗位是？ 您对本单位满意吗？", "您的岗位是？ 您对本单位满意吗？"),
    ),
    Rule(
        "placeholder_left",
        "error",
        Both(
            "留有没填的占位文字：{found}",
            'A placeholder was left in: "{found}"',
        ),
        Both(
            "填答者会看到半成品，不知道问的是什么。",
            "Respondents see an unfinished text and cannot know what is meant.",
        ),
        Both("您对XX单位的工作满意程度如何？", "How satisfied are you with [NAME]?"),
        Both(
            "您对{unit}的工作满意程度如何？（在 terms 中写明 unit）",
            "How satisfied are you with {unit}? (with unit under terms)",
        ),
    ),
)
