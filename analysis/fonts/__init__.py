"""The typeface of charts and reports: Noto Sans SC, regular and bold, subset, under OFL-1.1."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
FAMILY = "Noto Sans SC"
FILES = (FOLDER / "NotoSansSC-Regular.ttf", FOLDER / "NotoSansSC-Bold.ttf")
