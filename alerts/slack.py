"""Slack with a bot token.

The first alert of a fact begins a thread, and later ones reply in it, shown in the channel too. A message carries the
delivery's id in its metadata: after a try that may have gone through, channel and thread are searched for it, twice,
before it is sent again. A message can be brought up to date in place. Besides `slack_hook` the only module that imports
slack_sdk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome, Unknown
from alerts.sender import Dial, failed, session, still_ours
from alerts.slack_errors import BAD_BLOCKS, NO_THREAD, at_fault, understood
from alerts.slack_hook import PACE, QUIET, Message, marked, text_alone
from alerts.words import WORDS
from streams.clock import utc_now
from streams.errors import Misconfigured

_API = "https://slack.com/api/"
_EVENT = "rasid_change"
# How long a message needs to show in the history, and how much of the history is searched.
_SHOWS_AFTER = 5.0
_MARGIN = timedelta(minutes=1)
_PAGE, _PAGES = 200, 10
# What is read of an answer: a page of history at most.
_LONGEST = 8_000_000

Read = Callable[..., Awaitable[AsyncSlackResponse]]


class SlackBotSender:
    """A bot in a channel. `shows_after` is how long a message may need to show in the channel's history, in seconds.

    A receipt is the channel's id and the message's timestamp: `C0123456789/1700000000.000100`.
    """

    pace = PACE

    def __init__(self, destination: Destination, dial: Dial, *, shows_after: float = _SHOWS_AFTER) -> None:
        if not destination.token or not destination.channel:
            raise Misconfigured("destination", f"destination {destination.id}: a Slack bot needs a token and a channel")
        self._session = session(destination, dial, _LONGEST)
        self._channel = destination.channel
        self._shows_after = shows_after
        self._repeat = WORDS[destination.language].label["repeat"]
        self._client = AsyncWebClient(
            destination.token,
            base_url=destination.url or _API,
            session=self._session,
            logger=QUIET,
            retry_handlers=[],
            user_agent_prefix=destination.agent,
        )
        self._client.proxy = None

    async def send(self, due: Due) -> Outcome:
        """Try once; what may be there already is looked for first."""
        message: Message = msgspec.json.decode(due.body)
        try:
            if due.uncertain:
                try:
                    if receipt := await self._find_twice(due):
                        return Delivered(receipt)
                except SlackApiError as error:
                    if not at_fault(_name(error)):
                        return Unknown()
                    message = marked(message, self._repeat)  # we may post here but not look
            return await self._post(due, message, self._thread(due))
        except SlackApiError as error:
            return _understood(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)

    async def revise(self, receipt: str, body: str) -> Outcome:
        """Have the message of that receipt show `body`; its metadata stays."""
        channel, _, timestamp = receipt.rpartition("/")
        message: Message = msgspec.json.decode(body)
        try:
            # Left out, the last two would be reset to what makes links of words.
            await self._client.chat_update(
                channel=channel or self._channel,
                ts=timestamp,
                text=message["text"],
                blocks=message["blocks"],
                parse="none",
                link_names=False,
            )
        except SlackApiError as error:
            return _understood(error)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)
        return Delivered(receipt)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()

    def _thread(self, due: Due) -> str | None:
        """The timestamp of the message whose thread this one belongs into, if it stands in this channel."""
        channel, _, timestamp = (due.thread or "").rpartition("/")
        return timestamp if channel == self._channel else None

    async def _post(self, due: Due, message: Message, thread: str | None) -> Outcome:
        """Post; where Slack refuses the thread or the blocks, without. Raises `SlackApiError` for any other refusal."""
        if not still_ours(due):
            return Unknown()
        try:
            return await self._post_once(due, message, thread)
        except SlackApiError as error:
            if thread and _name(error) in NO_THREAD:
                return await self._post(due, message, None)
            if "blocks" in message and _name(error) in BAD_BLOCKS:
                return await self._post(due, text_alone(message), thread)
            raise

    async def _post_once(self, due: Due, message: Message, thread: str | None) -> Outcome:
        reply: Message = {"thread_ts": thread, "reply_broadcast": True} if thread else {}
        answer = await self._client.chat_postMessage(
            channel=self._channel,
            metadata={
                "event_type": _EVENT,
                "event_payload": {"delivery_id": due.delivery_id, "change_id": due.change_id},
            },
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
            **message,
            **reply,
        )
        return Delivered(self._receipt(answer.get("ts")))

    def _receipt(self, timestamp: object) -> str:
        return f"{self._channel}/{timestamp}"

    async def _find_twice(self, due: Due) -> str | None:
        if receipt := await self._find(due):
            return receipt
        await asyncio.sleep(self._shows_after)
        return await self._find(due)

    async def _find(self, due: Due) -> str | None:
        """The receipt of the message that carries the delivery's id, if the channel or the fact's thread has it."""
        oldest = str((due.first_try - _MARGIN).timestamp())
        in_channel = self._pages(self._client.conversations_history, oldest=oldest)
        if timestamp := await _with(due.delivery_id, in_channel):
            return self._receipt(timestamp)
        thread = self._thread(due)
        if thread is None:
            return None
        in_thread = self._pages(self._client.conversations_replies, oldest=oldest, ts=thread)
        try:
            timestamp = await _with(due.delivery_id, in_thread)
        except SlackApiError as error:
            if _name(error) in NO_THREAD:  # somebody deleted it
                return None
            raise
        return self._receipt(timestamp) if timestamp else None

    async def _pages(self, read: Read, **where: str) -> AsyncIterator[Message]:
        """The messages there, page by page, up to a bound."""
        cursor = None
        for _ in range(_PAGES):
            answer = await read(
                channel=self._channel, limit=_PAGE, include_all_metadata=True, cursor=cursor or None, **where
            )
            messages: list[Message] = answer.get("messages", [])
            for message in messages:
                yield message
            more: Message = answer.get("response_metadata") or {}
            cursor = more.get("next_cursor")
            if not cursor:
                return


async def _with(delivery_id: str, messages: AsyncIterator[Message]) -> str | None:
    """The timestamp of the message that carries the delivery's id."""
    async for message in messages:
        payload = message.get("metadata", {}).get("event_payload", {})
        if payload.get("delivery_id") == delivery_id:
            return str(message.get("ts"))
    return None


def _understood(error: SlackApiError) -> Outcome:
    response = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    headers: Mapping[str, str] = getattr(response, "headers", {})
    return understood(_name(error), status, headers, utc_now())


def _name(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
