"""Signatures are judged as an independent library judges them, and no tampering passes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from parcelproof.conformance.scenarios.signing import TOLERANCE, signers, stale

OLD, NEW = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def headers_of(body: str, *secrets: str, message: str = "evt_1", at: datetime = AT) -> dict[str, str]:
    made = [Webhook(secret).sign(message, at, body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(made),
    }


@given(st.text(max_size=60))
def test_what_the_library_signs_is_good(body: str) -> None:
    raw = body.encode("utf-8", "replace")
    text = raw.decode()
    assert signers(headers_of(text, NEW), raw, [OLD, NEW]) == [1]
    assert signers(headers_of(text, OLD, NEW), raw, [OLD, NEW]) == [0, 1]
    assert signers(headers_of(text, OLD), raw, [NEW]) == []
    assert signers(headers_of(text, NEW), raw + b" ", [OLD, NEW]) == []
    assert signers({**headers_of(text, NEW), "webhook-id": "evt_2"}, raw, [NEW]) == []
    assert signers({**headers_of(text, NEW), "webhook-timestamp": "1772442001"}, raw, [NEW]) == []


@pytest.mark.parametrize("signature", ["", "v1", "v1,", "v1,%%%", "v2,AAAA", "v1a,AAAA", "AAAA", ",", "v1,é"])
def test_what_is_no_signature_fits_nothing(signature: str) -> None:
    assert signers({**headers_of("x", NEW), "webhook-signature": signature}, b"x", [NEW, "whsec_%%%", ""]) == []


@pytest.mark.parametrize(
    ("off", "good"), [(TOLERANCE, True), (-TOLERANCE, True), (TOLERANCE + timedelta(seconds=1), False)]
)
def test_a_time_stamp_may_be_five_minutes_off(off: timedelta, good: bool) -> None:
    assert stale(headers_of("x", NEW), AT + off) is not good


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "٣", "9" * 40])
def test_what_is_no_time_stamp_is_stale(stamp: str) -> None:
    assert stale({"webhook-timestamp": stamp}, AT)
