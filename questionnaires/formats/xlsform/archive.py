"""Looking into a zipped workbook before anything unpacks it: bombs, entities, far-away cells.

The reader lays every sheet out as a full rectangle, so one cell in the last corner of a sheet
would cost gigabytes. Therefore the parts are streamed through here first, in small pieces.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from questionnaires.formats import limits
from questionnaires.formats.xlsform.refusal import Refusal, refusal

#: What the standard library raises for a damaged archive, or one packed in a way it lacks.
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)
_PIECE = 1 << 20
#: What is searched for may lie across two pieces; so much of the last one is looked at again.
_OVERLAP = 256
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
#: The opening tag of a row, a cell or the formula in one, whatever its attributes hold.
_TAG = re.compile(rb"""<(?:[\w.-]+:)?(row|c|f)((?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?)>""")
#: In it, the place.
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
#: In the workbook, a sheet with its name and number; in its relations, the file of a number.
_NAMED = re.compile(rb"""<(?:[\w.-]+:)?sheet\s[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)\"""")
_RELATED = re.compile(rb"<Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""\b(Id|Target)="([^"]*)\"""")


@dataclass(slots=True)
class Computed:
    """The cells of a sheet that hold formulas: their places."""

    first: str = ""
    places: set[str] = field(default_factory=set)


def inspect(content: bytes) -> dict[str, Computed]:
    """Raise Refusal when a zipped workbook is larger inside than it may be, or is a trap.

    Returns sheet name -> the cells that hold formulas: of those only stored values are read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = _inspect(archive)
            return {name: found[part] for part, name in _names(archive) if part in found}
    except _DAMAGED as error:
        raise refusal("workbook_broken", detail=str(error)[:200]) from None


def _names(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return (part, name) of each sheet, as far as the workbook tells."""
    try:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return []
    targets = {}
    for tag in _RELATED.findall(relations):
        found = dict(_ATTRIBUTE.findall(tag))
        targets[found.get(b"Id")] = found.get(b"Target", b"").decode("utf-8", "replace")
    return [
        (_part(targets.get(number, "")), html.unescape(name.decode("utf-8", "replace")))
        for name, number in _NAMED.findall(book)
    ]


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _inspect(archive: zipfile.ZipFile) -> dict[str, Computed]:
    entries = archive.infolist()
    if len(entries) > limits.MAX_ENTRIES:
        raise refusal("archive_entries", count=len(entries), limit=limits.MAX_ENTRIES)
    if sum(entry.file_size for entry in entries) > limits.MAX_UNPACKED:
        raise refusal("archive_large", limit=limits.MAX_UNPACKED)
    left = limits.MAX_UNPACKED
    computed: dict[str, Computed] = {}
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refusal("archive_locked")
        scan = _Scan(entry.filename)
        left -= _look_through(archive, entry, left, scan)
        if scan.computed.places:
            computed[entry.filename] = scan.computed
    return computed


def _look_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, scan: _Scan) -> int:
    """Stream one part; return its size."""
    size, tail = 0, b""
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > left:
                raise refusal("archive_large", limit=limits.MAX_UNPACKED)
            if size > limits.FREE_UNPACKED + limits.MAX_RATIO * entry.compress_size:
                raise refusal("archive_ratio", name=entry.filename[:80], limit=limits.MAX_RATIO)
            scan.examine(tail + piece)
            tail = piece[-_OVERLAP:]
    return size


class _Scan:
    """Looks at the pieces of one part, in order."""

    def __init__(self, name: str) -> None:
        self._name = name[:80]
        self._is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
        self._is_sheet = _SHEET.match(name) is not None
        self._row = 0
        self._cell = ""
        self.computed = Computed()

    def examine(self, piece: bytes) -> None:
        """Refuse entities, and a filled cell beyond the limits."""
        # UTF-16 has a zero byte beside each of these characters.
        if self._is_xml and _DOCTYPE.search(piece.replace(b"\0", b"")):
            raise refusal("archive_doctype", name=self._name)
        for tag, attributes in _TAG.findall(piece) if self._is_sheet else ():
            found = _PLACE.search(attributes)
            if tag == b"row":
                self._row = int(found[2]) if found else self._row + 1
                continue
            if tag == b"f":
                self.computed.first = self.computed.first or self._cell
                self.computed.places.add(self._cell)
                continue
            self._cell = b"".join(found.groups()).decode() if found else str(self._row)
            if not attributes.endswith(b"/"):  # formats reach to the end of a sheet, empty
                self._near(*(found.groups() if found else (b"", str(self._row).encode())))

    def _near(self, letters: bytes, digits: bytes) -> None:
        row, column = int(digits), _column(letters)
        if row > limits.MAX_ROWS:
            raise refusal("sheet_high", name=self._name, count=row, limit=limits.MAX_ROWS)
        if column > limits.MAX_COLUMNS:
            raise refusal("sheet_wide", name=self._name, count=column, limit=limits.MAX_COLUMNS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


__all__ = ["Refusal", "inspect"]
