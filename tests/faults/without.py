"""Protections that can be switched off, each with the window in which its absence shows.

Each function patches the code of this process so that it does what a simpler program would do. A run without a
protection must fail, or the protection (or the test of it) is not worth having.
"""

from __future__ import annotations

import asyncio
import importlib
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

# The code that is patched is private and of many kinds: here, and only here, types are not worth their lines.
_module: Callable[[str], Any] = importlib.import_module


def _swap(owner: Any, name: str, new: Any) -> None:
    """Put `new` in the place of what the owner has under that name; fails where it has nothing."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no {name}")
    setattr(owner, name, new)


def mark_after_publish() -> None:
    """connect: articles are marked as published only after the broker's acknowledgement. Here: before the send."""
    outbox = _module("connectors.outbox")

    async def publish_some(self: Any, source_id: str) -> bool:
        batch = await asyncio.to_thread(self._archive.unpublished, source_id, 50)
        await asyncio.to_thread(self._archive.mark_published, [revision.seq for revision in batch])
        for revision in batch:
            outbox.reach("connect.after_publish")
            await self._publisher.publish(outbox.article_message(revision.article))
        return bool(batch)

    _swap(outbox.Outbox, "_publish_some", publish_some)


def validators_after_archive() -> None:
    """connect: a feed is ticked off only after its articles are archived and published. Here: when it was fetched."""
    poller = _module("connectors.poller")
    replace = _module("msgspec").structs.replace
    read = poller.Poller._read

    async def read_ticked_off(self: Any, source: Any, state: Any, fetched: Any) -> Any:
        seen = {"etag": fetched.validators.etag, "content": poller._digest(fetched), "first_success": self._now()}
        if seen["content"] != state.content:
            await self._save(replace(state, **seen))
        return await read(self, source, state, fetched)

    _swap(poller.Poller, "_read", read_ticked_off)


def ack_after_send() -> None:
    """work: an article counts as done only when its reading is sent. Here: when it was taken."""
    app = _module("streams.app")

    async def read_articles(self: Any, stream: Any) -> None:
        articles = stream.noack()
        async for event in articles.events():
            message = app.answer(event.message.value, event.message.key, self._reader, self._clock)
            await articles.ack(event)
            await asyncio.sleep(1.5)  # until the place is committed, which happens every second
            await self._send(message)

    _swap(app.Streams, "_read_articles", read_articles)


def offset_after_transaction() -> None:
    """learn: a reading's place is committed after its transaction. Here: before it."""
    stage = _module("alerts.learn")

    async def consume(self: Any) -> None:
        while True:
            for records in (await self._readings.some(200)).values():
                await self._readings.done(records, records[-1].offset + 1)
                for record in records:
                    await self._take(record)

    _swap(stage.Learner, "_consume", consume)


def deliveries_in_transaction() -> None:
    """learn: what is due is written in the transaction of the change that it tells. Here: in one of its own."""
    lesson, told, stage = _module("alerts.lesson"), _module("alerts.told"), _module("alerts.learn")
    learn, insert_missing = lesson.learn, told.insert_missing
    later: list[Any] = []

    def insert(connection: Any, table: Any, rows: Any) -> None:
        if table is told.deliveries:
            later.append(rows)
        else:
            insert_missing(connection, table, rows)

    def learn_twice(ledger: Any, *given: Any) -> Any:
        changes = learn(ledger, *given)
        if later:
            stage.reach("learn.after_commit")
        with lesson.transaction(ledger.engine) as connection:
            while later:
                insert_missing(connection, told.deliveries, later.pop(0))
        return changes

    _swap(told, "insert_missing", insert)
    _swap(stage, "learn", learn_twice)


def revisions_once() -> None:
    """learn: an article's revision counts once. Here: as often as it comes."""
    lesson = _module("alerts.lesson")
    held = lesson.held_of

    def forgotten(*given: Any) -> Any:
        held(*given)
        return SimpleNamespace(revision=0, reader_version=0)

    _swap(lesson, "held_of", forgotten)


def mark_after_send() -> None:
    """deliver: an alert counts as sent only when the receiver has said so. Here: when it is taken."""
    delivered = _module("alerts.outcome").Delivered

    async def mark_and_deliver(self: Any, due: Any) -> None:
        await self._settle(due, delivered())
        await self._try(self._send(due), due.delivery_id)

    _swap(_module("alerts.lane").Lane, "_deliver", mark_and_deliver)


def one_id() -> None:
    """deliver: an alert has the same id on every try. Here: another each time."""
    webhook = _module("alerts.webhook")
    replace = _module("msgspec").structs.replace
    send = webhook.WebhookSender.send

    async def send_anew(self: Any, due: Any) -> Any:
        return await send(self, replace(due, delivery_id=uuid.uuid4().hex))

    _swap(webhook.WebhookSender, "send", send_anew)


PROTECTIONS = {
    one.__name__: one
    for one in (
        mark_after_publish,
        validators_after_archive,
        ack_after_send,
        offset_after_transaction,
        deliveries_in_transaction,
        revisions_once,
        mark_after_send,
        one_id,
    )
}
