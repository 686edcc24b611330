"""How much of a foreign workbook is read. Whatever a file claims, no more than this is held."""

from __future__ import annotations

#: Bytes of the file itself.
MAX_FILE = 20_000_000
#: Bytes of all parts of a workbook when unpacked, by what they declare and by what comes out.
MAX_UNPACKED = 120_000_000
#: One part may unpack to so many times its packed size, beyond ``FREE_UNPACKED`` bytes.
MAX_RATIO = 400
FREE_UNPACKED = 1_000_000
#: Files inside the file.
MAX_ENTRIES = 2_000
#: Rows and columns of one sheet, up to the last one that holds anything.
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
#: Places on one sheet, and filled ones on all sheets.
MAX_AREA = 4_000_000
MAX_CELLS = 1_000_000
#: Characters of one cell: what Excel itself allows.
MAX_CELL = 32_767
#: Rows of the survey sheet that are taken, and levels of groups within groups.
MAX_QUESTIONS = 5_000
MAX_NESTING = 50
#: Bytes of address space and seconds of computing for the process that reads a workbook.
MAX_MEMORY = 1_000_000_000
MAX_SECONDS = 20
#: Losses in one report; the last one says how many more there are.
MAX_LOSSES = 20_000
