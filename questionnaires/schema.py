"""The JSON Schema of definitions, for editors that complete and check while one types.

``definition.schema.json`` beside this module is made by ``python -m questionnaires.schema``. It
says what shape each part has; what must hold between parts, only ``questionnaires.examine`` says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from questionnaires.model import Questionnaire

FILE = Path(__file__).parent / "definition.schema.json"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a definition as it may be written in a file."""
    made = Questionnaire.model_json_schema(mode="validation")
    # A definition that does not name its languages has those of its title.
    made["required"] = [name for name in made["required"] if name != "languages"]
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return made


def text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
