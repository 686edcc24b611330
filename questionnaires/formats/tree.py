"""YAML text -> plain values, with the line and column of every key and value.

Only what JSON also has is accepted: mappings, lists, strings, numbers, booleans and null. Aliases
and tags are refused, so a small file cannot stand for a huge tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from questionnaires.formats.events import (
    ALIAS,
    END,
    MAPPING,
    SCALAR,
    START,
    VALUES,
    Event,
    UnreadableError,
    events,
    place_of,
    spot_of,
)
from questionnaires.problems import Place, Problem
from questionnaires.text import Text

Path = tuple[str | int, ...]

MAX_DEPTH = 30
#: Inside a part that is too deep the reading goes on to find other problems, down to here.
MAX_NESTING = 1000
#: So many problems are told; a broken file of two megabytes may have any number.
MAX_PROBLEMS = 1000
_TAG = "tag:yaml.org,2002:"
#: These leave nothing in place of the part that they refuse.
REFUSED = ("yaml_alias", "yaml_tag", "yaml_too_deep", "text_unprintable")
#: The core schema of YAML 1.2, of numbers those that JSON can hold. What begins with a nought, such
#: as 007, is rather a code, and so a text.
_PLAIN = re.compile(
    r"(?P<null>|~|null|Null|NULL)"
    r"|(?P<bool>true|True|TRUE|false|False|FALSE)"
    r"|(?P<int>[-+]?(?:0|[1-9][0-9]{0,17})|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15})"
    r"|(?P<float>[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+))"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Spot:
    """Where a value stands, and its key, and what it holds: line and column, from 1."""

    value: tuple[int, int]
    key: tuple[int, int] | None = None
    inside: dict[str | int, Spot] = field(default_factory=dict)


@dataclass
class Tree:
    """The value of a file, where each part stands, and what could not be read."""

    file: str
    value: Any = None
    spot: Spot = field(default_factory=lambda: Spot((1, 1)))
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where ``path`` or its key stands, or the nearest part around it that does."""
        spot = self.spot
        for step in path:
            if step not in spot.inside:
                break
            spot = spot.inside[step]
        else:
            if key and spot.key:
                return Place(_dotted(path), self.file, *spot.key)
        return Place(_dotted(path), self.file, *spot.value)


def read_tree(text: str, file: str) -> Tree:
    """Read YAML 1.2 (and so JSON). A syntax error ends the reading; all else is collected."""
    tree = Tree(file)
    try:
        _Builder(tree, events(text, file)).build()
    except UnreadableError as error:
        tree.problems.append(error.problem)
    except _BottomlessError as error:
        if all(problem.code != "yaml_too_deep" for problem in tree.problems):
            tree.problems.append(Problem("yaml_too_deep", {}, error.place))
    return tree


class _BottomlessError(Exception):
    """Nested so deep that even passing it over is too much."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


class _Builder:
    def __init__(self, tree: Tree, stream: Iterator[Event]) -> None:
        self._tree = tree
        self._stream = stream
        self._path: list[str | int] = []

    def build(self) -> None:
        """Build the one value of the file, and read to the end for errors of syntax."""
        first = next((event for event in self._stream if type(event) in VALUES), None)
        if first is None:
            self._tree.problems.append(Problem("file_empty", {}, Place(file=self._tree.file)))
            return
        spot = Spot(spot_of(first))
        value = self._value(first, spot)
        for _ in self._stream:
            pass
        self._tree.value, self._tree.spot = value, spot

    def _value(self, event: Event, spot: Spot) -> Any:
        if type(event) in ALIAS:
            self._refuse("yaml_alias", event)
        elif event.tag is not None:
            self._refuse("yaml_tag", event, tag=event.tag.removeprefix(_TAG))
        elif type(event) in SCALAR:
            return self._scalar(event)
        elif len(self._path) > MAX_DEPTH:
            self._refuse("yaml_too_deep", event)
        elif type(event) in MAPPING:
            return self._mapping(spot)
        else:
            return self._sequence(spot)
        self._pass_over(event)
        return None

    def _mapping(self, spot: Spot) -> dict[str, Any]:
        built: dict[str, Any] = {}
        while type(event := next(self._stream)) not in END:
            named = type(event) in SCALAR
            key = event.value if named else "?"
            self._path.append(key)
            if not named:
                self._pass_over(event)
            value = next(self._stream)
            if key in built:
                self._refuse("yaml_duplicate_key", event, key=key)
                self._pass_over(value)
            else:
                inside = spot.inside[key] = Spot(spot_of(value), spot_of(event))
                built[key] = self._value(value, inside)
            self._path.pop()
        return built

    def _sequence(self, spot: Spot) -> list[Any]:
        built: list[Any] = []
        while type(event := next(self._stream)) not in END:
            self._path.append(len(built))
            inside = spot.inside[len(built)] = Spot(spot_of(event))
            built.append(self._value(event, inside))
            self._path.pop()
        return built

    def _pass_over(self, event: Event) -> None:
        """Read to the end of a value that is not kept."""
        open_parts = int(type(event) in START)
        while open_parts:
            event = next(self._stream)
            open_parts += (type(event) in START) - (type(event) in END)
            if open_parts > MAX_NESTING:
                raise _BottomlessError(place_of(event, self._tree.file))

    def _scalar(self, event: Event) -> Any:
        text: str = event.value
        if event.implicit[0] and (known := _PLAIN.fullmatch(text)):
            return _resolved(known.lastgroup, text)
        return self._whole(text, event) if _SURROGATE.search(text) else text

    def _whole(self, text: str, event: Event) -> str | None:
        """JSON writes a character beyond U+FFFF as two escapes: put such pairs together."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse("text_unprintable", event)
            return None

    def _refuse(self, code: str, event: Event, **values: object) -> None:
        if len(self._tree.problems) <= MAX_PROBLEMS:
            place = place_of(event, self._tree.file, _dotted(self._path))
            self._tree.problems.append(Problem(code, values, place))


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path))


def _resolved(sort: str | None, written: str) -> float | bool | None:
    match sort:
        case "int":
            return int(written, 0)
        case "float":
            return float(written)
        case "bool":
            return written.lower() == "true"
    return None


def read_file(raw: bytes, file: str, limit: int) -> tuple[str, list[Problem]]:
    """Decode the bytes of a definition file; at most ``limit`` bytes of UTF-8."""
    place = Place(file=file)
    if len(raw) > limit:
        values: dict[str, object] = {"size": len(raw), "limit": limit}
        return "", [Problem("file_too_large", values, place)]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return "", [Problem("file_not_utf8", {"offset": error.start + 1}, place)]


def unreadable(error: OSError | ValueError, file: str) -> Problem:
    """Say why the operating system would not give the file."""
    reasons: dict[type[Exception], Text] = {
        FileNotFoundError: Text({"zh": "没有这个文件", "en": "there is no such file"}),
        PermissionError: Text({"zh": "没有读取权限", "en": "permission denied"}),
        IsADirectoryError: Text({"zh": "这是一个文件夹", "en": "it is a folder"}),
    }
    reason = reasons.get(type(error)) or getattr(error, "strerror", None) or str(error)
    return Problem("file_unreadable", {"reason": reason}, Place(file=file))
