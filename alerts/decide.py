"""What moved, and whether to tell: two pure decisions, each with a named reason.

`moved` compares what a fact was with what it is, and only that makes a Change. `telling` decides by the rules of the
watch whether a change is worth an alert. To add a rule, give it a field in `alerts.policy.Rules` and a `Silence` here.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Literal, get_args

import msgspec

from alerts.compare import Value, restates, same
from alerts.corroborate import NOBODY, Voices
from alerts.facts import Denial, History, Step
from alerts.keys import Key
from alerts.policy import Policy, Rules
from streams.records import ChangeKind, Figure, Known, State

Reason = Literal[
    "first_report",  # nothing was known
    "newer_report",  # a later article gives another value
    "denied",  # a later article denies the value in force
    "withdrawn",  # the article that the value rested on no longer says so
    "contradicted",  # two reports contradict each other, and the window is not over
    "doubted",  # a partner's part is in doubt
    "confirmed",  # the doubt about a partner is over
    "corroborated",  # what was kept back has the origins now that its watch asks for
]

# Why a change is kept back: it, or what it adds up to, is told when there is more to it.
Kept = Literal[
    "immaterial",  # too small a move from what was told
    "unconfirmed",  # too few independent origins
    "untrusted",  # no report by a trusted source
    "waiting",  # history or a newer reader brings what would be told of what was kept back: an article has to come
]

# Why a change is recorded and nobody is told.
Silence = Literal[
    Kept,
    "quiet",  # history: an old article, or a feed's first poll
    "reader",  # only a newer reader reads the article otherwise
    "not_watched",  # no watch tells of such facts
    "restated_currency",  # told in another currency: its first value, or a move by the same share
    "first_sighting",  # the watch does not tell first values
    "as_told",  # what was kept back is over: what people were told stands
]

KEPT: frozenset[str] = frozenset(get_args(Kept))


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a fact; with a number it is a Change. `voices` are those that the new value rests on."""

    kind: ChangeKind
    old: Known | None
    new: Known | None
    reason: Reason
    other: Known | None = None
    voices: Voices = NOBODY


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What `telling` needs to know besides the move.

    `partners` of each family of projects; how many `origins` report the new value, among them which `sources`; whether
    the Reading is `quiet` or only the reader changed; whether people know of it `in_other_currency`; and whether
    something was `kept` back until now.
    """

    partners: Mapping[str, Set[str]] = {}
    origins: int = 1
    sources: Set[str] = frozenset()
    quiet: bool = False
    reader_changed: bool = False
    in_other_currency: bool = False
    kept: bool = False


def moved(before: Known | None, contender: Known | None, after: History, *, withdrawn: bool = False) -> Move | None:
    """The move from what was known, with its contender, to what is; None when nothing moved.

    `withdrawn`: the article that the value before rests on no longer says so. A value whose newest evidence is older
    than the one that stood before is no news: it sharpens what was known.
    """
    present = after.present
    new = present.known if present else None
    if after.contender and not (contender and same(contender.value, after.contender.known.value)):
        disputed, voices = after.contender.known, after.contender.voices
        return Move(kind="conflict", old=before, new=new, other=disputed, reason="contradicted", voices=voices)
    if before is None:
        return _first(present) if present else None
    if present and (restates(present.known.value, before.value) or _rounded(before.value, present.known.value)):
        return None
    denial = after.denial(before.value)
    if denial and denial.place[0] < before.evidence.time:
        denial = None
    if present and not denial and not withdrawn:
        return _onwards(before, present, after) if present.known.evidence.time >= before.evidence.time else None
    return _taken_back(before, present, denial)


def _rounded(before: Value, new: Value) -> bool:
    """Whether the value before was the new one, rounded: "about 30" before 29.7."""
    return isinstance(before, Figure) and before.qualifier == "about" and restates(before, new)


def _first(present: Step) -> Move | None:
    new, voices = present.known, present.voices
    if not isinstance(new.value, State):
        return Move(kind="figure_new", old=None, new=new, reason="first_report", voices=voices)
    match new.value.state:
        case "in":
            return Move(kind="partner_added", old=None, new=new, reason="first_report", voices=voices)
        case "stalled" | "paused" | "cancelled":
            return Move(kind="status", old=None, new=new, reason="first_report", voices=voices)
        case _:  # a project that runs, or a partner that never was one: nothing that anybody did not think already
            return None


def _taken_back(before: Known, present: Step | None, denial: Denial | None) -> Move:
    rests_on = present.voices if present else denial.voices if denial else NOBODY
    return Move(
        kind="correction",
        old=before,
        new=present.known if present else None,
        other=denial.known if denial else None,
        reason="denied" if denial else "withdrawn",
        voices=rests_on,
    )


def _onwards(before: Known, present: Step, after: History) -> Move | None:
    new, voices = present.known, present.voices
    if isinstance(before.value, Figure) or isinstance(new.value, Figure):
        return Move(kind="figure_changed", old=before, new=new, reason="newer_report", voices=voices)
    told = _of_partner(before.value, new.value, took_part=after.took_part)
    return Move(kind=told[0], old=before, new=new, reason=told[1], voices=voices) if told else None


def _of_partner(before: State, new: State, *, took_part: bool) -> tuple[ChangeKind, Reason] | None:
    """What to call a partner's or a project's new state; None where nobody took part who could leave or be doubted."""
    match before.state, new.state:
        case _, "out":
            return ("partner_left", "newer_report") if took_part else None
        case _, "doubted":
            return ("status", "doubted") if before.state == "in" else None
        case "doubted", "in":
            return ("status", "confirmed") if took_part else ("partner_added", "newer_report")
        case _, "in":
            return "partner_added", "newer_report"
        case _:
            return "status", "newer_report"


def telling(key: Key, move: Move, policy: Policy, about: Circumstances) -> Silence | None:
    """Why this move, from what people were told, is not told; None when it is an alert.

    A fact that several watches tell of is told as soon as one of them would.
    """
    unheard = _unheard(about)
    if unheard and not about.kept:
        return unheard
    watches = sorted(policy.watches(key, about.partners))
    if not watches:
        return "not_watched"
    if about.in_other_currency:
        return "restated_currency"
    silences = [_silence(policy.rules_of(watch), key, move, about) for watch in watches]
    if None not in silences:
        return silences[0]
    return "waiting" if unheard else None


def _unheard(about: Circumstances) -> Literal["reader", "quiet"] | None:
    """Why nobody is told of anything that this Reading brings; what is kept back stays so nevertheless."""
    if about.reader_changed:
        return "reader"
    return "quiet" if about.quiet else None


def _silence(rules: Rules, key: Key, move: Move, about: Circumstances) -> Silence | None:
    if move.reason == "first_report" and rules.first_sighting == "silent":
        return "first_sighting"
    new = move.other if move.kind == "conflict" else move.new
    told = move.old
    if not rules.threshold(key.role).reached(told.value if told else None, new.value if new else None):
        return "immaterial"
    # What no longer stands is taken back at once: nobody has to confirm that.
    if move.kind == "correction" or rules.believes(about.origins, about.sources):
        return None
    return "untrusted" if rules.confirm == "trusted" else "unconfirmed"


def families(key: Key, policy: Policy, partners: Mapping[str, Set[str]]) -> frozenset[str]:
    """The families of watched projects that are told of a fact."""
    return frozenset(map(policy.family, policy.watches(key, partners)))


def worth(key: Key, policy: Policy, partners: Mapping[str, Set[str]]) -> bool:
    """Whether a fact is one that people are told of."""
    return bool(policy.watches(key, partners))
