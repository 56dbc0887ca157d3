"""Standard Webhooks signatures, checked against the independent `standardwebhooks` library."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from parcelproof.reference.adapters import signatures
from parcelproof.reference.ports import Untrusted

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RAW = '{"type":"tracking.delivered","name":"Groß"}'.encode()


def signed(secret: str = SECRET, message_id: str = "msg_1", raw: bytes = RAW, at: datetime = AT) -> str:
    return Webhook(secret).sign(message_id, at, raw.decode())


def check(signature: str, raw: bytes = RAW, *, now: datetime = AT, secrets: tuple[str, ...] = (SECRET,)) -> None:
    signatures.check("msg_1", str(int(AT.timestamp())), signature, raw, secrets, now)


def test_a_signature_of_the_independent_library_is_accepted() -> None:
    check(signed())


@settings(deadline=None)
@given(st.binary(max_size=200).map(lambda raw: raw.hex().encode()), st.integers(0, 2**31))
def test_any_body_signed_by_the_independent_library_is_accepted(raw: bytes, seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    signatures.check("msg_1", str(seconds), Webhook(SECRET).sign("msg_1", at, raw.decode()), raw, [SECRET], at)


def test_a_blank_more_in_the_body_is_refused() -> None:
    with pytest.raises(Untrusted, match="webhook_signature"):
        check(signed(), RAW.replace(b":", b": ", 1))


@pytest.mark.parametrize(("away_s", "fine"), [(-300, True), (300, True), (-301, False), (301, False)])
def test_an_attempt_may_be_300_seconds_away_and_no_more(away_s: int, fine: bool) -> None:
    now = AT + timedelta(seconds=away_s)
    if fine:
        check(signed(), now=now)
    else:
        with pytest.raises(Untrusted, match="webhook_stale"):
            check(signed(), now=now)


def test_one_right_signature_among_several_is_enough() -> None:
    check(f"v1a,AAAA v1,bm9uZQ== {signed()} v2,zzz")


def test_during_a_rotation_either_secret_fits() -> None:
    check(signed(OTHER), secrets=(SECRET, OTHER))
    check(signed(), secrets=(SECRET, OTHER))
    with pytest.raises(Untrusted, match="webhook_signature"):
        check(signed(OTHER))


@pytest.mark.parametrize("signature", ["", "v1", "v1,", "nonsense", "v1a," + "A" * 88, "v1,ü", "," * 50])
def test_a_header_without_a_right_signature_is_refused(signature: str) -> None:
    with pytest.raises(Untrusted, match="webhook_signature"):
        check(signature)


@pytest.mark.parametrize(
    ("message_id", "timestamp"),
    [("", "1"), ("a.b", "1"), ("m", ""), ("m", "1.5"), ("m", "-1"), ("m", "9" * 13), ("m", "٣")],
)
def test_malformed_headers_are_refused(message_id: str, timestamp: str) -> None:
    with pytest.raises(Untrusted, match="webhook_headers"):
        signatures.check(message_id, timestamp, signed(), RAW, [SECRET], AT)


def test_without_a_secret_nothing_is_trusted() -> None:
    with pytest.raises(Untrusted, match="webhook_signature"):
        check(signed(), secrets=())
    with pytest.raises(Untrusted, match="webhook_secret"):
        check(signed(), secrets=("whsec_not base64!",))
