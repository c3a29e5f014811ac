"""The page of the HTTP API, made from its description: what each route takes and answers."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]

INTRODUCTION = """# HTTP API

Made from the description that the service gives out at `GET /openapi.json`, which is [here](files/web/openapi.json)
too. Who may ask, and how often: [doors](doors.md). Errors are problem documents
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`): a [Problem](#problem) says what was
expected, and never repeats what was sent.
"""
TAGS = {
    "reading": "Reading",
    "samples": "Samples",
    "model": "The model",
    "service": "The service",
    "review": "Review, for operators",
}
_FILE = "the file itself"


def page(api: Json) -> str:
    """Return the page as Markdown. Raises `KeyError` for a tag that has no title here."""
    parts = [INTRODUCTION]
    for tag, title in TAGS.items():
        parts.append(f"## {title}\n")
        parts += [text for found, text in _routes(api) if found == tag]
    parts.append("## Bodies and answers\n")
    parts += [_schema(name, schema) for name, schema in sorted(api["components"]["schemas"].items())]
    return "\n".join(parts)


def _routes(api: Json) -> Iterator[tuple[str, str]]:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            [tag] = operation["tags"]
            if tag not in TAGS:
                raise KeyError(tag)
            yield tag, _operation(f"{method.upper()} {path}", operation)


def _operation(name: str, operation: Json) -> str:
    parts = [f"### `{name}`\n", f"**{operation['summary']}.** {operation.get('description', '')}\n"]
    if operation.get("parameters"):
        rows = [(f"`{each['name']}`", each["in"], _parameter(each)) for each in operation["parameters"]]
        parts.append(_table(("parameter", "in", "what"), rows))
    if "requestBody" in operation:
        parts.append(_body(operation["requestBody"]["content"]))
    answers = [
        (status, answer["description"], _kinds(answer.get("content", {})))
        for status, answer in operation["responses"].items()
        if status != "default"
    ]
    parts.append(_table(("answer", "when", "body"), answers))
    return "\n".join(parts)


def _parameter(parameter: Json) -> str:
    schema = parameter["schema"]
    default = f"; `{json.dumps(schema['default'])}` if left out" if schema.get("default") is not None else ""
    told = parameter.get("description") or schema.get("description") or ""
    return f"{_kind(schema)}{default}{'. ' if told else ''}{told}"


def _body(content: Json) -> str:
    bodies: dict[str, list[str]] = {}
    for kind, media in content.items():
        bodies.setdefault(_kind(media.get("schema", {})) or _FILE, []).append(f"`{kind}`")
    rows = [(", ".join(kinds), body) for body, kinds in bodies.items()]
    examples = content.get("application/json", {}).get("examples", {}).values()
    shortest = min((json.dumps(each["value"]) for each in examples), key=len, default="")
    return _table(("sent as", "body"), rows) + (f"\n```json\n{shortest}\n```\n" if shortest else "")


def _kinds(content: Json) -> str:
    """Return what an answer holds; a picture or a model is named by its media type."""
    return " or ".join(_kind(media.get("schema", {})) or f"`{name}`" for name, media in content.items())


def _schema(name: str, schema: Json) -> str:
    parts = [f"### {name}\n", f"{schema.get('description', '')}\n"]
    wanted = schema.get("required", [])
    rows = [
        (f"`{field}`" + ("" if field in wanted else " (optional)"), _kind(inner), inner.get("description", ""))
        for field, inner in schema.get("properties", {}).items()
    ]
    parts.append(_table(("field", "type", "what"), rows) if rows else f"{_kind(schema)}\n")
    return "\n".join(parts)


def _kind(schema: Json) -> str:
    """Return what a value is, in words; references lead to their schema. Empty for a file."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(map(_kind, several))
    if chosen := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{value}`" for value in chosen)
    if schema.get("type") == "array":
        items = ", ".join(map(_kind, schema.get("prefixItems") or [schema.get("items", {})]))
        return f"list of {items}{_limits(schema, 'minItems', 'maxItems')}"
    if schema.get("properties"):
        return ", ".join(f"the field `{name}`" for name in schema["properties"])
    return "" if schema.get("format") == "binary" else _plain(schema)


def _plain(schema: Json) -> str:
    kind = schema.get("format") or schema.get("type", "anything")
    return f"{kind}{_limits(schema, 'minimum', 'maximum')}{_limits(schema, 'minLength', 'maxLength')}"


def _limits(schema: Json, least: str, most: str) -> str:
    bounds = [f"{word} {schema[key]:g}" for key, word in ((least, "from"), (most, "to")) if key in schema]
    return f" {' '.join(bounds)}" if bounds else ""


def _table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ("---",) * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", r"\|").split())
