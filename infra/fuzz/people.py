"""Who asks in a run of the fuzzer: users of the shop and an admin, each with a bearer token of its own.

Loaded by schemathesis (see schemathesis.toml). The tokens come in a file that only its owner may read, named by FUZZ_PEOPLE, and stay
out of command lines and reports.
"""

import json
import os
import random

import schemathesis
from schemathesis.generation.meta import TestPhase

with open(os.environ["FUZZ_PEOPLE"], encoding="utf-8") as file:
    PEOPLE = json.load(file)
TOKENS = {user["id"]: user["token"] for user in PEOPLE["users"]}
USER_OF = {token: user for user, token in TOKENS.items()}
CHOICE = random.Random(PEOPLE["seed"])

# How often somebody asks for what is somebody else's: all of it has to be hidden or refused.
STRANGER = 0.1
# The ids in an answer of what whoever asked has made.
MADE = ("orderId", "paymentId", "requestId")

# What there was before stays as it was: nobody who might changes these products, or closes these policies.
KEPT = {
    "PUT /api/products/{productId}": {str(product) for product in PEOPLE["productIds"]},
    "POST /api/coupon-policies/{couponPolicyId}/close": {str(policy) for policy in PEOPLE["couponPolicyIds"]},
}

owners: dict[str, int] = {
    made["id"]: made["userId"] for kind in ("orders", "payments", "couponRequests") for made in PEOPLE[kind]
}


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """Whoever made an order asks for it and pays it; with a token chosen at random, most of the service would never be reached."""

    def get(self, case, context):
        named = {str(value) for value in (case.path_parameters or {}).values()}
        if named & KEPT.get(context.operation.label, set()):
            return any_user()
        fitting = PEOPLE["admin"] if needs_admin(context.operation) else TOKENS.get(owner_of(case))
        if fitting is None or (may_be_a_stranger(case) and CHOICE.random() < STRANGER):
            return any_user()
        return fitting

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def after_call(context, case, response):
    """Remembers whose order, payment or request it is that was made."""
    if not 200 <= response.status_code < 300:
        return
    user = USER_OF.get((case.headers or {}).get("Authorization", "").removeprefix("Bearer "))
    try:
        made = response.json()
    except ValueError:
        return
    if user is None or not isinstance(made, dict):
        return
    for name in MADE:
        if isinstance(made.get(name), str):
            owners[made[name]] = user


def may_be_a_stranger(case):
    """Not where one request follows from another: what was made must be found by whoever made it."""
    return case.meta is None or case.meta.phase.name != TestPhase.STATEFUL


def any_user():
    return CHOICE.choice(list(TOKENS.values()))


def needs_admin(operation):
    """The document lists the scope with the security requirement of the operation."""
    requirements = operation.definition.raw.get("security", [])
    return any("admin" in scopes for requirement in requirements for scopes in requirement.values())


def owner_of(case):
    """The user that the request is about, where it names one of ours or something that one of ours has made."""
    named = list((case.path_parameters or {}).values())
    if isinstance(case.body, dict):
        named += [case.body.get(name) for name in MADE]
    for value in named:
        if str(value) in owners:
            return owners[str(value)]
        if str(value).isdigit() and int(value) in TOKENS:
            return int(value)
    return None
