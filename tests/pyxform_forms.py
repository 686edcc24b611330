"""Read every XLSForm below a folder beside pyxform: ``python -m tests.pyxform_forms [FOLDER]``.

pyxform is the reference implementation of XLSForm. Printed is each form that it refuses, what it
says, and what came of the form here: imported or not, and the errors that strict mode tells.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pyxform.xls2xform import convert

from questionnaires.formats.losses import Imported
from questionnaires.formats.xlsform import FORMAT
from tests.sweep import FORMS

ENDINGS = (".xlsx", ".xls")


@dataclass(frozen=True)
class Compared:
    """What pyxform and we made of one form; an empty refusal means that it was accepted."""

    name: str
    refusal: str
    imported: Imported

    @property
    def told(self) -> bool:
        """Strict mode refuses the form as well."""
        return bool(self.imported.errors)


def refusal(content: bytes, ending: str) -> str:
    """Return why pyxform refuses a form, or nothing."""
    with tempfile.NamedTemporaryFile(suffix=ending) as file:
        file.write(content)
        file.flush()
        try:
            convert(file.name, validate=False)
        except Exception as error:  # it crashes on some forms with errors of other sorts
            return " ".join(f"{type(error).__name__}: {error}".split()) or "refused"
    return ""


def compared(folder: Path) -> list[Compared]:
    """Give every XLSForm of a folder to both."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in ENDINGS):
        content = path.read_bytes()
        imported = FORMAT.read(content, path.name)
        found.append(Compared(path.name, refusal(content, path.suffix), imported))
    return found


def main() -> None:
    """Print each refused form and the totals."""
    forms = compared(Path(sys.argv[1]) if len(sys.argv) > 1 else FORMS / "xlsform")
    refused = [one for one in forms if one.refusal]
    for one in refused:
        codes = ", ".join(sorted({loss.code for loss in one.imported.errors})) or "nothing"
        made = "imported" if one.imported.questionnaire else "not imported"
        print(f"{one.name}\n  pyxform: {one.refusal[:200]}\n  here: {made}; strict tells {codes}")
    imported = [one for one in forms if one.imported.questionnaire]
    print(
        f"{len(forms)} forms: pyxform refuses {len(refused)}; {len(imported)} imported here, "
        f"{sum(one in imported for one in refused)} of those that it refuses, "
        f"{sum(one.told for one in refused)} of these refused by strict mode"
    )


if __name__ == "__main__":
    main()
