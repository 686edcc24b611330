"""The words of every problem: a code that never changes, in Chinese and in English."""

from __future__ import annotations

#: code -> (Chinese message, English message)
DEFINITION_MESSAGES: dict[str, tuple[str, str]] = {
    "file_unreadable": ("无法读取文件：{reason}", "The file cannot be read: {reason}"),
    "file_too_large": (
        "文件过大（{size} 字节），上限为 {limit} 字节。",
        "The file is too large ({size} bytes); the limit is {limit} bytes.",
    ),
    "file_not_utf8": (
        "文件不是 UTF-8 编码（第 {offset} 字节处）。请另存为 UTF-8。",
        "The file is not UTF-8 (at byte {offset}). Save it as UTF-8.",
    ),
    "file_empty": ("文件是空的。", "The file is empty."),
    "yaml_syntax": ("YAML 语法错误：{reason}", "YAML syntax error: {reason}"),
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
    "number_expected": (
        "“{actual}”不是数字。",
        '"{actual}" is not a number.',
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
        "表达式有误（第 {at} 个字符）：{reason}",
        "The expression is wrong at character {at}: {reason}",
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

#: code -> (Chinese message, English message); addressed to the person who answers.
ANSWER_MESSAGES: dict[str, tuple[str, str]] = {
    "answers_shape": (
        "答卷的格式不正确。",
        "The answers are not in the right form.",
    ),
    "item_unknown": (
        "答卷里有问卷中没有的题目“{name}”。",
        'The answers name an item that the questionnaire does not have: "{name}".',
    ),
    "nothing_answered": (
        "还没有回答任何一题。请至少回答一题再提交。",
        "Nothing has been answered yet. Answer at least one item before you send.",
    ),
    "required_choice": ("请选择一项。", "Select an answer."),
    "required_choices": ("请至少选择一项。", "Select at least one answer."),
    "required_text": ("请填写此题。", "Enter an answer."),
    "required_rows": (
        "请为“{row}”选择一项。",
        'Select an answer for "{row}".',
    ),
    "required_ranking": (
        "请排出前 {count} 项。",
        "Rank your first {count}.",
    ),
    "required_number": ("请填写数字。", "Enter a number."),
    "required_consent": (
        "请先勾选同意，再提交。",
        "Please tick the box to agree before you send.",
    ),
    "decimal_invalid": (
        "请填写数字，例如 3 或 2.5。",
        "Enter a number, such as 3 or 2.5.",
    ),
    "decimal_digits": (
        "小数点后最多 {limit} 位。",
        "Use at most {limit} digits after the point.",
    ),
    "decimal_grouped": (
        "不清楚这个逗号是千位还是小数点：一千请写 1000，小数请写 1.5。",
        "It is not clear what the comma means: write 1000 for a thousand, 1.5 for one and a half.",
    ),
    "number_step": (
        "请从 {start} 起按 {step} 的间隔填写。",
        "Enter a value in steps of {step}, starting from {start}.",
    ),
    "time_invalid": ("请填写时间，例如 09:30。", "Enter a time, such as 09:30."),
    "email_invalid": (
        "请填写电子邮箱，例如 name@example.com。",
        "Enter an e-mail address, such as name@example.com.",
    ),
    "phone_invalid": (
        "请填写电话号码，例如 0571-8888 0000。",
        "Enter a telephone number, such as +44 20 7946 0000.",
    ),
    "url_invalid": (
        "请填写以 http:// 或 https:// 开头的网址。",
        "Enter a web address that starts with http:// or https://.",
    ),
    "latitude_invalid": (
        "请填写纬度（-90 到 90 之间的度数）。",
        "Enter a latitude: degrees from -90 to 90.",
    ),
    "longitude_invalid": (
        "请填写经度（-180 到 180 之间的度数）。",
        "Enter a longitude: degrees from -180 to 180.",
    ),
    "sum_wrong": (
        "各项合计应为 {total}，现为 {found}。",
        "The parts must add up to {total}; they add up to {found}.",
    ),
    "required_file": ("请选择要上传的文件。", "Choose a file to upload."),
    "required_entry": (
        "请至少填写一条。",
        "Fill in at least one entry.",
    ),
    "entries_number": (
        "根据前面的回答，应填写 {limit} 条，您填了 {count} 条。",
        "Going by your other answers there should be {limit} entries. You filled in {count}.",
    ),
    "quota_full": (
        "感谢您的参与。这类受访者的名额已满，您的答案没有保存。",
        "Thank you for taking part. We have enough answers from people like you; yours were not "
        "stored.",
    ),
    "text_pattern": (
        "格式不符合要求，请按提示填写。",
        "This is not in the form asked for. See the hint.",
    ),
    "entries_too_few": (
        "至少填写 {limit} 条，您填了 {count} 条。",
        "Fill in at least {limit} entries. You filled in {count}.",
    ),
    "option_unknown": (
        "所选的答案不在选项之中，请重新选择。",
        "The answer is not one of those offered. Select again.",
    ),
    "option_not_offered": (
        "根据前面的回答，不能选择“{option}”，请重新选择。",
        'With your other answers, "{option}" cannot be chosen. Select again.',
    ),
    "value_shape": (
        "答案的格式不正确，请重新填写。",
        "The answer is not in the right form. Enter it again.",
    ),
    "choices_too_many": (
        "最多选 {limit} 项，您选了 {count} 项。",
        "Select at most {limit}. You selected {count}.",
    ),
    "choices_too_few": (
        "至少选 {limit} 项，您选了 {count} 项。",
        "Select at least {limit}. You selected {count}.",
    ),
    "choices_exclusive": (
        "“{option}”不能与其他选项同时选择。",
        '"{option}" cannot be combined with other answers.',
    ),
    "option_text_missing": (
        "您选了“{option}”，请写明内容。",
        'You selected "{option}". Please specify.',
    ),
    "text_too_long": (
        "最多 {limit} 个字，您写了 {count} 个字。",
        "Use at most {limit} characters. You entered {count}.",
    ),
    "text_control_characters": (
        "内容中含有无法显示的字符，请删去后再提交。",
        "The text holds characters that cannot be shown. Remove them and send again.",
    ),
    "number_invalid": (
        "请填写一个整数，例如 3。",
        "Enter a whole number, such as 3.",
    ),
    "number_too_small": (
        "不能小于 {limit}。",
        "Enter {limit} or more.",
    ),
    "number_too_large": (
        "不能大于 {limit}。",
        "Enter {limit} or less.",
    ),
    "date_invalid": (
        "请填写日期，例如 2026-03-15。",
        "Enter a date, such as 2026-03-15.",
    ),
    "date_time_invalid": (
        "请填写日期和时间，例如 2026-03-15 09:30。",
        "Enter a date and time, such as 2026-03-15 09:30.",
    ),
    "ranking_duplicate": (
        "“{option}”排了不止一次，每一项只能排一次。",
        '"{option}" is ranked more than once. Rank each answer only once.',
    ),
    "ranking_gap": (
        "请从第 1 位开始依次排列，中间不要留空。",
        "Rank from first place on, without leaving a gap.",
    ),
    "unit_unknown": ("请从列表中选择单位。", "Select a unit from the list."),
    "person_unknown": ("请从列表中选择人员。", "Select a person from the list."),
    "row_unknown": (
        "答卷里有表格中没有的一行“{name}”。",
        'The answers name a row that the table does not have: "{name}".',
    ),
    "distribution_at_most": (
        "“{levels}”最多只能给 {limit} 个，您给了 {count} 个（已评 {rated} 个，上限 {share}）。",
        'You may give "{levels}" at most {limit} times; you gave it {count} times '
        "(of {rated} rated, limit {share}).",
    ),
    "distribution_at_least": (
        "“{levels}”至少要给 {limit} 个，您给了 {count} 个（已评 {rated} 个，下限 {share}）。",
        'You must give "{levels}" at least {limit} times; you gave it {count} times '
        "(of {rated} rated, minimum {share}).",
    ),
    "distribution_abstain": (
        "最多可弃权 {limit} 个，您弃权了 {count} 个。",
        "You may abstain at most {limit} times; you abstained {count} times.",
    ),
    "file_too_big": (
        "文件不能超过 {limit} MB。",
        "The file must not be larger than {limit} MB.",
    ),
    "signatures_too_few": (
        "至少需要 {limit} 人签名，现有 {count} 人。",
        "At least {limit} signatures are needed; there are {count}.",
    ),
    "entries_too_many": (
        "最多填写 {limit} 条，您填了 {count} 条。",
        "Fill in at most {limit} entries. You filled in {count}.",
    ),
    "constraint_failed": (
        "这个答案不符合要求，请检查。",
        "This answer does not meet the condition. Please check it.",
    ),
    "constraint_message": ("{message}", "{message}"),
    "topic_uncovered": (
        "“{tag}”还没有谈到：请填写要点，或在归类中注明“未谈”。",
        '"{tag}" has not been covered: write a note, or mark the topic as declined.',
    ),
}

MESSAGES = DEFINITION_MESSAGES | ANSWER_MESSAGES
