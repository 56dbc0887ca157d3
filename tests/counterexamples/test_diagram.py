"""The picture and the story of a failure: bounded, escaped, the same twice, with nothing from elsewhere."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from parcelproof.conformance.counterexamples.deeds import BUYER, CONNECTOR, JUDGE, STRANGER
from parcelproof.conformance.counterexamples.diagram import diagram
from parcelproof.conformance.counterexamples.sequence import MOST_MESSAGES, Message, shown
from parcelproof.conformance.counterexamples.story import MOST_SENTENCES, story
from parcelproof.conformance.history import Finding
from parcelproof.conformance.run import MOST_EXCHANGES
from parcelproof.conformance.scenarios.naming import Names

SVG = "{http://www.w3.org/2000/svg}"
NAMES = Names({}, [])
HOSTILE = '<script>alert("1")</script> & \x00\x1b]]>' + "Wörter " * 80
WRONG = Finding(requirement="TRK-005", subject="T-1", expected="out_for_delivery", found=HOSTILE)


def message(place: int, line: str = "POST /v1/parcels", **more: object) -> Message:
    given = {"source": CONNECTOR, "target": "CDEK", "line": f"{line} {place}", "status": "201", **more}
    return Message(timedelta(minutes=place), **given)  # type: ignore[arg-type]


def drawn(*rows: Message, findings: tuple[Finding, ...] = (WRONG,)) -> str:
    return diagram("TRK-005/a_case[cdek]", rows, NAMES, findings, timedelta(hours=2))


def test_it_is_well_formed_whatever_is_said() -> None:
    made = drawn(message(0, HOSTILE, status=HOSTILE), message(1, source=STRANGER, target=CONNECTOR))
    root = ElementTree.fromstring(made)
    assert root.tag == f"{SVG}svg"
    assert not [node for node in root.iter() if node.tag in (f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image")]


def test_it_has_a_title_and_a_description_that_the_picture_names() -> None:
    root = ElementTree.fromstring(drawn(message(0)))
    named = (root.get("aria-labelledby") or "").split()
    texts = {node.get("id"): node.text for node in root if node.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("role") == "img"
    assert [*texts] == named
    assert "out_for_delivery" in (texts[named[1]] or "")


def test_it_needs_nothing_from_elsewhere_and_knows_the_dark() -> None:
    made = drawn(message(0))
    assert not re.search(r"(href|url\(|@import|<image)", made)
    assert "prefers-color-scheme: dark" in made


@pytest.mark.parametrize("count", [41, 400, 4_000])
def test_a_long_example_gives_a_picture_of_bounded_size(count: int) -> None:
    made = drawn(*(message(place) for place in range(count)))
    assert made.count("<g>") == MOST_MESSAGES
    assert f"{count - MOST_MESSAGES} messages left out" in made
    assert len(made) < 60_000


def test_the_last_messages_are_kept_and_what_was_only_read_goes_first() -> None:
    reads = [message(place, "GET /v1/parcels", reads=True) for place in range(100)]
    made = drawn(message(0), *reads, message(101, "POST /v1/last"))
    assert "POST /v1/last" in made
    assert "left out" not in made


def test_equal_messages_in_a_row_are_drawn_once() -> None:
    same = [Message(timedelta(0), "CDEK", CONNECTOR, "webhook DELIVERED", "204")] * 5
    assert "webhook DELIVERED ×5 → 204" in drawn(*same)


def test_a_fault_and_the_findings_are_marked() -> None:
    made = drawn(message(0, wrong=True, status="no answer · fault: reset"))
    assert "cx-line-bad" in made
    assert "TRK-005 T-1: expected out_for_delivery, found" in made


def test_a_mail_goes_through_the_mail_server_to_the_buyer() -> None:
    root = ElementTree.fromstring(drawn(message(0, "mail to eva@example.org", target=BUYER)))
    heads = [node.text for node in root if node.get("class") == "cx-strong" and node.get("text-anchor")]
    assert heads == [JUDGE, CONNECTOR, "mail server", BUYER]


def test_the_story_is_bounded_and_ends_with_what_is_broken() -> None:
    told = story([message(place, wrong=True) for place in range(500)], NAMES, [WRONG])
    assert len(told) <= MOST_SENTENCES
    assert told[-1].startswith("That breaks TRK-005: An older event")
    assert any("more sentences are left out" in sentence for sentence in told)


def test_the_story_tells_relative_times_and_how_often() -> None:
    twice = [Message(timedelta(hours=2), "CDEK", CONNECTOR, "webhook DELIVERED", "204")] * 2
    rows = [Message(timedelta(0), JUDGE, CONNECTOR, "place T-1", told="order T-1 is booked"), *twice]
    assert story(rows, NAMES, [])[:2] == (
        "Order T-1 is booked.",
        "After 2 h CDEK tells the connector «DELIVERED», twice; the connector answers 204.",
    )


def test_exchanges_are_bounded_and_what_was_only_read_goes_first() -> None:
    reads = [message(place, reads=True) for place in range(300)]
    assert len(shown([message(0), *reads])) == 1
    assert len(shown([message(place) for place in range(300)])) == MOST_EXCHANGES
