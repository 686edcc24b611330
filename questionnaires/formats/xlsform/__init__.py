"""XLSForm, the spreadsheet language of ODK, Kobo and others: .xlsx, .xls, .csv and Markdown."""

from questionnaires.formats.registry import Format
from questionnaires.formats.xlsform import catalogue
from questionnaires.formats.xlsform.reading import read
from questionnaires.formats.xlsform.workbook import looks_like
from questionnaires.formats.xlsform.writing import write

FORMAT = Format("xlsform", looks_like, read, write, (".xlsx",))

__all__ = ["FORMAT", "catalogue", "read", "write"]
