"""Webhooks to the byte: made once, signed as sent, sent as signed. Checked by the library `standardwebhooks`."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from parcelproof.simulators.core.world import Duty, Effect
from parcelproof.simulators.mail_alliance.signatures import corrupted, signature
from parcelproof.simulators.wire.dispatcher import Dispatcher
from parcelproof.simulators.wire.tenants import Tenants

if TYPE_CHECKING:
    from tests.wire.conftest import RawReceiver

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
AT_S = 1_772_442_000

# What a JSON library may read and write differently: bodies whose bytes nobody may touch.
BODIES = {
    "a float that is whole": b'{"weight_g": 136.0}',
    "an exponent": b'{"n": 1E2, "m": 1e-07}',
    "a number beyond floats": b'{"n": 12345678901234567890.12345678901234567890}',
    "minus zero": b'{"n": -0, "m": -0.0}',
    "U+2028 and U+2029 as they are": '{"text": "one\u2028two\u2029three"}'.encode(),
    "U+2028 escaped": b'{"text": "one\\u2028two"}',
    "an escaped letter": b'{"name": "Andr\\u00e9"}',
    "the same letter unescaped": '{"name": "André"}'.encode(),
    "the same letter in two": '{"name": "Andre\u0301"}'.encode(),
    "an escaped slash": b'{"url": "https:\\/\\/shop.example\\/a"}',
    "Cyrillic as it is": '{"город": "Санкт-Петербург", "улица": "ул. Ленина, 7"}'.encode(),
    "an emoji as it is and as two surrogates": '{"a": "📦", "b": "\\ud83d\\udce6"}'.encode(),
    "control characters": b'{"a": "\\u0000\\t\\u001f\x7f"}',
    "odd blanks": b' {"b" :1,\r\n\t"a": [ ] }\n\n',
    "a name twice": b'{"a": 1, "a": 2}',
    "names out of order": b'{"z": 1, "a": {"y": 2, "b": 3}}',
    "html": b'{"a": "<b>&amp;</b>\'"}',
    "full stops, as the signed text has": b'{"a": "1.2.3"}',
}


class At(datetime):
    """A clock for the verifier library, which reads the machine's."""

    @classmethod
    def now(cls, tz: Any = None) -> "At":
        return cls.fromtimestamp(AT_S, tz)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", At)


@pytest.fixture
async def dispatcher() -> AsyncIterator[Dispatcher]:
    duties = {"parrot.webhook": Duty(lambda world, due: None)}
    found = Dispatcher(Tenants(duties=duties, kinds=[], virtual=True, now_ms=0, seed="s"))
    yield found
    await found.close()


def signed(body: bytes, number: int = 1) -> dict[str, str]:
    message_id = f"msg_{number}"
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(AT_S),
        "webhook-signature": signature(SECRET, message_id, AT_S, body),
    }


def test_the_vector_of_the_specifications_own_libraries() -> None:
    """As their test suites and documents have it: id, time, secret, body and signature."""
    body = b'{"test": 2432232314}'
    made = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_what_was_signed_arrives_byte_for_byte(
    dispatcher: Dispatcher, receiver: "RawReceiver", body: bytes
) -> None:
    tenants = dispatcher._tenants
    effect = Effect("parrot.webhook", "k", 0, receiver.url, signed(body), body, 15_000)
    assert (await dispatcher.send(tenants.world("t"), effect)).status == 200
    (got,) = receiver.got
    assert got.body == body
    assert Webhook(SECRET).verify(got.body, dict(got.headers)) == json.loads(body)
    (line,) = tenants.journal(tenants.world("t")).lines()
    assert line.request_body == body.decode()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_was_read_and_written_again_is_refused(body: bytes) -> None:
    """Unless it came out as it went in; a receiver that verifies what it parsed finds out only sometimes."""
    rewritten = {
        json.dumps(json.loads(body)).encode(),
        json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode(),
        msgspec.json.encode(json.loads(body)),
        body.replace(b"\\/", b"/"),
        body.replace("é".encode(), b"\\u00e9"),
        body.replace(b"136.0", b"136"),
        body.strip(),
    } - {body}
    assert rewritten
    for other in rewritten:
        with pytest.raises(WebhookVerificationError, match="No matching signature"):
            Webhook(SECRET).verify(other, signed(body))


def test_a_corrupted_signature_fits_nothing_and_looks_alike() -> None:
    headers = signed(b"{}")
    spoiled = corrupted(headers["webhook-signature"])
    assert len(spoiled) == len(headers["webhook-signature"]) and spoiled.startswith("v1,")
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(SECRET).verify(b"{}", {**headers, "webhook-signature": spoiled})
