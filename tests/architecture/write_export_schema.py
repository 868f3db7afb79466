"""Writes the JSON Schema of a session's export into the docs: `python -m tests.architecture.write_export_schema`."""

import json
from pathlib import Path

from monitor.web.api.export_json import schema

PAGE = Path(__file__).parents[2] / "docs" / "session-export.schema.json"


def text() -> str:
    """The page as it should be today."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
