"""A delivery stage as a program of its own, in a hurry: `python -m tests.alerts.deliverer DATABASE OPTIONS`.

OPTIONS is JSON: `destinations`, and in seconds `lease`, `timeout` and `grace`, all far shorter than in production, so
that a test need not wait; and `fault`, a window in which it stops or dies.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import msgspec

from alerts import outbox
from alerts.destinations import Destination
from streams import failpoints


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the test asks for."""

    destinations: tuple[Destination, ...]
    lease: float = 3.0
    timeout: float = 1.0
    grace: float = 1.0
    fault: str | None = None


def main(url: str, options: Options) -> int:
    """Deliver until a signal asks to stop."""
    outbox.LEASE = timedelta(seconds=options.lease)
    outbox.TIMEOUT = options.timeout
    from alerts import condition, deliver, slack  # noqa: PLC0415 - they take their times from the outbox
    from alerts.ledger import Ledger  # noqa: PLC0415
    from alerts.sender import Dial, Sender  # noqa: PLC0415
    from rasid.database import open_engine  # noqa: PLC0415
    from rasid.stage import run_until_signal  # noqa: PLC0415

    def open_channel(destination: Destination, dial: Dial) -> Sender:
        if destination.kind != "slack_bot":
            return deliver.open_sender(destination, dial)
        return slack.SlackBotSender(destination, dial, shows_after=0.1)

    condition._SOONEST = 0.1
    deliver._GRACE = options.grace
    slack.SlackBotSender.pace = 0.02
    failpoints.arm(options.fault or "")
    ledger = Ledger(open_engine(url, "ledger"))
    stage = deliver.Deliverer(ledger, options.destinations, open_channel=open_channel, interval=0.05)
    asyncio.run(run_until_signal(stage.run()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], msgspec.json.decode(sys.argv[2], type=Options)))
