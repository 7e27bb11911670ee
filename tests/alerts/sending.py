"""A delivery that is due, sent once through a channel: for the tests of channels."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Outcome
from alerts.sender import Sender
from tests.alerts.build import NOW

MESSAGE = {"text": "رقم جديد", "blocks": [{"type": "divider"}], "mrkdwn": False}


def due(body: object = MESSAGE, **fields: Any) -> Due:
    given: dict[str, Any] = {"delivery_id": "delivery-1", "uncertain": False, "sendable_until": time.monotonic() + 60}
    return Due(
        change_id="change-1",
        fact="status:x",
        destination="d",
        body=body if isinstance(body, str) else json.dumps(body),
        attempts=1,
        first_try=NOW,
        published=NOW,
        **(given | fields),
    )


def dial(_: Destination) -> aiohttp.BaseConnector:
    return aiohttp.TCPConnector()


async def send(sender: Sender, one: Due) -> Outcome:
    try:
        return await sender.send(one)
    finally:
        await sender.close()


RETRY_AFTER: Mapping[str, str] = {"Retry-After": "9"}
