from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams import topics
from streams.letters import Failure, Filed, Stored, Tally, again, dead_letter, filed, obstacle
from streams.records import DeadLetter, decode, encode

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LETTER = DeadLetter(
    stage="learn", topic=topics.READINGS, key="paper", reason="schema", detail="", payload="{", time=NOW
)


def of(value: bytes | None) -> DeadLetter:
    """The letter of a message with that value that failed."""
    error = ZeroDivisionError("x" * 5000)
    failure = Failure(stage="learn", topic=topics.READINGS, key=b"paper", value=value, reason="schema", error=error)
    return dead_letter(failure, NOW)


def on_topic(*records: DeadLetter | bytes, mark: bool = False) -> list[Stored]:
    """Records as they stand in partition 1, from offset 0."""
    values = [record if isinstance(record, bytes) else encode(record) for record in records]
    return [Stored(partition=1, offset=offset, value=value, mark=mark) for offset, value in enumerate(values)]


@given(st.one_of(st.none(), st.binary(max_size=2000), st.text(max_size=500).map(str.encode)))
def test_a_letter_is_whole_exactly_when_the_message_comes_back(value: bytes | None) -> None:
    """What was set aside and is sent again is byte for byte what failed, or the letter says that it is not whole."""
    letter = of(value)
    message, _ = again(Filed(id="0-0", letter=letter), NOW)
    assert letter.whole == (message.value == value)
    assert (message.topic, message.key) == (topics.READINGS, b"paper")


def test_what_does_not_fit_is_cut() -> None:
    """A payload that escaping would make too large for the broker is cut and says so; so is a long detail, silently."""
    assert of(b'"' * 400_000).whole
    letter = of(b'"' * 900_000)
    assert not letter.whole
    assert len(topics.dead_letter_message(letter).value) < topics.MAX_MESSAGE_BYTES
    assert len(letter.detail) == 2000


def test_letters_are_found_again_by_their_place() -> None:
    """A letter's id is its place on the topic; they come by age, and what is none is left out."""
    older = msgspec.structs.replace(LETTER, time=NOW - timedelta(hours=1))
    assert [one.id for one in filed(on_topic(LETTER, b"nonsense", older))] == ["1-2", "1-0"]


def test_a_mark_says_when_a_letter_was_sent_again() -> None:
    """The newest mark counts, wherever it stands; it is no letter itself, and says nothing of others."""
    one, other = filed(on_topic(LETTER, LETTER))
    marks = [again(one, NOW + timedelta(days=day))[1] for day in (2, 1)]
    stored = [Stored(partition=0, offset=number, value=mark.value, mark=True) for number, mark in enumerate(marks)]
    assert [found.redriven for found in filed([*stored, *on_topic(LETTER, LETTER)])] == [NOW + timedelta(days=2), None]
    assert other.redriven is None


@given(st.permutations(range(5)))
def test_counting_keeps_what_listing_would_find(order: list[int]) -> None:
    """In whatever order records pass by: letters without a mark wait; what is no record of ours is none."""
    letters = on_topic(LETTER, LETTER, b"nonsense")
    marks = [again(filed(letters)[0], NOW)[1].value, b"nonsense"]
    records = [*letters, *(Stored(partition=0, offset=n, value=mark, mark=True) for n, mark in enumerate(marks))]
    tally = Tally()
    for place in order:
        tally.note(records[place])
    assert tally.waiting == 1 == sum(one.redriven is None for one in filed(records))


def test_what_stands_in_the_way() -> None:
    """Nothing does, for a whole letter of a topic that is read; one that is cut names the archive."""
    one = Filed(id="1-0", letter=LETTER)
    assert obstacle(one) is None
    assert "2026-01-02" in (obstacle(msgspec.structs.replace(one, redriven=NOW)) or "")
    assert "rasid replay" in (obstacle(Filed(id="1-0", letter=msgspec.structs.replace(LETTER, whole=False))) or "")
    assert "elsewhere" in (obstacle(Filed(id="1-0", letter=msgspec.structs.replace(LETTER, topic="elsewhere"))) or "")


def test_a_mark_is_told_from_a_letter_by_its_header() -> None:
    """Both stand on one topic; the type in the header tells them apart, and the mark names its letter."""
    message, mark = again(Filed(id="1-7", letter=LETTER), NOW)
    assert dict(message.headers)["ce_type"] == b"rasid.reading.v1"
    assert (mark.topic, dict(mark.headers)["ce_type"]) == (topics.DEAD_LETTER, b"rasid.redriven.v1")
    assert msgspec.json.decode(mark.value)["letter"] == "1-7"
    assert decode(encode(LETTER), DeadLetter) == LETTER
