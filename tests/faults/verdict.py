"""The verdict on a run: what was lost, what was false, what came twice, judged from what the receivers recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from tests.faults.press import Told

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a receiver that honours the id got, against the truth; `raw` counts all requests that were repeats."""

    lost: tuple[Told, ...] = ()
    false: tuple[Told, ...] = ()
    duplicates: tuple[Told, ...] = ()
    raw: int = 0

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing false, nothing twice."""
        return not (self.lost or self.false or self.duplicates)

    @override
    def __str__(self) -> str:
        lines = [f"lost {len(self.lost)}, false {len(self.false)}, twice {len(self.duplicates)}, raw {self.raw}"]
        for name in ("lost", "false", "duplicates"):
            lines += [f"  {name}: {told}" for told in getattr(self, name)[:5]]
        return "\n".join(lines)


def judge(truth: Iterable[Told], seen: Mapping[str, Json], requests: int) -> Verdict:
    """The verdict on a webhook receiver: `seen` holds the first body under each id, `requests` counts them all."""
    expected, got = Counter(truth), Counter(told(body) for body in seen.values())
    known = Counter({one: 1 for one in got if one in expected})
    return Verdict(
        lost=tuple((expected - got).elements()),
        false=tuple(one for one in got if one not in expected),
        duplicates=tuple((Counter({one: got[one] for one in known}) - expected).elements()),
        raw=requests - len(seen),
    )


def told(body: Json) -> Told:
    """What a webhook's body tells."""
    data = body["data"]
    return Told(data["fact"], data["number"], data["kind"], _value(data["old"]), _value(data["new"]))


def _value(side: Json | None) -> int | str | None:
    if side is None:
        return None
    value = side["value"]
    if "state" in value:
        return str(value["state"])
    return int(value["low"]) if value["low"] == value["high"] else f"{value['low']}..{value['high']}"
