"""Words that say nothing about what a text is about, in Chinese and English."""

from __future__ import annotations

_CHINESE = """
的 了 和 是 在 我 有 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那 他 她
它 我们 你们 他们 这个 那个 这些 那些 之 与 及 或 而 但 但是 因为 所以 如果 虽然 然后 以及 并 并且
且 对 对于 从 把 被 让 给 向 比 为 为了 以 于 由 由于 其 等 等等 吧 吗 呢 啊 呀 嘛 哦 地 得 过 还
还是 又 再 才 只 只是 已 已经 正在 将 可 可以 能 能够 应该 应 该 需要 希望 建议 觉得 认为 感觉
比较 非常 太 更 最 多 少 些 一些 有些 有的 个 种 次 时 时候 里 中 下 前 后 内 外 间 什么 怎么 怎样
如何 为什么 哪 哪里 谁 几 每 每个 各 各个 某 该 此 本 请 谢谢 没 无 非 即 则 若
"""
_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could did
do does doing don't for from get had has have having he her here hers him his how i i'm if in into
is it it's its just me more most my no nor not of off on once only or other our ours out over own
same she should so some such than that the their theirs them then there these they this those
through to too under until up us very was we were what when where which while who whom why will
with would you your yours please thanks
"""
STOPWORDS = frozenset(_CHINESE.split() + _ENGLISH.split())
