"""The one door to ONNX Runtime: nobody is told what it runs.

As packaged for Linux (seen in 1.31) it keeps a device's id and a database of events in its user's cache, and looks for
mobile.events.data.microsoft.com in the background to send them to.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it looks as it is imported

import onnxruntime

onnxruntime.disable_telemetry_events()  # and where the program around us has imported it before

__all__ = ["onnxruntime"]
