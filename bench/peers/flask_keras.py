"""The usual project: Flask, a Keras model that is loaded at the start, `model.predict`."""

import os

import glyphs
import keras
from flask import Flask, Response, jsonify, request

app = Flask(__name__)
model = keras.models.load_model(os.environ["BENCH_MODEL"], compile=False)


@app.post("/predict")
@app.post("/predict/batch")
def predict() -> Response:
    """Read what was drawn."""
    seen = glyphs.of_body(request.content_type or "", request.get_data())
    return jsonify(glyphs.answer(model.predict(seen, verbose=0)))
