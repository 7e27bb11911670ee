"""The deliveries that are due, on both databases: leases, order, pauses, redelivery, clocks that go wrong."""

from __future__ import annotations

from datetime import timedelta

from alerts.backoff import TRIES, Settled, State, settle
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.outbox import LEASE, Outbox
from alerts.outcome import Refused, Retry, Unknown
from alerts.vitals import vitals
from streams.clock import utc_now
from tests.alerts.build import POLICY, TOTAL, figure, partner, reading
from tests.alerts.stage import CONSOLE, states, tell


def test_a_lease_that_ran_out_is_unknown(ledger: Ledger) -> None:
    """A deliverer that died with an alert under way leaves it to the next as one that may have been sent."""
    tell(ledger, (CONSOLE,), 500)
    now = utc_now()
    dead, alive = Outbox(ledger.engine, "dead"), Outbox(ledger.engine, "alive")

    taken = dead.take("console", now)
    assert taken is not None
    assert not taken.uncertain
    assert alive.take("console", now) is None
    again = alive.take("console", now + LEASE)
    assert again is not None
    assert again.uncertain
    assert (again.delivery_id, again.attempts) == (taken.delivery_id, 2)
    assert not dead.finish(taken, Settled(state="sent"), now)
    assert alive.finish(again, Settled(state="sent", receipt="r"), now)
    assert states(ledger) == ["sent"]


def test_two_deliverers_never_take_one_alert(ledger: Ledger) -> None:
    """What one deliverer took, and what must wait for it, is not there for another."""
    tell(ledger, (CONSOLE,), 500, 600)
    outboxes = [Outbox(ledger.engine, str(number)) for number in range(4)]
    taken = [outbox.take("console", utc_now()) for outbox in outboxes]

    assert sum(one is not None for one in taken) == 1


def test_alerts_of_one_article_go_out_in_its_order(ledger: Ledger) -> None:
    """Of many changes that one article makes, each is taken in the order in which the text says them."""
    names = [f"partner:{name}@stargate" for name in ("oracle", "arm", "softbank", "mgx", "cisco", "openai", "nvidia")]
    now = utc_now()
    one = reading("a", 0, figure(TOTAL, 500), *(partner(name.removeprefix("partner:")) for name in names))
    learn(ledger, one, POLICY, (CONSOLE,), now)
    outbox = Outbox(ledger.engine, "me")
    taken = []
    while due := outbox.take("console", now):
        taken.append(due.fact)
        outbox.finish(due, Settled(state="sent"), now)

    assert taken == [TOTAL, *names]
    assert [one.fact for one in ledger.deliveries()] == taken[::-1]


def test_redelivery_by_hand(ledger: Ledger) -> None:
    """A finished alert is due again with its id and body; what is being sent is not touched, nor what is not there."""
    tell(ledger, (CONSOLE,), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    first = outbox.take("console", now)
    assert first is not None
    assert outbox.redeliver(first.delivery_id, now) == 0
    outbox.finish(first, Settled(state="dead", reason="gave_up"), now)

    assert outbox.oldest(["console"]) is None
    assert outbox.redeliver(first.delivery_id, now) == 1
    assert outbox.redeliver("no such", now) == 0
    again = outbox.take("console", now)
    assert again is not None
    assert (again.delivery_id, again.body, again.attempts, again.uncertain) == (
        first.delivery_id,
        first.body,
        1,
        False,
    )


def test_redelivery_of_a_change(ledger: Ledger) -> None:
    """By a change's id, its alerts are due at every destination: the finished afresh, the waiting with their tries."""
    tell(ledger, (CONSOLE, Destination(id="other", kind="console")), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    sent, waits = outbox.take("console", now), outbox.take("other", now)
    assert sent is not None
    assert waits is not None
    outbox.finish(sent, Settled(state="sent"), now)
    outbox.finish(waits, Settled(state="unknown", next_at=now + LEASE, reason="no_answer"), now)

    assert outbox.redeliver(sent.change_id, now) == 2
    again, still = outbox.take("console", now), outbox.take("other", now)
    assert again is not None
    assert still is not None
    assert (again.attempts, again.uncertain) == (1, False)
    assert (still.attempts, still.uncertain) == (2, True)


def test_what_waits_is_dropped_by_hand(ledger: Ledger) -> None:
    """For one destination; what is being sent is left alone until its lease has run out; it can be sent after all."""
    tell(ledger, (CONSOLE, Destination(id="other", kind="console")), 500, 600)
    outbox, now = Outbox(ledger.engine, "me"), utc_now()
    sending = outbox.take("console", now)
    assert sending is not None
    assert outbox.drop("console", now) == len(ledger.deliveries(destination="console")) - 1
    assert outbox.drop("console", now + LEASE) == 1
    assert outbox.take("console", now + 2 * LEASE) is None
    assert {(one.state, one.reason) for one in ledger.deliveries(destination="console")} == {("dead", "dropped")}
    assert vitals(ledger, now).given_up == 0
    assert outbox.take("other", now) is not None
    assert outbox.redeliver(sending.delivery_id, now) == 1


def test_a_pause_holds_until_it_is_lifted(ledger: Ledger) -> None:
    """A paused destination gets nothing; pausing twice is pausing once; lifting it lets what waited go."""
    tell(ledger, (CONSOLE,), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    assert outbox.pause("console", "gone", now)
    assert not outbox.pause("console", "forbidden", now)

    assert outbox.take("console", now) is None
    assert [one.reason for one in ledger.pauses()] == ["gone"]
    assert outbox.take_ahead("console", now) is None
    assert outbox.resume("other") == 0
    assert outbox.resume("console") == 1
    assert outbox.resume("console") == 0
    assert outbox.take("console", now) is not None


def test_what_may_have_arrived_is_never_forgotten(ledger: Ledger) -> None:
    """An unknown alert that then is throttled, refused with a pause or fails is uncertain at each later try."""
    tell(ledger, (CONSOLE,), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    uncertain = []
    for outcome in (Unknown(), Retry("rate_limited", timedelta(seconds=1)), Refused("gone", pause=True), Retry("busy")):
        due = outbox.take("console", now)
        assert due is not None
        uncertain.append(due.uncertain)
        outbox.finish(due, settle(due.tried(), outcome, now), now)
        now += timedelta(hours=1)

    assert uncertain == [False, True, True, True]
    assert states(ledger) == ["unknown"]
    assert outbox.take("console", now) is not None


def test_the_oldest_that_still_has_a_receiver(ledger: Ledger) -> None:
    """What waits for a destination that is no longer configured is late for nobody."""
    other = Destination(id="other", kind="console")
    tell(ledger, (CONSOLE,), 500)
    tell(ledger, (other,), 7, fact="figure:secured:stargate:USD")
    outbox = Outbox(ledger.engine, "me")
    made = {one.destination: one.created for one in ledger.deliveries()}

    assert made["console"] < made["other"]
    assert outbox.oldest(["console", "other"]) == made["console"]
    assert outbox.oldest(["other", "third"]) == made["other"]
    assert outbox.oldest(["third"]) is None
    assert outbox.oldest([]) is None


def test_ahead_of_its_time(ledger: Ledger) -> None:
    """What waits can be taken before its time, in order, and what failed so is passed over; its time stays what it was.

    What waits for an earlier alert of its fact still does.
    """
    tell(ledger, (CONSOLE,), 500, 600)
    tell(ledger, (CONSOLE,), 7, fact="figure:secured:stargate:USD")
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    later = now + timedelta(hours=5)
    for _ in range(2):
        due = outbox.take("console", now)
        assert due is not None
        assert due.planned is None
        outbox.finish(due, Settled(state="pending", next_at=later, reason="unreachable"), now)

    assert outbox.take("console", now) is None
    first = outbox.take_ahead("console", now)
    assert first is not None
    assert (first.fact, first.planned, first.attempts) == (TOTAL, later, 2)
    outbox.finish(first, settle(first.tried(), Retry("unreachable"), now), now)
    second = outbox.take_ahead("console", now, {first.delivery_id})
    assert second is not None
    assert second.fact == "figure:secured:stargate:USD"
    assert outbox.take_ahead("console", now, {first.delivery_id}) is None
    waiting = next(one for one in ledger.deliveries() if one.delivery_id == first.delivery_id)
    assert (waiting.state, waiting.attempts, waiting.next_at) == ("pending", 1, later)


def test_a_clock_that_went_wrong(ledger: Ledger) -> None:
    """A time beyond any wait, left by a clock that was years ahead, holds nothing up once the clock is right."""
    tell(ledger, (CONSOLE,), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    ahead = now + timedelta(days=3650)
    due = outbox.take("console", ahead)
    assert due is not None
    assert outbox.take("console", now + LEASE) is not None  # its lease ends in years
    tell(ledger, (CONSOLE,), 7, fact="figure:secured:stargate:USD")
    now = utc_now()
    other = outbox.take("console", now)
    assert other is not None
    outbox.finish(other, settle(other.tried(), Retry("server_error"), ahead), ahead)
    assert outbox.take("console", now) is not None


def test_a_try_that_is_not_counted(ledger: Ledger) -> None:
    """A receiver that names a time takes none of the ten tries away."""
    tell(ledger, (CONSOLE,), 500)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    for _ in range(2 * TRIES):
        due = outbox.take("console", now)
        assert due is not None
        assert due.attempts == 1
        outbox.finish(due, settle(due.tried(), Retry("rate_limited", timedelta(seconds=1)), now), now)
        now += timedelta(seconds=3)

    assert states(ledger) == ["pending"]


def test_the_thread_of_a_fact(ledger: Ledger) -> None:
    """An alert knows the receipt of the first one of its fact that was sent to the same destination, not to others."""
    other = Destination(id="other", kind="console")
    tell(ledger, (CONSOLE, other), 500, 600, 700, 800)
    outbox = Outbox(ledger.engine, "me")
    now = utc_now()
    threads = []
    for receipt in (None, "2", "3", "4"):
        due = outbox.take("console", now)
        assert due is not None
        threads.append(due.thread)
        state: State = "sent" if receipt else "dead"
        outbox.finish(due, Settled(state=state, receipt=receipt), now)

    assert threads == [None, None, "2", "2"]
    elsewhere = outbox.take("other", now)
    assert elsewhere is not None
    assert elsewhere.thread is None
