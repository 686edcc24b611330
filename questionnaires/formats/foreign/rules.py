"""What is said of an answer that breaks a rule which ours has built in and others spell out."""

from __future__ import annotations

from questionnaires.text import Text

WHOLE_NUMBERS = Text({"zh": "请填写整数。", "en": "Please enter whole numbers."})


def sum_wording(total: int) -> Text:
    """Return what is said when the parts of a sum do not add up."""
    return Text({"zh": f"各项之和应为 {total}。", "en": f"The parts must add up to {total}."})
