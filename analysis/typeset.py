"""From values to a PDF: Typst templates of ours, their data as JSON, the fonts we carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis import fonts


def pdf(
    templates: Path,
    main: str,
    data: Mapping[str, Any],
    pictures: Mapping[str, str] | None = None,
    **options: Any,
) -> bytes:
    """Return the template ``main`` of the folder ``templates``, filled with ``data`` (JSON).

    ``pictures`` maps names to SVG; ``options`` go to Typst. The folder it is made in is deleted at
    once: the data may hold codes in clear.
    """
    import typst  # heavy: only when something is printed

    with TemporaryDirectory(prefix="print-") as folder:
        root = Path(folder)
        for template in templates.glob("*.typ"):
            (root / template.name).write_bytes(template.read_bytes())
        for name, svg in (pictures or {}).items():
            (root / f"{name}.svg").write_text(fonts.printable(svg), "utf-8")
        told = fonts.printable(json.dumps(data, ensure_ascii=False))
        (root / "data.json").write_text(told, "utf-8")
        compiled = typst.compile(
            str(root / main),
            root=str(root),
            font_paths=[str(fonts.FOLDER)],
            ignore_system_fonts=True,
            format="pdf",
            **options,
        )
    assert isinstance(compiled, bytes)
    return compiled
