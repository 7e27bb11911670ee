"""Slack, with a bot token or an incoming webhook.

With a token, a message carries the delivery's id in its metadata: after a try that may have gone through, the channel's
history is searched for it, twice, before it is sent again. An incoming webhook cannot look: there the repeat says that
it may be one. The only module that imports slack_sdk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from alerts.destinations import Destination
from alerts.outbox import Due
from alerts.outcome import Delivered, Outcome, Refused, Retry, Unknown, judge, retry_after
from alerts.sender import Dial, failed, session, still_ours, utc_now
from alerts.words import WORDS
from streams.errors import Misconfigured

# Slack takes about one message a second into a channel.
_PACE = 1.0
_API = "https://slack.com/api/"
_EVENT = "rasid_change"
# How long a message needs to show in the history, and how much of the history is searched.
_SHOWS_AFTER = 5.0
_MARGIN = timedelta(minutes=1)
_PAGE, _PAGES = 200, 10

_TOO_MANY = 429
_CLIENT_ERROR, _SERVER_ERROR = 400, 500

# Slack's own names of what went wrong, by what they mean for us; any other error refuses this one message.
_PERHAPS_POSTED = frozenset({"fatal_error", "internal_error"})
_LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "request_timeout"})
_DESTINATION_AT_FAULT = frozenset(
    {
        "access_denied",
        "account_inactive",
        "channel_not_found",
        "ekm_access_denied",
        "invalid_auth",
        "is_archived",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

# The clients log addresses and bodies at debug level; an address is a secret here.
_QUIET = logging.getLogger("rasid.slack")
_QUIET.setLevel(logging.WARNING)

Message = dict[str, Any]


class SlackWebhookSender:
    """An incoming webhook. Raises `Misconfigured` when the URL is none."""

    pace = _PACE

    def __init__(self, destination: Destination, dial: Dial) -> None:
        url = destination.url or ""
        if not url.startswith(("http://", "https://")):
            raise Misconfigured("destination", f"destination {destination.id}: the url is not an http address")
        self._session = session(destination, dial)
        self._repeat = WORDS[destination.language].label["repeat"]
        self._drops = destination.when_unsure == "drop"
        self._client = AsyncWebhookClient(url, session=self._session, logger=_QUIET, retry_handlers=[])
        self._client.proxy = None

    async def send(self, due: Due) -> Outcome:
        """Try once; a repeat that may be one says so, or is not sent where the destination would rather miss it."""
        if not still_ours(due):
            return Unknown()
        if due.uncertain and self._drops:
            return Refused("perhaps_sent")
        message: Message = msgspec.json.decode(due.body)
        if due.uncertain:
            message = marked(message, self._repeat)
        try:
            answer = await self._client.send_dict(message)
            if answer.status_code == _CLIENT_ERROR and answer.body.strip() in _BAD_BLOCKS:
                answer = await self._client.send_dict({"text": message["text"], "mrkdwn": False})
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)
        return judge(answer.status_code, answer.headers, utc_now())

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()


class SlackBotSender:
    """A bot in a channel. `shows_after` is how long a message may need to show in the channel's history, in seconds."""

    pace = _PACE

    def __init__(self, destination: Destination, dial: Dial, *, shows_after: float = _SHOWS_AFTER) -> None:
        if not destination.token or not destination.channel:
            raise Misconfigured("destination", f"destination {destination.id}: a Slack bot needs a token and a channel")
        self._session = session(destination, dial)
        self._channel = destination.channel
        self._shows_after = shows_after
        self._repeat = WORDS[destination.language].label["repeat"]
        self._client = AsyncWebClient(
            destination.token,
            base_url=destination.url or _API,
            session=self._session,
            logger=_QUIET,
            retry_handlers=[],
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
                    if _error(error) not in _DESTINATION_AT_FAULT:
                        return Unknown()
                    message = marked(message, self._repeat)  # we may post here but not look
            return await self._post(due, message)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return failed(error)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()

    async def _post(self, due: Due, message: Message) -> Outcome:
        if not still_ours(due):
            return Unknown()
        metadata = {
            "event_type": _EVENT,
            "event_payload": {"delivery_id": due.delivery_id, "change_id": due.change_id},
        }
        try:
            return await self._post_once(message, metadata)
        except SlackApiError as error:
            if _error(error) not in _BAD_BLOCKS:
                return understood(error)
        try:
            return await self._post_once({"text": message["text"], "mrkdwn": False}, metadata)
        except SlackApiError as error:
            return understood(error)

    async def _post_once(self, message: Message, metadata: Message) -> Outcome:
        answer = await self._client.chat_postMessage(
            channel=self._channel, metadata=metadata, unfurl_links=False, unfurl_media=False, **message
        )
        return Delivered(str(answer.get("ts", "")))

    async def _find_twice(self, due: Due) -> str | None:
        if receipt := await self._find(due):
            return receipt
        await asyncio.sleep(self._shows_after)
        return await self._find(due)

    async def _find(self, due: Due) -> str | None:
        """The timestamp of the message that carries the delivery's id, if the channel has it."""
        oldest = str((due.first_try - _MARGIN).timestamp())
        cursor = ""
        for _ in range(_PAGES):
            answer = await self._client.conversations_history(
                channel=self._channel, oldest=oldest, limit=_PAGE, include_all_metadata=True, cursor=cursor or None
            )
            messages: list[Message] = answer.get("messages", [])
            for message in messages:
                payload = message.get("metadata", {}).get("event_payload", {})
                if payload.get("delivery_id") == due.delivery_id:
                    return str(message.get("ts", ""))
            more: Message = answer.get("response_metadata", {})
            cursor = more.get("next_cursor", "")
            if not cursor:
                break
        return None


def understood(error: SlackApiError) -> Outcome:
    """What an error that Slack's API answered means."""
    status, headers = _status(error)
    name = _error(error)
    if status == _TOO_MANY or name in _LATER:
        return Retry("rate_limited" if status == _TOO_MANY else "busy", retry_after(headers, utc_now()))
    if name in _PERHAPS_POSTED:
        return Unknown()
    if name in _DESTINATION_AT_FAULT:
        return Refused("forbidden", pause=True)
    if status >= _SERVER_ERROR or not name:
        return judge(status, headers, utc_now()) if status >= _CLIENT_ERROR else Unknown()
    return Refused("rejected")


def _error(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _status(error: SlackApiError) -> tuple[int, Mapping[str, str]]:
    response = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    return status, getattr(response, "headers", {})


def marked(message: Message, mark: str) -> Message:
    """The message, saying that it may be a repeat."""
    note = {"type": "context", "elements": [{"type": "plain_text", "text": mark, "emoji": False}]}
    return message | {"text": f"{message['text']} {mark}", "blocks": [*message.get("blocks", []), note]}
