"""Under every fault each acknowledged response is stored once, as it was sent; controls are not.

Short runs. The long one is ``python -m tests.durability --responses 100000 --faults 200``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability.faults import FAULTS, Fault
from tests.durability.running import run

_RESPONSES = 100


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_nothing_acknowledged_is_lost_doubled_or_altered(kind: type[Fault], tmp_path: Path) -> None:
    found = run(kind, tmp_path, responses=_RESPONSES, faults=kind.few, seed=1)
    assert found.struck == kind.few
    assert found.verdict.faults == {}, found.verdict
    assert found.verdict.acknowledged == found.verdict.stored == _RESPONSES


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_control_with_a_flaw_is_caught(kind: type[Fault], tmp_path: Path) -> None:
    found = run(
        kind, tmp_path, responses=_RESPONSES, faults=kind.few, seed=2, control=True, patience=20
    )
    assert found.struck > 0
    assert set(kind.symptoms) & set(found.verdict.faults), found.verdict
