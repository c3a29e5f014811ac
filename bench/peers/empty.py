"""The floor: an endpoint that reads the body, and answers with what stands in it already."""

from fastapi import FastAPI, Request
from starlette.responses import Response

app = FastAPI()
ANSWER = b'{"digit":7}'


@app.post("/predict")
@app.post("/predict/batch")
async def predict(request: Request) -> Response:
    """Take the drawing, and say that it is a seven."""
    await request.body()
    return Response(ANSWER, media_type="application/json")
