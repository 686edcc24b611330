"""Pages that are the same for many people but for a few words: drawn and packed once, then filled.

Drawing a form takes some fifty times as long as all else that a first look at it needs.
"""

from __future__ import annotations

import re
import secrets
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence

from flask import Response
from markupsafe import escape

from surveyapp import compression

#: The head of a gzip file that names neither a time nor a system (RFC 1952).
_GZIP = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_PACKED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
Words = Mapping[str, str]


class Spliced:
    """A page with gaps. What is put into them travels unpacked.

    What lies between the gaps is packed piece by piece, each forgetting the one before, and what
    fills a gap goes along as a stored block (RFC 1951, section 3.2.4): so a page costs a checksum.
    """

    def __init__(self, page: str, gaps: Words) -> None:
        """``gaps``: the name of a word -> what stands for it in the page, any number of times."""
        names = {mark: name for name, mark in gaps.items()}
        pieces = re.split(f"({'|'.join(names)})", page)
        self._names = [names[mark] for mark in pieces[1::2]]
        self._plain = [piece.encode() for piece in pieces[::2]]
        last = len(self._plain) - 1
        self._packed = [_packed(piece, last=n == last) for n, piece in enumerate(self._plain)]

    def response(self, words: Words) -> Response:
        """Return the page with ``words`` in its gaps, packed if the browser takes that."""
        texts = [str(escape(words[name])).encode() for name in self._names]
        if not compression.is_taken():
            return Response(_filled(self._plain, texts), mimetype="text/html")
        packed = _filled(self._packed, [_stored(text) for text in texts])
        end = _end(_filled(self._plain, texts))
        return Response(_GZIP + packed + end, headers=_PACKED, mimetype="text/html")


class Shelf:
    """The pages that were asked for last, by all that they depend on, in this process's memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._sheets: OrderedDict[Hashable, Spliced] = OrderedDict()

    def response(self, name: Hashable, words: Words, draw: Callable[[Words], str]) -> Response:
        """Return the page with these words in it.

        ``draw`` makes it with whatever words, once; ``name`` is all else that the page depends on.
        """
        with self._lock:
            sheet = self._sheets.get(name)
            if sheet is not None:
                self._sheets.move_to_end(name)
        return (sheet or self._made(name, words, draw)).response(words)

    def _made(self, name: Hashable, words: Words, draw: Callable[[Words], str]) -> Spliced:
        gaps = {word: secrets.token_hex(12) for word in words}
        sheet = Spliced(draw(gaps), gaps)
        with self._lock:
            self._sheets[name] = sheet
            if len(self._sheets) > self._most:
                self._sheets.popitem(last=False)
        return sheet


def _packed(piece: bytes, *, last: bool) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _filled(pieces: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Return the pieces with the words between them."""
    parts = [b""] * (len(pieces) + len(words))
    parts[::2], parts[1::2] = pieces, words
    return b"".join(parts)


def _stored(text: bytes) -> bytes:
    """A block of DEFLATE that is not packed. It is short: names and keys."""
    return b"\0" + struct.pack("<HH", len(text), len(text) ^ 0xFFFF) + text


def _end(plain: bytes) -> bytes:
    """What ends a gzip file: checksum and length of all that was packed."""
    return struct.pack("<II", zlib.crc32(plain), len(plain))
