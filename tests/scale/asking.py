"""People who have an ink read by a service until their input ends, and then say as JSON what they got.

python asking.py URL...    two clients for each address
"""

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from drawings import DRAWINGS

HEADERS = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
WAIT_S = 60.0


def ask(url: str, over: threading.Event, models: Counter, failed: list) -> None:
    """Ask again and again; count answers by their bundle, and note of each failure from when until when it was."""
    body = json.dumps({"strokes": DRAWINGS[7]}).encode()
    with httpx.Client(base_url=url, timeout=WAIT_S, headers=HEADERS) as http:
        while not over.is_set():
            since = time.monotonic()
            try:
                answer = http.post("/predict", content=body)
                said = answer.json() if answer.status_code == 200 else {}
            except httpx.HTTPError:
                said = {}
            if said.get("digit") == 7:
                models[said["model"]] += 1
            else:
                failed.append((since, time.monotonic()))


def is_up(url: str) -> bool:
    """Tell whether there is somebody who takes requests."""
    try:
        return httpx.get(f"{url}/readyz", timeout=WAIT_S).status_code == 200
    except httpx.HTTPError:
        return False


def main(*urls: str) -> None:
    """Ask, and say what came."""
    for url in urls:
        while not is_up(url):
            time.sleep(1)
    sys.stdout.write("asking\n")
    sys.stdout.flush()
    over, models, failed = threading.Event(), Counter(), []
    threads = [threading.Thread(target=ask, args=(url, over, models, failed)) for url in 2 * urls]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"models": models, "failed": failed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
