"""Sentences about definitions: checking, converting, trying them out."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "check_help": (
        "检查问卷定义文件，一次列出全部问题及所在行列。",
        "Check definition files: every problem at once, with line and column.",
    ),
    "try_help": (
        "用一份答案（JSON）试一试问卷：会问到哪些题，是否接受，存成什么，产生哪些问题。",
        "Try answers (JSON) on a definition: what is asked, whether they are accepted, what is "
        "stored, which findings they open.",
    ),
    "convert_help": (
        "转换问卷文件（XLSForm 等格式与本系统格式互转），列出未能转换的内容。",
        "Convert a questionnaire file (XLSForm and others, to and from ours); list what is lost.",
    ),
    "losses_help": (
        "把全部未能转换的内容写入此 JSON 文件。",
        "Write everything that is lost to this JSON file.",
    ),
    "convert_strict_help": (
        "有任何错误就不写出文件，并一次列出全部错误。",
        "Write nothing if there is any error; all errors are listed at once.",
    ),
    "convert_to_help": (
        "写出的格式；默认看文件名。sheet 是可编辑的表格（也可命名为 X.sheet.xlsx）。",
        "Format to write (default: by the file name); sheet is the spreadsheet that can be "
        "edited, also written when the name ends in .sheet.xlsx.",
    ),
    "explain_help": ("逐条说明理由，并给出改好的例子。", "Give the reason and a better example."),
    "strict_help": (
        "措辞和结构有明显毛病时也以 1 退出。",
        "Exit with 1 for plain faults of wording and structure too.",
    ),
    "no_lint_help": ("不检查措辞和篇幅。", "Do not look at wording and length."),
    "languages_help": (
        "只报告各语言译文是否完整。",
        "Report how complete each language is, and nothing else.",
    ),
    "languages_json_help": (
        "把语言报告写入此 JSON 文件。",
        "Write the report on languages to this JSON file.",
    ),
    "languages_share": (
        "{path}：{name}（{tag}）{present}/{texts} 处有译文，{share}。",
        "{path}: {name} ({tag}): {present} of {texts} texts, {share}.",
    ),
    "languages_missing": (
        "{place}：没有 {tag} 译文，显示 {language}：{text}",
        "{place}: no {tag}; shown in {language}: {text}",
    ),
    "languages_related": (
        "{place}：{tag} 用 {language} 的文字：{text}",
        "{place}: {tag} takes the text of {language}: {text}",
    ),
    "languages_same": (
        "{place}：{tag} 与 {language} 相同，可能还没有翻译：{text}",
        "{place}: {tag} is the same as {language}, probably not translated: {text}",
    ),
    "languages_placeholders": (
        "{place}：{tag} 的占位符与其他语言不同（缺：{lacking}；多：{extra}）：{text}",
        "{place}: {tag} has other placeholders (lacking: {lacking}; extra: {extra}): {text}",
    ),
    "lint_error": ("毛病：", "fault: "),
    "lint_warning": ("建议修改：", "better: "),
    "lint_advice": ("供参考：", "consider: "),
    "lint_better": ("例：{example}", "example: {example}"),
    "lint_size": (
        "{path}：最长约 {minutes} 分钟，{items} 题，其中文字题 {open} 道，表格 {rows} 行。",
        "{path}: about {minutes} minutes at most; items: {items}, open: {open}, rows: {rows}.",
    ),
    "try_no_definition": (
        "{path} 还不能使用，请先运行 surveyapp check {path}。",
        "{path} cannot be used yet; run surveyapp check {path} first.",
    ),
    "try_no_json": ("{path} 不是 JSON 文件。", "{path} is not a JSON file."),
    "try_refused": ("这份答案不会被接受。", "These answers would not be accepted."),
    "try_accepted": ("这份答案会被接受，存为：", "These answers would be accepted and stored as:"),
    "try_finding": ("由此产生问题（{item}）：{wording}", "They open a finding ({item}): {wording}"),
    "try_quotas": ("计入配额：{names}", "They count towards: {names}"),
    "check_good": ("{path}：没有问题。", "{path}: no problems."),
    "check_warning": ("提示：", "advice: "),
    "check_total": (
        "{files} 个文件，{problems} 个问题。",
        "{files} file(s), {problems} problem(s).",
    ),
    "convert_large": (
        "{path} 超过 {limit} 字节，没有读取。",
        "{path} is larger than {limit} bytes; it was not read.",
    ),
    "convert_no_reader": (
        "{path} 不是任何一种能读取的问卷格式。",
        "{path} is in none of the formats that can be read.",
    ),
    "convert_no_writer": (
        "无法写出 {path}：文件名应以这些结尾之一：{known}",
        "{path} cannot be written: its name must end in one of {known}",
    ),
    "convert_no_format": (
        "没有名为 {name} 的格式可写。可以写：{known}",
        "There is no format {name} to write. There is: {known}",
    ),
    "convert_nothing": (
        "{path} 有 {errors} 处错误，没有写出任何文件。",
        "{path} has {errors} error(s); nothing was written.",
    ),
    "convert_done": (
        "{items} 道题；{expressions} 个表达式，读懂 {translated} 个，未能写出 {unwritten} 个；"
        "{losses} 处未能照样转换，其中错误 {errors} 处。",
        "{items} items; {translated} of {expressions} expressions understood, {unwritten} not "
        "written; "
        "{losses} losses, of them errors: {errors}.",
    ),
    "convert_more": (
        "……另有 {count} 处，见 --report 写出的报告。",
        "… and {count} more; --report lists them all.",
    ),
    "loss_error": ("错误：", "error: "),
    "loss_warning": ("注意：", "warning: "),
    "problems_in_definition": (
        "{path} 有 {count} 处问题。",
        "{path} has {count} problem(s).",
    ),
    "problems_in_data": (
        "{path} 有 {count} 处问题，未作分析。",
        "{path} has {count} problem(s); nothing was analysed.",
    ),
}
