"""Errors, split by who must act. `reason` is one closed vocabulary for log fields, metric labels and dead letters."""

from __future__ import annotations


class RasidError(Exception):
    """Base of the three; never raised itself."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class BadInput(RasidError):
    """The source must act: what it sent cannot be used. Set aside, go on with the next."""


class Unavailable(RasidError):
    """Nobody must act yet: a dependency does not answer. Wait and try again."""


class Misconfigured(RasidError):
    """The operator must act: nothing here can get better by waiting. Say so once, clearly, and stop."""
