"""A run becomes a scenario again: replayed it gives the same journal, to the byte, on another port."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from parcelproof.conformance.scenarios.bodies import whole
from parcelproof.conformance.scenarios.cdek import order_body
from parcelproof.conformance.scenarios.journal import Found, JournalError, of_file, of_tenant
from parcelproof.conformance.scenarios.receiver import Receivers
from parcelproof.conformance.scenarios.recording import recorded
from parcelproof.conformance.scenarios.reports import story_of
from parcelproof.conformance.scenarios.results import Outcome, ScenarioResult
from parcelproof.conformance.scenarios.running import run_step, tenant_of
from parcelproof.conformance.scenarios.world import World
from parcelproof.control_client import ControlClient
from parcelproof.scenario import Scenario, parse, read
from parcelproof.scenario.acts import Reply
from parcelproof.scenario.writing import text_of

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
TO_THE_BYTE = (  # what moves outside the wire is seen from outside: scans, faults, receivers, one way back
    "answer-lost-after-create",
    "events-out-of-order",
    "iml-refused-here-delivered-there",
    "key-rotation",
    "pickpoint-kept-longer",
    "return-leg-with-its-own-number",
    "scan-revoked",
    "table-of-thirty-rows",
    "token-expiring-in-mid-flow",
    "webhook-endpoint-down-for-a-day",
)
FROM_A_FILE = (
    "answer-lost-after-create",
    "iml-answer-lost-after-create",
    "scan-revoked",
    "table-of-thirty-rows",
    "webhook-endpoint-down-for-a-day",
)


def lived(scenario: Scenario, file: str, url: str) -> tuple[Found, bytes]:
    """Run a scenario; return what the simulator knows of it at the end, and its journal as a file."""
    with (
        ControlClient(url) as control,
        World(scenario, control=control, simulator_url=url, tenant=tenant_of(scenario, file), lab=None) as world,
    ):
        for number, step in enumerate(scenario.steps, start=1):
            run_step(world, step, number, 0)
        return of_tenant(control, world.tenant), control.journal_ndjson(world.tenant)


@pytest.mark.parametrize("name", TO_THE_BYTE)
def test_a_recorded_run_replays_to_the_byte_on_another_port(
    name: str,
    simulator: str,
    broken_simulator: Callable[[], AbstractContextManager[str]],
    run_text: Callable[..., ScenarioResult],
) -> None:
    file = EXAMPLES / f"{name}.yaml"
    found, _ = lived(read(file), file.name, simulator)
    made = recorded(found, "Recorded")
    text = text_of(made)
    assert parse(text.encode()) == made
    assert "127.0.0.1" not in text
    assert "MAL" not in text, "numbers are symbolic"
    with broken_simulator() as url:  # nothing is broken here; it is another one, on another port
        replayed = run_text(text, url=url)
    assert (replayed.outcome, replayed.failures, replayed.reason) == (Outcome.PASSED, (), "")
    assert replayed.sha256 == replayed.recorded_sha256 == found.sha256
    assert story_of(replayed)[-2] == f"journal {found.sha256}: the same as recorded"


@pytest.mark.parametrize("name", FROM_A_FILE)
def test_a_journal_file_alone_gives_the_same_journal(
    name: str, simulator: str, run_text: Callable[..., ScenarioResult]
) -> None:
    file = EXAMPLES / f"{name}.yaml"
    found, ndjson = lived(read(file), file.name, simulator)
    replayed = run_text(text_of(recorded(of_file(ndjson), "Recorded")))
    assert (replayed.outcome, replayed.failures) == (Outcome.PASSED, ())
    assert replayed.sha256 == found.sha256


def test_a_foreign_client_is_recorded_to_the_byte(simulator: str, run_text: Callable[..., ScenarioResult]) -> None:
    """A token asked for by query, headers of the client's own, milliseconds, and a receiver with a path of its own."""
    with (
        ControlClient(simulator) as control,
        httpx.Client(base_url=simulator) as client,
        Receivers({"theirs": "/hooks/cdek"}) as receivers,
    ):
        receivers.tell("theirs", Reply(status=202))
        control.create_tenant(
            "foreign", settings={"mix": {"stuck": 1}}, now=datetime(2026, 3, 2, 9, 0, 0, 123_000, UTC)
        )
        fields = {"grant_type": "client_credentials", "client_id": "foreign", "client_secret": "s"}
        token = client.post("/cdek/v2/oauth/token", params=fields).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/cdek/v2/webhooks", json={"url": receivers.url("theirs"), "type": "ORDER_STATUS"})
        control.advance("foreign", by_ms=1_577)
        body = order_body(whole(read(EXAMPLES / "refused.yaml"), "p1"))
        uuid = client.post("/cdek/v2/orders", json=body).json()["entity"]["uuid"]
        control.advance("foreign", by_ms=1_800_001)
        client.get("/cdek/v2/orders", params={"im_number": "p1"}, headers={"X-Trace": "7"})
        control.advance("foreign", by_ms=1)
        control.scan("foreign", uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE", place="Москва")
        control.advance("foreign", by_ms=1)  # within one millisecond a journal does not tell what came first
        client.get(f"/cdek/v2/orders/{uuid}")
        control.advance("foreign", by_ms=86_400_000)
        made = recorded(of_tenant(control, "foreign"), "Foreign")
        control.delete_tenant("foreign")
    replayed = run_text(text_of(made))
    assert (replayed.outcome, replayed.failures, replayed.reason) == (Outcome.PASSED, (), "")
    assert replayed.sha256 == replayed.recorded_sha256


def test_webhooks_that_were_dropped_are_dropped_again(simulator: str, run_text: Callable[..., ScenarioResult]) -> None:
    text = (EXAMPLES / "events-out-of-order.yaml").read_text("utf-8")
    switch = "  - carrier: {webhooks: {carrier: mail_alliance, drop: 1}}\n"
    dropped = text.replace("  - when: day 2 07:30", f"{switch}  - when: day 2 07:30", 1)
    assert dropped != text
    found, _ = lived(parse(dropped.encode()), "dropped.yaml", simulator)
    assert len(found.drops) == 1
    replayed = run_text(text_of(recorded(found, "Recorded")))
    assert (replayed.outcome, replayed.failures) == (Outcome.PASSED, ())
    assert replayed.sha256 == found.sha256


TRUNCATED = """
  - carrier: {fault: {kind: truncate, carrier: mail_alliance, operation: read_label}}
  - shop: {label: p1}
    expect: {answer: {lost: true}}
"""
TOLD_THREE_TIMES = """
  - shop: {subscribe: {carrier: mail_alliance, receiver: hook}}
  - when: +1h
    carrier: {scan: {parcel: p1, code: shipped, duplicate: 2}}
    expect: {webhooks: {events: [endpoint.ping, tracking.shipped, tracking.shipped, tracking.shipped]}}
  - when: +1h
    carrier: {scan: {parcel: p1, code: in_transit}}
"""
WAY_BACK = """
  - shop: {create: c1}
  - when: +1h
    shop: {subscribe: {carrier: cdek, receiver: hook}}
  - when: +1h
    carrier: {scan: {parcel: c1, code: DELIVERED}}
  - when: +1h
    shop: {return: c1}
  - when: +2d
    expect: {status: {c1.return: returning}}
"""


@pytest.mark.parametrize("steps", [TRUNCATED, TOLD_THREE_TIMES, WAY_BACK])
def test_what_a_recording_shows_happens_once_more(
    steps: str, simulator: str, run_text: Callable[..., ScenarioResult]
) -> None:
    """A whole answer that was cut on its way, copies of a webhook, a way back that moves by itself."""
    head = "scenario: Seen\nreceivers: {hook: {}}\nparcels: {p1: {carrier: mail_alliance}, c1: {carrier: cdek}}\nsteps:"
    text = f"{head}\n  - shop: {{create: p1}}{steps}"
    assert run_text(text).outcome is Outcome.PASSED
    found, _ = lived(parse(text.encode()), "seen.yaml", simulator)
    replayed = run_text(text_of(recorded(found, "Recorded")))
    assert (replayed.outcome, replayed.failures, replayed.reason) == (Outcome.PASSED, (), "")
    assert replayed.sha256 == found.sha256


def test_another_seed_has_other_numbers_and_the_same_events(
    simulator: str, run_text: Callable[..., ScenarioResult]
) -> None:
    """Ids are symbolic: nothing in a recording depends on the numbers that one seed gave."""
    file = EXAMPLES / "return-leg-with-its-own-number.yaml"
    found, _ = lived(read(file), file.name, simulator)
    text = text_of(recorded(found, "Recorded")).replace("tags: [recorded]", 'tags: [recorded]\nseed: "another"')
    replayed = run_text(text)
    assert (replayed.outcome, replayed.failures) == (Outcome.PASSED, ())
    assert replayed.sha256 != found.sha256


def test_a_run_that_fails_fails_the_same_way_on_another_port(
    simulator: str,
    broken_simulator: Callable[[], AbstractContextManager[str]],
    run_text: Callable[..., ScenarioResult],
) -> None:
    text = (EXAMPLES / "events-out-of-order.yaml").read_text("utf-8")
    wrong = text.replace("p1: out_for_delivery", "p1: delivered", 1)
    assert wrong != text
    stories = [story_of(run_text(wrong, url=simulator))]
    with broken_simulator() as url:
        stories.append(story_of(run_text(wrong, url=url)))
    assert stories[0] == stories[1]
    assert any('DOES NOT HOLD  status of p1: expected "delivered"' in line for line in stories[0])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the journal is empty"),
        (b"{}\n", "line 1 is no exchange of a journal"),
        (b"\xff\n", "line 1 is no exchange of a journal"),
        (b"[1]\n", "line 1 is no exchange of a journal"),
    ],
)
def test_what_is_no_journal_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(JournalError, match=says):
        of_file(content)


def test_a_carrier_without_recording_is_told() -> None:
    call = {"seq": 1, "at": "2026-03-02T09:00:00Z", "direction": "in", "carrier": "parrot", "operation": "x"}
    line = msgspec.json.encode({**call, "method": "GET", "path": "/"})
    with pytest.raises(JournalError, match=r"calls to parrot cannot be recorded"):
        recorded(of_file(line), "x")
