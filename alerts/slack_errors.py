"""What an error of Slack's API means for a message. The names are Slack's own.

One rule: where Slack does not say that nothing was posted, the message may be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.outcome import Outcome, Refused, Retry, Unknown, judge, retry_after

# Slack says of these that some of it may have been done.
_PERHAPS_POSTED = frozenset({"fatal_error", "internal_error", "service_unavailable"})
_TOO_MUCH = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_LATER = frozenset({"request_timeout", "team_added_to_org", "external_channel_migrating"})
_DESTINATION_AT_FAULT = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "channel_not_found",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
# The message would be taken in another form: as text alone, or outside its thread.
BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
NO_THREAD = frozenset(
    {
        "cannot_reply_to_message",
        "message_not_found",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)

_TOO_MANY, _SERVER_ERROR = 429, 500


def understood(name: str, status: int, headers: Mapping[str, str], now: datetime) -> Outcome:
    """What the error `name` (empty: none that could be read) means, in an answer of that HTTP status."""
    if status == _TOO_MANY or name in _TOO_MUCH:
        return Retry("rate_limited", retry_after(headers, now))
    if name in _LATER:
        return Retry("busy", retry_after(headers, now))
    if name in _PERHAPS_POSTED or status >= _SERVER_ERROR:
        return Unknown("server_error", retry_after(headers, now))
    if at_fault(name):
        return Refused("forbidden", pause=True)
    if name:
        return Refused("rejected")
    said = judge(status, headers, now)
    return said if isinstance(said, Refused | Retry) else Unknown()


def at_fault(name: str) -> bool:
    """Whether the token or the channel is the trouble, not this message."""
    return name in _DESTINATION_AT_FAULT
