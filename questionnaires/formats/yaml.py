"""The project's own format: YAML 1.2 (JSON is a part of it) <-> Questionnaire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from questionnaires.advice import suggestion
from questionnaires.formats.remainder import STAND_IN_LEVELS, remainder
from questionnaires.formats.tree import (
    MAX_PROBLEMS,
    REFUSED,
    Path,
    Tree,
    read_file,
    read_tree,
    unreadable,
)
from questionnaires.formats.validation import validation_problems
from questionnaires.kinds.base import ChoiceList, Model
from questionnaires.media import data_url, is_path
from questionnaires.model import Questionnaire
from questionnaires.problems import DefinitionError, Place, Problem
from questionnaires.structure import structure_problems

#: A definition file may be this large, in bytes; the largest real form seen is a quarter of it.
MAX_BYTES = 2_000_000
#: The writer leaves these unquoted inside braces, where the reader then stumbles over them.
_ODD = re.compile(r"[?:-]")
#: In a definition's ``scales``, this word stands for the library's scale of the same name.
FROM_LIBRARY = "library"

SharedScales = Callable[[], Mapping[str, ChoiceList]]


@dataclass(frozen=True, slots=True)
class Examined:
    """A definition as far as it could be read, and everything that is wrong with it."""

    questionnaire: Questionnaire | None
    problems: tuple[Problem, ...]
    tree: Tree | None = None

    def placed(self, place: Place) -> Place:
        """Return a place that names a part of the definition with its line and column."""
        return place if self.tree is None else _spot(place, self.tree)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the definition from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def examine(source: str | bytes | FilePath, shared_scales: SharedScales) -> Examined:
    """Read a definition from a path, bytes or text, and find every problem in it at once."""
    text, file, problems = _text_of(source)
    if problems:
        return Examined(None, tuple(problems))
    tree = read_tree(text, file)
    if not tree.problems and not isinstance(tree.value, dict):
        code = "file_empty" if tree.value is None else "not_a_mapping"
        tree.problems.append(Problem(code, {}, tree.place(())))
    if not isinstance(tree.value, dict):
        return Examined(None, tuple(tree.problems))
    _inline_scales(tree, shared_scales)
    _embed_media(tree, source.parent if isinstance(source, FilePath) else None)
    questionnaire, problems = _validated(tree)
    found = _told([*tree.problems, *_without_echoes(problems, tree)], tree)
    usable = not any(problem.severity == "error" for problem in found)
    return Examined(questionnaire if usable else None, found, tree)


def load(source: str | bytes | FilePath, shared_scales: SharedScales) -> Questionnaire:
    """Return the questionnaire, or raise DefinitionError with all errors at once."""
    examined = examine(source, shared_scales)
    if examined.questionnaire is None:
        raise DefinitionError(examined.errors)
    return examined.questionnaire


def _text_of(source: str | bytes | FilePath) -> tuple[str, str, list[Problem]]:
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    if isinstance(source, bytes):
        text, problems = read_file(source, "", MAX_BYTES)
        return text, "", problems
    try:
        with source.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        return "", str(source), [unreadable(error, str(source))]
    text, problems = read_file(raw, str(source), MAX_BYTES)
    return text, str(source), problems


def _inline_scales(tree: Tree, shared_scales: SharedScales) -> None:
    """Put the library's levels in place of the word ``library``, so a definition is complete."""
    scales = tree.value.get("scales")
    if not isinstance(scales, dict):
        return
    for name in [name for name, levels in scales.items() if levels == FROM_LIBRARY]:
        shared = shared_scales()
        if name in shared:
            scales[name] = [
                level.model_dump(mode="json", exclude_defaults=True) for level in shared[name]
            ]
        else:
            values = {"name": name, "suggestion": suggestion(name, shared)}
            place = tree.place(("scales", name))
            tree.problems.append(Problem("scale_not_in_library", values, place))
            scales[name] = list(STAND_IN_LEVELS)


def _embed_media(tree: Tree, folder: FilePath | None) -> None:
    """Put the bytes of a picture, recording or film in place of its path, for the same reason."""
    media = tree.value.get("media")
    if folder is None or not isinstance(media, dict):
        return
    for name, one in media.items():
        path = one.get("source") if isinstance(one, dict) else None
        if not isinstance(path, str) or not is_path(path):
            continue
        try:
            one["source"] = data_url(folder / path)
        except OSError:
            continue  # told with the problems of the structure
        except ValueError as error:
            place = tree.place(("media", name, "source"))
            tree.problems.append(Problem(str(error), {"key": "source"}, place))


def _validated(tree: Tree) -> tuple[Questionnaire | None, list[Problem]]:
    try:
        questionnaire = Questionnaire.model_validate(tree.value)
    except ValidationError as error:
        rest = remainder(tree.value, error)
        return None, [*validation_problems(error, tree), *_placed(rest.problems(), tree)]
    return questionnaire, _placed(structure_problems(questionnaire), tree)


def _without_echoes(problems: Iterable[Problem], tree: Tree) -> Iterator[Problem]:
    """Leave out what is wrong only because the reader put nothing in place of a refused part."""
    refused = {p.place.field for p in tree.problems if p.code in REFUSED}
    for problem in problems:
        steps = problem.place.field.split(".")
        around = {".".join(steps[:length]) for length in range(1, len(steps) + 1)}
        if not refused & around:
            yield problem


def _placed(problems: Iterable[Problem], tree: Tree) -> list[Problem]:
    """Give structural problems, which name a dotted path, their line and column."""
    return [
        replace(
            problem,
            place=_spot(problem.place, tree),
            values={
                name: _spot(value, tree) if isinstance(value, Place) else value
                for name, value in problem.values.items()
            },
        )
        for problem in problems
    ]


def _spot(place: Place, tree: Tree) -> Place:
    steps: list[str | int] = []
    value = tree.value
    for step in place.field.split("."):
        if isinstance(value, list) and step.isdigit():
            steps.append(int(step))
            value = value[int(step)] if int(step) < len(value) else None
        else:
            steps.append(step)
            value = value.get(step) if isinstance(value, dict) else None
    path: Path = tuple(steps)
    return tree.place(path)


def _told(problems: list[Problem], tree: Tree) -> tuple[Problem, ...]:
    """Return each problem once, in the order of the file; of very many errors the first."""
    unique = {(p.code, p.place, str(p.values)): p for p in problems}
    found = sorted(unique.values(), key=lambda p: (p.place.line or 0, p.place.column or 0))
    errors = [problem for problem in found if problem.severity == "error"]
    if len(errors) <= MAX_PROBLEMS:
        return tuple(found)
    more = Problem("problems_more", {"limit": MAX_PROBLEMS}, tree.place(()))
    return (*errors[:MAX_PROBLEMS], more)


def dump(questionnaire: Questionnaire) -> str:
    """Return the definition as YAML; ``load(dump(q)) == q``."""
    return dump_part(questionnaire)


def dump_part(part: Model) -> str:
    """Return a part of a definition, such as one item, as YAML."""
    return dump_tree(part.model_dump(mode="json", exclude_defaults=True))


def dump_tree(tree: Any, *, flow: bool | None = None) -> str:
    """Return plain values as YAML: in one line, or not, or (None) as suits their size."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 10**9  # folding a quoted text can lose a tab at the fold
    yaml.allow_unicode = True
    yaml.default_flow_style = flow
    styled = tree if flow else _styled(tree)
    if flow is False:
        styled.fa.set_block_style()
    stream = StringIO()
    yaml.dump(styled, stream)
    return stream.getvalue()


def _styled(value: Any) -> Any:
    """Write small parts on one line: a text, an option, a list of words."""
    if isinstance(value, dict):
        mapping = CommentedMap({key: _styled(part) for key, part in value.items()})
        if _is_small(value):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq([_styled(part) for part in value])
        if all(not isinstance(part, dict | list) for part in value):
            sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str) and _ODD.match(value):
        return DoubleQuotedScalarString(value)
    return value


def _is_small(value: dict[str, Any]) -> bool:
    parts = [p for v in value.values() for p in (v.values() if isinstance(v, dict) else [v])]
    flat = all(not isinstance(part, dict | list) for part in parts)
    return flat and sum(len(str(part)) for part in parts) <= 80
