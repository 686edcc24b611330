"""Reading bytes that somebody else wrote, within bounds: encoding, JSON, XML.

Every refusal is a ``Refused`` with its reason in words; nothing here takes more memory than a
small multiple of the file, which itself may have ``MAX_BYTES``.
"""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from questionnaires.formats.foreign.report import Refused, Report
from questionnaires.formats.limits import MAX_BYTES, MAX_DEPTH, MAX_ITEMS, MAX_REPEATED_KEYS

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def too_deep() -> Refused:
    """Return the error that something is nested too deeply, for the caller to raise."""
    return Refused(
        f"内容嵌套超过 {MAX_DEPTH} 层", f"it is nested more than {MAX_DEPTH} levels deep"
    )


def too_many(count: int) -> Refused:
    """Return the error that a file asks too much, for the caller to raise."""
    return Refused(
        f"文件中有 {count} 道以上的题目，上限为 {MAX_ITEMS} 道",
        f"it has {count} items or more; the limit is {MAX_ITEMS}",
    )


def decoded(data: bytes, file: str, report: Report) -> str:
    """Return the text of a file in UTF-8, in UTF-16 or -32 with a mark, or in GB18030."""
    if len(data) > MAX_BYTES:
        raise Refused(
            f"文件有 {len(data)} 字节，上限为 {MAX_BYTES} 字节",
            f"it has {len(data)} bytes; the limit is {MAX_BYTES}",
        )
    if not data.strip():
        raise Refused("文件是空的", "it is empty")
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            offset = error.start
        else:
            if encoding not in ("utf-8", "utf-8-sig"):
                report.lose("encoding_guessed", file, encoding=encoding)
            return text
    raise Refused(
        f"文字编码无法辨认（第 {offset} 字节处），请另存为 UTF-8",
        f"its encoding is not known (at byte {offset}); save it as UTF-8",
    )


def read_json(data: bytes, file: str, report: Report) -> Any:
    """Return the value of a JSON file; keys that appear twice are reported."""
    text = decoded(data, file, report)
    repeated: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.extend(name for name, count in times.items() if count > 1)
        return found

    try:
        value = json.loads(text, object_pairs_hook=mapping, parse_constant=_no_constant)
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        where = f"{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
        raise Refused(f"不是正确的 JSON（{where}）", f"not valid JSON (at {where})") from None
    if _depth(value) > MAX_DEPTH:
        raise too_deep()
    for name in repeated[:MAX_REPEATED_KEYS]:
        report.lose("key_twice", file, key=name[:64])
    return value


def _no_constant(name: str) -> None:
    return None


def _depth(value: Any) -> int:
    """Return how deeply lists and mappings are nested, without using the stack."""
    level, deep = [value], 0
    while level and deep <= MAX_DEPTH:
        deep += 1
        level = [part for whole in level for part in _parts(whole) if part]
    return deep


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (part for part in value.values() if isinstance(part, dict | list))
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict | list))


def read_xml(data: bytes, file: str, report: Report) -> Element:
    """Return the root of an XML file; document types, entities and links out are refused."""
    if len(data) > MAX_BYTES:
        raise Refused(
            f"文件有 {len(data)} 字节，上限为 {MAX_BYTES} 字节",
            f"it has {len(data)} bytes; the limit is {MAX_BYTES}",
        )
    try:
        root: Element = fromstring(_declared(data, file, report), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused(
            "XML 中有文档类型或实体声明，这样的文件不予读取",
            "the XML declares a document type or entities; such files are not read",
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise Refused(f"不是正确的 XML（{error}）", f"not valid XML ({error})") from None
    level, deep = [root], 0
    while level:
        deep += 1
        if deep > MAX_DEPTH:
            raise too_deep()
        level = [child for element in level for child in element]
    return root


def _declared(data: bytes, file: str, report: Report) -> bytes | str:
    """Return what the parser can read: it knows no GB18030, whatever the file declares."""
    head = data[:200].lower()
    if data.startswith(codecs.BOM_UTF16_LE) or data.startswith(codecs.BOM_UTF16_BE):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if b"encoding=" in head and b"utf-8" not in head and b"gb" not in head:
            return data
        text = decoded(data, file, report)
        start = text.find("?>") + 2 if text.startswith("<?xml") else 0
        return text[start:]
    return data
