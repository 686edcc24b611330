"""What can be wrong with answers; addressed to the person who answers."""

from __future__ import annotations

#: code -> (Chinese message, English message)
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
    "required_coding": ("还没有归类。", "The interviewer's coding is missing."),
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
    "decimal_long": (
        "数字最多 {limit} 位。",
        "Use at most {limit} digits altogether.",
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
    "option_text_unasked": (
        "“{option}”不需要另写内容，请删去所写的文字。",
        'Nothing can be written beside "{option}". Remove the text.',
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
        "“{tag}”还没有谈到：请填写要点并归类，或在归类中注明“未谈”。",
        '"{tag}" has not been covered: write a note and code it, or code it as declined.',
    ),
}
