"""Slack's incoming webhooks.

What was sent there can be neither found nor changed, and no id is honoured: after a try that may have gone through
nobody can find out whether it did. So the repeat says that it may be one, or there is none. Besides `slack` the only
module that imports slack_sdk.
"""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import msgspec
from slack_sdk.webhook.async_client import AsyncWebhookClient

from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Outcome, Refused, Unknown, judge
from alerts.sender import Dial, failed, session, still_ours
from alerts.words import WORDS
from streams.clock import utc_now
from streams.errors import Misconfigured

# Slack takes about one message a second into a channel.
PACE = 1.0
# All that is read of an answer.
_LONGEST = 8192

_CLIENT_ERROR = 400

# The clients log addresses and bodies at debug level; an address is a secret here.
QUIET = logging.getLogger("rasid.slack")
QUIET.setLevel(logging.WARNING)

Message = dict[str, Any]


class SlackWebhookSender:
    """An incoming webhook. Raises `Misconfigured` when the URL is none."""

    pace = PACE

    def __init__(self, destination: Destination, dial: Dial) -> None:
        url = destination.url or ""
        if not url.startswith(("http://", "https://")):
            raise Misconfigured("destination", f"destination {destination.id}: the url is not an http address")
        self._session = session(destination, dial, _LONGEST)
        self._repeat = WORDS[destination.language].label["repeat"]
        self._drops = destination.when_unsure == "drop"
        self._client = AsyncWebhookClient(
            url, session=self._session, logger=QUIET, retry_handlers=[], user_agent_prefix=destination.agent
        )
        self._client.proxy = None

    async def send(self, due: Due) -> Outcome:
        """Try once; a repeat that may be one says so, or is not sent where the destination would rather miss it."""
        if not still_ours(due):
            return Unknown()
        if due.uncertain and self._drops:
            return Refused("perhaps_sent", asked=False)
        message: Message = msgspec.json.decode(due.body)
        if due.uncertain:
            message = marked(message, self._repeat)
        try:
            answer = await self._client.send_dict(message)
            if answer.status_code == _CLIENT_ERROR:
                if not still_ours(due):
                    return Unknown()
                answer = await self._client.send_dict(text_alone(message))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)
        return judge(answer.status_code, answer.headers, utc_now())

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()


def text_alone(message: Message) -> Message:
    """The message without its blocks."""
    return {"text": message["text"], "mrkdwn": False}


def marked(message: Message, mark: str) -> Message:
    """The message, saying that it may be a repeat."""
    note = {"type": "context", "elements": [{"type": "plain_text", "text": mark, "emoji": False}]}
    return message | {"text": f"{message['text']} {mark}", "blocks": [*message.get("blocks", []), note]}
