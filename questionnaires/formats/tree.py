"""YAML text -> plain values, with the line and column of every key and value.

Only what JSON also has is accepted: mappings, lists, strings, numbers, booleans and null. Anchors,
aliases and tags are refused, so a small file cannot stand for a huge tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from questionnaires.problems import Place, Problem
from questionnaires.text import Text

Path = tuple[str | int, ...]

MAX_DEPTH = 30
_TAG = "tag:yaml.org,2002:"


@dataclass
class Tree:
    """The value of a file, where each part stands, and what could not be read."""

    file: str
    value: Any = None
    values_at: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys_at: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where ``path`` stands, or the nearest part around it that does."""
        named = ".".join(str(part) for part in path)
        for length in range(len(path), -1, -1):
            part = path[:length]
            spots = self.keys_at if key and length == len(path) else self.values_at
            if part in spots:
                line, column = spots[part]
                return Place(named, self.file, line, column)
        return Place(named, self.file, 1, 1)


def read_tree(text: str, file: str) -> Tree:
    """Read YAML 1.2 (and so JSON). A syntax error ends the reading; all else is collected."""
    tree = Tree(file)
    if not text.strip():
        tree.problems.append(Problem("file_empty", {}, Place(file=file)))
        return tree
    yaml = YAML(typ="rt", pure=True)
    try:
        node = yaml.compose(StringIO(text))
        if node is None:
            tree.problems.append(Problem("file_empty", {}, Place(file=file)))
        else:
            tree.value = _Builder(tree).build(node, ())
    except RecursionError:
        tree.problems.append(Problem("yaml_too_deep", {}, Place(file=file)))
    except MarkedYAMLError as error:
        tree.problems.append(_syntax_problem(error, file))
    except (YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        tree.problems.append(Problem("yaml_syntax", {"reason": reason}, Place(file=file)))
    return tree


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place("", file, mark.line + 1, mark.column + 1) if mark else Place(file=file)
    if "undefined alias" in str(error.problem):
        return Problem("yaml_alias", {}, place)
    parts = [part for part in (error.context, error.problem) if part]
    return Problem("yaml_syntax", {"reason": ", ".join(parts)[:200]}, place)


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        mark = node.start_mark
        self._tree.values_at[path] = (mark.line + 1, mark.column + 1)
        if id(node) in self._seen:
            self._refuse("yaml_alias", path)
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self._refuse("yaml_too_deep", path)
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            inside = (*path, key)
            if inside in self._tree.keys_at:
                self._tree.values_at[inside] = _spot(key_node)
                self._refuse("yaml_duplicate_key", inside, key=key)
                continue
            self._tree.keys_at[inside] = _spot(key_node)
            built[key] = self.build(value_node, inside)
        return built

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        # ruamel gives the tag as an object or a string, depending on how it was found
        sort = str(node.ctag if hasattr(node, "ctag") else node.tag).removeprefix(_TAG)
        match sort:
            case "str" | "timestamp":
                return node.value
            case "int":
                return int(node.value.replace("_", ""), 0) if _small(node.value) else node.value
            case "float":
                return _float(node.value)
            case "bool":
                return node.value.lower() == "true"
            case "null":
                return None
        self._refuse("yaml_tag", path, tag=sort)
        return None

    def _refuse(self, code: str, path: Path, **values: object) -> None:
        self._tree.problems.append(Problem(code, values, self._tree.place(path)))


def _spot(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _small(digits: str) -> bool:
    return len(digits) <= 18


def _float(written: str) -> float | str:
    try:
        return float(written.replace("_", ""))
    except ValueError:
        return written


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


def unreadable(error: OSError, file: str) -> Problem:
    """Say why the operating system would not give the file."""
    reasons = {
        FileNotFoundError: Text({"zh": "没有这个文件", "en": "there is no such file"}),
        PermissionError: Text({"zh": "没有读取权限", "en": "permission denied"}),
        IsADirectoryError: Text({"zh": "这是一个文件夹", "en": "it is a folder"}),
    }
    reason = reasons.get(type(error), error.strerror or "")
    return Problem("file_unreadable", {"reason": reason}, Place(file=file))
