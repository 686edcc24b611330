"""A definition as a workbook that people edit: .xlsx, and back without loss."""

from questionnaires.formats.registry import Format
from questionnaires.formats.sheet.reading import read, recognises
from questionnaires.formats.sheet.writing import write

FORMAT = Format("sheet", recognises, read, write, (".sheet.xlsx",))

__all__ = ["FORMAT", "read", "recognises", "write"]
