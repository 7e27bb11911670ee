"""What a frame sees of one amount, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from streams.extract.acts import Tense
from streams.extract.amounts import Found
from streams.extract.resolve import Resolved
from streams.extract.scene import Cue, Scene
from streams.extract.watched import Known
from streams.records import Role


class Judged(msgspec.Struct, frozen=True):
    """What was decided of the amount with that index: `score` is how surely, `rule` what decided.

    `each` says that every payer gives as much, `tense` is that of the verb which moves the amount ("" for none).
    """

    amount: int
    role: Role
    payers: tuple[str, ...] = ()
    to: str | None = None
    score: float = 0.0
    rule: str = "no cue"
    head: Cue | None = None
    each: bool = False
    tense: Tense = ""


class Setting(msgspec.Struct, frozen=True):
    """All that a frame may look at for one amount."""

    view: Resolved
    index: int
    amount: Found
    floor: int  # where the amount before it in the sentence ends
    heads: Mapping[str, tuple[float, Cue]]
    known: Known
    line: str = ""  # the sentence's skeleton
    last: Judged | None = None

    @property
    def scene(self) -> Scene:
        return self.view.scene

    @property
    def span(self) -> tuple[int, int]:
        return self.amount.start, self.amount.end


Frame = Callable[[Setting], Judged | None]
