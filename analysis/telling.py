"""The evidence of an entry in words, the same on the page and in the report."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.figures import Assessment, Evidence, Tier
from analysis.words import Words
from questionnaires import locales


def told(evidence: Evidence, words: Words) -> str:
    """Return what is known of an entry as one sentence."""
    parts = locales.set_apart(_parts(evidence, words), words.language)
    return parts + ("。" if locales.chinese(words.language) else ".")


def tiers(assessment: Assessment, words: Words) -> list[tuple[str, str, int, str]]:
    """Return for each tier its key, its name, how many cells it has, and what it means."""
    return [
        (
            tier.value,
            words(f"tier_{tier.value}"),
            getattr(assessment, tier.value),
            words(f"tier_{tier.value}_means"),
        )
        for tier in Tier
    ]


def lead(assessment: Assessment, words: Words) -> str:
    """Return the sentences that come before the tiers."""
    cells = sum(getattr(assessment, tier.value) for tier in Tier)
    lead = words("how_sure_lead", cells=cells)
    if not assessment.confirmed:
        return lead
    wrong = f"{assessment.false_expected:.1f}"
    expected = words("false_expected", confirmed=assessment.confirmed, false=wrong)
    return locales.running((lead, expected), words.language)


def _parts(evidence: Evidence, words: Words) -> Iterable[str]:
    interval = words.interval(evidence.shrunk_low, evidence.shrunk_high)
    yield words("told_shrunk", share=words.percent(evidence.shrunk), interval=interval)
    if evidence.exceedance is not None:
        yield words("told_chance", chance=_chance(evidence.exceedance, words))
    if evidence.peers is not None:
        key = "told_worse" if evidence.worse else "told_peers"
        yield words(key, share=words.percent(evidence.peers))
    if evidence.rank is not None and evidence.rank_low is not None:
        yield words(
            "told_rank",
            rank=f"{evidence.rank:.0f}",
            low=f"{evidence.rank_low:.0f}",
            high=f"{evidence.rank_high:.0f}",
            units=evidence.ranked,
        )
    if evidence.among_all_low is not None and evidence.among_all_low == evidence.among_all_high:
        yield words("told_everybody")
    elif evidence.among_all_low is not None:
        among = words.interval(evidence.among_all_low, evidence.among_all_high)
        yield words("told_among_all", interval=among)
    if evidence.tier is Tier.NOT_ENOUGH:
        yield _detectable(evidence.detectable, words)


def _chance(chance: float, words: Words) -> str:
    percent = round(chance * 100)
    if percent >= 100:
        return words("chance_over")
    return words("chance_about", percent=percent) if percent else words("chance_under")


def _detectable(share: float | None, words: Words) -> str:
    if share is None:
        return words("told_undetectable")
    return words("told_detectable", share=words.percent(share))
