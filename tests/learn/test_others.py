import numpy as np

import oracle
from sutja import Verdict
from sutja.learn.dataset import NO_DIGIT
from sutja.learn.evaluate.answers import Answers
from sutja.learn.evaluate.others import _pictures, caught


def test_what_is_not_accepted_is_caught() -> None:
    """Of five two are caught by refusal and one by doubt; the others are told by what they were read as."""
    verdicts = [Verdict.NOT_A_DIGIT, Verdict.EMPTY, Verdict.UNSURE, Verdict.DIGIT, Verdict.DIGIT]
    told = oracle.leaning(np.array([1, 1, 1, 4, 7]), np.full(5, 0.9))
    found = caught(Answers(np.full(5, NO_DIGIT), told.astype(np.float32), np.array(verdicts)))
    assert (found.caught.value, found.refused.value, found.caught.of) == (0.6, 0.4, 5)
    assert found.read_as == (0, 0, 0, 0, 1, 0, 0, 1, 0, 0)


def test_ink_becomes_a_picture() -> None:
    """Bright ink on nothing is dark ink on white paper, with a margin that is paper."""
    [picture] = _pictures([np.eye(4, dtype=np.float32)])
    assert picture.dtype == np.uint8
    assert picture.shape == (16, 16)
    assert (picture[6:10, 6:10] == np.where(np.eye(4), 0, 255)).all()
    assert picture.min(axis=1)[[0, -1]].tolist() == [255, 255]
