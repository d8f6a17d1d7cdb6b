"""Counts the answers of a run by operation and status, into the file named by FUZZ_SEEN: a run that got no further than 401 or 429 found nothing."""

import atexit
import json
import os
import threading
from collections import Counter

import schemathesis

seen: Counter[tuple[str, int]] = Counter()
lock = threading.Lock()


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        seen[(case.operation.label, response.status_code)] += 1


@atexit.register
def write():
    rows = [{"operation": operation, "status": status, "count": count} for (operation, status), count in sorted(seen.items())]
    with open(os.environ["FUZZ_SEEN"], "w", encoding="utf-8") as file:
        json.dump(rows, file)
