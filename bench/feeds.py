"""What bad feeds cost the good ones: `python -m bench.feeds [GOOD INTERVAL SECONDS]`, with the limits of production.

Two hundred good feeds on loopback are polled alone and then beside one of every kind of bad feed, by one process, in
one run; both phases stand side by side. Nothing is judged here. Lags and slips contain what other programs on the
machine do; `busy` is processor time of the event loop's own thread and does not.
"""

from __future__ import annotations

import sys

from tests.connectors.siege import Phase, Plan, Report, run

_ROWS = {
    "polls of good feeds": ("polls", ""),
    "schedule slip p50": ("slip_p50", "s"),
    "schedule slip p99": ("slip_p99", "s"),
    "schedule slip max": ("slip_max", "s"),
    "event-loop lag p50": ("lag_p50", "s"),
    "event-loop lag p99": ("lag_p99", "s"),
    "event-loop lag max": ("lag_max", "s"),
    "event loop busy p99": ("busy_p99", "s"),
    "event loop busy max": ("busy_max", "s"),
    "memory before": ("memory_before", "MiB"),
    "memory at its peak": ("memory_peak", "MiB"),
}

_USUAL = ("200", "30", "120")


def show(report: Report) -> None:
    """Print both phases side by side."""
    print(f"{'':24}{'good alone':>14}{'among bad':>14}")
    for label, (name, unit) in _ROWS.items():
        figures = (_figure(phase, name) for phase in (report.alone, report.besieged) if phase)
        print(f"{label:24}{''.join(f'{figure:>14}' for figure in figures)}  {unit}")
    failures = ", ".join(f"{reason} {count}" for reason, count in sorted(report.besieged.failures.items()))
    print(f"{report.bad_sources} bad feeds failed as: {failures}")
    print(f"good feeds not polled among bad ones: {len(report.forgotten)}")


def _figure(phase: Phase, name: str) -> str:
    value = getattr(phase, name)
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def main(arguments: list[str]) -> None:
    """Run the plan and print it."""
    good, interval, seconds = map(float, arguments or _USUAL)
    show(run(Plan(good=int(good), interval=interval, seconds=seconds, scaled=False, beside=True)))


if __name__ == "__main__":
    main(sys.argv[1:])
