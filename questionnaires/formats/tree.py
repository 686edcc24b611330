"""YAML text -> plain values, with the line and column of every key and value.

Only what JSON also has is accepted: mappings, lists, strings, numbers, booleans and null. Anchors,
aliases and tags are refused, so a small file cannot stand for a huge tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from questionnaires.problems import Place, Problem
from questionnaires.text import Text

Path = tuple[str | int, ...]

MAX_DEPTH = 30
_TAG = "tag:yaml.org,2002:"
#: These leave nothing in place of the part that they refuse.
REFUSED = ("yaml_alias", "yaml_tag", "yaml_too_deep", "text_unprintable")
#: Part of what the parser says, and what it means.
_SYNTAX = (
    (
        "mapping values are not allowed",
        "此处多了一个冒号；文字中含有冒号时，请给整段文字加引号",
        "unexpected colon; put quotes around a text that holds a colon",
    ),
    ("could not find expected ':'", "缺少冒号，应写成“键: 值”", 'a colon is missing: "key: value"'),
    (
        "cannot start any token",
        "有不能这样使用的字符；缩进只能用空格，以 @、%、` 等符号开头的文字要加引号",
        "a character that cannot stand here; indent with spaces only, and put quotes around a "
        "text that starts with a sign such as @ or %",
    ),
    ("unexpected end of stream", "引号没有配对", "a quotation mark is not closed"),
    (
        "expected <block end>",
        "缩进与上面的行没有对齐",
        "the indentation does not match the lines above",
    ),
    ("expected ',' or ']'", "方括号没有配对，或缺少逗号", 'a comma or "]" is missing'),
    ("expected ',' or '}'", "花括号没有配对，或缺少逗号", 'a comma or "}" is missing'),
    (
        "expected a single document",
        "一个文件只能写一份定义，不能再用“---”分开",
        'a file holds one definition only; remove the second "---"',
    ),
    ("special characters", "含有控制字符", "control characters are not allowed"),
)


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
    except ReaderError as error:
        tree.problems.append(_unreadable_character(error, text, file))
    return tree


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place("", file, mark.line + 1, mark.column + 1) if mark else Place(file=file)
    if "undefined alias" in str(error.problem):
        return Problem("yaml_alias", {}, place)
    wording = f"{error.context or ''} {error.problem or ''}".strip()
    return Problem("yaml_syntax", {"reason": _reason(wording)}, place)


def _reason(wording: str) -> Text | str:
    """Say what a parser's complaint means for the author of the file."""
    known = (Text({"zh": zh, "en": en}) for part, zh, en in _SYNTAX if part in wording)
    return next(known, wording[:200])


def _unreadable_character(error: ReaderError, text: str, file: str) -> Problem:
    before = text[: error.position]
    column = len(before) - before.rfind("\n")
    place = Place("", file, before.count("\n") + 1, column)
    return Problem("yaml_syntax", {"reason": _reason(str(error.reason))}, place)


class _Builder:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        if id(node) in self._seen:
            place = self._tree.place(path, key=True)  # the node itself stands at the anchor
            self._tree.problems.append(Problem("yaml_alias", {}, place))
            return None
        self._tree.values_at[path] = _spot(node)
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self._refuse("yaml_too_deep", path)
            return None
        if isinstance(node, MappingNode | SequenceNode) and _sort(node) not in ("map", "seq"):
            self._refuse("yaml_tag", path, tag=_sort(node))
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            inside = (*path, key)
            if inside in self._tree.keys_at:
                place = Place(".".join(map(str, inside)), self._tree.file, *_spot(key_node))
                problem = Problem("yaml_duplicate_key", {"key": key}, place)
                self._tree.problems.append(problem)
                continue
            self._tree.keys_at[inside] = _spot(key_node)
            built[key] = self.build(value_node, inside)
        return built

    def _scalar(self, node: Node, path: Path) -> Any:
        match sort := _sort(node):
            case "str" | "timestamp" | "value" | "merge":
                return self._string(node.value, path)
            case "int":
                return _int(node.value)
            case "float":
                return _float(node.value)
            case "bool":  # under a %YAML 1.1 directive, yes and no come here too
                return {"true": True, "false": False}.get(node.value.lower(), node.value)
            case "null":
                return None
        self._refuse("yaml_tag", path, tag=sort)
        return None

    def _string(self, text: str, path: Path) -> str | None:
        """JSON writes a character beyond U+FFFF as two escapes: put such pairs together."""
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse("text_unprintable", path)
            return None

    def _refuse(self, code: str, path: Path, **values: object) -> None:
        self._tree.problems.append(Problem(code, values, self._tree.place(path)))


def _spot(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _sort(node: Node) -> str:
    # ruamel gives the tag as an object or a string, depending on how it was found
    return str(node.ctag if hasattr(node, "ctag") else node.tag).removeprefix(_TAG)


def _int(written: str) -> int | str:
    """Return a number, or the text where it is rather a code, such as 007, or no number at all."""
    try:
        return int(written, 0) if len(written) <= 18 else written
    except ValueError:
        return written


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


def unreadable(error: OSError | ValueError, file: str) -> Problem:
    """Say why the operating system would not give the file."""
    reasons: dict[type[Exception], Text] = {
        FileNotFoundError: Text({"zh": "没有这个文件", "en": "there is no such file"}),
        PermissionError: Text({"zh": "没有读取权限", "en": "permission denied"}),
        IsADirectoryError: Text({"zh": "这是一个文件夹", "en": "it is a folder"}),
    }
    reason = reasons.get(type(error)) or getattr(error, "strerror", None) or str(error)
    return Problem("file_unreadable", {"reason": reason}, Place(file=file))
