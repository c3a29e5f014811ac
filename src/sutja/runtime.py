"""The one door to ONNX Runtime: nobody is told what it runs.

As packaged since 2026 it keeps a device's id and a database of events in its user's cache, and sends them to
mobile.events.data.microsoft.com in the background, from the moment it is imported.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it looks as it is imported

import onnxruntime

onnxruntime.disable_telemetry_events()  # and where the program around us has imported it before

__all__ = ["onnxruntime"]
