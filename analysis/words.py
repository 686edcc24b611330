"""Every word of charts and reports, in Chinese and English, and how figures are written."""

from __future__ import annotations

import datetime
from fractions import Fraction

from analysis.evidence_words import EVIDENCE_WORDS
from questionnaires import locales

#: key -> (Chinese, English). ``{count:entry|entries}`` is the singular for 1, else the plural.
WORDS: dict[str, tuple[str, str]] = EVIDENCE_WORDS | {
    # charts
    "likert_alt": (
        "各题评价分布图：{count} 题，负面的答案向左，正面的答案向右，按负面比例从高到低排列。最高的是第 {number} 题，占 {share}。",
        "Distribution of the ratings of {count} {count:item|items}, unfavourable to the left, favourable to the "
        "right, ordered by the unfavourable share; highest is item {number} with {share}.",
    ),
    "sides_alt": (
        "两端均为不利的 {count} 题的回答分布图。",
        "Distribution of the answers to {count} {count:item|items} on which both ends are "
        "unfavourable.",
    ),
    "heatmap_alt": (
        "各单位各题负面评价的比例热力图：{units} 个单位，{items} 题；颜色越深比例越高。",
        "Unfavourable share of each item in each unit: {units} {units:unit|units}, {items} "
        "{items:item|items}; the darker, the higher.",
    ),
    "most_favourable": ("最好", "Most favourable"),
    "favourable": ("较好", "Favourable"),
    "neutral": ("中间", "Middle"),
    "unfavourable": ("较差", "Unfavourable"),
    "most_unfavourable": ("最差", "Most unfavourable"),
    "negative_column": ("负面", "Unfav."),
    "missing_column": ("未作评价", "No opinion"),
    # report: cover and frame
    "report": ("分析报告", "Analysis report"),
    "period": ("填写时间", "In the field"),
    "as_of": ("统计截至", "Figures as of"),
    "mode": ("匿名方式", "Anonymity"),
    "version": ("问卷版本", "Questionnaire version"),
    "synthetic": (
        "演示数据：答卷为虚构，不反映任何真实单位的情况。",
        "Demonstration data: invented answers that describe no real unit.",
    ),
    "contents": ("目录", "Contents"),
    "page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "mode_unlinkable": ("匿名（不可关联凭证）", "Anonymous (unlinkable token)"),
    "mode_sealed_code": ("匿名（密封编码）", "Anonymous (sealed code)"),
    "mode_confidential": ("保密", "Confidential"),
    "mode_named": ("记名", "With name"),
    "mode_open_link": ("匿名（公开链接）", "Anonymous (open link)"),
    "to": ("至", "to"),
    # report: summary
    "summary": ("摘要", "Summary"),
    "returned_of": ("收回答卷", "Responses returned"),
    "of_issued": ("发放 {issued} 份，回收率 {rate}", "of {issued} issued, {rate}"),
    "too_few": ("不足 {floor} 份，不显示", "fewer than {floor}, not shown"),
    "counted_so_far": (
        "其中 {counted} 份已计入统计，其余攒够一批后一起计入",
        "{counted} of them counted so far; the others follow in one step",
    ),
    "units_word": ("单位", "Units"),
    "units_shown": ("{shown} 个可单独统计", "{shown} shown separately"),
    "listed_word": ("列入负面清单", "Entries on the negative list"),
    "listed_units": ("涉及 {units} 个单位", "in {units} {units:unit|units}"),
    "severe_word": ("其中突出问题", "Severe entries"),
    "severe_rule": ("比例达到 {share}", "share of {share} or more"),
    "worst_items": (
        "负面评价比例最高的题目",
        "Items with the highest unfavourable share",
    ),
    "most_listed_units": ("列入清单最多的单位", "Units with the most entries"),
    "nothing_listed": (
        "没有题目达到列入负面清单的标准。",
        "No item reaches the threshold of the negative list.",
    ),
    "entries_count": ("{count} 项", "{count} {count:entry|entries}"),
    "entries_severe": (
        "{count} 项，其中突出 {severe} 项",
        "{count} {count:entry|entries}, {severe} severe",
    ),
    "how_to_read": ("怎样看这份报告", "How to read this report"),
    "reading": (
        "比例按有效答案计算，“不了解”等不作评价的答案不计入。方括号中是 95% 置信区间：如果同样的调查重做许多次，"
        "这样得出的区间约有 95% 包含真实比例。有效答案少时区间很宽，不宜只看比例下结论。",
        'Shares are of the valid answers; answers without an opinion, such as "don\'t know", are left '
        "out. Square brackets hold the 95% interval: of many repeated surveys, about 95% would give "
        "an interval that covers the true share. Where answers are few the interval is wide, and the "
        "share alone is no ground for a conclusion.",
    ),
    "reading_hidden": (
        "答卷不足 {floor} 份的单位、有效答案不足 {floor} 份的题目不显示任何数字；为防止用总数相减推算，必要时另有单位一并不显示，表中以“—”表示。",
        "Units with fewer than {floor} responses and items with fewer than {floor} valid answers show no "
        "figure. Where such a unit could be worked out by subtraction, another unit is withheld with "
        "it. A dash marks what is withheld.",
    ),
    # report: response rates
    "rates": ("各单位回收情况", "Response rates by unit"),
    "responses_by_unit": ("各单位答卷数", "Responses by unit"),
    "unit": ("单位", "Unit"),
    "issued": ("发放", "Issued"),
    "returned": ("收回", "Returned"),
    "rate": ("回收率", "Rate"),
    "total": ("合计", "Total"),
    "responses": ("答卷", "Responses"),
    # report: items
    "items": ("各题结果", "Results by item"),
    "item_table": ("各题结果表", "Table of results"),
    "likert_title": ("各题评价分布", "Distribution of the ratings"),
    "likert_note": (
        "横条为各等级占有效答案的百分比，以中间等级居中；按“负面”比例从高到低排列。",
        "Bars show the percentage of valid answers at each level, centred on the middle level, ordered "
        "by the unfavourable share.",
    ),
    "likert_scales": (
        "各题量表用语不同，颜色表示从最好到最差的位置。",
        "The wording of the scales differs between items; colours show the position from most to "
        "least favourable.",
    ),
    "sides_title": ("两端均为不利的题目", "Items on which both ends are unfavourable"),
    "sides_note": (
        "这类题目以中间为最好，没有高低分，两端（橙色）都计为负面。",
        "On these items the middle is best; they have no score, and both ends (orange) count as "
        "unfavourable.",
    ),
    "item": ("题目", "Item"),
    "valid": ("有效", "Valid"),
    "negative": ("负面", "Unfav."),
    "interval": ("95% 置信区间", "95% interval"),
    "mean": ("均分", "Mean"),
    "sd": ("标准差", "SD"),
    "no_opinion": ("未作评价", "No opinion"),
    "other_items": ("其他选择题", "Other closed items"),
    "answer": ("答案", "Answer"),
    "count": ("人数", "Count"),
    "share": ("比例", "Share"),
    "heatmap_title": ("各单位各题负面评价的比例", "Unfavourable share by unit and item"),
    "heatmap_title_parents": (
        "各上级单位各题负面评价的比例",
        "Unfavourable share by parent unit and item",
    ),
    "heatmap_note": (
        "格中数字为负面评价占有效答案的百分比；“—”表示不足 {floor} 份有效答案或为保护匿名而不显示。粗框为列入负面清单的格子。",
        "Numbers are the percentage of valid answers that are unfavourable; a dash marks cells with fewer "
        "than {floor} valid answers, or withheld to protect anonymity. A heavy frame marks an entry of "
        "the negative list.",
    ),
    # report: negative list
    "negative_list": ("负面清单", "Negative list"),
    "rule_at_least": (
        "列入标准：有效答案不少于 {valid} 份，且负面评价的比例达到 {share} 及以上。",
        "Rule: at least {valid} valid {valid:answer|answers}, and an unfavourable share of {share} or more.",
    ),
    "rule_above": (
        "列入标准：有效答案不少于 {valid} 份，且负面评价的比例超过 {share}。",
        "Rule: at least {valid} valid {valid:answer|answers}, and an unfavourable share above {share}.",
    ),
    "rule_severe": (
        "比例达到 {share} 及以上的为突出问题。",
        "An entry with a share of {share} or more is severe.",
    ),
    "no_rule": (
        "这份问卷没有规定负面清单的列入标准。",
        "This questionnaire has no rule for a negative list.",
    ),
    "problem": ("问题", "Problem"),
    "evidence": ("依据", "Evidence"),
    "overall": ("全体", "Overall"),
    "severity": ("程度", "Severity"),
    "severe": ("突出", "Severe"),
    "ordinary": ("一般", "Ordinary"),
    "of_valid": ("{negative}／{valid}", "{negative} of {valid}"),
    # report: questionnaire, methods
    "as_asked": ("问卷原文", "The questionnaire as asked"),
    "optional": ("（选填）", "(optional)"),
    "open_answer": ("文字回答", "Open answer"),
    "only_if": ("仅在符合条件时回答", "Asked only when the condition holds"),
    "filled_by": ("由{who}填写", "Filled in by {who}"),
    "methods": ("方法说明", "Methods"),
    "methods_base_title": ("基数", "Base"),
    "methods_base": (
        "有效答案指选择了实质性等级的答案；未作评价、不适用和未作答的不计入比例和均分，但在表中列出。",
        "A valid answer chooses a substantive level. Answers without an opinion, not applicable "
        "or missing are outside shares and means, and are shown in the tables.",
    ),
    "methods_interval_title": ("区间", "Intervals"),
    "methods_interval": (
        "比例的 95% 置信区间用 Wilson 计分法（Wilson，1927），不作连续性校正；未作有限总体校正，因此单位几乎全员参加时区间偏宽。",
        "95% intervals of shares are Wilson score intervals (Wilson 1927) without continuity "
        "correction and without finite population correction, so they are too wide where nearly "
        "everybody in a unit took part.",
    ),
    "methods_rule_title": ("负面清单", "Negative list"),
    "methods_rule": (
        "按问卷中写明的标准用整数精确判定，不受四舍五入影响。它是按既定标准筛出的线索，不是统计检验；题目多、"
        "单位多时，部分条目会由偶然波动造成，处理前应结合访谈和实地情况核实。",
        "It follows the rule written in the questionnaire, decided in exact integers. It "
        "is a list of leads by a set standard, not a test: among many items and units some entries "
        "arise by chance, so check each against interviews and visits before acting.",
    ),
    "methods_means_title": ("均分", "Means"),
    "methods_means": (
        "均分按量表分值计算；两端均为不利的题目没有分值。标准差的分母为 n − 1。",
        "Means use the scores of the scale; items on which both ends are unfavourable have none. The "
        "standard deviation divides by n − 1.",
    ),
    "methods_disclosure_title": ("匿名保护", "Anonymity"),
    "methods_disclosure": (
        "答卷不足 {floor} 份的单位、有效答案不足 {floor} 份的题目和格子一律不显示；从合计或上级单位的数字中减去已显示的部分，"
        "如果剩下的不足 {floor} 人，再隐藏人数最少的单位，直到剩下的不少于 {floor} 人。图、表、替代文字和数据文件采用同一套数字。",
        "Units with fewer than {floor} responses, and items and cells with fewer than {floor} valid "
        "answers, are not shown. Where the total, or a parent unit, less what is shown of it would "
        "leave fewer than {floor} people, the smallest units are withheld too until at least {floor} "
        "are left. Charts, tables, alternative texts and data files all read the same figures.",
    ),
    "many_units": (
        "单位超过 {limit} 个，本报告的图和回收表按上级单位汇总。",
        "With more than {limit} units, the chart and the table of responses are by parent unit.",
    ),
    # why a figure does not exist (analysis.statistics.results.Reason)
    "reason_no_answers": ("没有可用的答案。", "There are no answers to count."),
    "reason_too_few": ("答案太少，算不出来。", "There are too few answers."),
    "reason_small_base": (
        "这一列的人数低于规定的最少人数，不作比较。",
        "The column has fewer answers than a comparison asks for.",
    ),
    "reason_one_group": ("只有一组有答案，无从比较。", "Only one group has answers."),
    "reason_one_category": (
        "所有人的答案都落在同一类。",
        "All answers fall into one category.",
    ),
    "reason_no_spread": ("答案没有差异，算不出来。", "The answers do not vary."),
    "reason_no_change": ("前后没有人改变答案。", "Nobody's answer changed."),
    "reason_empty_cell": (
        "表中有为零的格子，这个数没有定义。",
        "A cell of the table is 0, so the figure is not defined.",
    ),
    "reason_all_or_none": (
        "两列都是 0% 或都是 100%，不作比较。",
        "Both columns are 0%, or both are 100%, so they are not compared.",
    ),
    "reason_not_finite": (
        "数据中有缺失或无穷大的数值。",
        "A value is missing or infinite.",
    ),
    "reason_at_limit": (
        "数值已到极限，算不出误差。",
        "The figure lies at its limit, where its error cannot be told.",
    ),
    "reason_too_large": (
        "人数太多，不必用精确检验，用卡方检验即可。",
        "There are too many answers for an exact test; the chi-square test is as good.",
    ),
    "reason_not_found": (
        "这张表过于极端，算不出可靠的数值。",
        "The table is too extreme for this figure to be computed reliably.",
    ),
    "reason_out_of_reach": (
        "在可考虑的范围内达不到要求。",
        "It cannot be reached within the range considered.",
    ),
    "reason_singular": (
        "有题目可由其他题目完全推出，算不出结果。",
        "Some items follow exactly from others, so it cannot be computed.",
    ),
    "reason_not_converged": (
        "反复计算后仍得不到稳定的结果。",
        "Repeated computation did not settle on a result.",
    ),
    "reason_one_cluster": (
        "有的层里只抽到一个抽样单位，算不出误差。",
        "A stratum holds a single sampled cluster, so the error cannot be told.",
    ),
    "reason_too_many_factors": (
        "题目太少，容不下这么多因子。",
        "There are too few items for so many factors.",
    ),
    "reason_negative_weights": (
        "有的权数小于零，无法计算。",
        "Some weights are negative, so it cannot be computed.",
    ),
    "reason_not_covered": (
        "样本中缺少总体里有的类别，无法加权。",
        "The sample lacks a group that the population has, so it cannot be weighted.",
    ),
}


class _Counted(int):
    """A whole number as words hold it: thousands set apart, and able to choose between two words."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(int(self), spec or ",")
        one, many = spec.split("|")
        return one if self == 1 else many


class Words:
    """The catalogue in one language, and how figures are written in it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = 0 if locales.chinese(language) else 1

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key with its values filled in; KeyError for an unknown key."""
        counted = {
            name: _Counted(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return WORDS[key][self._column].format(**counted)

    def count(self, value: int | None) -> str:
        """Write a whole number; a dash where there is none."""
        return "—" if value is None else f"{value:,}"

    def percent(self, share: float | None) -> str:
        """Write a share as a percentage to one decimal; a dash where there is none."""
        return "—" if share is None else f"{share * 100:.1f}%"

    def exact_percent(self, share: str) -> str:
        """Write an exact share such as ``1/4`` as a percentage, as short as it can be."""
        return f"{float(Fraction(share)) * 100:g}%"

    def interval(self, low: float | None, high: float | None) -> str:
        """Write an interval of shares in percent."""
        if low is None or high is None:
            return "—"
        return f"[{low * 100:.1f}, {high * 100:.1f}]"

    def figure(self, value: float | None) -> str:
        """Write a mean or a deviation to two decimals."""
        return "—" if value is None else f"{value:.2f}"

    def day(self, day: datetime.date | None) -> str:
        """Write a date."""
        if day is None:
            return "—"
        if self._column == 0:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {day:%B} {day.year}"
