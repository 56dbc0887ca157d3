"""Server-sent events: a page hears at once, never too often, and nothing keeps the server from stopping."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from parcelproof.simulators.control.console import live
from parcelproof.simulators.server import STOP_S, Options, running
from parcelproof.simulators.wire.feed import EVERY, Feed, Full
from parcelproof.simulators.wire.streaming import Stream

from .conftest import DAY_MS, Shop

HELLO = live.HELLO + live.WORD


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


def opened(feed: Feed, tenant: str = "shop", heartbeat_s: float = 60.0) -> AsyncIterator[bytes]:
    found = live.stream(feed, tenant, sleep=no_pause, heartbeat_s=heartbeat_s)
    assert isinstance(found, Stream) and found.headers["Content-Type"] == "text/event-stream"
    return found.pieces


async def test_a_listener_hears_of_its_tenant_and_once_however_much_happens() -> None:
    feed = Feed()
    pieces = opened(feed)
    assert await anext(pieces) == HELLO  # look again: something may have happened since the page was made
    feed.touch("other")
    for _ in range(1000):
        feed.touch("shop")
    assert await anext(pieces) == live.WORD
    waiting = asyncio.ensure_future(anext(pieces))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    feed.touch("shop")
    assert await waiting == live.WORD


async def test_who_listens_to_all_hears_of_each() -> None:
    feed = Feed()
    pieces = opened(feed, EVERY)
    await anext(pieces)
    feed.touch("any")
    assert await anext(pieces) == live.WORD


async def test_the_line_is_kept_warm_and_given_up_when_the_listener_leaves() -> None:
    feed = Feed()
    pieces = opened(feed, heartbeat_s=0.0)
    await anext(pieces)
    assert await anext(pieces) == live.BEAT
    assert len(feed.listeners) == 1
    await pieces.aclose()  # type: ignore[attr-defined]
    assert not feed.listeners


async def test_a_stream_that_was_never_read_leaves_nothing_behind() -> None:
    feed = Feed()
    await opened(feed).aclose()  # type: ignore[attr-defined]
    assert not feed.listeners


async def test_there_are_so_many_listeners_and_no_more() -> None:
    feed = Feed(most=2)
    kept = [feed.listen("a"), feed.listen("b")]
    with pytest.raises(Full):
        feed.listen("c")
    assert live.stream(feed, "shop").status == 503
    feed.leave(kept[0])
    feed.listen("c")


async def test_closing_ends_every_stream_even_one_with_a_word_to_come() -> None:
    feed = Feed()
    pieces = opened(feed)
    await anext(pieces)
    feed.touch("shop")
    feed.close()
    assert [piece async for piece in pieces] == []
    assert live.stream(feed, "shop").status == 503


@pytest.mark.parametrize("kind", ["carrier", "control", "agenda", "console", "mail"])
async def test_whatever_changes_a_tenant_is_heard(shop: Shop, kind: str) -> None:
    made = await shop.book()
    async with shop.http.stream("GET", "/_console/live?tenant=shop") as answer:
        lines = answer.aiter_lines()

        async def word() -> None:
            async with asyncio.timeout(10):
                while await anext(lines) != "event: changed":
                    pass

        await word()
        if kind == "carrier":
            await shop.book("R2")
        elif kind == "control":
            await shop.control("POST", "/tenants/shop/faults", {"kind": "reset"})
        elif kind == "agenda":
            world_before = await shop.control("GET", f"/tenants/shop/parcels/{made['id']}")
            await shop.advance(DAY_MS)
            assert await shop.control("GET", f"/tenants/shop/parcels/{made['id']}") != world_before
        elif kind == "console":
            await shop.send("clock", "clock/advance", by="1h")
        else:
            await shop.mail("subject", "text")
        await word()


async def test_the_server_stops_at_once_while_somebody_listens() -> None:
    async with asyncio.timeout(STOP_S), httpx.AsyncClient(trust_env=False) as http, AsyncExitStack() as open_until:
        async with running(Options(port=0)) as started:
            stream = http.stream("GET", f"{started.url}/_console/live")
            lines = (await open_until.enter_async_context(stream)).aiter_lines()
            await anext(lines)
        assert "event: changed" in [line async for line in lines]  # it came to its end, it was not cut off


async def test_every_live_part_of_every_page_can_be_fetched(shop: Shop) -> None:
    parcel = f"parcels/{(await shop.book())['id']}"
    for path in (parcel, "parcels", "clock", "faults", "webhooks", "journal", "mails"):
        parts = re.findall(r'hx-get="([^"]*part=[^"]*)"', (await shop.page(path)).text)
        assert len(parts) >= 2, path
        for part in parts:
            seen = part.replace("&amp;", "&")
            assert (await shop.http.get(seen)).status_code == 204, part
            changed = await shop.http.get(re.sub("seen=.*", "seen=else", seen))
            name = re.findall("part=([a-z]+)", seen)[0]
            assert changed.status_code == 200 and changed.text.strip().startswith(f'<div class="live" id="live-{name}"')
            assert changed.text.count('id="live-') == 1


async def test_a_live_part_is_sent_only_when_it_changed(shop: Shop) -> None:
    await shop.book()
    page = await shop.page("parcels")
    part = page.text.partition('id="live-parcels" hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert (await shop.http.get(part)).status_code == 204
    await shop.book("R2")
    changed = await shop.http.get(part)
    assert changed.status_code == 200 and "R2" in changed.text
    assert changed.text.strip().startswith('<div class="live" id="live-parcels"') and "<html" not in changed.text
