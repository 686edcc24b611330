"""A workbook is read in a process of its own, with limits that the system enforces.

Workbooks state sizes that the reader believes before it looks, so that a small file can ask for
more memory than there is, which ends a process. Here that is a process nobody misses.
"""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from typing import Any

from questionnaires.formats import limits
from questionnaires.formats.xlsform.refusal import refusal

_CHILD = """
import io, json, sys
import python_calamine
memory, seconds, rows, columns, area = map(int, sys.argv[1:])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
def cell(value):
    if isinstance(value, (str, bool, int, float)):
        return value
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text.removesuffix("T00:00:00")
sheets = {}
book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
for name in book.sheet_names:
    try:
        sheet = book.get_sheet_by_name(name)
    except python_calamine.WorksheetNotFound:
        continue  # a chart
    high, wide = sheet.total_height, sheet.total_width
    if high > rows or wide > columns or high * wide > area:
        sheets[name] = [high, wide]
    else:
        found = sheet.to_python(skip_empty_area=False)
        sheets[name] = [[cell(one) for one in row] for row in found]
json.dump(sheets, sys.stdout)
"""


#: In an .xls, the record that says how large a sheet is: its head, and four numbers that matter.
_DIMENSIONS = re.compile(rb"\x00\x02\x0e\x00(?=.{12}\x00\x00)", re.DOTALL)
_NUMBERS = struct.Struct("<IIHH")
_SECTOR = 512


def modest(content: bytes) -> bytes:
    """Return an .xls in which no sheet claims more room than one may have.

    Some programs claim whole sheets for a few rows, and the reader would set that much aside.
    """
    changed = bytearray(content)
    for found in _DIMENSIONS.finditer(content):
        start = found.end()
        top, bottom, left, right = _NUMBERS.unpack_from(content, start)
        whole = found.start() // _SECTOR == (start + 13) // _SECTOR
        if whole and top <= bottom and (bottom - top + 1) * (right - left + 1) > limits.MAX_AREA:
            _NUMBERS.pack_into(changed, start, top, top + 1, 0, 1)
    return bytes(changed)


def read_apart(content: bytes) -> dict[str, list[list[Any]]]:
    """Return name -> rows of cells (text, number, true or false) of every sheet; raise Refusal."""
    bounds = (limits.MAX_MEMORY, limits.MAX_SECONDS)
    shape = (limits.MAX_ROWS, limits.MAX_COLUMNS, limits.MAX_AREA)
    command = [sys.executable, "-I", "-c", _CHILD, *map(str, (*bounds, *shape))]
    try:
        # Nothing of the file is in the command: it comes through the pipe.
        done = subprocess.run(  # noqa: S603
            command, input=content, capture_output=True, timeout=2 * limits.MAX_SECONDS, check=True
        )
        sheets: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise refusal("workbook_unsound") from None
    for name, rows in sheets.items():
        if rows and isinstance(rows[0], int):
            high, wide = rows
            if high > limits.MAX_ROWS:
                raise refusal("sheet_high", name=name, count=high, limit=limits.MAX_ROWS)
            raise refusal("sheet_wide", name=name, count=wide, limit=limits.MAX_COLUMNS)
    return sheets
