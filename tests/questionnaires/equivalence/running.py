"""Makes the cases, has both sides evaluate them, compares."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from questionnaires.expressions import ExpressionError, Node, evaluate, parse, to_json
from questionnaires.expressions.context import Context
from questionnaires.expressions.writing import write

from . import generate

HERE = Path(__file__).parent
MODULE = HERE.parents[2] / "surveyapp" / "static" / "expressions.js"
NO_NODE = "no Node: the browser's evaluator was not compared"
#: So many sets of answers for each random expression.
EACH = 4


@dataclass(frozen=True)
class Line:
    """One expression with several sets of answers."""

    origin: str
    node: Node
    cases: list[tuple[dict[str, Any], Context]]

    def to_json(self) -> str:
        """Return the line that both sides read."""
        cases = [[answers, context.to_json()] for answers, context in self.cases]
        return json.dumps({"tree": to_json(self.node), "cases": cases})


@dataclass(frozen=True)
class Difference:
    """A case for which the two sides give different values."""

    expression: str
    answers: Any
    context: Any
    python: Any
    node: Any


def lines(cases: int, seed: int, real: Iterable[Node] = ()) -> list[Line]:
    """Return lines with at least ``cases`` cases, half of them over the real expressions."""
    rng = random.Random(seed)  # noqa: S311 - cases are to be made again
    trees = list(real)
    made = []
    if trees:
        each = -(-cases // 2 // len(trees))
        made = [_line("real", node, each, rng) for node in trees]
    left = cases - sum(len(line.cases) for line in made)
    grammar = generate.Grammar(rng)
    while left > 0:
        try:
            node = parse(grammar.expression())
        except ExpressionError:  # too long
            continue
        made.append(_line("grammar", node, EACH, rng))
        left -= EACH
    return made


def _line(origin: str, node: Node, each: int, rng: random.Random) -> Line:
    cases = [(generate.answers(rng, node), generate.context(rng, node)) for _ in range(each)]
    return Line(origin, node, cases)


def in_python(line: Line, text: str) -> list[Any]:
    """Evaluate the cases of a line as they come out of its JSON."""
    given = json.loads(text)["cases"]
    return [evaluate(line.node, answers, Context(**context)) for answers, context in given]


class Twin:
    """One Node process that evaluates a file of JSON lines."""

    def __init__(self, texts: Iterable[str], module: Path = MODULE, *, timed: bool = False) -> None:
        node = shutil.which("node")
        assert node, NO_NODE
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as file:
            file.writelines(text + "\n" for text in texts)
        self._file = Path(file.name)
        command = [
            node,
            str(HERE / "twins.mjs"),
            str(module),
            file.name,
            *(["--time"] if timed else []),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def values(self) -> list[Any]:
        """Wait for its end; return one JSON value for each line."""
        output, _ = self._process.communicate(timeout=600)
        self._file.unlink()
        assert self._process.returncode == 0, "Node failed"
        return [json.loads(line, parse_int=float) for line in output.splitlines()]


def differences(made: list[Line], module: Path = MODULE) -> list[Difference]:
    """Return the cases in which the two sides differ."""
    texts = [line.to_json() for line in made]
    twin = Twin(texts, module)
    ours = [in_python(line, text) for line, text in zip(made, texts, strict=True)]
    return compared(made, ours, twin.values())


def compared(made: list[Line], ours: list[list[Any]], theirs: list[Any]) -> list[Difference]:
    """Return where the values of one side are not those of the other."""
    return [
        Difference(write(line.node), answers, context, python, node)
        for line, left, right in zip(made, ours, theirs, strict=True)
        for (answers, context), python, node in zip(line.cases, left, right, strict=True)
        if not same(python, node)
    ]


def same(python: Any, node: Any) -> bool:
    """Say whether two values are exactly the same: true is not 1, but 5.0 is 5."""
    if isinstance(python, list) and isinstance(node, list):
        return len(python) == len(node) and all(map(same, python, node))
    if isinstance(python, bool) or isinstance(node, bool):
        return python is node
    if isinstance(python, int | float) and isinstance(node, float):
        return float(python) == node
    return type(python) is type(node) and python == node
