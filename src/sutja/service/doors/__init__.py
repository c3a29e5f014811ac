"""Doors: who may call what.

`declared` has the table: every route that changes or reads anything for somebody, with its door. `guard` stands before
them all. A *visitor* is a page of this very server, or of an origin that the settings name; a *key* is a program with
an API key; an *operator* is somebody who logged in on `/review`. On a service that only its own machine can reach,
programs of that machine pass as visitors do, and nobody is counted.
"""

from sutja.service.doors.declared import DOORS, Door, door_of, expect_declared
from sutja.service.doors.described import describe
from sutja.service.doors.guard import Guard
from sutja.service.doors.names import TrustedNames
from sutja.service.doors.sessions import (
    FRESH,
    PASSWORD_AGAIN,
    TRIES,
    TRIES_S,
    fresh_operator,
    let_in,
    let_out,
    operator,
)
from sutja.service.doors.sides import address_of, same_origin, store_of

__all__ = [
    "DOORS",
    "FRESH",
    "PASSWORD_AGAIN",
    "TRIES",
    "TRIES_S",
    "Door",
    "Guard",
    "TrustedNames",
    "address_of",
    "describe",
    "door_of",
    "expect_declared",
    "fresh_operator",
    "let_in",
    "let_out",
    "operator",
    "same_origin",
    "store_of",
]
