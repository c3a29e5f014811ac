"""Learning beside serving: `sutja learn --if-due` as a process of its own, whenever enough samples came.

Also where MLflow is to be told of another champion, which that command does too: nothing here knows MLflow.

Owns when it is looked for. It runs with the lowest priority, so that whoever reads does not notice; when the service
stops it is stopped too, and the next one goes on with its cycle. What it says goes to learning.log in SUTJA_HOME.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

from sutja.errors import StoreError
from sutja.keeping import is_due
from sutja.service.beside import LAST_S, beside
from sutja.settings import MLFLOW_NAME, Settings
from sutja.store import Store

STOP_S = 5.0
NICENESS = 19
FAILED_MAX_S = 3600.0
"""What fails again and again is tried after twice as long each time, and at least so often."""
LOG_NAME = "learning.log"
COMMAND = (sys.executable, "-m", "sutja", "learn", "--if-due")

log = logging.getLogger(__name__)


@contextlib.contextmanager
def learning(store: Store, settings: Settings) -> Iterator[None]:
    """Look every now and then, as the settings say, whether a cycle is due, and run it."""

    def look(is_over: threading.Event) -> None:
        failures, followed = 0, None
        while not is_over.wait(min(settings.learn_look * 2**failures, max(settings.learn_look, FAILED_MAX_S))):
            try:
                champion = store.bundles.active().sha
                is_news = champion != followed and (settings.home / MLFLOW_NAME).exists()
                if is_news or is_due(store, settings):
                    is_well = _learn(settings, is_over)
                    failures, followed = (0, champion) if is_well else (failures + 1, followed)
            except StoreError:  # away, or busy: the next time it may be there
                continue
            except Exception:  # a thread that dies would never learn again, and nobody would know
                log.exception("Learning could not be begun just now.")
                failures += 1

    with beside("learning", look, STOP_S + LAST_S):
        yield


def _learn(settings: Settings, is_over: threading.Event) -> bool:
    """Run the command to its end, or until the service stops. Returns whether it failed in nothing."""
    path = settings.home / LOG_NAME
    with path.open("ab") as said, subprocess.Popen(COMMAND, stdout=said, stderr=said) as process:
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        while process.poll() is None:
            if is_over.wait(0.5):
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_S)
                process.kill()
                return True
        if process.returncode:
            log.error("Learning failed with exit status %d: see %s.", process.returncode, path)
        return not process.returncode
