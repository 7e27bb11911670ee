"""Signatures, checked by the library that receivers use."""

from __future__ import annotations

import base64
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from alerts.sign import headers, key
from streams.errors import Misconfigured

OLD, NEW, OTHER = ("whsec_" + base64.b64encode(bytes([letter]) * 32).decode() for letter in b"abc")
BODY = '{"type":"figure.changed","data":"خمسمئة"}'.encode()


@pytest.mark.parametrize("receiver", [OLD, NEW])
def test_a_receiver_with_either_secret_verifies(receiver: str) -> None:
    """While secrets rotate, a receiver that knows the old or the new one accepts the message."""
    signed = headers("msg_1", datetime.now(UTC), BODY, [OLD, NEW])

    assert Webhook(receiver).verify(BODY, signed)["type"] == "figure.changed"


def test_another_secret_or_body_does_not() -> None:
    """A receiver with another secret, or with a body that was touched, refuses."""
    signed = headers("msg_1", datetime.now(UTC), BODY, [OLD])

    with pytest.raises(Exception, match="No matching signature"):
        Webhook(OTHER).verify(BODY, signed)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(OLD).verify(BODY + b" ", signed)


TAMPERED = {"webhook-id": "msg_2", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}


@pytest.mark.parametrize("header", TAMPERED)
def test_what_was_touched_on_the_way_is_refused(header: str) -> None:
    """Another id, another time or another signature: the receiver refuses."""
    signed = headers("msg_1", datetime.now(UTC), BODY, [OLD])

    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, signed | {header: TAMPERED[header]})


@pytest.mark.parametrize(("seconds", "accepted"), [(-320, False), (-280, True), (280, True), (320, False)])
def test_an_old_message_is_refused(seconds: int, *, accepted: bool) -> None:
    """A receiver accepts what was signed within five minutes of its own time: no try may be signed long before."""
    signed = headers("msg_1", datetime.now(UTC) + timedelta(seconds=seconds), BODY, [OLD])

    with nullcontext() if accepted else pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, signed)


def test_an_id_may_hold_dots() -> None:
    """The parts that are signed are joined by dots; an id that holds some is verified all the same."""
    signed = headers("a.b.c", datetime.now(UTC), BODY, [OLD])

    assert Webhook(OLD).verify(BODY, signed)["type"] == "figure.changed"


def test_our_bytes_are_the_library_s() -> None:
    """The signature is the library's own, for a fixed time."""
    then = datetime(2026, 1, 1, tzinfo=UTC)

    assert headers("m", then, BODY, [OLD])["webhook-signature"] == Webhook(OLD).sign("m", then, BODY.decode())


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "hunter2hunter2hunter2", "whsec_***", "whsec_" + base64.b64encode(b"short").decode()]
)
def test_not_a_secret(secret: str) -> None:
    """A secret that is none is a mistake of the operator, and the message does not show it."""
    with pytest.raises(Misconfigured) as caught:
        key(secret)
    assert secret in ("", "whsec_") or secret not in str(caught.value)
