"""The floors below any server: what a bare decode of the picture takes, and a bare run of the model, on one core."""

import io
import os
import statistics
import time
from collections.abc import Callable

import numpy as np
import onnxruntime
from PIL import Image

from bench.environments import SHIPPED
from bench.inputs import BATCH, PNG
from bench.steps import Figures


def measured(seconds: float) -> Figures:
    """Return the medians, each over so many seconds."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(SHIPPED), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    glyphs = np.random.default_rng(7).random((BATCH, 28, 28, 1), np.float32)
    return {
        "cores": float(os.cpu_count() or 1),
        "decode_ms": _median_ms(lambda: np.asarray(Image.open(io.BytesIO(PNG)).convert("L")), seconds),
        "onnx_ms": _median_ms(lambda: session.run(None, {name: glyphs[:1]}), seconds),
        "onnx_batch_ms": _median_ms(lambda: session.run(None, {name: glyphs}), seconds),
    }


def _median_ms(work: Callable[[], object], seconds: float) -> float:
    work()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1e3 * statistics.median(times)
