"""Makes the three subsets from the full faces: ``python -m analysis.fonts.build FOLDER``.

FOLDER holds ``NotoSansSC_400Regular.ttf`` and ``NotoSansSC_700Bold.ttf`` (in any sub-folder), as in
the npm package @expo-google-fonts/noto-sans-sc 0.4.3. Needs fonttools.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from fontTools import subset

from analysis.fonts import FOLDER, RARE_FAMILY

_REGULAR, _BOLD = "NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf"
#: Name records: family, full name, PostScript name, typographic family.
_FAMILY_RECORDS = {1: RARE_FAMILY, 4: RARE_FAMILY, 6: "NotoSansSC-Rare", 16: RARE_FAMILY}
#: Latin with its extensions, punctuation, symbols that reports use, CJK and full-width punctuation.
_RANGES = (
    (0x20, 0x24F),
    (0x2B0, 0x2FF),
    (0x370, 0x3FF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x218F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2460, 0x24FF),
    (0x25A0, 0x25FF),
    (0x2600, 0x26FF),
    (0x3000, 0x303F),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
)


def code_points() -> set[int]:
    """Return the code points kept: the ranges above, all of GB 2312, and level 1 of Big5."""
    kept = {point for low, high in _RANGES for point in range(low, high + 1)}
    kept.update(_encoded("gb2312", range(0xA1, 0xF8)))
    kept.update(_encoded("big5", range(0xA1, 0xC7)))
    return kept


def rare_code_points() -> set[int]:
    """Return the other hanzi of GBK: few texts have them, many names of people and places do."""
    return set(_encoded("gbk", range(0x81, 0xFF))) - code_points()


def _encoded(encoding: str, leads: range) -> Iterator[int]:
    for lead in leads:
        for trail in range(0x40, 0xFF):
            try:
                character = bytes((lead, trail)).decode(encoding)
            except UnicodeDecodeError:
                continue
            yield ord(character)


def build(source: Path) -> None:
    """Write the subsets beside this module."""
    _subset(source, _REGULAR, "NotoSansSC-Regular.ttf", code_points())
    _subset(source, _BOLD, "NotoSansSC-Bold.ttf", code_points())
    _subset(source, _REGULAR, "NotoSansSC-Rare.ttf", rare_code_points(), _FAMILY_RECORDS)


def _subset(
    source: Path, face: str, target: str, kept: set[int], names: Mapping[int, str] | None = None
) -> None:
    options = subset.Options()
    options.name_IDs = ["*"]
    options.layout_features = ["*"]
    options.hinting = False
    font = subset.load_font(str(next(source.rglob(face))), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)
    for record in font["name"].names if names else ():
        if names and record.nameID in names:
            record.string = names[record.nameID]
    subset.save_font(font, str(FOLDER / target), options)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
