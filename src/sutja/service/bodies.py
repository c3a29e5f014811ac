"""What a route is sent becomes a drawing, and what it has to say an answer.

Owns the forms of a body, and which work is so short that it need not be handed to a thread.
"""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from sutja.reader import Drawing
from sutja.service.capacity import Line
from sutja.service.limits import MAX_PICTURE_BYTES
from sutja.service.schema import FORM, JSON, PICTURES
from sutja.service.wire import ONE, ONE_OR_MANY, ImageBody, ImagesBody, InkBody, InksBody

T = TypeVar("T")
U = TypeVar("U")

# A body of so many bytes is parsed in a millisecond: handing it to a thread would take as long.
QUICK_BYTES = 16_000


async def drawing_of(request: Request) -> Drawing:
    """Return what the body holds, whatever its form: an ink, or the bytes of a picture. Raises `InputError`."""
    kind = content_type(request)
    if kind == JSON:
        return _held(await parsed(request, ONE))
    if kind == FORM:
        return await _picture_of_form(request)
    if kind in PICTURES:
        return await request.body()
    raise unsupported(JSON, *PICTURES, FORM)


async def drawings_of(request: Request) -> Drawing | Sequence[Drawing]:
    """Return what the body holds: one drawing, as above, or as JSON several. Raises `InputError`."""
    if content_type(request) != JSON:
        return await drawing_of(request)
    body = await parsed(request, ONE_OR_MANY)
    if isinstance(body, InksBody):
        return body.inks
    return body.images if isinstance(body, ImagesBody) else _held(body)


def _held(body: ImageBody | InkBody) -> Drawing:
    return body.strokes if isinstance(body, InkBody) else body.image


def content_type(request: Request) -> str:
    """Return the content type of the body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def unsupported(*wanted: str) -> HTTPException:
    """Return the refusal of a body whose content type is none of those."""
    return HTTPException(415, f"Expected the content type {' or '.join(wanted)}. Received another, or none.")


async def parsed(request: Request, kinds: TypeAdapter[T]) -> T:
    """Return the JSON of the body as one of those kinds."""
    data = await request.body()
    validate = partial(_validated, kinds)
    return validate(data) if len(data) <= QUICK_BYTES else await in_thread(request, validate, data)


def _validated(kinds: TypeAdapter[T], data: bytes) -> T:
    """Decode and validate one after the other: where functions of ours validate, pydantic alone decodes twice."""
    try:
        value = from_json(data)
    except ValueError:
        value = None
    return kinds.validate_python(value) if isinstance(value, dict) else kinds.validate_json(data)  # which says why not


async def _picture_of_form(request: Request) -> bytes:
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=0)
    parser.spool_max_size = MAX_PICTURE_BYTES  # it may show a PIN: no part of it is put into a temporary file
    with contextlib.suppress(MultiPartException):
        form = await parser.parse()
        try:
            picture = form.get("image")
            if isinstance(picture, UploadFile):
                return await picture.read()
        finally:
            await form.close()
    raise HTTPException(422, "Expected a multipart form with one file, in the field 'image'. Received another.")


async def in_thread(request: Request, work: Callable[[T], U], argument: T) -> U:
    """Work in a thread, of which pictures have few. Refuses with 503 where too many wait for one."""
    line: Line = request.app.state.threads
    return await line.run(request, work, argument)


def answer(body: BaseModel, status: int = 200) -> Response:
    """Return the answer, which nobody keeps."""
    content = body.model_dump_json(exclude_unset=True)
    return Response(content, status, headers={"Cache-Control": "no-store"}, media_type=JSON)
