"""`rasid deliver`: what is due, to its destinations. It needs the ledger only, no broker."""

from __future__ import annotations

from alerts.deliver import Deliverer
from alerts.heartbeat import Pulse
from alerts.ledger import Ledger
from rasid.dial import dialer
from rasid.settings import Settings
from rasid.stage import Together
from rasid.stages import Hosted
from rasid.tables import open_tables


def build(settings: Settings) -> Hosted:
    """The delivery stage, over the ledger."""
    ledger = Ledger(open_tables(settings, "ledger"))
    stage = Deliverer(ledger, settings.outlets(), dial=dialer(settings))
    pulse = Pulse(ledger.engine, settings.heartbeat, receives=True)
    return Hosted(Together((stage, pulse)), (settings.health.host, settings.health.deliver))
