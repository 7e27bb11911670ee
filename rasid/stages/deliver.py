"""`rasid deliver`: what is due, to its destinations. It needs the ledger only, no broker."""

from __future__ import annotations

from alerts.deliver import Deliverer
from alerts.ledger import Ledger
from rasid.dial import dialer
from rasid.settings import Settings
from rasid.stages import Hosted
from rasid.tables import open_tables


def build(settings: Settings) -> Hosted:
    """The delivery stage, over the ledger."""
    stage = Deliverer(Ledger(open_tables(settings, "ledger")), settings.outlets(), dial=dialer(settings))
    return Hosted(stage, (settings.health.host, settings.health.deliver))
