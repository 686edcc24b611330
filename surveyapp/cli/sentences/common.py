"""Sentences of every command, of serving, and of the demonstration and its report."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
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
    "analyse_help": (
        "分析一个 CSV 数据文件，不使用数据库。",
        "Analyse a CSV file of data; no database is used.",
    ),
    "report_help": ("生成一轮调查的 PDF 报告。", "Write the PDF report of a round."),
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
    "seed_help": (
        "抽签用的种子（随机顺序、实验分组），同一种子结果相同",
        "the seed of what is drawn by lot (orders, arms); the same seed draws the same",
    ),
    "file_unreadable": ("无法读取 {path}：{reason}", "{path} cannot be read: {reason}"),
    "unknown_round": (
        "没有名为 {name} 的调查。现有：{known}",
        "There is no round {name}. There is: {known}",
    ),
    "none": ("无", "none"),
    "written": ("已写入 {path}（{size} KB）", "Wrote {path} ({size} KB)"),
    "parquet_help": (
        "另把编码后的答卷以 Parquet 文件写入此文件夹；之后可以直接分析该文件夹。",
        "Also write the coded responses as Parquet files into this folder, which can be analysed.",
    ),
    "processes_help": (
        "分析文件夹时，用这么多个进程计数。",
        "Count the parts of a folder in so many processes.",
    ),
    "dask_help": (
        "分析文件夹时，在此地址的 Dask 集群上计数；集群须能读取同样的文件。",
        "Count the parts of a folder on the Dask cluster at this address; it must see the files.",
    ),
    "dask_unreachable": (
        "连接不上 {address} 的 Dask 集群。",
        "The Dask cluster at {address} cannot be reached.",
    ),
    "extra_missing": (
        "此功能需要另行安装：pip install 'surveyapp[{extra}]'",
        "This needs more to be installed: pip install 'surveyapp[{extra}]'",
    ),
    "folder_taken": (
        "{path} 中已有数据，请换一个文件夹。",
        "{path} holds data already. Choose another folder.",
    ),
    "part_unreadable": (
        "{path} 无法读取，文件已损坏或不存在。",
        "{path} cannot be read: damaged or missing.",
    ),
    "part_axes": (
        "{path} 是为另一份问卷、另一些单位或人员类别写出的。",
        "{path} was written for another questionnaire, other units or roles.",
    ),
    "part_codes": (
        "{path} 中有问卷没有的编码。",
        "{path} has codes that the questionnaire does not know.",
    ),
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
}
