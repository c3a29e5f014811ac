"""What is written about a network for people: pictures of its training, and how accurate it is.

`training` draws a training; `files` writes all that was measured, with `charts`, `gallery` and `markdown`.
"""

from sutja.learn.report.files import write
from sutja.learn.report.origin import Origin, machine
from sutja.learn.report.training import draw_confusion, draw_history

__all__ = ["Origin", "draw_confusion", "draw_history", "machine", "write"]
