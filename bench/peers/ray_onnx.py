"""Ray Serve with ONNX Runtime: one replica, as it is by default. Its argument is the port."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import glyphs
import onnxruntime
import ray
from ray import serve
from starlette.requests import Request


@serve.deployment(max_ongoing_requests=64)
class Digits:
    """Reads an ink, a picture, or many inks."""

    def __init__(self) -> None:
        """Load the model, in the process of the replica."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["BENCH_MODEL"], options)
        self.input = self.session.get_inputs()[0].name

    async def __call__(self, request: Request) -> dict[str, Any]:
        """Read what was drawn."""
        seen = glyphs.of_body(request.headers.get("content-type", ""), await request.body())
        return glyphs.answer(self.session.run(None, {self.input: seen})[0])


def stop(*_: object) -> None:
    """End with all that Ray started."""
    serve.shutdown()
    ray.shutdown()
    sys.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    # Its own cluster, whatever else runs here; its files lie in the folder that it is started in, which goes away.
    ray.init(address="local", include_dashboard=False, log_to_driver=False, _temp_dir=str(Path.cwd()))
    with contextlib.suppress(TimeoutError):  # on a busy machine its proxy is there only after what it waits for
        serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    serve.run(Digits.bind())
    while True:
        time.sleep(60)
