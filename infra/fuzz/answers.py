"""What a run was answered.

Counts the answers by operation and status, into the file named by FUZZ_SEEN: a run that got no further than 401 or 429 found
nothing. And excuses, one by one, the refusals of what the document allows for want of a way to say it.
"""

import atexit
import json
import os
import threading
from collections import Counter

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

seen: Counter[tuple[str, int]] = Counter()
lock = threading.Lock()

# JSON Schema has no way to compare two fields: (operation, field, code).
NOT_TO_BE_SAID = {("POST /api/coupon-policies", "closesAt", "INVALID")}


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        seen[(case.operation.label, response.status_code)] += 1


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    errors = response.json().get("errors", [])
    told = {(case.operation.label, error["field"], error["code"]) for error in errors}
    return not told or not told <= NOT_TO_BE_SAID


@atexit.register
def write():
    rows = [{"operation": operation, "status": status, "count": count} for (operation, status), count in sorted(seen.items())]
    with open(os.environ["FUZZ_SEEN"], "w", encoding="utf-8") as file:
        json.dump(rows, file)
