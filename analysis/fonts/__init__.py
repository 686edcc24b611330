"""The typeface of charts and reports: Noto Sans SC, regular and bold, subset, under OFL-1.1.

The regular and bold faces hold what running text needs. The rare hanzi of GBK, which stand in the
names of people and places, are in a third face of their own name that both fall back to.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FAMILY = "Noto Sans SC"
RARE_FAMILY = "Noto Sans SC Rare"
FILES = (
    FOLDER / "NotoSansSC-Regular.ttf",
    FOLDER / "NotoSansSC-Bold.ttf",
    FOLDER / "NotoSansSC-Rare.ttf",
)

#: Set where no face has a character, as Chinese printers do: the reader sees that one is missing.
GETA = "〓"


def printable(text: str) -> str:
    """Return ``text`` with a 〓 for every character that none of the faces has, such as emoji."""
    known = _characters()
    return "".join(c if c in known or not c.isprintable() else GETA for c in text)


@cache
def _characters() -> frozenset[str]:
    import matplotlib as mpl  # heavy: only for those who typeset
    from matplotlib.ft2font import FT2Font

    # The typesetter carries this face itself and falls back to it, as for Greek and Arabic.
    carried = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSansMono.ttf")
    return frozenset(
        chr(point) for file in (*FILES, carried) for point in FT2Font(file).get_charmap()
    )
