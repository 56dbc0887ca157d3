"""The journal: bounded, counted exactly, masked, and the same bytes for the same exchanges."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.wire import transcript
from parcelproof.simulators.wire.journal import Headers, Journal
from parcelproof.simulators.wire.masking import mask_header, mask_text


def note(journal: Journal, number: int = 0, **changed: Any) -> None:
    given: dict[str, Any] = {
        "at_ms": number,
        "direction": "in",
        "carrier": "parrot",
        "operation": "book",
        "method": "POST",
        "target": "/par-rot/parcels",
        "credential": "shop",
        "request_headers": ((b"Host", b"127.0.0.1:8400"),),
        "request_body": b"{}",
        "status": 201,
        "response_headers": {"Content-Type": "application/json"},
        "response_body": b"{}",
        **changed,
    }
    journal.append(**given)


def shown(**changed: Any) -> dict[str, object]:
    journal = Journal()
    note(journal, **changed)
    return transcript.view(next(journal.lines()))


@given(st.integers(1, 5), st.integers(0, 12))
def test_the_ring_keeps_the_newest_and_counts_all(kept: int, exchanges: int) -> None:
    journal = Journal(kept=kept)
    for number in range(exchanges):
        note(journal, number, status=200 + number % 2)
    assert [line.sequence for line in journal.lines()] == list(range(max(0, exchanges - kept) + 1, exchanges + 1))
    assert sum(journal.counters().values()) == journal.sequence == exchanges
    assert journal.counters().get("in parrot book 201", 0) == exchanges // 2


def test_large_bodies_are_forgotten_sooner() -> None:
    journal = Journal(kept_bytes=1_000)
    for number in range(10):
        note(journal, number, response_body=b"x" * 300)
    assert len(journal) == 3
    note(journal, response_body=b"x" * 5_000)
    assert len(journal) == 0
    note(journal)
    assert len(journal) == 1


@given(st.integers(0, 6), st.integers(0, 8))
def test_after_gives_what_came_later(exchanges: int, after: int) -> None:
    journal = Journal()
    for number in range(exchanges):
        note(journal, number)
    assert [line.sequence for line in journal.lines(after=after)] == list(range(after + 1, exchanges + 1))


def test_a_line_shows_what_was_exchanged() -> None:
    found = shown(target="/par-rot/parcels?a=1&b=2", response_body=b"\xff\x00", fault="fault-1 reset after")
    assert found["at"] == "1970-01-01T00:00:00.000Z"
    assert (found["path"], found["query"]) == ("/par-rot/parcels", "a=1&b=2")
    assert found["request_body"] == "{}"
    assert found["response_body"] == {
        "sha256": sha256(b"\xff\x00").hexdigest(),
        "size_bytes": 2,
    }
    assert found["fault"] == "fault-1 reset after"


def test_odd_bytes_in_head_and_target_can_be_shown() -> None:
    found = shown(target="/par-rot/\udcff?\udcfe", request_headers=((b"X", b"\xff"), (b"X", b"b")))
    assert json.loads(transcript.ndjson([transcript.line_of(_exchange("/\udcff"))]))["path"] == "/\ufffd"
    assert found["request_headers"] == {"X": "\ufffd, b"}


def _exchange(target: str) -> Any:
    journal = Journal()
    note(journal, target=target)
    return journal._ring[0]


# -- secrets

SECRET = "do-not-show"
BODIES = [
    f'{{"client_secret":"{SECRET}","a":1}}',
    f'{{ "client_secret" : "{SECRET}" }}',
    f'{{"a":{{"access_token":"{SECRET}","expires_in":3600}}}}',
    f'{{"client\\u005fsecret":"{SECRET}"}}',
    f'{{"CLIENT_SECRET":"{SECRET}"}}',
    f'{{"client_secret":"x\\"{SECRET}"}}',
    f"grant_type=client_credentials&client_id=a&client_secret={SECRET}",
    f"client_secret={SECRET}&client_id=a",
    f"client%5Fsecret={SECRET}",
    f'--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\n{SECRET}\r\n--b--\r\n',
    f"--b\r\nContent-Disposition: form-data; name=client_secret\r\nX: y\r\n\r\n{SECRET}\r\n--b--\r\n",
    f'{{"secret":"whsec_{SECRET}"}}',
    f'{{"note":"the secret is whsec_{SECRET} indeed"}}',
    f'{{"key":"mak_test_{SECRET}"}}',
    f"<a:Envelope><d:login>shop</d:login><d:password>{SECRET}</d:password></a:Envelope>",
    f'<password xsi:type="s">{SECRET}</password>',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("side", ["request_body", "response_body"])
def test_a_secret_in_a_body_is_masked(body: str, side: str) -> None:
    found = shown(**{side: body.encode()})
    assert SECRET not in json.dumps(found)
    assert "***" in str(found[side])


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("Authorization", f"Bearer {SECRET}", "Bearer ***"),
        ("authorization", f"Basic {SECRET}", "Basic ***"),
        ("Authorization", SECRET, "***"),
        ("X-User-Authorization", f"Basic {SECRET}", "Basic ***"),
        ("X-Api-Key", f"mak_live_{SECRET}", "***"),
        ("Cookie", f"a={SECRET}", "***"),
        ("X-Note", f"mak_live_{SECRET}", "mak_live_***"),
        ("Accept", "text/plain", "text/plain"),
    ],
)
def test_a_secret_in_a_header_is_masked(name: str, value: str, masked: str) -> None:
    assert mask_header(name, value) == masked
    assert shown(request_headers=((name.encode(), value.encode()),))["request_headers"] == {name: masked}


def test_a_secret_in_the_query_is_masked() -> None:
    assert shown(target=f"/oauth/token?client_secret={SECRET}&a=1")["query"] == "client_secret=***&a=1"


@given(st.text(max_size=60))
def test_text_without_secrets_stays_as_it_is(text: str) -> None:
    harmless = text.replace("=", "").replace("whs", "").replace("mak_", "").replace("\\", "").replace('"', "")
    assert mask_text(harmless) == harmless


# -- the canonical form


def twin(port: int, date: str, agent: str) -> Journal:
    journal = Journal()
    head: Headers = (
        (b"Host", b"127.0.0.1:%d" % port),
        (b"User-Agent", agent.encode()),
        (b"Referer", b"http://localhost:%d/x" % port),
    )
    link = f'{{"url":"http://127.0.0.1:{port}/par-rot/1","back":"https:\\/\\/localhost:{port}\\/x"}}'
    note(
        journal,
        target=f"/par-rot/parcels?hook=http%3A%2F%2F127.0.0.1%3A{port}%2Fh",
        request_headers=head,
        request_body=f'{{"hook":"http://shop.test:{port}/hook"}}'.encode(),
        response_headers={
            "Date": date,
            "Server-Timing": f"own;dur={port}",
            "Location": f"http://127.0.0.1:{port}/1",
            "Content-Length": str(len(link)),
        },
        response_body=link.encode(),
    )
    note(journal, 1, direction="out", target=f"http://127.0.0.1:{port + 7}/hook", request_headers={"Host": "x"})
    return journal


def test_host_port_date_and_agent_do_not_change_the_canonical_form() -> None:
    first = twin(8400, "Mon, 02 Mar 2026 09:00:00 GMT", "curl/8")
    second = twin(51234, "Tue, 03 Mar 2026 10:00:00 GMT", "python-httpx")
    assert transcript.canonical(first.lines()) == transcript.canonical(second.lines())
    assert first.hash() == second.hash()


@pytest.mark.parametrize(
    "changed",
    [
        {"status": 200},
        {"method": "PUT"},
        {"request_body": b"{ }"},
        {"response_body": b"other"},
        {"response_headers": {"Content-Type": "text/plain"}},
        {"target": "/par-rot/parcels?x=1"},
        {"at_ms": 1},
        {"credential": "other"},
    ],
)
def test_any_other_difference_changes_the_hash(changed: dict[str, Any]) -> None:
    plain, other = Journal(), Journal()
    note(plain)
    note(other, **changed)
    assert plain.hash() != other.hash()


def test_the_canonical_form_is_ordered_by_time_and_sequence() -> None:
    journal = Journal()
    for at_ms in (5, 3, 5, 3):
        note(journal, at_ms=at_ms)
    rows = [json.loads(row) for row in transcript.canonical(journal.lines()).splitlines()]
    assert [(row["at_ms"], row["sequence"]) for row in rows] == [(3, 2), (3, 4), (5, 1), (5, 3)]


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_saved_journal_goes_on_where_it_stopped(before: int, later: int) -> None:
    journal, restored = Journal(), Journal()
    for number in range(before):
        note(journal, number, response_body=b'{"access_token":"x"}')
    restored.load(journal.saved())
    for one in (journal, restored):
        for number in range(later):
            note(one, before + number)
    assert list(restored.lines()) == list(journal.lines())
    assert (restored.counters(), restored.hash()) == (journal.counters(), journal.hash())
