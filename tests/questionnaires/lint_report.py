"""Print how well each rule of lint does: ``python -m tests.questionnaires.lint_report [FILE...]``.

Recall over texts with known faults, false alarms over all texts without that fault, and what lint
says of the ready instruments. With names of case files (``heldout_zh``) it looks at those only.
"""

from __future__ import annotations

import sys

from questionnaires import library
from questionnaires.lint import RULES, lint, summarise
from tests.questionnaires.lint_texts import cases, scores


def main(files: list[str]) -> None:
    """Print the table, the misses and the false alarms."""
    among = tuple(case for case in cases() if not files or case.name.split()[0] in files)
    faulty = sum(bool(case.expected) for case in among)
    print(f"{faulty} texts with known faults, {len(among) - faulty} faultless")
    print(f"{'rule':26}{'severity':10}{'found':>9}{'recall':>8}{'false':>7}")
    for code, score in scores(among).items():
        found, recall = f"{score.hit}/{score.expected}", f"{score.recall:.0%}"
        recall = recall if score.expected else "-"
        print(f"{code:26}{RULES[code].severity:10}{found:>9}{recall:>8}{score.false:>7}")
    totals = scores(among).values()
    expected, hit = sum(s.expected for s in totals), sum(s.hit for s in totals)
    false = sum(s.false for s in totals)
    print(f"{'all':36}{f'{hit}/{expected}':>9}{hit / max(1, expected):>8.0%}{false:>7}")
    for case in among:
        for code in sorted(case.expected - case.found):
            print(f"missed  {code}: {case.name}")
        for code in sorted(case.found - case.expected):
            print(f"false   {code}: {case.name}")
    print("\nlibrary")
    for name in library.names():
        questionnaire = library.get(name)
        size = summarise(questionnaire)
        print(f"{name}: {len(lint(questionnaire))} findings; {size}")


if __name__ == "__main__":
    main(sys.argv[1:])
