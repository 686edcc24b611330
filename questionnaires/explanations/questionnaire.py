"""The settings of a questionnaire, its sections, scales, terms and rules."""

from __future__ import annotations

from questionnaires.explanations.wording import Explanation, say

QUESTIONNAIRE: dict[str, Explanation] = {
    "id": say(
        "标识",
        "Identifier",
        "以小写字母开头，只含小写字母、数字、下划线和连字符；发布后不再改变。",
        "Lower-case letters, digits, _ and -; begins with a letter and never changes.",
    ),
    "title": say("标题", "Title", "显示在最上面。", "Shown on top."),
    "genre": say("类别", "Genre", "这是哪一类问卷。", "What sort of questionnaire this is."),
    "languages": say(
        "语言",
        "Languages",
        "答题人可选的语言代码，每行一个；第一个是主要语言。不写就取标题的语言。",
        "Codes of the languages respondents can choose, one a line; the first is the main one. "
        "Without it, those of the title.",
    ),
    "minutes": say("所需分钟", "Minutes", "填写大约要多久。", "How long it takes, about."),
    "intro": say("开头说明", "Introduction", "显示在标题下面。", "Shown below the title."),
    "anonymity": say(
        "匿名", "Anonymity", "对答题人的承诺。", "What is promised to those who answer."
    ),
    "mode": say(
        "方式",
        "Mode",
        "unlinkable 不可关联，sealed_code 密封编码，confidential 保密，named 记名。",
        "unlinkable, sealed_code, confidential or named.",
    ),
    "min_group": say(
        "最小人数",
        "Smallest group",
        "少于这么多份答卷的组不显示任何数字；不得低于 5。",
        "Groups with fewer responses show nothing; 5 or more.",
    ),
    "sections": say("章节", "Sections", "问卷的各部分。", "The parts of the questionnaire."),
    "scales": say(
        "量表", "Scales", "有名称的量表，供题目引用。", "Named scales that items refer to."
    ),
    "terms": say(
        "术语",
        "Terms",
        "各单位叫法不同的词，在文字中写作 {名称}。",
        "Words that differ between organisations, written {name} in texts.",
    ),
    "Term.text": say("说法", "Wording", "填入 {名称} 处的词。", "What stands in place of {name}."),
    "examples": say(
        "例子",
        "Examples",
        "供改用者参考的其他说法，每行一个。",
        "Other wordings for whoever adapts it, one a line.",
    ),
    "checklist": say(
        "访谈要点", "Checklist", "访谈必须涉及的要点。", "What an interview has to cover."
    ),
    "must_ask": say("必问", "Must ask", "必须问到的要点。", "Tags that must be asked about."),
    "must_cover": say("必谈", "Must cover", "必须谈到的要点。", "Tags that must be talked about."),
    "negative_list": say(
        "负面清单规则",
        "Negative list",
        "哪些题目列入一个单位的负面清单。",
        "Which items are listed for a unit.",
    ),
    "min_valid": say(
        "最少有效答案",
        "Valid answers",
        "有效答案达到这么多才判断。",
        "So many valid answers are needed.",
    ),
    "negative_share_at_least": say(
        "负面比例达到",
        "Share at least",
        "负面比例达到或超过它就列入，如 1/4。",
        "Listed from this unfavourable share on, such as 1/4.",
    ),
    "negative_share_above": say(
        "负面比例超过",
        "Share above",
        "负面比例超过它才列入，如 1/4。",
        "Listed when the unfavourable share is larger than this.",
    ),
    "severe": say("突出", "Severe", "达到它的列为突出。", "From when an entry counts as severe."),
    "variants": say(
        "变体",
        "Variants",
        "同一问卷换标题、换评定限额的版本。",
        "The same questionnaire under another title, with other limits on ratings.",
    ),
    "distributions": say(
        "评定限额",
        "Distributions",
        "变体中各矩阵题的限额。",
        "The limits of each matrix in the variant.",
    ),
    "data": say(
        "数据列",
        "Data columns",
        "外来数据文件中非答案各列的名称。",
        "How a data file made elsewhere names the columns that are not answers.",
    ),
    "DataColumns.unit": say("单位列", "Unit", "单位所在的列。", "The column of the unit."),
    "parent": say("上级单位列", "Parent", "上级单位所在的列。", "The column of the parent unit."),
    "role": say("人员类别列", "Role", "人员类别所在的列。", "The column of the role."),
    "ignore": say(
        "不读的列", "Ignored", "不读的列名，每行一个。", "Columns to leave out, one a line."
    ),
    "Section.items": say("题目", "Items", "这一章节的题目。", "The items of the section."),
    "Section.relevant": say(
        "显示条件",
        "Asked if",
        "条件成立时才问这一章节。",
        "The section is asked only when this holds.",
    ),
    "repeat": say(
        "重复填写",
        "Repeated",
        "整个章节可以填多条。",
        "The section is filled in as often as needed.",
    ),
    "Repeat.min": say("最少条数", "Fewest entries", "至少填几条。", "So many entries at least."),
    "Repeat.max": say("最多条数", "Most entries", "最多填几条。", "So many entries at most."),
    "Repeat.count": say(
        "条数",
        "Count",
        "由前面的答案算出要填几条，如 ${people}。",
        "Earlier answers say how many entries there are, such as ${people}.",
    ),
    "jump": say(
        "跳转",
        "Jump",
        "答完这一章节后，第一个成立的条件决定接着到哪一章节。",
        "After the section: the first condition that holds says which section comes next.",
    ),
    "to": say("到哪里", "To", "后面章节的标识，或 end。", "A later section, or end."),
    "Jump.when": say("条件", "When", "成立时跳转；不写则总是跳转。", "When it is taken; always."),
    "Section.random_order": say(
        "题目随机排列",
        "Items in random order",
        "每人看到的题目顺序不同。",
        "Its items have an order of their own for each respondent.",
    ),
    "random_sections": say(
        "章节随机排列",
        "Sections in random order",
        "每人看到的章节顺序不同。",
        "The sections have an order of their own for each respondent.",
    ),
    "quotas": say(
        "配额",
        "Quotas",
        "符合条件的答卷达到上限后不再接收。",
        "Beyond a number of responses for which a condition holds, no more are taken.",
    ),
    "Quota.when": say("条件", "When", "哪些答卷计入。", "Which responses count."),
    "limit": say("上限", "Limit", "最多收多少份。", "So many responses at most."),
    "message": say("满额时的说明", "Message", "满额后来的人读到的话。", "What latecomers read."),
    "media": say(
        "媒体",
        "Media",
        "图片、声音和视频，供题目和选项引用。",
        "Pictures, sound and film for items.",
    ),
    "source": say("来源", "Source", "文件名或网址。", "The file or address."),
    "description": say(
        "替代文字", "Description", "看不见图片的人读到的话。", "Read by those who cannot see it."
    ),
}
