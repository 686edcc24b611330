"""How much of a foreign file is read. Whatever a file claims, no more than this is held."""

from __future__ import annotations

#: A file of text (JSON, XML, plain) may be this large, in bytes; the largest real one seen has 1.1
#: million.
MAX_BYTES = 8_000_000
#: JSON and XML may be nested this deeply; the deepest real file seen has 36 levels.
MAX_DEPTH = 120
#: Questions, groups and the like that one file may hold.
MAX_ITEMS = 5_000
#: So many unfamiliar or repeated keys are told one by one.
MAX_REPEATED_KEYS = 50
#: Characters of all expressions of a file together; the largest real form seen has 84,000. What is
#: beyond is flagged.
MAX_EXPRESSIONS = 1_000_000

#: Bytes of a workbook.
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
