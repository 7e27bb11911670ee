"""Signed webhooks after Standard Webhooks: the same id on every try, a new timestamp and signature each time.

A try that may have reached the receiver is simply repeated: a receiver that honours `webhook-id` drops the second.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from alerts import sign
from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Outcome, Unknown, judge
from alerts.sender import Dial, failed, session, still_ours
from streams.clock import utc_now
from streams.errors import Misconfigured

# All that is read of an answer, and for how long, in seconds: nobody needs more than the status.
_ANSWER = 8192
_PATIENCE = 1.0


class WebhookSender:
    """Posts signed JSON to one URL. Raises `Misconfigured` for a URL or a secret that is none."""

    pace = 0.0

    def __init__(self, destination: Destination, dial: Dial) -> None:
        if not (destination.url or "").startswith(("http://", "https://")):
            raise Misconfigured("destination", f"destination {destination.id}: the url is not an http address")
        if not destination.secrets:
            raise Misconfigured("destination", f"destination {destination.id}: a webhook needs a secret")
        for secret in destination.secrets:
            sign.key(secret)
        self._url = destination.url or ""
        self._secrets = destination.secrets
        self._session = session(destination, dial, _ANSWER)

    async def send(self, due: Due) -> Outcome:
        """Try once."""
        if not still_ours(due):
            return Unknown()
        data = due.body.encode()
        headers = sign.headers(due.delivery_id, utc_now(), data, self._secrets)
        headers |= {"content-type": "application/json"}
        try:
            async with self._session.post(self._url, data=data, headers=headers) as answer:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with asyncio.timeout(_PATIENCE):
                        await answer.read()
                return judge(answer.status, answer.headers, utc_now())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()
