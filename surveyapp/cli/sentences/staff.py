"""Sentences about accounts, the organisation, the log, mail and backups."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
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
}
