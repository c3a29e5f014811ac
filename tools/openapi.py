"""Write the description of the API into web/openapi.json, from which the TypeScript client is generated."""

import json
from pathlib import Path

from sutja.service import create_app
from sutja.settings import Settings

TARGET = Path(__file__).resolve().parent.parent / "web" / "openapi.json"


def text() -> str:
    """Return the file as it should be."""
    return json.dumps(create_app(Settings()).openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8", newline="\n")
    print(f"wrote {TARGET.name}")
