"""How a destination is doing, from its last answers: up, down since when, or asking for patience.

One rule: the ten tries of an alert say when it is given up, never how soon a receiver that is back hears of it. While a
destination is down, one alert is tried ahead of its time after at most a sixth of the outage again; once one gets
through, all that waited follows. Times are seconds of a clock that only goes forward.
"""

from __future__ import annotations

import msgspec

from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown

# The next look at a receiver that is down, as a share of the time that it has been, and within which bounds.
_SHARE = 1 / 6
_SOONEST, _LATEST = 15.0, 1800.0


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A destination's condition. `catching_up`: it is back, and what waited goes out ahead of its time.

    Before `held_until` nothing may be sent there: the receiver named that time.
    """

    down_since: float | None = None
    probe_at: float = 0.0
    held_until: float = 0.0
    catching_up: bool = False

    def goes_ahead(self, now: float) -> bool:
        """Whether an alert may be tried before its time."""
        return self.catching_up or (self.down_since is not None and now >= self.probe_at)

    def after(self, outcome: Outcome, now: float) -> Condition:
        """The condition after a try that came to `outcome`."""
        match outcome:
            case Delivered():
                return Condition(catching_up=self.catching_up or self.down_since is not None)
            case Refused(asked=False):
                return self
            case Refused():  # it answers; what it answers concerns this alert, or the operator
                return Condition(catching_up=self.catching_up)
            case Retry("rate_limited", after):
                return Condition(catching_up=self.catching_up, held_until=now + after.total_seconds())
            case Retry(_, after) | Unknown(_, after):
                since = now if self.down_since is None else self.down_since
                probe_at = now + min(max((now - since) * _SHARE, _SOONEST), _LATEST)
                return Condition(down_since=since, probe_at=probe_at, held_until=now + after.total_seconds())

    def caught_up(self, now: float) -> Condition:
        """The condition when nothing waits any more."""
        return msgspec.structs.replace(self, catching_up=False, probe_at=now + _SOONEST)
