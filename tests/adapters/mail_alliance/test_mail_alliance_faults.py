"""Every documented error of Mail Alliance, and every broken answer."""

import httpx
import pytest
import respx

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    CarrierFault,
    Refused,
    Unavailable,
)

from .answers import PARCEL, euro, problem

PROBLEMS = [
    ("validation", 422, Refused),
    ("malformed", 400, Refused),
    ("unauthenticated", 401, Refused),
    ("forbidden", 403, Refused),
    ("not-found", 404, Refused),
    ("idempotency-key-missing", 400, Refused),
    ("idempotency-key-reused", 422, Refused),
    ("idempotency-key-in-flight", 409, Unavailable),
    ("invalid-state", 409, Refused),
    ("not-served", 422, Refused),
    ("limits-exceeded", 422, Refused),
    ("quota-exceeded", 429, Unavailable),
    ("label-gone", 410, Refused),
    ("method-not-allowed", 405, Refused),
    ("not-acceptable", 406, Refused),
    ("payload-too-large", 413, Refused),
    ("unsupported-media-type", 415, Refused),
    ("unavailable", 503, Unavailable),
]


@pytest.mark.parametrize(("kind", "status", "fault"), PROBLEMS)
async def test_every_documented_problem_is_the_right_fault(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, kind: str, status: int, fault: type[CarrierFault]
) -> None:
    wire.get("/v1/parcels/par_1").mock(return_value=problem(kind, status))
    with pytest.raises(fault) as caught:
        await adapter.read("par_1")
    assert type(caught.value) is fault
    if fault is Refused:
        assert caught.value.code == kind and "told" in caught.value.detail


async def test_a_validation_problem_names_its_fields(adapter: MailAllianceAdapter, wire: respx.MockRouter) -> None:
    errors = [{"pointer": "/recipient/postal_code", "code": "postal_code", "detail": "5 digits"}]
    wire.get("/v1/parcels/par_1").mock(return_value=problem("validation", 422, errors=errors))
    with pytest.raises(Refused, match="/recipient/postal_code: postal_code 5 digits"):
        await adapter.read("par_1")


@pytest.mark.parametrize(
    ("retry_after", "dated", "seconds"),
    [("7", "", 7.0), ("Mon, 02 Mar 2026 09:01:30 GMT", "Mon, 02 Mar 2026 09:00:00 GMT", 90.0), ("soon", "", None),
     ("99999999999", "", 86_400.0)],
)  # fmt: skip
async def test_how_long_to_wait_is_taken_from_retry_after(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, retry_after: str, dated: str, seconds: float | None
) -> None:
    headers = {"Retry-After": retry_after, **({"Date": dated} if dated else {})}
    wire.get("/v1/parcels/par_1").mock(return_value=problem("quota-exceeded", 429, headers))
    with pytest.raises(Unavailable, match="quota_exceeded") as caught:
        await adapter.read("par_1")
    assert caught.value.retry_after_s == seconds


BROKEN: list[httpx.Response | Exception] = [
    httpx.Response(200, content=b""),
    httpx.Response(200, html="<h1>Maintenance</h1>"),
    httpx.Response(200, content=b'{"id": "par_1", "tracking_num'),
    httpx.Response(200, json=[]),
    httpx.Response(200, json={"id": 7}),
    httpx.Response(200, json={**PARCEL, "price": {"total": euro("1.234")}}),
    httpx.Response(200, json={**PARCEL, "price": {"total": {"amount": "1.00", "currency": "???"}}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "PDF", "content_base64": "***"}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "GIF", "content_base64": ""}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "PDF", "content_base64": "SFRNTA=="}}),
    httpx.Response(200, content=b"\xff\xfe\x00"),
    httpx.Response(200, content=b"x", headers={"content-encoding": "gzip"}),
    httpx.Response(404, html="<h1>Not Found</h1>"),
    httpx.Response(404, content=b""),
    httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    httpx.Response(408),
    httpx.Response(500, content=b"oops"),
    httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("stalled"),
    httpx.ReadError("connection reset by peer"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
]


@pytest.mark.parametrize("answer", BROKEN, ids=repr)
async def test_no_usable_answer_is_unavailable_and_nothing_else(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    wire.get("/v1/parcels/par_1").mock(side_effect=[answer])
    with pytest.raises(Unavailable):
        await adapter.read("par_1")
