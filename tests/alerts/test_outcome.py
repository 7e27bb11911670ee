"""What an HTTP answer means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.outcome import LONGEST_WAIT, Delivered, Outcome, Refused, Retry, Unknown, judge
from tests.alerts.build import NOW

ROWS: list[tuple[int, dict[str, str], Outcome]] = [
    (200, {}, Delivered()),
    (204, {}, Delivered()),
    (101, {}, Retry("unexpected")),
    (302, {"location": "http://elsewhere.example/"}, Retry("redirect")),
    (304, {}, Retry("redirect")),
    (400, {}, Refused("rejected")),
    (401, {}, Retry("unauthorized")),
    (403, {}, Refused("forbidden", pause=True)),
    (404, {}, Refused("not_found", pause=True)),
    (408, {}, Retry("busy")),
    (410, {}, Refused("gone", pause=True)),
    (413, {}, Refused("rejected")),
    (429, {"Retry-After": "30"}, Retry("rate_limited", timedelta(seconds=30))),
    (429, {"retry-after": " 7 "}, Retry("rate_limited", timedelta(seconds=7))),
    (500, {}, Retry("server_error")),
    (502, {}, Unknown("server_error")),
    (504, {"Retry-After": "9"}, Unknown("server_error", timedelta(seconds=9))),
    (503, {"Retry-After": "Mon, 01 Jun 2026 00:02:00 GMT"}, Retry("server_error", timedelta(minutes=2))),
    (503, {"Retry-After": "Mon, 01 Jun 2026 00:02:00 -0000"}, Retry("server_error", timedelta(minutes=2))),
    (503, {"Retry-After": "Sun, 31 May 2026 23:00:00 GMT"}, Retry("server_error")),
    (503, {"Retry-After": "99999999999999"}, Retry("server_error", LONGEST_WAIT)),
    (503, {"Retry-After": "Mon, 01 Jun 2026 00:02:00 +" + "9" * 14}, Retry("server_error")),
    (503, {"Retry-After": "soon"}, Retry("server_error")),
    (503, {"Retry-After": "٣٠"}, Retry("server_error")),
    (503, {"Retry-After": "-5"}, Retry("server_error")),
]


@pytest.mark.parametrize(("status", "headers", "expected"), ROWS)
def test_judge(status: int, headers: dict[str, str], expected: Outcome) -> None:
    """Only 2xx is success; what asks for patience gets it; what refuses for good pauses; a gateway cannot know."""
    assert judge(status, headers, NOW) == expected
