import os

from drawings import drawing
from sutja import Reader
from sutja.learn.evaluate.spread import spread


def digit_and_process(reader: Reader, digit: int) -> tuple[int | None, int, str | None]:
    return reader.read(drawing(digit)).digit, os.getpid(), os.environ.get("OPENBLAS_NUM_THREADS")


def test_every_task_is_done_in_order_elsewhere() -> None:
    """Other processes do the tasks, with the same reader and one thread each; results come in order, nothing stays."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    found = list(spread(Reader.load(), digit_and_process, [3, 1, 4, 1, 5]))
    assert [digit for digit, _, _ in found] == [3, 1, 4, 1, 5]
    assert os.getpid() not in {process for _, process, _ in found}
    assert {threads for _, _, threads in found} == {"1"}
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before
