"""`GET /labels`: what is to be printed, in order, once; marked when the answer is out and not before."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference.domain.orders import Order
from parcelproof.reference.ports import Address, Line, Money
from parcelproof.reference.storage.tables import labels, papers
from parcelproof.reference.usecases import companies, ordering

from .full_carrier import FullCarrier, widths
from .rig import SENDER
from .test_engine_http import Site, running

BERLIN = Address(name="J", street="T", house_number="1", postal_code="10115", city="Berlin", country="DE")
TEA = Line(sku="TEE", description="Tea", quantity=1, unit_price=Money(990, "EUR"), unit_mass_g=250)


@dataclass(frozen=True)
class Got:
    status: int
    content_type: str
    headers: Mapping[str, str]
    content: bytes


class Desk:
    """A running engine with two carriers that make papers, and the people who pack."""

    def __init__(self, site: Site, world: Any) -> None:
        self.site = site
        self.world = world
        self.shop = site.engine.shop

    async def set_up(self, *, format: str = "PDF", waybills: bool = True) -> None:
        account = {"base_url": "http://carrier.test", "sender": SENDER, "waybills": waybills}
        body = {"carriers": {"cdek": account, "mail_alliance": account}, "label_format": format}
        status, found = await self.site.call("PUT", "/api/v1/settings", body, token="boss")
        assert status == 200, found
        self.boss = await companies.sign_in(self.shop, "boss")

    async def book(self, *numbers: str, carrier: str = "cdek", token: str = "boss") -> None:
        actor = await companies.sign_in(self.shop, token)
        for number in numbers:
            order = Order(
                number=number, recipient=BERLIN, lines=(TEA,), cod=False, mass_g=300, sides_mm=(200, 100, 50),
                carrier=carrier,
            )  # fmt: skip
            await ordering.place(self.shop, actor, order, confirm=True)
            await self.work()

    async def work(self) -> None:
        """Do all that is due in half an hour of the engine's own clock."""
        while await self.site.engine.worker.step(self.shop.clock.now() + companies.REGISTRY_EVERY / 12):
            pass

    async def get(self, query: str = "", *, token: str = "boss") -> Got:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.site.client.get(f"{self.site.engine.url}/labels{query}", headers=headers) as answer:
            return Got(answer.status, answer.content_type, answer.headers, await answer.read())

    async def pages(self, query: str = "", *, token: str = "boss") -> list[int]:
        answer = await self.get(query, token=token)
        assert answer.status == 200, answer.content
        return widths(answer.content)

    async def unprinted(self) -> int:
        async with self.shop.store.read(self.boss.company_id) as session:
            waiting = await session.count(papers, papers.c.printed_at.is_(None))
            return waiting + await session.count(labels, labels.c.printed_at.is_(None))


@pytest.fixture
async def desk(tmp_path: Path, world: Any) -> AsyncIterator[Desk]:
    world.near = FullCarrier("mail_alliance", world.effects)
    world.far = FullCarrier("cdek", world.effects, currency="RUB")
    async for site in running(tmp_path, world, driver=False, worker=False):
        made = Desk(site, world)
        await made.set_up()
        yield made


async def hand_over(desk: Desk, carrier: str = "cdek") -> None:
    status, made = await desk.site.call("POST", "/api/v1/hand-overs", {"carrier": carrier}, token="boss")
    assert status == 201, made
    await desk.work()


async def test_all_carriers_are_one_file_in_the_order_of_packing_and_come_once(desk: Desk) -> None:
    await desk.book("N-1", carrier="mail_alliance")
    await desk.book("C-1", "C-2")
    await hand_over(desk)
    await desk.book("C-3")
    wanted = [100, 200, 101, 201, 102, 202, 300, 100, 200]
    assert await desk.pages() == wanted, "cdek's parcels, its list, then mail_alliance's"
    assert (await desk.get()).status == 404, "what is printed is not printed again"
    assert await desk.pages("?printed=yes") == wanted
    await desk.book("C-4")
    assert await desk.pages() == [103, 203]
    assert await desk.pages("?printed=all&carrier=mail_alliance") == [100, 200]


async def test_an_answer_tells_what_it_holds_and_what_is_left(desk: Desk) -> None:
    await desk.book("C-1", "C-2", "C-3")
    first = await desk.get("?limit=4")
    assert first.content_type == "application/pdf"
    assert (first.headers["Parcelproof-Pieces"], first.headers["Parcelproof-Left"]) == ("4", "2")
    assert widths(first.content) == [100, 200, 101, 201]
    assert await desk.pages("?limit=4") == [102, 202]


async def test_days_carriers_and_formats_narrow_it(desk: Desk) -> None:
    await desk.book("C-1")
    today = desk.shop.clock.now().date().isoformat()
    for query in ("?day=2001-02-03", "?carrier=mail_alliance", "?format=zpl", "?printed=yes"):
        answer = await desk.get(query)
        assert (answer.status, answer.content_type) == (404, "application/problem+json"), query
    assert await desk.pages(f"?day={today}&carrier=cdek&format=pdf&printed=no&limit=200") == [100, 200]


async def test_labels_for_a_zebra_are_one_stream(desk: Desk) -> None:
    await desk.set_up(format="ZPL")
    desk.world.far.label_apart = True
    await desk.book("C-1", "C-2")
    answer = await desk.get("?format=ZPL")
    content = answer.content
    assert (answer.content_type, content.count(b"^XA"), content.count(b"^XZ\n")) == ("application/zpl", 2, 2)
    assert await desk.pages() == [200, 201], "the waybills are PDF, and still wait"


async def test_pictures_come_one_by_one(desk: Desk) -> None:
    await desk.set_up(format="PNG", waybills=False)
    desk.world.far.label_apart = True
    await desk.book("C-1", "C-2")
    first, second = [await desk.get("?format=PNG&limit=200") for _ in range(2)]
    assert (first.content_type, first.content[:5]) == ("image/png", b"\x89PNG ")
    assert first.content != second.content and second.content[:5] == b"\x89PNG "
    assert (await desk.get("?format=PNG")).status == 404, "both are printed"


CANNOT_BE_MEANT = (
    "?carrier=dhl", "?carrier=", "?format=GIF", "?format=", "?day=today", "?day=2026-13-01", "?day=9999-12-31",
    "?day=0001-01-01", "?printed=maybe", "?limit=0", "?limit=201", "?limit=-1", "?limit=1e2", "?limit=%D9%A1",
    "?mark=2", "?colour=red", "?limit=99999999999999999999",
    "?carrier=cdek&carrier=iml", "?carrier=cdek&carrier=cdek", "?mark=no&limit=1&mark=yes",
)  # fmt: skip


async def test_what_cannot_be_meant_is_one_sentence(desk: Desk) -> None:
    await desk.book("C-1")
    for query in CANNOT_BE_MEANT:
        status, found = await desk.site.call("GET", f"/labels{query}", token="boss")
        assert (status, found["code"]) == (422, "INVALID_WINDOW"), (query, found)
    _, found = await desk.site.call("GET", "/labels?carrier=cdek&carrier=iml", token="boss")
    assert found["detail"] == "carrier: found 'cdek, iml', allowed is one value."
    assert await desk.unprinted() == 2


async def test_a_look_marks_nothing_and_the_caller_says_when_the_file_is_safe(desk: Desk) -> None:
    await desk.book("C-1", "C-2")
    look = await desk.get("?mark=no&limit=3")
    assert await desk.unprinted() == 4
    batch = {"batch": look.headers["Parcelproof-Batch"]}
    assert await desk.site.call("POST", "/labels/printed", batch, token="boss") == (200, {"marked": 3})
    assert await desk.site.call("POST", "/labels/printed", batch, token="boss") == (200, {"marked": 0})
    assert await desk.pages() == [201]


async def test_a_look_at_the_head_alone_is_not_offered(desk: Desk) -> None:
    await desk.book("C-1")
    async with desk.site.client.head(f"{desk.site.engine.url}/labels", headers={"Authorization": "Bearer boss"}) as got:
        assert got.status == 405
    assert await desk.unprinted() == 2


async def test_a_batch_that_no_answer_named_is_refused(desk: Desk) -> None:
    for batch in ("", "L", "X1", "L1.", "L-1", "L1 ", "L٣", "L" + "9" * 40, ".".join(["L1"] * 201)):
        status, found = await desk.site.call("POST", "/labels/printed", {"batch": batch}, token="boss")
        assert (status, found["code"]) == (422, "INVALID_BATCH"), batch


async def test_a_label_that_cannot_be_read_is_named_left_out_and_not_marked(desk: Desk) -> None:
    desk.world.far.spoilt.add("N00001CD")
    await desk.set_up(waybills=False)
    await desk.book("Ü-1", "C-2")
    answer = await desk.get()
    assert widths(answer.content) == [101]
    assert answer.headers["Parcelproof-Unreadable"] == "\\xdc-1 label"
    alone = await desk.get()
    assert (alone.status, "Ü-1 label cannot be read" in alone.content.decode()) == (404, True)
    assert await desk.unprinted() == 1


async def test_who_hangs_up_in_the_middle_gets_it_again(desk: Desk) -> None:
    await desk.set_up(format="ZPL", waybills=False)
    desk.world.far.label_apart = True
    desk.world.far.zpl = b"^XA^FD%s^FS" + b"^FX" + b"x" * 9_000_000 + b"^XZ"
    await desk.book("C-1")
    assert desk.site.engine._runner is not None
    server = desk.site.engine._runner.server
    assert server is not None
    idle = len(server.connections)  # kept open by the test's own client
    port = int(desk.site.engine.url.rpartition(":")[2])
    rude = socket.create_connection(("127.0.0.1", port))
    rude.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(rude, b"GET /labels?format=ZPL HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer boss\r\n\r\n")
    assert (await loop.sock_recv(rude, 100)).startswith(b"HTTP/1.1 200")
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    rude.close()
    while len(server.connections) > idle:  # noqa: ASYNC110  (the handler ends when its connection does)
        await asyncio.sleep(0)
    assert await desk.unprinted() == 1
    assert len((await desk.get("?format=ZPL")).content) > 9_000_000
    assert await desk.unprinted() == 0


async def test_parcels_that_are_called_off_or_scanned_are_not_printed(desk: Desk) -> None:
    await desk.book("C-1", "C-2", "C-3")
    assert (await desk.site.call("POST", "/api/v1/orders/C-1/cancel", token="boss"))[0] == 200
    desk.world.far.scan("N00002CD", "accepted", desk.shop.clock.now())
    await desk.work()
    status, _ = await desk.site.call("POST", "/api/v1/orders/C-2/novelties", {"state": "accepted"}, token="boss")
    assert status == 201
    assert await desk.pages() == [102, 202]
    assert await desk.pages("?printed=all") == [101, 201, 102, 202], "the scanned one on demand, never the other"


async def test_people_see_and_mark_what_is_theirs(desk: Desk) -> None:
    tokens = {}
    for role in ("branch", "customer"):
        body = {"name": role, "role": role, role: "east"}
        tokens[role] = (await desk.site.call("POST", "/api/v1/users", body, token="boss"))[1]["token"]
    await desk.book("C-1")
    await desk.book("C-2", token=tokens["branch"])
    await hand_over(desk)
    whole = await desk.get("?mark=no")
    assert widths(whole.content) == [100, 200, 101, 201, 300]
    assert await desk.pages("?mark=no", token=tokens["branch"]) == [101, 201], "no list, and not the others' parcels"
    assert (await desk.get(token=tokens["customer"])).status == 403
    assert (await desk.get(token="nobody")).status == 401
    all_of_it = {"batch": whole.headers["Parcelproof-Batch"]}
    founded = await desk.site.call("POST", "/api/v1/companies", {"name": "rival"}, token="operator")
    rival = founded[1]["token"]
    assert await desk.site.call("POST", "/labels/printed", all_of_it, token=rival) == (200, {"marked": 0})
    assert await desk.site.call("POST", "/labels/printed", all_of_it, token=tokens["branch"]) == (200, {"marked": 2})
    assert await desk.pages() == [100, 200, 300]


async def test_what_people_said_and_asked_for_can_be_read_back(desk: Desk) -> None:
    async def shown() -> dict[str, Any]:
        return dict((await desk.site.call("GET", "/api/v1/orders/C-1", token="boss"))[1])

    await desk.book("C-1")
    names = ("shop_status", "refusal", "label_printed_at", "waybill", "point")
    assert [(await shown())[name] for name in names] == [None, None, None, True, ""]
    said = await desk.site.call("POST", "/api/v1/orders/C-1/status", {"status": "Packed"}, token="boss")
    assert said == (200, {"number": "C-1", "status": "Packed", "delivery_requested": True})
    await desk.pages()
    assert ((await shown())["shop_status"], (await shown())["label_printed_at"] is not None) == ("Packed", True)
    early = await desk.site.call("POST", "/api/v1/orders/C-1/refuse", token="boss")
    assert (early[0], early[1]["code"]) == (409, "NOT_HANDED_OVER")
    state = {"state": "in_transit"}
    assert (await desk.site.call("POST", "/api/v1/orders/C-1/novelties", state, token="boss"))[0] == 201
    assert (await desk.site.call("POST", "/api/v1/orders/C-1/refuse", token="boss"))[0] == 200
    assert (await shown())["refusal"] == "asked"
    await desk.work()
    assert (await shown())["refusal"] == "taken"


WANTED = {"key": "k", "carrier": "cdek", "day": "2026-12-03", "time_from": "10:00:00", "time_to": "14:00:00"}
BAD_BODIES: list[tuple[str, Any]] = [
    ("/api/v1/pickups", {**WANTED, "day": "2026-02-30"}),
    ("/api/v1/pickups", {**WANTED, "time_from": "25:00:00"}),
    ("/api/v1/pickups", {**WANTED, "time_from": "10:00:00+03:00"}),
    ("/api/v1/pickups", {**WANTED, "key": 7}),
    ("/api/v1/pickups", {**WANTED, "comment": None}),
    ("/api/v1/pickups", []),
    ("/api/v1/hand-overs", {"carrier": None}),
    ("/api/v1/hand-overs", {"carrier": "dhl" * 99}),
    ("/labels/printed", {"batch": 7}),
    ("/labels/printed", {"batch": "L1." * 4000}),
    ("/api/v1/orders/C-1/status", {"status": ["Packed"]}),
    ("/api/v1/orders/C-1/status", {}),
]  # fmt: skip


async def test_bad_bodies_are_refused_with_a_sentence_and_change_nothing(desk: Desk) -> None:
    await desk.book("C-1")
    for path, body in BAD_BODIES:
        status, found = await desk.site.call("POST", path, body, token="boss")
        assert status == 422, (path, body, found)
    for path in ("/api/v1/pickups/never/cancel", "/api/v1/orders/never/refuse", "/api/v1/orders/never/status"):
        assert (await desk.site.call("POST", path, {"status": "x"}, token="boss"))[0] == 404
    assert (await desk.site.call("GET", "/api/v1/pickups", token="boss"))[1] == {"pickups": []}
    assert (await desk.site.call("GET", "/api/v1/hand-overs", token="boss"))[1] == {"lists": []}


async def test_couriers_are_called_and_called_off_over_http(desk: Desk) -> None:
    await desk.book("C-1")
    assert await desk.site.call("POST", "/api/v1/pickups", WANTED, token="boss") == (201, {"key": "k"})
    assert await desk.site.call("POST", "/api/v1/pickups", WANTED, token="boss") == (200, {"key": "k"})
    await desk.work()
    (row,) = (await desk.site.call("GET", "/api/v1/pickups", token="boss"))[1]["pickups"]
    assert (row["number"], row["state"], row["parcels"]) == ("8-k", "called", ["C-1"])
    assert await desk.site.call("POST", "/api/v1/pickups/k/cancel", token="boss") == (200, {"key": "k"})
    await desk.work()
    (row,) = (await desk.site.call("GET", "/api/v1/pickups", token="boss"))[1]["pickups"]
    assert row["state"] == "called_off"
