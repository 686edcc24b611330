"""The words in the type column, with all their old spellings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SELECT = {
    "select_one": "select_one",
    "select one from": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "add select one prompt using": "select_one",
    "select_one_external": "select_one_external",
    "select one external": "select_one_external",
    "select_multiple": "select_multiple",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple": "select_multiple",
    "add select multiple prompt using": "select_multiple",
    "select_one_from_file": "select_one_from_file",
    "select one from file": "select_one_from_file",
    "select_multiple_from_file": "select_multiple_from_file",
    "select multiple from file": "select_multiple_from_file",
    "rank": "rank",
    "select": "select_multiple",
}
_CHOOSING = re.compile(
    rf"(?P<type>{'|'.join(sorted(_SELECT, key=len, reverse=True))})\s+(?P<list>\S.*?)"
    r"(?P<other>\s+(or specify other|or_other|or other))?\Z",
    re.IGNORECASE,
)
_WORDS = {
    "text": "text string",
    "note": "note",
    "integer": "integer int",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "range": "range",
    "geopoint": "geopoint gps location",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "image": "image photo picture",
    "audio": "audio",
    "video": "video",
    "file": "file",
    "barcode": "barcode",
    "calculate": "calculate",
    "hidden": "hidden",
    "acknowledge": "acknowledge trigger",
    "url": "url",
    "osm": "osm",
    "external": "xml-external csv-external",
    "metadata": "start end today deviceid imei phonenumber simserial subscriberid username email "
    "audit start-geopoint background-audio background-geopoint device_id",
}
_SIMPLE = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_PHRASES = {
    "phone number": "metadata",
    "add image prompt": "image",
    "add photo prompt": "image",
    "add audio prompt": "audio",
    "add video prompt": "video",
    "add file prompt": "file",
    "date time": "datetime",
    "score__row": "score_row",
    "rank__level": "rank_level",
    "add note prompt": "note",
}
_GROUP = re.compile(
    r"(?P<edge>begin|end)[ _]+"
    r"(?P<sort>group|repeat|looped group|lgroup|loop|score|rank|kobomatrix)\b\s*(?P<rest>.*)\Z",
    re.IGNORECASE,
)
#: The last three are KoboToolbox's own.
_GROUPS = {
    "group": "group",
    "repeat": "repeat",
    "score": "score",
    "rank": "ranking",
    "kobomatrix": "kobomatrix",
}
#: Spellings that pyxform has not accepted for years; lenient reading still knows them.
OUTDATED = ("location", "select", "gps", "picture", "device_id")
#: What asks nothing of whoever answers, so that nothing can refer to an answer.
WITHOUT_ANSWER = ("note", "metadata", "external", "osm")


@dataclass(frozen=True, slots=True)
class Type:
    """A type as read: what it is, its list, whether "other" may be specified, group edges."""

    name: str
    written: str
    list_name: str = ""
    other: bool = False
    #: "begin" or "end" for the rows around a group.
    edge: str = ""


def read_type(written: str) -> Type:
    """Read the type column; an unknown word gives a type named ``""``."""
    words = " ".join(written.split())
    lower = words.lower()
    if found := _GROUP.match(words):
        sort = _GROUPS.get(found["sort"].lower(), "repeat")
        return Type(sort, written, edge=found["edge"].lower())
    if found := _CHOOSING.match(words):
        kind = _SELECT[found["type"].lower()]
        return Type(kind, written, found["list"].strip(), found["other"] is not None)
    if lower.startswith("q ") and lower[2:] in _SIMPLE:
        lower = lower[2:]
    if lower.startswith("uri:"):
        return Type("metadata", written)
    return Type(_SIMPLE.get(lower) or _PHRASES.get(lower) or "", written)
