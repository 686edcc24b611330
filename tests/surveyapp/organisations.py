"""Organisations for tests: files written as people write them, and the scenario of a city."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter
from sqlalchemy.orm import Session

from surveyapp.organisation.exchange.applying import apply
from surveyapp.organisation.exchange.plan import Plan, packed, unpacked
from surveyapp.organisation.exchange.planning import plan
from surveyapp.organisation.exchange.reading import read
from surveyapp.organisation.exchange.records import stored

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 8, 30)
Cells = Sequence[Sequence[object]]


def sheet(text: str) -> list[list[str]]:
    """Rows from lines with ``|`` between the cells."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def workbook(**sheets: str | Cells) -> bytes:
    """An .xlsx with these sheets, as a spreadsheet program would save it."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(sheet(rows) if isinstance(rows, str) else rows):
                for column, cell in enumerate(row):
                    if cell != "":
                        page.write(number, column, cell)
    return stream.getvalue()


def planned(session: Session, content: bytes, name: str = "o.xlsx", **options: bool) -> Plan:
    """What a file would change in the stored organisation."""
    return plan(read([(name, content)]), stored(session), on=TODAY, **options)


def imported(session: Session, content: bytes, name: str = "o.xlsx", **options: bool) -> Plan:
    """The plan of a file, kept, taken out again and applied."""
    made = unpacked(packed(planned(session, content, name, **options)))
    apply(session, made, NOW)
    return made


def counted(plan: Plan) -> dict[str, int]:
    """How many changes there are, by "sheet action"."""
    return {f"{sheet} {action}": count for (sheet, action), count in plan.counts().items()}


def told(plan: Plan) -> list[tuple[str, str, int, str]]:
    """(code, sheet, row, column) of every problem."""
    return [(one.code, one.sheet, one.row, one.column) for one in plan.problems]


def city() -> Mapping[str, Cells]:
    """1 city, 11 counties, 138 townships, 1,142 village teams; 4,686 people, 410 of them sent."""
    units: list[Sequence[object]] = [("code", "parent", "kind", "name_zh", "name_en", "order")]
    units.append(("C", "", "市", "昌河市", "Changhe City", 0))
    units += [(f"C{n:02}", "C", "县", f"第{n}县", f"County {n}", n) for n in range(11)]
    units += [(f"T{n:03}", f"C{n % 11:02}", "乡镇", f"第{n}乡", f"Town {n}", n) for n in range(138)]
    units += [
        (f"V{n:04}", f"T{n % 138:03}", "驻村工作队", f"第{n}队", f"Team {n}", n)
        for n in range(1142)
    ]
    people: list[Sequence[object]] = [("人员编码", "中文名称", "英文名称")]
    people += [(f"P{n:04}", f"人员{n}", f"Person {n}") for n in range(4686)]
    postings: list[Sequence[object]] = [("person", "unit", "line", "role")]
    postings += [(f"P{n:04}", f"V{n % 1142:04}", "host", "队员") for n in range(4686)]
    postings += [(f"P{n:04}", f"C{n % 11:02}", "home", "") for n in range(410)]
    return {"units": units, "people": people, "postings": postings}
