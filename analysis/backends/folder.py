"""Responses in a folder: ``axes.json`` and as many Parquet files as it takes."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.backends.parquet import BadPart, Parts, Runner, here, write
from analysis.columns import Axes, Columns, Unit
from questionnaires import Codebook, Text

#: Responses in one part: enough that starting a process for it pays.
ROWS = 250_000
_AXES = "axes.json"


def write_folder(columns: Columns, folder: Path, rows: int = ROWS) -> None:
    """Write responses as parts of ``rows`` each; FileExistsError where there are parts already."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _AXES).open("x", encoding="utf-8") as file:
        json.dump(_told(columns.axes), file, ensure_ascii=False)
    for number, start in enumerate(range(0, columns.responses, rows)):
        write(columns.between(start, start + rows), folder / f"part-{number:05}.parquet")


def parts_of(book: Codebook, folder: Path, run: Runner = here) -> Parts:
    """Return the parts of a folder, coded by this codebook; ``run`` says where they are counted.

    Raises BadPart when the folder does not say what its units are.
    """
    try:
        told = json.loads((folder / _AXES).read_text(encoding="utf-8"))
        units = tuple(
            Unit(one["code"], Text(root=one["label"]), one["parent"]) for one in told["units"]
        )
        axes = Axes(book.closed, units, tuple(told["roles"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadPart(folder / _AXES, "unreadable", error) from error
    return Parts(axes, tuple(sorted(folder.glob("*.parquet"))), run)


def _told(axes: Axes) -> dict[str, object]:
    units = [
        {"code": unit.code, "label": unit.label.root, "parent": unit.parent} for unit in axes.units
    ]
    return {"units": units, "roles": list(axes.roles)}
