"""What is printed for distribution: our templates, and QR codes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis import typeset

_TEMPLATES = Path(__file__).parent / "typst"


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return ``template`` filled with ``data`` (JSON values) as a PDF."""
    return typeset.pdf(_TEMPLATES, template, data)


def qr(link: str) -> str:
    """A QR code as SVG without its quiet zone, which the page around it must leave.

    Error correction M (15 %): a fold or a stain does no harm.
    """
    import segno

    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, border=0, omitsize=True
    )
    return drawn.getvalue().decode("ascii")
