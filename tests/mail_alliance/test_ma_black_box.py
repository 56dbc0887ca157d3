"""The contract's checks (Part 9) from outside, over sockets: creates, labels, rates, quotas, lists.

MA-T06 to MA-T08 are in `test_ma_black_box_webhooks`, MA-T09 to MA-T11 in `test_ma_black_box_engine`, MA-T14 in
`test_ma_black_box_limits`.
"""

import asyncio
from base64 import b64decode
from datetime import datetime
from hashlib import sha256
from typing import Any

import aiohttp
import pytest

from parcelproof.labelscan import scan as scan_label

from .sockets import DAY, MINUTE, SECOND, Reply, Street, order

KEY = "black-box-0123456789"
WRITES = ("/v1/parcels", "/v1/returns", "/v1/webhook-endpoints")


# -- MA-T01 to MA-T04: one key, one parcel


@pytest.mark.parametrize("calls", [2, 25])
async def test_ma_t01_parallel_creates_with_one_key_make_exactly_one_parcel(street: Street, calls: int) -> None:
    replies = await asyncio.gather(*(street.post("/v1/parcels", order(), key=KEY) for _ in range(calls)))
    statuses = sorted(reply.status for reply in replies)
    assert statuses[-1] == 201 and set(statuses[:-1]) <= {200, 409}
    assert len({reply.body for reply in replies if reply.status < 300}) == 1
    assert len(await street.rows("/v1/parcels")) == 1
    assert [row["type"] for row in await street.rows("/v1/events")] == ["parcel.created"]


@pytest.mark.parametrize("path", WRITES)
async def test_ma_t01_holds_for_every_call_that_needs_a_key(street: Street, path: str) -> None:
    made = await street.create()
    body = {
        "/v1/parcels": order(),
        "/v1/returns": {"parcel_id": made["id"], "reason": "damaged"},
        "/v1/webhook-endpoints": {"url": "https://shop.example/hook"},
    }[path]
    before = len(await street.rows(path))
    replies = await asyncio.gather(*(street.post(path, body, key=KEY) for _ in range(6)))
    assert sorted(reply.status for reply in replies) == [200] * 5 + [201]
    assert len({reply.body for reply in replies}) == 1
    assert len(await street.rows(path)) == before + 1


async def test_ma_t01_in_real_time_a_repeat_of_a_slow_create_is_409_until_it_is_answered(street: Street) -> None:
    await street.sim("PUT", "/clock", {"virtual": False})
    slow = order(recipient={**order()["recipient"], "name": "SLOW"})
    first, second = await asyncio.gather(*(street.post("/v1/parcels", slow, key=KEY) for _ in range(2)))
    assert {first.status, second.status} == {201, 409}
    refused = first if first.status == 409 else second
    assert refused.problem == "idempotency-key-in-flight" and 1 <= int(refused.headers["Retry-After"]) <= 20
    await street.sim("PUT", "/clock", {"virtual": True})
    await street.wait(20 * SECOND)
    assert (await street.post("/v1/parcels", slow, key=KEY)).status == 200
    assert len(await street.rows("/v1/parcels")) == 1


async def test_ma_t02_a_reply_lost_after_the_commit_is_had_with_the_same_key(street: Street) -> None:
    fault = {"carrier": "mail_alliance", "operation": "create_parcel", "kind": "reset", "point": "after"}
    await street.sim("POST", "/faults", fault)
    with pytest.raises(aiohttp.ClientError):
        await street.post("/v1/parcels", order(), key=KEY)
    (made,) = await street.rows("/v1/parcels")
    again = await street.post("/v1/parcels", order(), key=KEY)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json["id"] == made["id"] and again.json["label"]["sha256"] == made["label"]["sha256"]
    label = b64decode(again.json["label"]["content_base64"])
    assert sha256(label).hexdigest() == made["label"]["sha256"]
    assert len(await street.rows("/v1/parcels")) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_ma_t02_a_failure_after_the_commit_is_safe_to_retry_with_the_same_key(
    street: Street, status: int
) -> None:
    fault = {"carrier": "mail_alliance", "operation": "create_parcel", "kind": "status", "status": status}
    await street.sim("POST", "/faults", {**fault, "point": "after"})
    assert (await street.post("/v1/parcels", order(), key=KEY)).status == status
    (made,) = await street.rows("/v1/parcels")
    again = await street.post("/v1/parcels", order(), key=KEY)
    assert (again.status, again.json["id"]) == (200, made["id"])
    await street.sim("POST", "/faults", fault)  # before the commit: nothing was made, so the retry makes it
    assert (await street.post("/v1/parcels", order(), key=KEY + "-2")).status == status
    assert len(await street.rows("/v1/parcels")) == 1
    assert (await street.post("/v1/parcels", order(), key=KEY + "-2")).status == 201


async def test_ma_t02_a_key_is_kept_for_24_hours_and_is_a_new_one_then(street: Street) -> None:
    first = await street.post("/v1/parcels", order(), key=KEY)
    await street.wait(DAY - 1)
    assert (await street.post("/v1/parcels", order(), key=KEY)).json["id"] == first.json["id"]
    await street.wait(1)
    later = await street.post("/v1/parcels", order(), key=KEY)
    assert later.status == 201 and later.json["id"] != first.json["id"]


async def test_ma_t03_the_same_key_and_one_gram_more_is_422_reused(street: Street) -> None:
    await street.post("/v1/parcels", order(), key=KEY)
    heavier = order(package={**order()["package"], "weight_g": 1201})
    refused = await street.post("/v1/parcels", heavier, key=KEY)
    assert (refused.status, refused.problem) == (422, "idempotency-key-reused")
    assert refused.json["idempotency_key"] == KEY
    assert len(await street.rows("/v1/parcels")) == 1


async def test_ma_t04_a_key_quoted_and_unquoted_is_the_same_key(street: Street) -> None:
    bare = await street.post("/v1/parcels", order(), key=KEY)
    quoted = await street.post("/v1/parcels", order(), key=f'"{KEY}"')
    assert (bare.status, quoted.status) == (201, 200) and quoted.body == bare.body


# -- MA-T05: labels


@pytest.mark.parametrize(("form", "media"), [("PDF", "application/pdf"), ("ZPL", "application/zpl")])
async def test_ma_t05_one_label_has_one_hash_everywhere_and_scans_to_its_number(
    street: Street, form: str, media: str
) -> None:
    made = await street.create(label={"format": form})
    path = f"/v1/parcels/{made['id']}/label"
    shown = (await street.get(path, headers={"Accept": "application/json"})).json
    binary = await street.get(path, headers={"Accept": media})
    bodies = {b64decode(made["label"]["content_base64"]), b64decode(shown["content_base64"]), binary.body}
    assert len(bodies) == 1 and binary.headers["Content-Type"] == media
    digest = sha256(binary.body).hexdigest()
    assert digest == made["label"]["sha256"] == shown["sha256"] == binary.headers["ETag"].strip('"')
    assert [found.text for found in scan_label(binary.body)] == [made["tracking_number"]]


async def test_ma_t05_a_known_label_is_304_and_after_90_days_it_is_410(street: Street) -> None:
    made = await street.create()
    path = f"/v1/parcels/{made['id']}/label"
    known = await street.get(path, headers={"If-None-Match": f'"{made["label"]["sha256"]}"'})
    assert (known.status, known.body) == (304, b"")
    await street.wait(90 * DAY - 1)
    assert (await street.get(path)).status == 200
    await street.wait(1)
    gone = await street.get(path, headers={"If-None-Match": f'"{made["label"]["sha256"]}"'})
    assert (gone.status, gone.problem) == (410, "label-gone")
    assert (await street.get(f"/v1/parcels/{made['id']}")).status == 200


# -- MA-T12, MA-T13, MA-T15


async def test_ma_t12_a_quoted_total_holds_for_half_an_hour_and_not_for_31_minutes(street: Street) -> None:
    asked = {name: order()[name] for name in ("shipper", "recipient", "package")}
    rates = (await street.post("/v1/rates", asked, key=None)).json["rates"]
    assert [rate["total"]["amount"] for rate in rates] == sorted(
        (rate["total"]["amount"] for rate in rates), key=lambda text: int(text.replace(".", ""))
    )
    rate = next(rate for rate in rates if rate["service"] == "ma_parcel")
    made = await street.create(rate_id=rate["id"])
    assert made["price"]["total"] == rate["total"]
    await street.wait(31 * MINUTE)
    late = await street.post("/v1/parcels", order(rate_id=rate["id"]))
    assert late.faults == [("/rate_id", "conflict")]
    assert len(await street.rows("/v1/parcels")) == 1


async def test_ma_t13_the_601st_call_in_a_minute_is_429_with_retry_after_and_both_fields(street: Street) -> None:
    for used in range(2, 601):  # the street's own first call was one of them
        reply = await street.get("/v1/time")
        assert (reply.status, reply.headers["RateLimit"]) == (200, f'"default";r={600 - used};t=60')
    await street.wait(18 * SECOND)
    refused = await street.get("/v1/time")
    assert (refused.status, refused.problem) == (429, "quota-exceeded")
    assert refused.json["violated-policies"] == ["default"]
    assert refused.headers["Retry-After"] == "42"
    assert refused.headers["RateLimit-Policy"] == '"default";q=600;w=60'
    assert refused.headers["RateLimit"] == '"default";r=0;t=42'
    assert (await street.get("/v1/time", credential="mak_test_other")).status == 200
    await street.wait(42 * SECOND)
    assert (await street.get("/v1/time")).status == 200


@pytest.mark.parametrize(("name", "most"), [("labels", 120), ("rates", 300), ("token", 30)])
async def test_ma_t13_the_smaller_quotas_hold_as_well_and_can_be_switched_off(
    street: Street, name: str, most: int
) -> None:
    asked = {member: order()[member] for member in ("shipper", "recipient", "package")}

    async def ask() -> Reply:
        if name == "token":
            form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s3cret"}
            async with street.http.post("/mail-alliance/oauth/token", data=form) as reply:
                return Reply(reply.status, reply.headers.copy(), await reply.read())
        if name == "rates":
            return await street.post("/v1/rates", asked, key=None)
        return await street.post("/v1/parcels", order())

    for _ in range(most):
        assert (await ask()).status < 300
    refused = await ask()
    assert (refused.status, refused.json["violated-policies"]) == (429, [name])
    assert f'"{name}";r=0;t=60' in refused.headers["RateLimit"] and refused.headers["Retry-After"] == "60"
    await street.settings(quota="off")
    passed = await ask()
    assert passed.status < 300 and "RateLimit" not in passed.headers


FOREIGN = (
    "/v1/parcels/{parcel}",
    "/v1/parcels/{parcel}/label",
    "/v1/parcels/{parcel}/tracking",
    "/v1/tracking/{number}",
    "/v1/returns/{back}",
    "/v1/returns/{back}/label",
    "/v1/webhook-endpoints/{endpoint}",
    "/v1/webhook-endpoints/{endpoint}/deliveries",
    "/v1/events/{event}",
)


async def test_ma_t15_a_foreign_id_is_404_never_403_and_nothing_of_it_can_be_changed(street: Street) -> None:
    made = await street.create()
    back = (await street.post("/v1/returns", {"parcel_id": made["id"], "reason": "damaged"})).json
    endpoint = (await street.post("/v1/webhook-endpoints", {"url": "https://shop.example/"})).json
    event = (await street.rows("/v1/events"))[0]
    names = {"parcel": made["id"], "number": made["tracking_number"], "back": back["id"]}
    names |= {"endpoint": endpoint["id"], "event": event["id"]}
    stranger = "mak_test_stranger"
    for path in FOREIGN:
        assert (await street.get(path.format(**names))).status == 200, path
        reply = await street.get(path.format(**names), credential=stranger)
        assert (reply.status, reply.problem) == (404, "not-found"), path
    writes: list[tuple[str, str, Any]] = [
        ("POST", f"/v1/parcels/{made['id']}/cancel", None),
        ("POST", "/v1/returns", {"parcel_id": made["id"], "reason": "damaged"}),
        ("POST", "/v1/returns", {"tracking_number": made["tracking_number"], "reason": "damaged"}),
        ("POST", f"/v1/events/{event['id']}/replay", None),
        ("POST", f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret", None),
        ("PATCH", f"/v1/webhook-endpoints/{endpoint['id']}", {"status": "disabled"}),
        ("DELETE", f"/v1/webhook-endpoints/{endpoint['id']}", None),
    ]
    for method, path, body in writes:
        reply = await street.call(method, path, body, credential=stranger)
        assert (reply.status, reply.problem) == (404, "not-found"), path
    assert (await street.get(f"/v1/parcels/{made['id']}")).json["status"] == "announced"
    assert (await street.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json["status"] == "enabled"


# -- MA-T16: pages


@pytest.mark.parametrize("path", ["/v1/tracking-events", "/v1/events"])
@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_ma_t16_walking_while_events_are_added_yields_each_event_once(
    street: Street, path: str, limit: int
) -> None:
    await street.settings(quota="off")
    parcels = [await street.create() for _ in range(5)]
    page = await street.get(path, query={"limit": str(limit)})
    seen = [row["id"] for row in page.json["data"]]
    for turn in range(12):
        parcel = parcels[turn % len(parcels)]
        await street.scan(parcel, "in_transit")
        if "Link" in page.headers:
            page = await street.follow(page)
            assert len(page.json["data"]) <= limit
            seen += [row["id"] for row in page.json["data"]]
    while "Link" in page.headers:
        page = await street.follow(page)
        seen += [row["id"] for row in page.json["data"]]
    whole = [row["id"] for row in await street.rows(path)]
    assert seen == whole[: len(seen)] and len(set(seen)) == len(seen)
    if path == "/v1/tracking-events":  # what came after the last page is had by going on from the last event seen
        rest = await street.rows(path, query={"after": seen[-1], "limit": str(limit)})
        assert [*seen, *(row["id"] for row in rest)] == whole
    assert len(whole) == 17


async def test_ma_t16_newest_first_lists_are_not_disturbed_by_what_is_added(street: Street) -> None:
    made = [(await street.create())["id"] for _ in range(6)]
    page = await street.get("/v1/parcels", query={"limit": "2"})
    seen = [row["id"] for row in page.json["data"]]
    while "Link" in page.headers:
        await street.create()
        page = await street.follow(page)
        seen += [row["id"] for row in page.json["data"]]
    assert seen == made[::-1]


async def test_ma_t16_a_cursor_is_good_for_24_hours(street: Street) -> None:
    for _ in range(3):
        await street.create()
    page = await street.get("/v1/tracking-events", query={"limit": "2"})
    await street.wait(DAY)
    assert [row["type"] for row in (await street.follow(page)).json["data"]] == ["parcel.created"]
    await street.wait(1)
    assert (await street.follow(page)).faults == [("/cursor", "conflict")]


# -- Part 8: magic recipients


async def test_magic_towns_and_codes_work_in_test_and_not_in_live(street: Street) -> None:
    await street.settings(mix={"delivered": 1})
    here = order()["recipient"]

    async def ends(street: Street, city: str) -> Any:
        made = await street.create(recipient={**here, "city": city})
        await street.wait(8 * DAY)
        return (await street.get(f"/v1/parcels/{made['id']}/tracking")).json

    back, late = await ends(street, "RETURNVILLE"), await ends(street, "LATETOWN")
    assert back["status"] == "returned" and [event["status"] for event in back["events"]].count("delivery_failed") == 1
    *_, delivered = sorted(late["events"], key=lambda event: event["sequence"])
    assert (late["status"], delivered["status"]) == ("delivered", "delivered")
    hours = [datetime.fromisoformat(delivered[name]).timestamp() / 3_600 for name in ("occurred_at", "recorded_at")]
    assert round(hours[1] - hours[0], 6) == 2
    newer = [event for event in late["events"] if event["occurred_at"] > delivered["occurred_at"]]
    assert [event["status"] for event in newer] == ["in_transit"] and newer[0]["sequence"] < delivered["sequence"]
    unserved = order(recipient={**here, "postal_code": "00000"})
    refused = await street.post("/v1/parcels", unserved)
    assert (refused.status, refused.problem, refused.json["postal_code"]) == (422, "not-served", "00000")
    asked = {name: unserved[name] for name in ("shipper", "recipient", "package")}
    quoted = await street.post("/v1/rates", asked, key=None)
    assert (quoted.status, quoted.json["rates"]) == (200, [])
    assert {message["code"] for message in quoted.json["messages"]} == {"not_served"}
    live = Street(street.http, key="mak_live_shop")
    assert (await ends(live, "RETURNVILLE"))["status"] == "delivered"
    assert (await live.post("/v1/parcels", unserved)).status == 201
