"""The description of the API at `/openapi.json`.

Owns what FastAPI cannot tell from a signature: a route that takes bodies of several content types, and problems. Who
may call what is told by `doors`.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sutja.service import problems
from sutja.service.gifts import GivenImage, GivenInk, GivenPinDigit
from sutja.service.wire import ImageBody, ImagesBody, InkBody, InksBody

JSON = "application/json"
FORM = "multipart/form-data"
PICTURES = ("image/png", "image/jpeg", "image/webp")

BODIES = (ImageBody, ImagesBody, InkBody, InksBody, GivenImage, GivenInk, GivenPinDigit)

_REFERENCE = "#/components/schemas/{model}"
_BINARY = {"type": "string", "format": "binary"}
_REFUSALS: dict[int | str, str] = {
    401: "Nobody is logged in, or no API key is shown that is good.",
    403: "It comes from elsewhere than a page of this server, or the API key is not for this.",
    404: "There is no such thing here.",
    409: "It was sent before with another content, or somebody else was first.",
    410: "It was kept once, and is deleted: nothing brings it back.",
    413: "The body is too long, or the picture or the ink in it too large.",
    415: "The content type is none of those that the route takes.",
    422: "The body is not what the route takes.",
    429: "More than is taken in a while; Retry-After says when to come again.",
    501: "This service keeps no samples.",
    503: "The store is busy or away; Retry-After says when to come again.",
    "default": "Any other problem.",
}


KEYED = (401, 403, 429, 503)
"""What a route may answer at its door, where an API key opens it."""


class DescribedApp(FastAPI):
    """A FastAPI application that describes the bodies which its routes read by themselves, and what `describe` adds."""

    def __init__(self, *, describe: Callable[[dict[str, Any]], object], **parts: Any) -> None:
        """Make it of the parts of a FastAPI application."""
        super().__init__(**parts)
        self._describe = describe

    def openapi(self) -> dict[str, Any]:
        """Return the description, made at the first call."""
        if self.openapi_schema is None:
            described = super().openapi()
            described["components"]["schemas"].update(_schemas(*BODIES, problems.Problem))
            self._describe(described)
        return super().openapi()


def body_of(*bodies: type[BaseModel], with_pictures: bool = False) -> dict[str, Any]:
    """Describe a body: JSON of one of the given kinds and, if asked, a picture as it is or in a form."""
    examples = {name: {"value": value} for body in bodies for name, value in _example(body).items()}
    content: dict[str, Any] = {JSON: {"schema": {"oneOf": [_reference(body) for body in bodies]}, "examples": examples}}
    if with_pictures:
        content |= {kind: {"schema": _BINARY} for kind in PICTURES}
        content[FORM] = {"schema": {"type": "object", "properties": {"image": _BINARY}, "required": ["image"]}}
    return {"requestBody": {"required": True, "content": content}}


def _example(body: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Return the example of a body by the name of its first field; none where it has none."""
    example = {name: field.examples[0] for name, field in body.model_fields.items() if field.examples}
    return {next(iter(example)): example} if example else {}


def refusals(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer with."""
    content = {problems.MEDIA_TYPE: {"schema": _reference(problems.Problem)}}
    return {status: {"description": _REFUSALS[status], "content": content} for status in statuses}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _schemas(*models: type[BaseModel]) -> dict[str, Any]:
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    return dict(found["$defs"])
