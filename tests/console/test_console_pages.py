"""Every page, with hostile names in everything that it shows, and every form."""

import re
from urllib.parse import quote

import pytest

from .conftest import DAY_MS, HOSTILE, HOUR_MS, Shop, address, fields, text_of

MENU = ("parcels", "clock", "faults", "webhooks", "journal", "payouts", "mails")


async def lively(shop: Shop, receiver: str) -> str:
    """Let all sorts of things happen; return the id of a parcel that is on its way."""
    await shop.listen(receiver)
    made = await shop.book(HOSTILE[:30], recipient=address(name=HOSTILE))
    await shop.control("POST", "/tenants/shop/faults", {"kind": "latency", "latency_ms": 2500, "probability": 0.5})
    await shop.advance(12 * HOUR_MS)
    await shop.control("POST", f"/tenants/shop/parcels/{made['id']}/scans", {"code": "held", "place": HOSTILE})
    await shop.advance(0)
    await shop.mail(HOSTILE, HOSTILE, f"<p>{HOSTILE}</p>")
    return str(made["id"])


async def test_every_page_shows_hostile_texts_as_texts(shop: Shop, receiver: str) -> None:
    parcel = await lively(shop, receiver)
    paths = [*MENU, f"parcels/{parcel}", "webhooks/attempts/1", "journal/1", "journal/2", "journal?hash=yes", "mails/1"]
    for path in paths:
        page = await shop.page(path)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "<script>" not in page.text, path
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", page.text), path
    assert "&lt;script&gt;" in (await shop.page(f"parcels/{parcel}")).text
    assert "&lt;script&gt;" in (await shop.page("mails/1")).text


async def test_pages_fetch_nothing_from_elsewhere(shop: Shop, receiver: str) -> None:
    parcel = await lively(shop, receiver)
    for path in (*MENU, f"parcels/{parcel}", "mails/1"):
        page = await shop.page(path)
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*?\s(?:src|href)="([^"]*)"', page.text)
        assert loaded and all(found.startswith("/_console/") for found in loaded), (path, loaded)
        for found in loaded:
            assert (await shop.http.get(found.replace("&amp;", "&"))).status_code == 200, found


async def test_every_link_of_every_page_leads_somewhere(shop: Shop, receiver: str) -> None:
    parcel = await lively(shop, receiver)
    links = {"/"}
    for path in (*MENU, f"parcels/{parcel}", "webhooks/attempts/1", "journal/1", "mails/1"):
        links.update(fields(await shop.page(path)).links)
    for link in sorted(link for link in links if not link.startswith("#")):
        assert (await shop.http.get(link)).status_code == 200, link


async def test_a_tenant_with_an_odd_name_has_working_links(shop: Shop) -> None:
    name = "<b>&'\"ü;=,+@$ö"
    await shop.control("POST", "/tenants", {"name": name})
    first = await shop.http.get("/")
    link = f"/_console/t/{quote(name, safe='')}/parcels"
    assert link in first.text and "<b>&'" not in first.text
    page = await shop.http.get(link)
    assert page.status_code == 200 and "<b>&'" not in page.text
    for found in fields(page).links:
        assert found.startswith("#") or (await shop.http.get(found)).status_code == 200, found


async def test_a_tenant_is_made_and_deleted_by_forms(shop: Shop) -> None:
    hidden = fields(await shop.http.get("/")).forms["/_console/tenants"]
    typed = {"name": "new", "mode": "virtual", "start": "2026-05-01 06:30", "seed": "s"}
    typed |= {"carrier": "cdek", "id": "new", "secret": "hidden-secret"}
    made = await shop.http.post("/_console/tenants", data={**hidden, **typed})
    assert made.status_code == 303
    page = await shop.followed(made)
    assert "Tenant new is there." in page.text and "Fri 1 May 2026, 06:30:00" in page.text
    known = await shop.control("GET", "/tenants/new")
    assert (known["seed"], known["credentials"]) == ("s", [{"carrier": "cdek", "id": "new"}])
    again = await shop.http.post("/_console/tenants", data={**hidden, **typed})
    assert again.status_code == 409 and "There is a tenant &#39;new&#39; already." in again.text
    assert "hidden-secret" not in again.text and 'value="2026-05-01 06:30"' in again.text
    gone = await shop.http.post("/_console/t/new/delete", data=hidden)
    assert "Tenant new is gone." in (await shop.followed(gone)).text
    assert (await shop.http.get("/_console/t/new/parcels")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "A tenant needs a name."),
        ({"name": "a", "start": "tomorrow"}, "&#39;tomorrow&#39; is no moment; write it as 2026-03-02 09:00 (UTC)."),
        ({"name": "a", "start": "2026-13-41"}, "2026-13-41"),
        ({"name": "a/b"}, "name"),
        ({"name": "a", "id": "x", "carrier": "nobody", "secret": "s"}, "carriers: "),
    ],
)
async def test_a_wrong_tenant_form_comes_back_with_a_sentence(shop: Shop, typed: dict[str, str], sentence: str) -> None:
    hidden = fields(await shop.http.get("/")).forms["/_console/tenants"]
    page = await shop.http.post("/_console/tenants", data={**hidden, **typed})
    assert page.status_code in (404, 422) and 'role="alert"' in page.text and sentence in page.text
    assert len(await tenants_of(shop)) == 1


async def tenants_of(shop: Shop) -> list[str]:
    return [row["name"] for row in (await shop.control("GET", "/tenants"))["tenants"]]


async def test_a_parcel_is_moved_by_forms(shop: Shop) -> None:
    path = f"parcels/{(await shop.book())['id']}"
    page = await shop.followed(await shop.send(path, f"{path}/step"))
    assert "The carrier has taken the parcel over." in page.text and "The next step was taken" in page.text
    page = await shop.followed(await shop.send(path, f"{path}/pause"))
    assert "paused" in text_of(page) and "after going on" in page.text
    page = await shop.followed(await shop.send(path, f"{path}/resume"))
    assert "after going on" not in page.text
    typed = {"code": "held", "place": "Depot <7>", "reason": "search", "occurred_at": "2026-03-02 08:00"}
    page = await shop.followed(await shop.send(path, f"{path}/scan", **typed))
    assert "Depot &lt;7&gt;" in page.text and "happened 1 h earlier" in page.text
    page = await shop.followed(await shop.send(path, f"{path}/revoke", sequence="2"))
    assert "Scan 2 was withdrawn" in page.text
    page = await shop.followed(await shop.send(path, f"{path}/story", story="lost"))
    assert "held" in text_of(page) and "lost" in text_of(page)
    await shop.advance(10 * DAY_MS)
    assert "lost or damaged" in text_of(await shop.page(path))


@pytest.mark.parametrize(
    ("move", "typed", "sentence"),
    [
        ("scan", {"code": "flown"}, "flown"),
        ("scan", {"code": "held", "occurred_at": "2027-01-01"}, "after now"),
        ("scan", {"code": "held", "occurred_at": "soon"}, "no moment"),
        ("scan", {"code": "held", "delay": "a while"}, "no length of time"),
        ("scan", {"code": "held", "duplicate": "many"}, "from 0 to 100"),
        ("story", {"story": "tale"}, "tale"),
        ("revoke", {"sequence": "7"}, "7"),
        ("revoke", {"sequence": "x"}, "whole number"),
    ],
)
async def test_a_wrong_move_changes_nothing_and_says_why(
    shop: Shop, move: str, typed: dict[str, str], sentence: str
) -> None:
    path = f"parcels/{(await shop.book())['id']}"
    await shop.send(path, f"{path}/step")
    before = await shop.control("GET", f"/tenants/shop/{path}")
    page = await shop.refused(path, f"{path}/{move}", typed)
    found = re.search(r'class="wrong" role="alert">([^<]*)<', page.text)
    assert found is not None and sentence in found[1]
    assert await shop.control("GET", f"/tenants/shop/{path}") == before


async def test_the_clock_is_moved_by_forms(shop: Shop) -> None:
    await shop.book()
    page = await shop.followed(await shop.send("clock", "clock/advance", by="1d 2h"))
    assert "Tue 3 Mar 2026, 11:00:00" in page.text
    page = await shop.followed(await shop.send("clock", "clock/advance", to="2026-03-04"))
    assert "Wed 4 Mar 2026, 00:00:00" in page.text
    page = await shop.followed(await shop.send("clock", "clock/advance", next="yes"))
    due = (await shop.control("GET", "/tenants/shop/clock"))["now"]
    assert due > "2026-03-04T00:00:00.000Z"
    page = await shop.followed(await shop.send("clock", "clock", mode="real", speed="2.5"))
    assert "Real time × 2.5" in text_of(page)
    assert (await shop.control("GET", "/tenants/shop/clock"))["speed"] == 2.5


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("clock/advance", {"by": "long"}),
        ("clock/advance", {}),
        ("clock/advance", {"to": "1999-01-01"}),
        ("clock/advance", {"to": "9999-12-31"}),
        ("clock/advance", {"by": "999999999999w"}),
        ("clock", {"speed": "fast"}),
        ("clock", {"mode": "real", "speed": "0"}),
    ],
)
async def test_a_wrong_clock_form_changes_nothing_and_says_why(shop: Shop, action: str, typed: dict[str, str]) -> None:
    before = await shop.control("GET", "/tenants/shop/clock")
    page = await shop.refused("clock", action, typed)
    assert 'class="wrong" role="alert"' in page.text
    assert await shop.control("GET", "/tenants/shop/clock") == before


async def test_faults_are_set_and_cleared_by_forms(shop: Shop) -> None:
    typed = {"kind": "status", "carrier": "mail_alliance", "operation": "create_parcel", "status": "429", "times": "2"}
    typed |= {"where": "references.order = A-7", "headers": "Retry-After: 120", "body": '{"slow": true}', "nth": "3"}
    page = await shop.followed(await shop.send("faults", "faults", **typed))
    assert "references.order = A-7" in page.text and "from call 3 on" in page.text
    (fault,) = (await shop.control("GET", "/tenants/shop/faults"))["faults"]
    assert (fault["status"], fault["times"], fault["body"]) == (429, 2, {"slow": True})
    assert (fault["where"], fault["headers"]) == ({"references.order": "A-7"}, {"Retry-After": "120"})
    await shop.send("faults", "faults", kind="latency", latency="2s 500ms", percent="25")
    slow = (await shop.control("GET", "/tenants/shop/faults"))["faults"][1]
    assert (slow["latency_ms"], slow["probability"]) == (2500, 0.25)
    await shop.send("faults", f"faults/{fault['id']}/clear")
    assert len((await shop.control("GET", "/tenants/shop/faults"))["faults"]) == 1
    page = await shop.followed(await shop.send("faults", "faults/clear"))
    assert "Nothing goes wrong" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "explode"},
        {"kind": "status", "status": "90"},
        {"kind": "status", "status": "x"},
        {"kind": "status", "operation": "no_such"},
        {"kind": "status", "percent": "200"},
        {"kind": "status", "where": "no mark"},
        {"kind": "status", "body": "{broken"},
        {"kind": "truncate", "point": "before"},
        {"kind": "status", "headers": "Content-Length: 7"},
        {"kind": "latency", "latency": "forever"},
    ],
)
async def test_a_wrong_fault_form_comes_back_as_typed(shop: Shop, typed: dict[str, str]) -> None:
    page = await shop.refused("faults", "faults", typed)
    assert 'class="wrong" role="alert"' in page.text
    assert (await shop.control("GET", "/tenants/shop/faults"))["faults"] == []
