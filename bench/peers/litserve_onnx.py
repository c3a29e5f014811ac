"""LitServe with ONNX Runtime: one worker that reads, as it is by default. Its argument is the port."""

import os
import sys
from typing import Any

import glyphs
import litserve
import numpy as np
import onnxruntime


class Digits(litserve.LitAPI):
    """Reads an ink, a picture in base64, or many inks."""

    def setup(self, device: str) -> None:
        """Load the model, in the process of the worker."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["BENCH_MODEL"], options)
        self.input = self.session.get_inputs()[0].name

    def decode_request(self, request: dict[str, Any]) -> np.ndarray:
        """Return the glyphs."""
        return glyphs.of_json(request)

    def predict(self, seen: np.ndarray) -> np.ndarray:
        """Return the probabilities."""
        return self.session.run(None, {self.input: seen})[0]

    def encode_response(self, probabilities: np.ndarray) -> dict[str, Any]:
        """Return the answer."""
        return glyphs.answer(probabilities)


if __name__ == "__main__":
    server = litserve.LitServer(Digits(), accelerator="cpu", timeout=60)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", generate_client_file=False)
