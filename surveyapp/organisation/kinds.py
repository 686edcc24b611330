"""The usual levels of an organisation, worded in both languages; any other word is taken as is."""

from __future__ import annotations

from questionnaires import Text

_WORDS = {
    "province": ("省", "Province"),
    "city": ("市", "City"),
    "county": ("县（市、区）", "County"),
    "township": ("乡镇（街道）", "Township"),
    "village": ("村（社区）", "Village"),
    "village_team": ("驻村工作队", "Village team"),
    "department": ("部门", "Department"),
    "office": ("科室", "Office"),
    "headquarters": ("总部", "Headquarters"),
    "company": ("公司", "Company"),
    "branch": ("分公司", "Branch"),
    "university": ("大学", "University"),
    "faculty": ("学院", "Faculty"),
    "institute": ("系所", "Institute"),
    "school": ("学校", "School"),
    "hospital": ("医院", "Hospital"),
    "ward": ("病区", "Ward"),
    "station": ("站所", "Station"),
    "team": ("小组", "Team"),
}
KINDS = {kind: Text({"zh": zh, "en": en}) for kind, (zh, en) in _WORDS.items()}
_FAMILIAR = {word.casefold(): kind for kind, words in _WORDS.items() for word in (kind, *words)} | {
    "区": "county",
    "县": "county",
    "县区": "county",
    "乡": "township",
    "镇": "township",
    "乡镇": "township",
    "街道": "township",
    "村": "village",
    "社区": "village",
    "工作队": "village_team",
    "科": "office",
}


def kind_name(kind: str, language: str) -> str:
    """Return a level as a reader of ``language`` calls it."""
    return KINDS[kind].get(language) if kind in KINDS else kind


def kind_of(word: str) -> str:
    """Return the level that somebody wrote as ``word``: one of KINDS, else the word itself."""
    return _FAMILIAR.get(word.strip().casefold(), word.strip())
