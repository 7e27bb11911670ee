"""Alerts that were told are kept up to date: Slack's message shows how many origins a value has by now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from alerts.deliver import Deliverer
from alerts.destinations import Destination
from alerts.ledger import Ledger
from alerts.lesson import learn
from alerts.tables import errands, transaction
from streams.clock import utc_now
from tests.alerts.build import POLICY, TOTAL, figure, origin, reading
from tests.alerts.receivers import Receiver, serving
from tests.alerts.slack_api import CHANNEL, TOKEN, FakeSlack
from tests.alerts.stage import running, states, tell, until

BOT = Destination(id="bot", kind="slack_bot", token=TOKEN, channel=CHANNEL, language="en")


def hear(ledger: Ledger, to: Sequence[Destination], article: str, value: Any = 500, **fields: Any) -> None:
    """Learn a report that tells nobody anything new."""
    one = reading(article, 1, figure(TOTAL, value), **fields)
    assert learn(ledger, one, POLICY, to, utc_now()) == ()


def updates(ledger: Ledger) -> list[str]:
    """The bodies that messages are to show."""
    with transaction(ledger.engine) as connection:
        return list(connection.scalars(sa.select(errands.c.body)))


async def test_a_message_shows_further_origins(ledger: Ledger) -> None:
    """Further origins change the message in its place; there is no new one, and no other receiver hears."""
    slack, program = FakeSlack(), Receiver()
    async with serving(slack), serving(program):
        to = (slack.bot(language="en"), slack.webhook(), program.destination())
        tell(ledger, to, 500)
        hear(ledger, to, "second")
        async with running(Deliverer(ledger, to, interval=0.05)):
            await until(lambda: states(ledger) == ["sent"] * 3 and not updates(ledger))
            hear(ledger, to, "third")
            await until(lambda: len(slack.calls("chat.update")) == 2 and not updates(ledger))

    bare, shown = sorted(slack.posts, key=lambda post: "metadata" in post)
    assert "independent reports: \u20683\u2069" in json.dumps(shown["blocks"], ensure_ascii=False)
    assert "independent reports: \u20681\u2069" in json.dumps(bare["blocks"], ensure_ascii=False)
    assert len(program.raw) == 1
    assert [given["ts"] for given in slack.calls("chat.update")] == [shown["ts"]] * 2


def test_a_reprint_is_no_further_origin(memory: Ledger) -> None:
    """Ten outlets with one agency's text are one origin: there is nothing to bring up to date."""
    one = reading("a", 0, figure(TOTAL, 500), origin=origin("reuters"))
    assert learn(memory, one, POLICY, (BOT,), utc_now())
    hear(memory, (BOT,), "b", origin=origin("reuters"))

    assert updates(memory) == []


def test_the_last_number_counts(memory: Ledger) -> None:
    """Of several updates that wait the newest takes the others' place; an origin that is withdrawn is one fewer."""
    tell(memory, (BOT,), 500)
    hear(memory, (BOT,), "b")
    hear(memory, (BOT,), "c")
    assert ["reports: \u20683\u2069" in body for body in updates(memory)] == [True]
    gone = reading("c", 1, revision=2)
    assert learn(memory, gone, POLICY, (BOT,), utc_now()) == ()
    assert ["reports: \u20682\u2069" in body for body in updates(memory)] == [True]


@pytest.mark.parametrize("value", [499, 501])
def test_another_value_brings_nothing_up_to_date(memory: Ledger, value: int) -> None:
    """A change of the value is news of its own; the message of the old one stays as it was."""
    tell(memory, (BOT,), 500)
    assert learn(memory, reading("b", 1, figure(TOTAL, value)), POLICY, (BOT,), utc_now())

    assert updates(memory) == []


def test_a_value_that_nobody_was_told_of(memory: Ledger) -> None:
    """Origins of a value that was learned in silence since are not those of the one that was told."""
    tell(memory, (BOT,), 500)
    hear(memory, (BOT,), "b", 600, quiet=True)
    hear(memory, (BOT,), "c", 600)

    assert updates(memory) == []


def test_nobody_told_nothing_to_bring_up_to_date(memory: Ledger) -> None:
    """Origins of a value that nobody was told of change no message, nor those of a destination that has none."""
    quiet = reading("a", 0, figure(TOTAL, 500), quiet=True)
    assert learn(memory, quiet, POLICY, (BOT,), utc_now()) == ()
    hear(memory, (BOT,), "b")
    tell(memory, (Destination(id="console", kind="console"),), 7, fact="figure:secured:stargate:USD")
    more = reading("c", 1, figure("figure:secured:stargate:USD", 7))
    assert learn(memory, more, POLICY, (BOT,), utc_now()) == ()

    assert updates(memory) == []
