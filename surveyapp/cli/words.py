"""Every sentence of the command line, in Chinese and English, and which of the two is spoken."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import click

WORDS: dict[str, tuple[str, str]] = {
    "program_help": (
        "问卷调查：从问卷定义到网上填答、统计、负面清单和 PDF 报告。",
        "Surveys: from a definition to web forms, statistics, negative lists and PDF reports.",
    ),
    "usage": ("用法：", "Usage: "),
    "options": ("选项", "Options"),
    "commands": ("命令", "Commands"),
    "help_help": ("显示这份说明。", "Show this message and exit."),
    "language_help": ("语言：zh 或 en。", "Language: zh or en."),
    "debug_help": ("出现意外错误时显示全部细节。", "Show all details of an unexpected error."),
    "demo_help": (
        "建立演示数据：一个虚构的县、252 个密封编码和模拟答卷。",
        "Make the demonstration: an invented county, 252 sealed codes, synthetic answers.",
    ),
    "run_help": (
        "启动网站（需要时先更新数据库）。",
        "Start the web site (bringing the database up to date first).",
    ),
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
    "analyse_help": (
        "分析一个 CSV 数据文件，不使用数据库。",
        "Analyse a CSV file of data; no database is used.",
    ),
    "report_help": ("生成一轮调查的 PDF 报告。", "Write the PDF report of a round."),
    "organisation_help": (
        "导入或导出机构：单位、人员、任职、工作组（.xlsx 或 .csv）。",
        "Import or export the organisation: units, people, postings, teams (.xlsx or .csv).",
    ),
    "organisation_dry_help": (
        "只显示会有哪些变化，不写入。",
        "Only show what would change; write nothing.",
    ),
    "organisation_full_help": (
        "这是完整名单：表中没有列出的，视为已经结束。",
        "This is a full list: whatever a sheet does not name has ended.",
    ),
    "organisation_new": ("新增 {count}", "{count} new"),
    "organisation_renamed": ("改名 {count}", "{count} renamed"),
    "organisation_moved": ("移动 {count}", "{count} moved"),
    "organisation_changed": ("修改 {count}", "{count} changed"),
    "organisation_ended": ("结束 {count}", "{count} ended"),
    "organisation_unchanged": ("不变 {count}", "{count} unchanged"),
    "organisation_done": ("已写入。", "Written."),
    "organisation_dry": ("没有写入任何内容。", "Nothing was written."),
    "organisation_stopped": (
        "文件有问题，没有写入任何内容。",
        "There are problems in the file; nothing was written.",
    ),
    "organisation_name": (
        "无法写出 {path}：文件名应以 .xlsx 结尾，或为这些之一：{known}",
        "{path} cannot be written: its name must end in .xlsx, or be one of {known}",
    ),
    "backup_help": (
        "把数据库备份为一个新文件（网站不必停止）。",
        "Copy the database into a new file, while the web site goes on.",
    ),
    "backup_elsewhere": (
        "这里用的是 PostgreSQL，请用 pg_dump 备份。",
        "The database is PostgreSQL: back it up with pg_dump.",
    ),
    "backup_secret": (
        "密钥不在其中：请另外保管数据文件夹里的 secret 文件（或 SURVEYAPP_SECRET 的值）。",
        "The secret is not in it: keep the file secret of the data folder (or the value of "
        "SURVEYAPP_SECRET) somewhere else.",
    ),
    "account_help": (
        "建立工作人员账号、设新密码，或授予、收回角色。",
        "Make a staff account, give it a new password, grant or withdraw a role.",
    ),
    "account_role_help": (
        "授予这个角色（已有账号时不改密码）。",
        "Grant this role; the password of an existing account stays.",
    ),
    "account_unit_help": (
        "角色适用的单位编码（含其下级）；不写则适用于全部单位。",
        "Code of the unit where the role holds, and below it. Without it: everywhere.",
    ),
    "account_withdraw_help": ("收回而不是授予这个角色。", "Withdraw the role instead."),
    "account_authenticator_help": (
        "取消动态口令（手机丢失时用）。",
        "Remove the authenticator app (when the telephone is lost).",
    ),
    "account_ready": ("账号 {name} 已更新。", "The account {name} has been changed."),
    "account_has_role": (
        "账号 {name} 在该处已有这个角色。",
        "The account {name} has this role there already.",
    ),
    "account_no_role": (
        "账号 {name} 在该处没有这个角色。",
        "The account {name} does not have this role there.",
    ),
    "account_last": (
        "至少要保留一个适用于全部单位的管理员。",
        "Somebody must be left who may do everything everywhere.",
    ),
    "unknown_unit": ("没有编码为 {code} 的单位。", "There is no unit with the code {code}."),
    "password_short": (
        "密码至少 {shortest} 个字符。",
        "A password has at least {shortest} characters.",
    ),
    "password_long": ("密码太长。", "The password is too long."),
    "password_plain": (
        "密码太容易猜到：全是数字、顺序字符或同一内容反复。",
        "This is too easy to guess: only digits, a run, or the same again and again.",
    ),
    "password_common": (
        "这是人们最先尝试的密码之一，请换一个。",
        "This is among the passwords that are tried first. Choose another.",
    ),
    "password_name": (
        "密码和用户名几乎一样，请换一个。",
        "This is hardly more than the user name. Choose another.",
    ),
    "audit_help": (
        "核对工作人员操作日志是否完整、未被改动。",
        "Check that the log of what staff did is whole and unchanged.",
    ),
    "audit_head_help": (
        "以前记下的末尾标记；日志中必须仍有它。",
        "A head noted before: the log must still contain it.",
    ),
    "audit_whole": ("日志完整，共 {count} 条。", "The log is whole: {count} entries."),
    "audit_head": (
        "末尾标记（请另行保存）：{head}",
        "Head (keep it somewhere else): {head}",
    ),
    "audit_bad_head": (
        "末尾标记的形式应为“条数:64 位十六进制”。",
        "A head looks like COUNT:HASH, the hash with 64 hexadecimal digits.",
    ),
    "audit_changed": (
        "第 {number} 条被改动过；此前 {good} 条无误。",
        "Entry {number} has been changed; the {good} before it are right.",
    ),
    "audit_missing": (
        "缺少第 {number} 条；此前 {good} 条无误。",
        "Entry {number} is missing; the {good} before it are right.",
    ),
    "audit_cut": (
        "日志末尾被截断：只剩 {good} 条。",
        "The end of the log has been cut off: {good} entries are left.",
    ),
    "audit_replaced": (
        "第 {number} 条与当时记下的标记不符：日志被重写过。",
        "Entry {number} is not what was noted: the log has been written anew.",
    ),
    "mail_help": (
        "邮件：发出排队的邮件，登记退信。",
        "Mail: send what is queued, record what bounced.",
    ),
    "mail_work_help": (
        "发出排队的邮件，直到被要求停止（surveyapp run 已自带）。",
        "Send what is queued until told to stop (surveyapp run does it by itself).",
    ),
    "mail_once_help": ("发完到期的邮件就结束。", "Send what is due, then end."),
    "mail_until_help": (
        "标准输入结束时停止，供上级进程使用。",
        "Stop when standard input ends; for a process that supervises this one.",
    ),
    "mail_busy": (
        "另一个进程正在发送邮件（例如 surveyapp run）。",
        "Another process is sending mail (such as surveyapp run).",
    ),
    "mail_bounces_help": (
        "从退信文件（.eml 或 mbox）登记退回的邮件。",
        "Record bounced mails from delivery reports (.eml files or a mailbox in mbox format).",
    ),
    "mail_bounces_done": (
        "读到 {found} 封退信，其中 {ours} 封属于本系统发出的邮件，已登记。",
        "Delivery reports of failure: {found}; of mails of ours, now recorded: {ours}.",
    ),
    "account_ask": ("密码：", "Password:"),
    "account_again": ("再输入一次：", "Once more:"),
    "account_name": (
        "用户名应为 1 至 {limit} 个可见字符。",
        "A user name has 1 to {limit} visible characters.",
    ),
    "account_done": (
        "账号 {name} 可以登录了，其他地方的登录已全部失效。",
        "The account {name} can sign in now; its other sessions have ended.",
    ),
    "account_first": (
        "这是第一个账号：已成为全部单位的管理员。",
        "It is the first account: the administrator of everything.",
    ),
    "account_powerless": (
        "它还没有任何角色，登录后什么也看不到。授予角色：surveyapp account {name} --role 角色",
        "It has no role yet, so it sees nothing. Grant one: surveyapp account {name} --role ROLE",
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
    "host_help": ("监听地址。", "Address to listen on."),
    "port_help": ("监听端口。", "Port to listen on."),
    "definition_help": ("问卷定义文件（YAML）。", "The definition file (YAML)."),
    "unit_help": (
        "单位所在的列（默认按定义）。",
        "Column that holds the unit (default: as the definition says).",
    ),
    "parent_help": ("上级单位所在的列。", "Column that holds the parent unit."),
    "role_help": ("人员类别所在的列。", "Column that holds the role."),
    "json_help": ("把全部数字写入此 JSON 文件。", "Write all figures to this JSON file."),
    "pdf_help": ("把报告写入此 PDF 文件。", "Write the report to this PDF file."),
    "error": ("错误：", "Error: "),
    "usage_hint": ("用法见：{command} --help", "For usage see: {command} --help"),
    "no_such_command": ("没有 {name} 这个命令。", "There is no command {name}."),
    "bad_value": ("{name} 的值不对：{reason}", "The value of {name} is not accepted: {reason}"),
    "no_such_option": ("没有 {name} 这个选项。", "There is no option {name}."),
    "missing_parameter": ("缺少 {name}。", "{name} is missing."),
    "unexpected": (
        "程序出现意外错误（{kind}）。细节已写入 {log}；加 --debug 可直接显示。",
        "An unexpected error occurred ({kind}). Details are in {log}; --debug shows them here.",
    ),
    "file_unwritable": (
        "无法写入 {path}：{reason}",
        "{path} cannot be written: {reason}",
    ),
    "database_unusable": (
        "无法使用数据库：{reason}",
        "The database cannot be used: {reason}",
    ),
    "demo_file_missing": (
        "演示数据已存在，但缺少记有密封编码的 {path}。请移走数据文件夹后重试。",
        "The demonstration exists, but {path} with its sealed codes is missing. "
        "Move the data folder away and try again.",
    ),
    "demo_schema": ("正在准备数据库……", "Preparing the database …"),
    "demo_county": (
        "正在建立虚构的县：18 个乡镇、9 个走访组……",
        "Making the invented county: 18 townships, 9 visiting teams …",
    ),
    "demo_round": ("正在发放 252 个密封编码……", "Issuing 252 sealed codes …"),
    "demo_answers": ("正在生成模拟答卷……", "Writing synthetic answers …"),
    "demo_done": ("演示数据已就绪。", "The demonstration is ready."),
    "demo_kept": ("演示数据已在，保持不变。", "The demonstration is there already; kept as it is."),
    "port_taken": (
        "端口 {port} 已被占用。请停止占用它的程序，或换一个端口：surveyapp run --port {other}",
        "Port {port} is in use. Stop the program that uses it, or take another port: "
        "surveyapp run --port {other}",
    ),
    "address_unusable": (
        "无法在 {host}:{port} 上监听：{reason}",
        "Cannot listen on {host}:{port}: {reason}",
    ),
    "serving": ("网站地址 {address} （按 Ctrl+C 停止）", "Serving on {address} (Ctrl+C to stop)"),
    "run_respondent": ("填写问卷", "Answer the survey"),
    "run_staff": ("工作人员", "Staff pages"),
    "run_account": ("用户名 {username}　密码 {password}", "user {username}   password {password}"),
    "run_pdf": ("PDF 报告", "PDF report"),
    "run_or": ("或运行", "or run"),
    "run_synthetic": (
        "以上为演示数据：县名、人名和答卷均为虚构。",
        "This is a demonstration: the county, the people and the answers are invented.",
    ),
    "no_codes_left": ("（密封编码已全部用完）", "(all sealed codes have been used)"),
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
    "seed_help": (
        "抽签用的种子（随机顺序、实验分组），同一种子结果相同",
        "the seed of what is drawn by lot (orders, arms); the same seed draws the same",
    ),
    "check_good": ("{path}：没有问题。", "{path}: no problems."),
    "check_warning": ("提示：", "advice: "),
    "check_total": (
        "{files} 个文件，{problems} 个问题。",
        "{files} file(s), {problems} problem(s).",
    ),
    "file_unreadable": ("无法读取 {path}：{reason}", "{path} cannot be read: {reason}"),
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
        "{items} 道题；{expressions} 个表达式，其中 {translated} 个已翻译；"
        "{losses} 处未能照样转换，其中错误 {errors} 处。",
        "{items} items; {translated} of {expressions} expressions translated; "
        "{losses} losses, of them errors: {errors}.",
    ),
    "convert_more": (
        "……另有 {count} 处，见 --report 写出的报告。",
        "… and {count} more; --report lists them all.",
    ),
    "loss_error": ("错误：", "error: "),
    "loss_warning": ("注意：", "warning: "),
    "unknown_round": (
        "没有名为 {name} 的调查。现有：{known}",
        "There is no round {name}. There is: {known}",
    ),
    "none": ("无", "none"),
    "written": ("已写入 {path}（{size} KB）", "Wrote {path} ({size} KB)"),
    "reading": ("正在读取 {path}……", "Reading {path} …"),
    "typesetting": ("正在排版报告……", "Typesetting the report …"),
    "analysed": (
        "{rows} 份答卷，{units} 个单位，{items} 个封闭题。",
        "{rows} responses, {units} units, {items} closed items.",
    ),
    "hidden_units": (
        "其中 {units} 个单位答卷不足 {minimum} 份（或会因此被推算出来），不单独显示。",
        "{units} units are not shown by themselves: fewer than {minimum} responses, "
        "or they would give such a unit away.",
    ),
    "no_rule": (
        "问卷定义中没有负面清单规则。",
        "The definition has no rule for a negative list.",
    ),
    "listed": (
        "负面清单：{units} 个单位（共 {of} 个）列入，{entries} 项，其中突出 {severe} 项。",
        "Negative list: {units} of {of} units are listed; entries: {entries}, severe: {severe}.",
    ),
    "worst": (
        "最突出的 {count} 项（按 95% 置信区间下限）：",
        "The {count} clearest entries (by the lower end of the 95% interval):",
    ),
    "worst_entry": (
        "  {unit}：{item} 负面 {share}（{negative}/{valid}，区间 {low} 至 {high}）",
        "  {unit}: {item} {share} negative ({negative} of {valid}, interval {low} to {high})",
    ),
    "problems_in_definition": (
        "{path} 有 {count} 处问题。",
        "{path} has {count} problem(s).",
    ),
    "problems_in_data": (
        "{path} 有 {count} 处问题，未作分析。",
        "{path} has {count} problem(s); nothing was analysed.",
    ),
}

_chosen = "en"


def language() -> str:
    """The language spoken: zh or en."""
    return _chosen


def say(key: str, **values: object) -> str:
    """The sentence in the language spoken."""
    chinese, english = WORDS[key]
    return (chinese if _chosen == "zh" else english).format(**values)


def choose_language(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Speak as --lang says, else as the environment's LC_ALL, LC_MESSAGES or LANG."""
    global _chosen
    environment = os.environ if environment is None else environment
    set_in = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    wanted = _asked_for(arguments) or next(filter(None, set_in), "")
    _chosen = "zh" if wanted.lower().startswith("zh") else "en"


def _asked_for(arguments: Sequence[str]) -> str:
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return ""


def language_option() -> click.Option:
    """--lang, which every command takes; ``choose_language`` has read it already."""
    return click.Option(
        ["--lang"], type=click.Choice(["zh", "en"]), expose_value=False, help=say("language_help")
    )
