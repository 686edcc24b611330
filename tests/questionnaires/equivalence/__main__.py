"""The command: see the package."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from questionnaires.expressions.context import NOTHING, Context

from . import real
from .running import Line, Twin, compared, in_python, lines


def main() -> int:
    """Run and print a summary; 1 when the two sides differ anywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.questionnaires.equivalence")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    start = time.perf_counter()
    trees = real.trees()
    if not trees:
        print("NO REAL FORMS FOUND: only the grammar is tried", file=sys.stderr)
    made = lines(chosen.cases, chosen.seed, trees)
    texts = [line.to_json() for line in made]
    twin = Twin(texts)
    ours = [in_python(line, text) for line, text in zip(made, texts, strict=True)]
    found = compared(made, ours, twin.values())
    _print_summary(made, ours, time.perf_counter() - start, chosen.seed)
    for difference in found[:20]:
        print(f"\n{difference.expression}\n  answers {difference.answers}")
        print(f"  context {brief(difference.context)}")
        print(f"  Python {difference.python!r}\n  Node   {difference.node!r}")
    print(f"differences: {len(found)}")
    return 1 if found else 0


def brief(context: Context) -> str:
    """Return what a context gives beyond an empty one."""
    given = context.to_json().items()
    return str({name: value for name, value in given if value != getattr(NOTHING, name)})


def _print_summary(made: list[Line], ours: list[list[object]], seconds: float, seed: int) -> None:
    for origin in ("real", "grammar"):
        chosen = [line for line in made if line.origin == origin]
        cases = sum(len(line.cases) for line in chosen)
        print(f"{origin}: {len(chosen)} expressions, {cases} cases")
    kinds = Counter(type(value).__name__ for values in ours for value in values)
    print("values:", ", ".join(f"{name} {count}" for name, count in kinds.most_common()))
    print(f"cases: {sum(kinds.values())}, seed {seed}, {seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
