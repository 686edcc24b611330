"""How long one evaluation of an expression takes, over the real expressions.

    python -m tests.benchmarks.expressions [--json]

Microseconds per evaluation in Python and in Node, per parse in Python, and the ratio to a plain
Python function that makes the same comparison. Without the forms beside the checkout the table of
meanings is measured instead.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from questionnaires.expressions import Context, evaluate, parse
from questionnaires.expressions.writing import write
from tests.questionnaires.equivalence import generate, real, table
from tests.questionnaires.equivalence.running import Line, Twin

GOAL = 5.0
ROUNDS = 7


def fastest(work: Callable[[], object], repeat: int = 100) -> float:
    """Return microseconds per call, as the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeat):
            work()
        best = min(best, time.perf_counter() - start)
    return best / repeat * 1e6


def measured_lines() -> list[Line]:
    """Return one line with one case for each real expression."""
    rng = random.Random(1)  # noqa: S311 - to be measured again
    trees = real.trees()
    if not trees:
        return table.lines()
    return [
        Line("real", node, [(generate.answers(rng, node), generate.context(rng, node))])
        for node in trees
    ]


def in_python(line: Line) -> float:
    """Measure one expression as callers evaluate it."""
    answers, context = line.cases[0]
    return fastest(lambda: evaluate(line.node, answers, context))


def ratio_to_plain() -> dict[str, float]:
    """Compare an expression of the commonest shape with Python written by hand."""
    node = parse("${a} = 'yes' and ${b} > 17")
    answers = {"a": "yes", "b": 30}

    def plain(answers: Mapping[str, Any]) -> bool:
        return answers.get("a") == "yes" and answers.get("b", 0) > 17

    context = Context()
    ours = fastest(lambda: evaluate(node, answers, context), 2000)
    bare = fastest(lambda: plain(answers), 2000)
    return {"expression_us": ours, "plain_python_us": bare, "ratio": ours / bare}


def spread(values: list[float]) -> dict[str, float]:
    """Return the median, the 95th percentile and the largest."""
    return {
        "median": statistics.median(values),
        "p95": statistics.quantiles(values, n=20)[-1],
        "max": max(values),
    }


def measure() -> dict[str, Any]:
    """Return all figures."""
    made = measured_lines()
    texts = [write(line.node) for line in made]
    found: dict[str, Any] = {
        "expressions": len(made),
        "goal_us": GOAL,
        "python_us": spread([in_python(line) for line in made]),
        "parse_us": spread([fastest(lambda t=text: _parse(t), 3) for text in texts]),  # type: ignore[misc]
        "same_comparison": ratio_to_plain(),
    }
    if shutil.which("node"):
        found["node_us"] = spread(Twin([line.to_json() for line in made], timed=True).values())
    return found


def _parse(text: str) -> object:
    return parse(text, choices=True, paths=True)


def main() -> None:
    """Print the figures, as sentences or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.expressions")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure()
    if chosen.json:
        print(json.dumps(found))
        return
    print(f"{found['expressions']} expressions, microseconds per evaluation (goal {GOAL:g}):")
    for name in ("python_us", "node_us", "parse_us"):
        if name in found:
            figures = "  ".join(f"{key} {value:.2f}" for key, value in found[name].items())
            print(f"  {name.removesuffix('_us'):7} {figures}")
    same = found["same_comparison"]
    print(
        f"${{a}} = 'yes' and ${{b}} > 17: {same['expression_us']:.2f} against "
        f"{same['plain_python_us']:.2f} in plain Python, ratio {same['ratio']:.1f}"
    )
    print(f"ratio of the median to the goal: {found['python_us']['median'] / GOAL:.2f}")


if __name__ == "__main__":
    main()
