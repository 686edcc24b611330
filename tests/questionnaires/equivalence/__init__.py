"""Proof that the two evaluators of expressions, Python's and the browser's, mean the same.

    python -m tests.questionnaires.equivalence [--cases 100000] [--seed N]

makes random (expression, answers) cases over the real expressions in ``shared/forms`` beside the
checkout and over the grammar, has Python and one Node process evaluate the same JSON lines, and
compares the values exactly.
"""
