"""The words of the evidence beside a negative list, in Chinese and English, for officials."""

from __future__ import annotations

#: key -> (Chinese, English), as ``analysis.words.WORDS``, of which it is a part.
EVIDENCE_WORDS: dict[str, tuple[str, str]] = {
    "how_sure": ("把握有多大", "How sure is it?"),
    "how_sure_lead": (
        "清单按问卷写明的标准列出；下面是统计证据，只供参考，不增减清单。共判断了 {cells} 处（"
        "一个单位的一道题为一处）。",
        "The list follows the rule written in the questionnaire. The evidence beside it "
        "neither adds to the list nor takes anything off it. {cells} {cells:cell was|cells "
        "were} weighed, each one item in one unit.",
    ),
    "tier_confirmed": ("证据充分", "Confirmed"),
    "tier_confirmed_means": (
        "排除偶然因素后，比例超过标准的可能性在 80% 以上，而且所有这类条目合计，误判预计不超过"
        "一成。",
        "Allowing for chance, the share is above the threshold with a probability of at least "
        "80%, and of all such entries at most one in ten is expected to be wrong.",
    ),
    "tier_watch": ("关注", "Watch"),
    "tier_watch_means": (
        "很可能超过标准，但把握还不够；或者明显比其他单位差。",
        "Probably above the threshold, yet not surely enough; or clearly worse than other units.",
    ),
    "tier_not_enough": ("证据不足", "Not enough evidence"),
    "tier_not_enough_means": (
        "答案太少，或者比例接近标准，还说不准。这不等于没有问题。",
        "Too few answers, or a share too close to the threshold, to tell. It does not mean "
        "that all is well.",
    ),
    "tier_clear": ("未见问题", "No problem seen"),
    "tier_clear_means": (
        "比例超过标准的可能性不到 5%。",
        "The probability that the share is above the threshold is below 5%.",
    ),
    "false_expected": (
        "证据充分的 {confirmed} 项中，预计约有 {false} 项是误判。",
        "Of the {confirmed} confirmed, about {false} are expected to be wrong.",
    ),
    "evidence_column": ("证据", "Evidence"),
    "told_shrunk": (
        "排除偶然因素后约 {share} {interval}",
        "Allowing for chance about {share} {interval}",
    ),
    "told_chance": ("超过标准的可能性{chance}", "above the threshold with probability {chance}"),
    "told_peers": ("其他单位合计 {share}", "other units together {share}"),
    "told_worse": (
        "明显差于其他单位（合计 {share}）",
        "clearly worse than other units (together {share})",
    ),
    "told_rank": (
        "由差到好约排第 {rank}（第 {low} 至第 {high}，共 {units} 个单位）",
        "about {rank} of {units} from the worst ({low} to {high})",
    ),
    "told_detectable": (
        "按现有的答案数，真实比例要到 {share} 左右才容易看出来",
        "this number of answers would usually show only a true share of {share} or more",
    ),
    "told_undetectable": ("答案太少，再差也难以确认", "so few answers could confirm nothing"),
    "told_everybody": ("全体受邀者均已作答", "everybody who was invited has answered"),
    "told_among_all": ("全体受邀者中约为 {interval}", "among all who were invited {interval}"),
    "chance_over": (" 99% 以上", "above 99%"),
    "chance_under": ("不到 1%", "below 1%"),
    "chance_about": ("约 {percent}%", "{percent}%"),
    "watched": ("未列入清单，但需关注", "Not on the list, yet worth watching"),
    "watched_note": (
        "这些条目没有达到列入标准，但明显比其他单位差，或者很可能实际超过标准。",
        "These do not meet the rule, but are clearly worse than other units, or probably above "
        "the threshold all the same.",
    ),
    "methods_evidence_title": ("证据", "Evidence"),
    "methods_evidence": (
        "每道题上各单位自身的比例看作来自同一个 Beta 分布，各题的平均水平和离散程度相互借鉴，又"
        "允许各不相同（半合并的 Beta-二项模型），由此得到排除偶然因素后的比例、95% 区间、超过标"
        "准的可能性和预期名次。“证据充分”按贝叶斯错误发现率 10% 选出（Newton 等，2004），且每项"
        "可能性不低于 80%。“明显比其他单位差”按单侧精确检验（mid-p），用 Benjamini-Hochberg 法"
        "控制在 10%，并须超出容许一般差异的漏斗图界限（Spiegelhalter，2005）。在已知真相的模拟"
        "调查中，误判比例符合上述数值；但同一单位内小圈子的人看法相互影响时，误判会增多。只用可"
        "以公布的数字计算。方法版本 {method}，数据版本 {data}。",
        "On each item the units' own shares are taken to come from one beta distribution; its "
        "mean and its spread are learnt from all items together, though items may differ (a "
        "half-pooled beta-binomial model). From it come the share allowing for chance, its 95% "
        "interval, the probability of being above the threshold, and the expected rank. "
        "Confirmed entries are chosen at a Bayesian false discovery rate of 10% (Newton et al. "
        "2004), each with a probability of at least 80%. Worse than other units means a "
        "one-sided exact test (mid-p), held at 10% by Benjamini and Hochberg, and a share "
        "beyond funnel limits that allow for the usual differences (Spiegelhalter 2005). In "
        "simulated surveys of known truth the errors were as stated; where small circles "
        "inside a unit influence each other, there are more. Only figures that may be shown "
        "are used. Method {method}, data {data}.",
    ),
}
