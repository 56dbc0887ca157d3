"""What nobody should send: each sample answers with a sentence in problem details, changes nothing, and lives on."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from parcelproof.conformance.targets import CommandTarget

from .conftest import COMMANDS, SAMPLES, skipped

NOW = "2026-03-02T08:00:00Z"
SENDER = {"name": "Shop", "street": "Ringstr. 5", "postal_code": "97070", "city": "Würzburg", "country": "DE"}
ACCOUNT = {"base_url": "http://127.0.0.1:9/", "api_key": "mak_test_x", "client_id": "x", "client_secret": "y"}
RESET = {
    "now": NOW,
    "carriers": {name: {**ACCOUNT, "sender": SENDER} for name in ("cdek", "mail_alliance")},
    "choice": {"rule": "cheapest"},
    "currencies": {"base": "EUR", "rates": {"RUB": "0.0102"}},
}
LINE = {
    "sku": "TEE",
    "description": "Tea",
    "quantity": 1,
    "unit_price": {"amount_minor": 990, "currency": "EUR"},
    "unit_mass_g": 250,
}
ORDER = {
    "number": "P-1",
    "recipient": {**SENDER, "name": "Eva"},
    "lines": [LINE],
    "payment": "prepaid",
    "mass_g": 600,
    "sides_mm": [200, 150, 100],
    "delivery_charge": None,
    "carrier": None,
    "confirm": False,
}
NOTHINGS: tuple[Any, ...] = (None, True, -1, 1.5, 10**400, "", " ", "x\n", [], [None], {}, {"x": 1}, "я" * 40)
RAW = (b"", b"{", b"null", b"7", b'"x"', b"[]", b"[1]", b"\xff\xfe", b'{"number": NaN}', b"[" * 5000, b'{"a":' * 5000)


def spoilt(body: dict[str, Any], *keep: str) -> Iterator[bytes]:
    """Yield the body with each member in turn missing, and with something else in its place."""
    for name in body:
        if name not in keep:
            yield json.dumps({key: value for key, value in body.items() if key != name}).encode()
            yield from (json.dumps({**body, name: wrong}).encode() for wrong in NOTHINGS)


def nested(part: str, *names: str) -> Iterator[bytes]:
    for name in names:
        yield from (json.dumps({**RESET, part: {**RESET[part], name: wrong}}).encode() for wrong in NOTHINGS)  # type: ignore[dict-item]


def questions() -> Iterator[tuple[str, bytes]]:
    for path in ("/reset", "/run", "/orders"):
        yield from ((path, body) for body in RAW)
    for part in ("recipient", "lines"):
        inner = ORDER[part][0] if part == "lines" else ORDER[part]  # type: ignore[index]
        for body in spoilt(inner):  # type: ignore[arg-type]
            wrong = json.loads(body)
            yield "/orders", json.dumps({**ORDER, part: [wrong] if part == "lines" else wrong}).encode()
    yield from (("/orders", body) for body in spoilt(ORDER))
    yield from (("/reset", body) for body in spoilt(RESET))
    yield from (
        ("/run", json.dumps({"until": wrong}).encode())
        for wrong in (*NOTHINGS, "2026-03-02T08:00:00", "2025-13-01T00:00:00Z")
    )
    yield from (
        (f"/orders/{name}/{act}", b"{}") for name in ("P-9", "%00", "%FF", "..%2F") for act in ("confirm", "cancel")
    )


@pytest.mark.ci
@pytest.mark.parametrize("sample", ["python", "node", "php"])
def test_bad_input_is_a_sentence(sample: str) -> None:
    skipped(sample)
    words = [str(SAMPLES / word) if (SAMPLES / word).is_file() else word for word in COMMANDS[sample]]
    with closing(CommandTarget(words, simulator="", smtp="")) as target, httpx.Client(trust_env=False) as client:
        root = target.connector.base_url
        asked, fresh = 0, False
        for path, body in questions():
            fresh = fresh or client.post(f"{root}/reset", json=RESET).status_code == 200
            assert fresh, (path, body[:200])
            answer = client.post(root + path, content=body)
            asked, fresh = asked + 1, answer.status_code >= 400
            what = (path, body[:200], answer.status_code, answer.text[:300])
            assert answer.status_code < 500, what
            if answer.status_code >= 400:
                problem = answer.json()
                assert answer.headers["Content-Type"].startswith("application/problem+json"), what
                assert problem["status"] == answer.status_code and len(problem["detail"]) > 10, what
                assert client.get(f"{root}/orders").json() == {"orders": []}, what
        assert asked > 300
        assert client.post(f"{root}/orders", json=ORDER).status_code == 201
