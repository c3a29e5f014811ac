"""The same project on FastAPI: a plain function, which FastAPI runs in a thread."""

import os
from typing import Annotated, Any

import glyphs
import keras
from fastapi import Depends, FastAPI, Request

app = FastAPI()
model = keras.models.load_model(os.environ["BENCH_MODEL"], compile=False)


async def seen(request: Request) -> Any:
    """Return the glyphs of a request."""
    return glyphs.of_body(request.headers.get("content-type", ""), await request.body())


@app.post("/predict")
@app.post("/predict/batch")
def predict(drawn: Annotated[Any, Depends(seen)]) -> dict[str, Any]:
    """Read what was drawn."""
    return glyphs.answer(model.predict(drawn, verbose=0))
