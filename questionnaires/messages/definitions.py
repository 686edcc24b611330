"""What can be wrong with a definition; addressed to its author."""

from __future__ import annotations

#: code -> (Chinese message, English message)
DEFINITION_MESSAGES: dict[str, tuple[str, str]] = {
    "file_unreadable": ("无法读取文件：{reason}。", "The file cannot be read: {reason}."),
    "file_too_large": (
        "文件过大（{size} 字节），上限为 {limit} 字节。",
        "The file is too large ({size} bytes); the limit is {limit} bytes.",
    ),
    "file_not_utf8": (
        "文件不是 UTF-8 编码（第 {offset} 字节处）。请另存为 UTF-8。",
        "The file is not UTF-8 (at byte {offset}). Save it as UTF-8.",
    ),
    "file_empty": ("文件是空的。", "The file is empty."),
    "yaml_syntax": ("YAML 语法错误：{reason}。", "YAML syntax error: {reason}."),
    "yaml_alias": (
        "不支持锚点和别名（& 和 *）。请把内容写完整。",
        "Anchors and aliases (& and *) are not supported. Write the content out.",
    ),
    "problems_more": (
        "问题超过 {limit} 个，其余的没有列出。",
        "There are more than {limit} problems; the rest are not listed.",
    ),
    "yaml_tag": (
        "不支持标签 {tag}。以叹号开头的文字要加引号。",
        "The tag {tag} is not supported. Put quotes around a text that starts with !.",
    ),
    "yaml_duplicate_key": (
        "键“{key}”在同一处出现了两次。",
        'The key "{key}" appears twice in the same place.',
    ),
    "yaml_too_deep": ("内容的层次过深。", "The content is nested too deeply."),
    "not_a_mapping": (
        "定义的最外层应当是“键: 值”的结构。",
        'The outermost level of a definition must be a mapping of "key: value".',
    ),
    "field_missing": ("缺少必须写的“{key}”。", 'The required key "{key}" is missing.'),
    "field_unknown": (
        "不认识的键“{key}”。{suggestion}",
        'Unknown key "{key}". {suggestion}',
    ),
    "value_type": (
        "“{key}”的值类型不对：应当是{expected}，这里写的是{actual}。",
        'The value of "{key}" has the wrong type: expected {expected}, found {actual}.',
    ),
    "value_invalid": (
        "“{key}”的值{reason}，这里写的是{actual}。",
        'The value of "{key}" {reason}; found {actual}.',
    ),
    "list_short": (
        "“{key}”至少要有 {limit} 项，现在有 {count} 项。",
        '"{key}" needs {limit} entries or more; it has {count}.',
    ),
    "value_not_listed": (
        "“{key}”的值{actual}不在可选范围内。可以写：{expected}。",
        'The value {actual} of "{key}" is not one of these: {expected}.',
    ),
    "kind_unknown": (
        "不认识的题型“{actual}”。{suggestion}",
        'Unknown kind of item "{actual}". {suggestion}',
    ),
    "identifier_invalid": (
        "“{actual}”不能用作标识：应以小写字母开头，只含小写字母、数字、下划线或连字符，"
        "最长 64 个字符。",
        '"{actual}" cannot be an identifier: it must start with a lower-case letter and hold only '
        "lower-case letters, digits, underscores or hyphens, 64 characters at most.",
    ),
    "text_type": (
        "“{key}”应当是文字，或“语言: 文字”的结构，这里写的是{shown}。",
        '"{key}" must be a text, or a mapping of "language: text"; found {shown}.',
    ),
    "text_empty": ("文字不能为空。", "A text must not be empty."),
    "text_unprintable": (
        "内容中含有无法显示的字符。",
        "There are characters that cannot be shown.",
    ),
    "text_language": (
        "语言代码不正确（应写作 zh、en、zh-Hant 这样的代码）。",
        "The language code is not valid (it should look like zh, en or zh-Hant).",
    ),
    "text_language_twice": (
        "同一种语言写了两次。",
        "The same language is given twice.",
    ),
    "number_expected": (
        "“{actual}”不是数字。",
        '"{actual}" is not a number.',
    ),
    "number_long": (
        "“{actual}”的位数太多：最多 15 位，才能原样保存。",
        '"{actual}" has too many digits: more than 15 cannot be kept exactly.',
    ),
    "share_invalid": (
        "“{actual}”不是 0 到 1 之间的比例（可写作 1/4 或 0.25）。",
        '"{actual}" is not a share between 0 and 1 (write 1/4 or 0.25).',
    ),
    "rule_threshold": (
        "负面清单规则必须且只能写 negative_share_at_least 和 negative_share_above 之一。",
        "A negative-list rule must give exactly one of negative_share_at_least and "
        "negative_share_above.",
    ),
    "duplicate_id": (
        "标识“{id}”重复，{first}已经用过。",
        'The identifier "{id}" is already used at {first}.',
    ),
    "duplicate_value": (
        "选项值“{value}”在同一列表中重复。",
        'The option value "{value}" appears twice in one list.',
    ),
    "branch_slash": (
        "选项值“{value}”不能含有“/”。",
        'The option value "{value}" must not hold a slash.',
    ),
    "scale_unknown": (
        "没有名为“{name}”的量表。{suggestion}",
        'There is no scale named "{name}". {suggestion}',
    ),
    "scale_not_in_library": (
        "问卷库中没有名为“{name}”的共用量表。{suggestion}",
        'The library has no shared scale named "{name}". {suggestion}',
    ),
    "scale_short": (
        "量表除去标为 missing 的等级，至少还要有两个等级。",
        "A scale needs at least two levels that are not marked missing.",
    ),
    "options_too_many": (
        "选项多达 {count} 个，上限为 {limit} 个。",
        "There are {count} options; the limit is {limit}.",
    ),
    "limits_crossed": (
        "“{low}”不能大于“{high}”。",
        '"{low}" must not be larger than "{high}".',
    ),
    "limit_beyond_options": (
        "“{key}”是 {limit}，但一共只有 {count} 个选项。",
        '"{key}" is {limit}, but there are only {count} options.',
    ),
    "column_twice": (
        "数据列“{name}”重复：某个选项值与“请注明”一栏的列名相同，请改用别的选项值。",
        'There would be two data columns "{name}": an option has the value that the column of a '
        '"please specify" field has. Give it another value.',
    ),
    "severe_below": (
        "“严重”的比例不能低于列入负面清单的比例。",
        "The share for severe must not be below the share for being listed.",
    ),
    "expression_invalid": (
        "表达式有误（第 {at} 个字符）：{reason}。",
        "The expression is wrong at character {at}: {reason}.",
    ),
    "reference_unknown": (
        "表达式引用了不存在的题目“{name}”。{suggestion}",
        'The expression refers to the item "{name}", which does not exist. {suggestion}',
    ),
    "reference_repeated": (
        "题目“{name}”在可重复填写的部分中，其他部分的表达式不能引用。",
        'The item "{name}" stands in a repeated section; expressions elsewhere cannot refer to it.',
    ),
    "reference_itself": (
        "这里不能使用“.”（本题答案），它只能用在 constraint 和 problem_if 中。",
        'This cannot use "." (the item\'s own answer); it belongs in constraint and problem_if.',
    ),
    "column_unknown": (
        "可重复填写的部分“{roster}”中没有题目“{name}”。{suggestion}",
        'The repeated section "{roster}" has no item "{name}". {suggestion}',
    ),
    "roster_unknown": (
        "没有名为“{name}”的可重复部分。{suggestion}",
        'There is no repeated section "{name}". {suggestion}',
    ),
    "expression_doubtful": (
        "表达式第 {at} 个字符：{reason}。",
        "The expression, at character {at}: {reason}.",
    ),
    "default_refused": (
        "默认答案本身不合要求：{reason}",
        "The first answer is not acceptable itself: {reason}",
    ),
    "nobody_answers": (
        "这一题没有人作答，“{key}”不起作用；请写在作答的题目上。",
        'Nobody answers this item, so "{key}" has no effect; put it where something is answered.',
    ),
    "arm_repeated": (
        "分组属于整份答卷，各条记录都相同；请把它放在不重复的部分中。",
        "An arm belongs to the whole response and is the same in every entry; put it in a section "
        "that is not repeated.",
    ),
    "cap_alone": (
        "cap 限制各条记录的合计，只能用在可重复填写的部分中；单独一题请用 max。",
        "cap limits what several entries count for together, so it belongs in a repeated section; "
        "for a single item use max.",
    ),
    "count_itself": (
        "“{name}”的条数不能由它自己的内容决定。",
        'How many entries "{name}" has cannot depend on those entries.',
    ),
    "jump_unknown": (
        "跳转的目标“{name}”不存在；可写某个部分的 id，或 end（结束）。{suggestion}",
        'The jump leads to "{name}", which does not exist; give the id of a section, or end. '
        "{suggestion}",
    ),
    "jump_backwards": (
        "只能向后跳转，“{name}”在本部分之前或就是本部分。",
        'A jump leads forwards only; "{name}" is this section or an earlier one.',
    ),
    "jump_random": (
        "各部分随机排列时不能跳转。",
        "Sections in random order cannot have jumps.",
    ),
    "carry_forward_source": (
        "“{name}”不是可以沿用选项的选择题；它应是本部分或不重复的部分中的单选、多选或排序题。",
        '"{name}" is not an item whose choice can be carried forward: a single choice, multiple '
        "choice or ranking in this section or one that is not repeated.",
    ),
    "carry_forward_nothing": (
        "没有一个选项与“{name}”的选项相同，沿用后将没有可选的内容。",
        'No option is one of "{name}" too, so nothing would be left to choose.',
    ),
    "pipe_unknown": (
        "文字中引用了不存在的题目“{name}”。{suggestion}",
        'The text shows the answer to "{name}", which does not exist. {suggestion}',
    ),
    "pipe_repeated": (
        "题目“{name}”在可重复填写的部分中，其他部分的文字不能引用它的答案。",
        'The item "{name}" stands in a repeated section; texts elsewhere cannot show its answer.',
    ),
    "media_type": (
        "“{key}”应是图片、录音或视频：相对于本文件的路径（如 map.png），或 data: 网址。",
        'The value of "{key}" must be a picture, recording or film: a path relative to this file, '
        "such as map.png, or a data: URL.",
    ),
    "media_path": (
        "“{key}”应是相对于本文件的路径，不能离开本文件所在的文件夹。",
        'The value of "{key}" must be a path relative to this file, inside its folder.',
    ),
    "media_size": (
        "文件太大：每个文件不超过 1 MB，全部合计不超过 4 MB。",
        "The file is too big: 1 MB each and 4 MB together at most.",
    ),
    "media_missing": (
        "找不到文件“{name}”。",
        'The file "{name}" was not found.',
    ),
    "media_unknown": (
        "media 中没有“{name}”。{suggestion}",
        'There is no "{name}" in media. {suggestion}',
    ),
    "media_picture": (
        "“{name}”不是图片，不能放在选项上。",
        '"{name}" is not a picture, so an option cannot show it.',
    ),
    "reference_cycle": (
        "显示条件互相引用，形成循环：{names}。",
        "These conditions depend on each other in a circle: {names}.",
    ),
    "term_name": (
        "“{actual}”不能用作 terms 的名称：只能含文字、数字、下划线或连字符，且不能以数字开头。",
        '"{actual}" cannot be the name of a term: use letters, digits, underscores or hyphens, '
        "and do not start with a digit.",
    ),
    "term_unknown": (
        "文字中的“{{{name}}}”没有在 terms 中定义。",
        'The slot "{{{name}}}" in the text is not defined under terms.',
    ),
    "tag_unknown": (
        "访谈要点“{name}”没有在 checklist 中定义。{suggestion}",
        'The coverage tag "{name}" is not defined under checklist. {suggestion}',
    ),
    "tag_uncovered": (
        "没有任何访谈题目涉及 checklist 中的要点“{name}”。",
        'No topic covers the tag "{name}" of the checklist.',
    ),
    "distribution_option": (
        "分布规则提到了量表中没有的等级“{name}”。",
        'The distribution rule names the level "{name}", which the scale does not have.',
    ),
    "distribution_limit": (
        "分布规则要写 at_most（上限）或 at_least（下限），或者两个都写。",
        "A distribution rule needs at_most, at_least or both.",
    ),
    "variant_item": (
        "变体中的“{name}”不是本问卷的矩阵题。",
        'The variant names "{name}", which is not a matrix of this questionnaire.',
    ),
    "translation_missing": (
        "这段文字没有 {language} 版本。",
        "The text has no {language} version.",
    ),
    "negative_list_idle": (
        "写了负面清单规则，但没有任何等级标为 negative，清单将始终为空。",
        "There is a negative-list rule but no level is marked negative, so nothing is ever listed.",
    ),
}
