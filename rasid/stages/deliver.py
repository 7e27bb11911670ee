"""`rasid deliver`: what is due, to its destinations. It needs the ledger only, no broker.

Where the archive can be looked at too, the operator is told of sources that fail.
"""

from __future__ import annotations

from alerts.deliver import Deliverer
from alerts.heartbeat import Pulse
from alerts.ledger import Ledger
from rasid.dial import dialer
from rasid.settings import Settings
from rasid.stage import Together
from rasid.stages import Hosted
from rasid.tables import open_tables
from rasid.ward import Ward


def build(settings: Settings) -> Hosted:
    """The delivery stage, over the ledger."""
    ledger = Ledger(open_tables(settings, "ledger"))
    outlets = settings.outlets()
    stage = Deliverer(ledger, outlets, dial=dialer(settings))
    pulse = Pulse(ledger.engine, settings.heartbeat, receives=True)
    ward = Ward(settings, ledger.engine, outlets)
    return Hosted(Together((stage, pulse, ward)), (settings.health.host, settings.health.deliver))
