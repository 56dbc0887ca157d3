"""Who may use the console: no page of somebody else, nobody without the token, no name that only resolves to us."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from parcelproof.simulators.server import Options, Running, running

from .conftest import Shop, fields

TOKEN = "open-sesame-1"


@pytest.fixture
async def guarded() -> AsyncIterator[Running]:
    async with running(Options(port=0, virtual=True, admin_token=TOKEN)) as found:
        yield found


@pytest.fixture
async def stranger(guarded: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=guarded.url, trust_env=False) as http:
        yield http


async def signed_in(http: httpx.AsyncClient, token: str = TOKEN) -> httpx.Response:
    hidden = fields(await http.get("/_console/sign-in")).forms["/_console/sign-in"]
    return await http.post("/_console/sign-in", data={**hidden, "admin_token": token})


async def names(shop: Shop) -> list[str]:
    return [row["name"] for row in (await shop.control("GET", "/tenants"))["tenants"]]


# -- forms of others


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ü", "a" * 100_000])
async def test_a_form_without_its_token_does_nothing(shop: Shop, token: str | None) -> None:
    typed = {"name": "evil"} if token is None else {"name": "evil", "token": token}
    answer = await shop.http.post("/_console/tenants", data=typed)
    assert answer.status_code == 403 and "nothing was done" in answer.text
    assert await names(shop) == ["shop"]


async def test_every_form_asks_for_its_token(shop: Shop) -> None:
    parcel = f"parcels/{(await shop.book())['id']}"
    await shop.control("POST", "/tenants/shop/faults", {"kind": "reset"})
    seen = set()
    for path in (parcel, "clock", "faults", "webhooks", "payouts", "mails"):
        for action, hidden in fields(await shop.page(path)).forms.items():
            if "token" in hidden:
                seen.add(action)
    assert len(seen) >= 15
    before = await shop.control("GET", f"/tenants/shop/{parcel}")
    for action in seen | {"/_console/t/shop/delete"}:
        answer = await shop.http.post(action, data={"code": "held", "story": "lost", "by": "1h", "kind": "reset"})
        assert answer.status_code == 403, action
    assert await shop.control("GET", f"/tenants/shop/{parcel}") == before
    assert await names(shop) == ["shop"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_sent_by_another_site_does_nothing(shop: Shop, headers: dict[str, str]) -> None:
    hidden = fields(await shop.http.get("/")).forms["/_console/tenants"]
    answer = await shop.http.post("/_console/tenants", data={**hidden, "name": "evil"}, headers=headers)
    assert answer.status_code == 403 and "page of another site" in answer.text
    assert await names(shop) == ["shop"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "10.0.0.7", "", "[::2]"])
async def test_a_name_that_only_resolves_to_loopback_is_refused(shop: Shop, host: str) -> None:
    for path in ("/", "/_console/t/shop/parcels", "/_console/live"):
        answer = await shop.http.get(path, headers={"Host": host})
        assert answer.status_code == 403 and "no loopback name" in answer.text, path
        assert "<table" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8400", "sim.localhost:9", "127.0.0.1", "127.8.8.8:1", "[::1]:8"]
)
async def test_loopback_names_are_let_in(shop: Shop, host: str) -> None:
    assert (await shop.http.get("/", headers={"Host": host})).status_code == 200


async def test_a_body_larger_than_any_form_is_refused(shop: Shop) -> None:
    answer = await shop.http.post("/_console/tenants", data={"name": "x" * 300_000})
    assert answer.status_code == 413
    many = "&".join(f"f{number}=1" for number in range(300))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await shop.http.post("/_console/tenants", content=many, headers=kind)
    assert answer.status_code == 400
    answer = await shop.http.post("/_console/tenants", json={"name": "evil"})
    assert answer.status_code == 415
    assert await names(shop) == ["shop"]


@pytest.mark.parametrize("path", ["/_console/nowhere", "/_console/t/shop/nowhere", "/_console/t/shop/parcels/none"])
async def test_an_unknown_page_is_a_page_that_says_so(shop: Shop, path: str) -> None:
    answer = await shop.http.get(path)
    assert answer.status_code == 404 and "To the tenants" in answer.text
    wrong = await shop.http.put(path)
    assert wrong.status_code in (403, 404, 405)


async def test_carriers_own_ports_serve_no_console() -> None:
    options = Options(port=0, listens={"cdek": "127.0.0.1:0"})
    async with running(options) as started, httpx.AsyncClient(base_url=started.urls["cdek"], trust_env=False) as http:
        for path in ("/", "/_console/", "/_console/assets/x/console.css", "/_console/live"):
            answer = await http.get(path)
            assert answer.status_code == 404 and "html" not in answer.headers["Content-Type"], path


async def test_the_control_api_is_closed_to_pages_of_others_too(shop: Shop) -> None:
    path = "/_sim/v1/tenants/shop/payouts/cdek"  # needs no body, so any page's form could send it
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        answer = await shop.http.post(path, headers=headers)
        assert answer.status_code == 403 and answer.headers["Content-Type"] == "application/problem+json"
    assert (await shop.http.get("/_sim/v1", headers={"Host": "evil.example:8400"})).status_code == 403
    for headers in ({"Origin": shop.url}, {"Sec-Fetch-Site": "same-origin"}, {"Host": "localhost:1"}):
        assert (await shop.http.post(path, headers=headers)).status_code == 201


async def test_a_refused_form_goes_on_being_the_page_on_which_it_stood(shop: Shop) -> None:
    path = f"/_console/t/shop/parcels/{(await shop.book())['id']}"
    page = await shop.refused(
        path.removeprefix("/_console/t/shop/"), path.removeprefix("/_console/t/shop/") + "/scan", {}
    )
    assert {hidden["back"] for hidden in fields(page).forms.values()} == {path}
    parts = re.findall(r'hx-get="([^"]*)"', page.text)
    assert len(parts) == 7
    for part in parts:
        assert (await shop.http.get(part.replace("&amp;", "&"))).status_code in (200, 204), part
    done = await shop.http.post(
        "/_console/t/shop/clock/advance", data={**fields(page).forms[f"{path}/step"], "by": "1h"}
    )
    assert done.headers["Location"].startswith(f"{path}?note=")


# -- signing in


async def test_nothing_is_shown_before_signing_in(stranger: httpx.AsyncClient) -> None:
    for path in ("/", "/_console/t/shop/parcels", "/_console/live?tenant=shop", "/_console/t/shop/journal.har"):
        answer = await stranger.get(path)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/_console/sign-in"), path
    part = await stranger.get("/_console/t/shop/parcels?part=parcels&seen=x")
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/_console/sign-in")
    for path in ("/_console/tenants", "/_console/t/shop/delete", "/_console/sign-out"):
        assert (await stranger.post(path, data={"token": ""})).status_code == 303
    form = await stranger.get("/_console/sign-in")
    assert form.status_code == 200
    (style,) = re.findall(r'rel="stylesheet" href="([^"]*)"', form.text)
    assert (await stranger.get(style)).status_code == 200


@pytest.mark.parametrize("wrong", ["", "open-sesame", TOKEN + " x", TOKEN.upper(), "ü" * 1000])
async def test_a_wrong_token_does_not_sign_in(stranger: httpx.AsyncClient, wrong: str) -> None:
    answer = await signed_in(stranger, wrong)
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers
    assert (await stranger.get("/")).status_code == 303


async def test_the_cookie_is_kept_from_scripts_and_other_sites_and_is_no_token(stranger: httpx.AsyncClient) -> None:
    answer = await signed_in(stranger)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303 and TOKEN not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Secure" not in cookie
    page = await stranger.get("/")
    assert page.status_code == 200 and TOKEN not in page.text
    hidden = fields(page).forms["/_console/tenants"]
    assert (await stranger.post("/_console/tenants", data={**hidden, "name": "mine"})).status_code == 303


async def test_a_session_is_over_after_signing_out_and_its_forms_with_it(stranger: httpx.AsyncClient) -> None:
    await signed_in(stranger)
    cookies = dict(stranger.cookies)
    forms = fields(await stranger.get("/")).forms
    assert (await stranger.post("/_console/sign-out", data=forms["/_console/sign-out"])).status_code == 303
    stranger.cookies.update(cookies)
    assert (await stranger.get("/")).status_code == 303
    stranger.cookies.clear()
    await signed_in(stranger)
    old = await stranger.post("/_console/tenants", data={**forms["/_console/tenants"], "name": "late"})
    assert old.status_code == 403


async def test_a_made_up_cookie_is_nobodys(stranger: httpx.AsyncClient, guarded: Running) -> None:
    port = guarded.url.rpartition(":")[2]
    for value in ("", "x", TOKEN, '"quoted"', "a;b=\\"):
        answer = await stranger.get("/", headers={"Cookie": f"parcelproof_{port}={value}"})
        assert answer.status_code == 303


async def test_signing_in_leads_back_to_our_own_pages_only(stranger: httpx.AsyncClient) -> None:
    asked = await stranger.get("/_console/t/shop/clock?x=1")
    form = await stranger.get(asked.headers["Location"])
    hidden = fields(form).forms["/_console/sign-in"]
    answer = await stranger.post("/_console/sign-in", data={**hidden, "admin_token": TOKEN})
    assert answer.headers["Location"].startswith("/_console/t/shop/clock?x=1&note=")
    for back in (
        "https://evil.example/",
        "//evil.example",
        "/_console/\r\nSet-Cookie: a=b",
        "/\\evil.example",
        "javascript:1",
    ):
        stranger.cookies.clear()
        answer = await stranger.post("/_console/sign-in", data={**hidden, "admin_token": TOKEN, "back": back})
        assert answer.headers["Location"].startswith("/?note="), back


async def test_over_tls_the_cookie_is_secure() -> None:
    options = Options(port=0, tls=True, admin_token=TOKEN)
    async with (
        running(options) as started,
        httpx.AsyncClient(base_url=started.url, trust_env=False, verify=False) as http,
    ):
        assert "; Secure" in (await signed_in(http)).headers["Set-Cookie"]


async def test_what_was_done_is_told_to_nobody_who_is_not_signed_in(
    guarded: Running, stranger: httpx.AsyncClient
) -> None:
    await signed_in(stranger)
    hidden = fields(await stranger.get("/")).forms["/_console/tenants"]
    done = await stranger.post("/_console/tenants", data={**hidden, "name": "private-customer"})
    async with httpx.AsyncClient(base_url=guarded.url, trust_env=False) as other:
        for number in range(1, 6):
            found = await other.get(f"/_console/sign-in?note={number}")
            assert found.status_code == 200 and "private-customer" not in found.text and "signed in" not in found.text
    assert "private-customer is there" in (await stranger.get(done.headers["Location"])).text


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://a\u2100b", "://", ""])
async def test_an_origin_that_is_no_address_is_somebody_elses(guarded: Running, shop: Shop, origin: str) -> None:
    headers = {b"Origin": origin.encode("utf-8")}
    for url in (f"{guarded.url}/_console/sign-in", shop.http.base_url.join("/_sim/v1/tenants")):
        answer = await shop.http.post(url, headers=headers, json={"name": "evil"})
        assert answer.status_code == 403, answer.text
    assert await names(shop) == ["shop"]
