"""Release -> what the template prints: words chosen, figures written, nothing left to compute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.charts import Chart, heatmap, likert, two_sided
from analysis.charts.likert import label, ordered_items, share_one_scale
from analysis.figures import ItemFigures, Listed, Release, Tier, UnitFigures, UnitList
from analysis.report.asked import questionnaire_as_asked
from analysis.telling import lead, tiers, told
from analysis.words import Words
from questionnaires import Questionnaire, locales

#: With more units than this, the chart and the table of responses are by parent unit.
MOST_UNITS = 60
_TOP = 5


def charts_of(release: Release, language: str) -> dict[str, Chart]:
    """Draw the charts that this release has figures for, by the name the template uses."""
    overview = _readable(release)
    drawn = {
        "likert": likert(release, language),
        "sides": two_sided(release, language),
        "heatmap": heatmap(overview, language),
    }
    return {name: chart for name, chart in drawn.items() if chart is not None}


def document(
    release: Release, questionnaire: Questionnaire, language: str, charts: dict[str, Chart]
) -> dict[str, Any]:
    """Return everything that the template prints, as JSON values."""
    words = Words(language)
    return {
        "language": "zh" if locales.chinese(language) else "en",
        "words": _frame_words(words, release),
        "title": release.title.get(language),
        "cover": _cover(release, words),
        "synthetic": words("synthetic") if release.synthetic else None,
        "summary": _summary(release, words),
        "rates": _rates(_readable(release), words, release),
        "charts": {name: chart.alt for name, chart in charts.items()},
        "items": _items(release, words),
        "other_items": _other_items(release, words),
        "rule": _rule(release, words),
        "severe": release.rule is not None and release.rule.severe is not None,
        "how_sure": _how_sure(release, words),
        "negative_list": _tables(release.negative_list, release, words),
        "watched": _tables(release.watched, release, words),
        "as_asked": questionnaire_as_asked(questionnaire, words),
        "methods": _methods(release, words),
    }


def _readable(release: Release) -> Release:
    """Return the release whose units fit into a table and a chart: one level up when many."""
    many = len(release.units) > MOST_UNITS
    return release.by_parent if many and release.by_parent else release


def _frame_words(words: Words, release: Release) -> dict[str, str]:
    keys = (
        "report", "contents", "summary", "items", "item_table", "negative_list",
        "as_asked", "methods", "likert_title", "likert_note", "sides_title", "sides_note",
        "item", "valid", "negative", "interval", "mean", "sd", "no_opinion", "other_items",
        "answer", "count", "share", "problem", "evidence", "overall", "severity",
        "nothing_listed", "how_sure", "evidence_column", "watched", "watched_note", "how_to_read",
        "reading", "worst_items", "most_listed_units", "unit",
    )  # fmt: skip
    chosen = {key: words(key) for key in keys}
    many = _readable(release) is not release
    known = release.overview.issued is not None
    chosen["rates"] = words("rates" if known else "responses_by_unit")
    if not share_one_scale(ordered_items(release)):
        notes = (chosen["likert_note"], words("likert_scales"))
        chosen["likert_note"] = locales.running(notes, words.language)
    chosen["heatmap_title"] = words("heatmap_title_parents" if many else "heatmap_title")
    chosen["heatmap_note"] = words("heatmap_note", floor=release.min_group)
    chosen["reading_hidden"] = words("reading_hidden", floor=release.min_group)
    chosen["page"] = words("page", page="{page}", pages="{pages}")
    return chosen


def _cover(release: Release, words: Words) -> list[list[str]]:
    facts = [[words("as_of"), words.day(release.as_of)]]
    if release.opens and release.closes:
        period = f"{words.day(release.opens)} {words('to')} {words.day(release.closes)}"
        facts.insert(0, [words("period"), period])
    if release.mode:
        facts.append([words("mode"), words(f"mode_{release.mode}")])
    facts.append([words("version"), f"{release.questionnaire} · {release.version[:12]}"])
    return facts


def _summary(release: Release, words: Words) -> dict[str, Any]:
    return {
        "figures": list(_key_figures(release, words)),
        "worst_items": [_worst_item(item, words) for item in _worst(release)],
        "units": [_most_listed(one, words) for one in _longest(release.negative_list)],
    }


def _key_figures(release: Release, words: Words) -> Iterable[list[str]]:
    seen = release.overview
    returned = ""
    if seen.returned is None:
        returned = words("too_few", floor=release.min_group)
    elif seen.issued:
        returned = words("of_issued", issued=seen.issued, rate=words.percent(seen.rate))
    yield [words.count(seen.returned), words("returned_of"), returned]
    yield [
        words.count(seen.units),
        words("units_word"),
        words("units_shown", shown=seen.units_shown),
    ]
    if release.rule:
        listed = words("listed_units", units=seen.units_listed)
        yield [words.count(seen.listed), words("listed_word"), listed]
    if release.rule and release.rule.severe:
        share = words.exact_percent(release.rule.severe)
        yield [words.count(seen.severe), words("severe_word"), words("severe_rule", share=share)]


def _worst(release: Release) -> list[ItemFigures]:
    rated = [item for item in release.rated_items if item.valid]
    return sorted(rated, key=lambda item: (-(item.negative_share or 0), item.number))[:_TOP]


def _worst_item(item: ItemFigures, words: Words) -> list[str]:
    figures = f"{words.percent(item.negative_share)} {words.interval(item.low, item.high)}"
    base = words("of_valid", negative=item.negative, valid=item.valid)
    return [str(item.number), label(item, words.language), f"{figures}　{base}"]


def _longest(lists: tuple[UnitList, ...]) -> list[UnitList]:
    """Return the longest lists; of equals, first the one with the surest entry."""
    surest = {one.code: max(entry.low for entry in one.entries) for one in lists}
    order = sorted(lists, key=lambda one: (-len(one.entries), -_severe(one), -surest[one.code]))
    return order[:_TOP]


def _severe(one: UnitList) -> int:
    return sum(entry.severe for entry in one.entries)


def _most_listed(one: UnitList, words: Words) -> list[str]:
    count, severe = len(one.entries), _severe(one)
    told = words("entries_severe", count=count, severe=severe) if severe else ""
    return [_unit_name(one, words), told or words("entries_count", count=count)]


def _unit_name(one: UnitList, words: Words) -> str:
    name = one.label.get(words.language)
    return f"{one.parent_label.get(words.language)} · {name}" if one.parent_label else name


def _rates(release: Release, words: Words, whole: Release) -> dict[str, Any]:
    issued = release.overview.issued is not None
    head = [words("unit")]
    head += [words("issued")] if issued else []
    head += [words("returned") if issued else words("responses")]
    head += [words("rate")] if issued else []
    head += [words("listed_word")] if release.rule else []
    rows = [_rate_row(unit, issued, bool(release.rule), words) for unit in release.units]
    note = "" if release is whole else words("many_units", limit=MOST_UNITS)
    return {
        "head": head,
        "rows": rows,
        "total": _rate_total(release, issued, words),
        "bars": [unit.rate for unit in release.units] if issued else [],
        "note": note,
    }


def _rate_row(unit: UnitFigures, issued: bool, ruled: bool, words: Words) -> list[str]:
    row = [unit.label.get(words.language)]
    row += [words.count(unit.issued)] if issued else []
    row += [words.count(unit.returned)]
    row += [words.percent(unit.rate)] if issued else []
    return row + ([words.count(unit.listed)] if ruled else [])


def _rate_total(release: Release, issued: bool, words: Words) -> list[str]:
    seen = release.overview
    row = [words("total")]
    row += [words.count(seen.issued)] if issued else []
    row += [words.count(seen.returned)]
    row += [words.percent(seen.rate)] if issued else []
    return row + ([words.count(seen.listed)] if release.rule else [])


def _items(release: Release, words: Words) -> list[list[str]]:
    return [
        [
            str(item.number),
            label(item, words.language),
            words.count(item.valid),
            words.percent(item.negative_share),
            words.interval(item.low, item.high),
            words.figure(item.mean),
            words.figure(item.sd),
            words.count(item.without_opinion),
        ]
        for item in release.items
        if item.rated
    ]


def _other_items(release: Release, words: Words) -> list[dict[str, Any]]:
    """Distributions of the closed items that have no unfavourable level."""
    return [
        {
            "number": str(item.number),
            "label": label(item, words.language),
            "valid": words.count(item.valid),
            "levels": [
                [
                    level.label.get(words.language),
                    words.count(level.count),
                    words.percent(level.share),
                ]
                for level in item.levels
            ],
        }
        for item in release.items
        if not item.rated
    ]


def _rule(release: Release, words: Words) -> str:
    rule = release.rule
    if rule is None:
        return words("no_rule")
    key = "rule_above" if rule.strict else "rule_at_least"
    told = words(key, valid=rule.min_valid, share=words.exact_percent(rule.share))
    if rule.severe is None:
        return told
    severe = words("rule_severe", share=words.exact_percent(rule.severe))
    return locales.running((told, severe), words.language)


def _how_sure(release: Release, words: Words) -> dict[str, Any] | None:
    if release.assessment is None:
        return None
    rows = [[name, words.count(n), means] for _, name, n, means in tiers(release.assessment, words)]
    return {"lead": lead(release.assessment, words), "tiers": rows}


def _tables(lists: tuple[UnitList, ...], release: Release, words: Words) -> list[dict[str, Any]]:
    """Return one table per unit; with many units, one per parent that names units in its rows."""
    if _readable(release) is release:
        return [
            {"title": _unit_name(one, words), "units": False, "entries": _entries(one, words)}
            for one in lists
        ]
    families: dict[str, list[UnitList]] = {}
    for one in lists:
        families.setdefault(one.parent or one.code, []).append(one)
    return [
        {
            "title": parent.label.get(words.language),
            "units": True,
            "entries": [entry for one in families[parent.code] for entry in _entries(one, words)],
        }
        for parent in _readable(release).units
        if parent.code in families
    ]


def _entries(one: UnitList, words: Words) -> list[dict[str, Any]]:
    return [_entry(one.label.get(words.language), entry, words) for entry in one.entries]


def _entry(unit: str, entry: Listed, words: Words) -> dict[str, Any]:
    name = entry.label.get(words.language)
    if entry.part is not None:
        name = f"{name} {entry.part.get(words.language)}"
    return {
        "unit": unit,
        "number": str(entry.number),
        "problem": name,
        "share": words.percent(entry.share),
        "base": words("of_valid", negative=entry.negative, valid=entry.valid),
        "interval": words.interval(entry.low, entry.high),
        "overall": words.percent(entry.overall),
        "severity": words("severe" if entry.severe else "ordinary"),
        "severe": entry.severe,
        "told": told(entry.evidence, words),
        "tier": words(f"tier_{entry.evidence.tier.value}"),
        "confirmed": entry.evidence.tier is Tier.CONFIRMED,
    }


def _methods(release: Release, words: Words) -> list[list[str]]:
    keys = ["methods_base", "methods_interval", "methods_means"]
    values: dict[str, object] = {"floor": release.min_group}
    if release.assessment:
        keys[2:2] = ["methods_rule", "methods_evidence"]
        values |= {"method": release.assessment.method, "data": release.assessment.data}
    keys.append("methods_disclosure")
    return [[words(f"{key}_title"), words(key, **values)] for key in keys]
