"""The journal: searched, exported as NDJSON and as an HTTP Archive, never with a secret in it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft6Validator
from referencing import Registry
from referencing.jsonschema import DRAFT6

from parcelproof.control_client import ControlClient
from parcelproof.simulators.mail_alliance.subscribers import ENDPOINTS
from parcelproof.simulators.wire import transcript
from parcelproof.simulators.wire.journal import Journal, Search
from parcelproof.simulators.wire.tenants import GRANTS

T = TypeVar("T")
SHOP = "shop"
SCHEMAS = Path(__file__).with_name("har-schema")  # npm har-schema 2.0.0, ISC


def har_validator() -> Draft6Validator:
    """Return what checks an HTTP Archive, as others wrote it down."""
    schemas = [json.loads(path.read_text("utf-8")) for path in sorted(SCHEMAS.glob("*.json"))]
    resources = [(schema["$id"].removesuffix("#"), DRAFT6.create_resource(schema)) for schema in schemas]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft6Validator({"$ref": "har.json"}, registry=registry, format_checker=Draft6Validator.FORMAT_CHECKER)


async def drive(stocked: Any, script: Callable[[ControlClient], T]) -> T:
    def run() -> T:
        with stocked.client() as control:
            return script(control)

    return await asyncio.to_thread(run)


async def test_the_archive_is_har_1_2_and_tells_every_exchange(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        found = json.loads(control.journal_har(SHOP))
        har_validator().validate(found)
        entries = control.journal(SHOP)
        assert [row["_sequence"] for row in found["log"]["entries"]] == [row["seq"] for row in entries]
        assert found["log"]["version"] == "1.2"
        made = next(row for row in found["log"]["entries"] if row["request"]["url"].endswith("/cdek/v2/orders"))
        assert made["request"]["url"] == f"{stocked.running.url}/cdek/v2/orders"
        assert made["request"]["postData"]["mimeType"] == "application/json"
        assert json.loads(made["request"]["postData"]["text"])["number"] == "P-001"
        assert (made["response"]["status"], made["response"]["statusText"]) == (202, "Accepted")
        sent = next(row for row in found["log"]["entries"] if row["_direction"] == "out")
        assert (sent["request"]["url"], sent["response"]["status"]) == ("http://127.0.0.1:1/hook", 0)
        assert sent["_fault"] == "no connection"

    await drive(stocked, script)


def test_the_archives_check_can_fail() -> None:
    har_validator().validate({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": []}})
    assert not har_validator().is_valid({"log": {"version": "1.2", "entries": []}})


async def test_no_export_shows_a_secret(stocked: Any) -> None:
    (_, endpoint), *_ = stocked.world.store.scan(ENDPOINTS)
    tokens = [token for token, _ in stocked.world.store.scan(GRANTS)]
    secrets = ("a secret that nothing may show", "a+secret+that", "mak_test_shop", endpoint.secret, *tokens)
    assert tokens

    def script(control: ControlClient) -> None:
        whole = json.dumps(control.journal(SHOP), default=str)
        texts = [control.journal_har(SHOP).decode(), control.journal_ndjson(SHOP).decode(), whole]
        assert [secret for text in texts for secret in secrets if secret in text] == []
        assert all("***" in text for text in texts)
        for secret in secrets:
            assert control.journal(SHOP, text=secret[:200]) == []

    await drive(stocked, script)


FILTERS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    ({"direction": "out"}, lambda row: row["direction"] == "out"),
    ({"carrier": "cdek"}, lambda row: row["carrier"] == "cdek"),
    ({"operation": "create_parcel"}, lambda row: row["operation"] == "create_parcel"),
    ({"status": 202}, lambda row: row["status"] == 202),
    ({"fault": "any"}, lambda row: bool(row["fault"])),
    ({"fault": "none"}, lambda row: not row["fault"]),
    ({"fault": "NO CONN"}, lambda row: "no conn" in row["fault"]),
    ({"text": "иванова"}, lambda row: "Иванова" in row["request_body"]),
    ({"text": "delivered", "direction": "out"}, lambda row: "DELIVERED" in row["request_body"]),
    ({"carrier": "cdek", "status": 404}, lambda row: False),
]


@pytest.mark.parametrize(("filters", "fits"), FILTERS, ids=[str(row[0]) for row in FILTERS])
async def test_a_search_finds_what_fits_and_nothing_else(
    stocked: Any, filters: dict[str, Any], fits: Callable[[dict[str, Any]], bool]
) -> None:
    def script(control: ControlClient) -> None:
        everything = control.journal(SHOP)
        wanted = [row["seq"] for row in everything if fits(row)]
        assert [row["seq"] for row in control.journal(SHOP, **filters)] == wanted
        assert len(wanted) < len(everything)
        assert (not wanted) == (filters.get("status") == 404)
        lines = control.journal_ndjson(SHOP, **filters).splitlines()
        assert [json.loads(line)["seq"] for line in lines] == wanted

    await drive(stocked, script)


async def test_pages_of_the_journal_go_on_where_the_last_one_ended(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        everything = [row["seq"] for row in control.journal(SHOP)]
        assert [row["seq"] for row in control.journal(SHOP, limit=3)] == everything
        assert [row["seq"] for row in control.journal(SHOP, limit=len(everything))] == everything
        assert [row["seq"] for row in control.journal(SHOP, after=everything[4], limit=2)] == everything[5:]

    await drive(stocked, script)


def test_what_does_not_fit_is_not_even_made_readable() -> None:
    journal = Journal()
    for number in range(100):
        journal.append(number, "in", "cdek", "x", "GET", "/", "c", {}, b"", 200 + number % 2, {}, b"")
    found = list(journal.search(Search(status=201, after=50)))
    assert len(found) == 50
    assert [line.sequence for line in found if line is not None] == list(range(52, 101, 2))


PARTS = st.sampled_from(
    [
        "a",
        "B",
        "ж",
        "Ж",
        " ",
        "-",
        "_",
        "9",
        "%20",
        "%",
        "\\u0041",
        "\\u0436",
        "\\n",
        '"',
        "=",
        "&",
        "?",
        "secret",
        "token",
    ]
)
WORDS = st.lists(PARTS, max_size=6).map("".join)


@example(body="", query="a%20B=", header="", operation="", text="a b")
@example(body='"\\u0041\\u0436"', query="", header="", operation="", text="aж")
@given(body=WORDS, query=WORDS, header=WORDS, operation=st.sampled_from(["", "book", "read it"]), text=WORDS)
def test_a_search_finds_in_the_raw_exchange_what_stands_in_the_readable_one(
    body: str, query: str, header: str, operation: str, text: str
) -> None:
    journal = Journal()
    headers = ((b"X-Note", header.encode()),)
    answer = {"Location": query}
    journal.append(
        0, "in", "c", operation, "POST", f"/p?{query}", "me", headers, body.encode(), 202, answer, b"\xff", "cut"
    )
    (line,) = journal.lines()
    (found,) = journal.search(Search(text=text or "x"))
    assert (found is not None) == ((text or "x").casefold() in transcript.text_of(line).casefold())
