"""Dead letters: a message that a stage could not use, set aside whole with the reason, and sent again once.

Rule: the topic itself remembers. A letter that was sent again is followed there by a mark that names it, so no table
and no second topic has to be kept in step with it, whatever stage or broker it is. The message goes before the mark:
after a crash in between it can be sent a second time, which changes nothing, instead of never.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from streams import topics
from streams.errors import BadInput
from streams.records import DeadLetter, Redriven, decode, encode
from streams.topics import Message

MARK = "rasid.redriven.v1"
_KINDS = {topics.ARTICLES: "rasid.article.v1", topics.READINGS: "rasid.reading.v1"}

_MAX_DETAIL = 2_000
_CUT = 100_000


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What failed, as it came from the broker, where, and why (`reason` is of the errors' vocabulary)."""

    stage: str
    topic: str
    key: bytes | None
    value: bytes | None
    reason: str
    error: Exception


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the dead-letter topic where it stands; `mark` when it only says that a letter was sent again."""

    partition: int
    offset: int
    value: bytes
    mark: bool


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter, the id under which it is found again, and when it was sent again, if it was."""

    id: str
    letter: DeadLetter
    redriven: datetime | None = None


def dead_letter(failure: Failure, now: datetime) -> DeadLetter:
    """The letter of a failure. It holds the whole message, unless that is no text or would not fit."""
    value = failure.value or b""
    payload = value.decode("utf-8", "replace")
    letter = DeadLetter(
        stage=failure.stage,
        topic=failure.topic,
        key=None if failure.key is None else failure.key.decode("utf-8", "replace"),
        reason=failure.reason,
        detail=f"{type(failure.error).__name__}: {failure.error}"[:_MAX_DETAIL],
        payload=payload,
        time=now,
        whole=failure.value is not None and payload.encode() == value,
    )
    if len(topics.dead_letter_message(letter).value) > topics.MAX_MESSAGE_BYTES:
        return msgspec.structs.replace(letter, payload=payload[:_CUT], whole=False)
    return letter


def filed(records: Iterable[Stored]) -> tuple[Filed, ...]:
    """The letters among the records of the topic, the oldest first, each with when it was last sent again.

    What is no record of ours, as anybody may write to a topic, is left out.
    """
    letters: list[Filed] = []
    marks: dict[str, datetime] = {}
    for record in records:
        try:
            if record.mark:
                mark = decode(record.value, Redriven)
                marks[mark.letter] = max(mark.time, marks.get(mark.letter, mark.time))
            else:
                letters.append(Filed(id=_id(record), letter=decode(record.value, DeadLetter)))
        except BadInput:  # somebody else's
            continue
    dated = (msgspec.structs.replace(one, redriven=marks.get(one.id)) for one in letters)
    return tuple(sorted(dated, key=lambda one: (one.letter.time, one.id)))


class Tally:
    """Counts the letters that wait to be sent again as the topic's records pass by; their ids are all it keeps."""

    def __init__(self) -> None:
        self._letters: set[str] = set()
        self._sent_again: set[str] = set()

    def note(self, record: Stored) -> None:
        """One record of the topic, in any order; what is no record of ours does not count."""
        with suppress(BadInput):
            if record.mark:
                self._sent_again.add(decode(record.value, Redriven).letter)
            else:
                decode(record.value, DeadLetter)
                self._letters.add(_id(record))

    @property
    def waiting(self) -> int:
        """How many wait, of those that passed by."""
        return len(self._letters - self._sent_again)


def _id(record: Stored) -> str:
    return f"{record.partition}-{record.offset}"


def obstacle(one: Filed) -> str | None:
    """Why a letter cannot be sent again, and what to do instead; None where nothing stands in the way."""
    if one.letter.topic not in _KINDS:
        return f"it came from {one.letter.topic}, which no stage reads"
    if not one.letter.whole:
        return "it was cut, or is no text: `rasid replay` sends its article again from the archive"
    return f"it was sent again on {one.redriven:%Y-%m-%d %H:%M} UTC" if one.redriven else None


def again(one: Filed, now: datetime) -> tuple[Message, Message]:
    """The message as it came, for its topic, and the mark that follows its letter. Ask `obstacle` first."""
    letter = one.letter
    key = (letter.key or letter.stage).encode()
    headers = topics.headers(_KINDS[letter.topic], f"{one.id}:{now.timestamp():.6f}", key.decode(), now)
    message = Message(topic=letter.topic, key=key, value=letter.payload.encode(), headers=headers)
    mark = Message(
        topic=topics.DEAD_LETTER,
        key=key,
        value=encode(Redriven(letter=one.id, time=now.astimezone(UTC))),
        headers=topics.headers(MARK, one.id, key.decode(), now),
    )
    return message, mark
