"""The drop folder: taken whole, looked into later, answered beside it, and nothing twice."""

import json
from typing import Any

import pytest

from .way_desk import FOLDER, LABEL, OPTIONS, PICTURE, TEXTS, Desk, body, notice

FILE = f"{FOLDER}/monday.ndjson"


def files(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.call("GET", FOLDER).body)["files"]
    return found


def without_label(flat: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flat.items() if name != "labelDefinition"}


def test_a_file_waits_until_the_carrier_looks_and_its_answer_lies_beside_it(desk: Desk) -> None:
    first = body(notice(1, **TEXTS, **OPTIONS, **PICTURE), itemNumber="41")
    second = without_label(body(itemID="I-2"))
    wrong = body(itemID="I-3")
    wrong["item"]["recipient"]["zip"] = "80A1"
    made = desk.drop("monday.ndjson", first, second, wrong)
    assert made.status == 201 and json.loads(made.body)["state"] == "waiting"
    assert not desk.kept and desk.call("GET", f"{FOLDER}/monday.answer.ndjson").status == 404
    answers = desk.answers("monday.ndjson")
    assert [row["line"] for row in answers] == [1, 2, 3]
    assert (answers[0]["itemID"], answers[0]["identCode"]) == ("I-1", "996001321700000041")
    assert answers[1]["identCode"] == "996001321700000001" and "label" not in answers[1]
    assert answers[2]["errors"][0]["code"].startswith("E203") and "identCode" not in answers[2]
    kept = desk.kept
    assert [one.way for one in kept] == ["DataTransfer", "DataTransfer"]
    (told,) = kept[0].shipment.item.notification
    assert (told.free_text1, told.delivery_instructions) == (TEXTS["freeText1"], ("10", "14", "18", "20"))
    assert [row["name"] for row in files(desk)] == ["monday.ndjson", "monday.answer.ndjson"]


def test_the_same_file_again_changes_nothing_and_another_of_its_name_is_refused(desk: Desk) -> None:
    desk.drop("monday.ndjson", body())
    desk.drop("monday.ndjson", body())
    first = desk.answers("monday.ndjson")
    again = desk.drop("monday.ndjson", body())
    assert (again.status, json.loads(again.body)["state"]) == (200, "answered")
    assert desk.answers("monday.ndjson") == first and len(desk.kept) == 1
    other = desk.drop("monday.ndjson", body(itemID="I-2"))
    assert other.status == 409 and "other content" in json.loads(other.body)["detail"]
    assert desk.answers("monday.ndjson") == first and len(desk.kept) == 1


def test_a_line_that_cannot_be_read_keeps_no_other_back(desk: Desk) -> None:
    raw = b"{\n\n[1]\n" + json.dumps(body()).encode() + b'\r\n{"language": "DE"}\n'
    assert desk.call("PUT", FILE, raw).status == 201
    answers = desk.answers("monday.ndjson")
    assert [bool(row.get("identCode")) for row in answers] == [False, False, True, False]
    assert answers[0]["schema"][0]["error"] == "must be a JSON object"
    assert "customer" in [fault["field"] for fault in answers[3]["schema"]]


@pytest.mark.parametrize("lines", [0, 1001])
def test_a_file_has_bounds(desk: Desk, lines: int) -> None:
    refused = desk.call("PUT", FILE, b"{}\n" * lines)
    assert refused.status == 422 and f"{lines} lines" in json.loads(refused.body)["detail"]
    assert files(desk) == []


@pytest.mark.parametrize("name", ["x.csv", ".ndjson", "-a.ndjson", "a.answer.ndjson", "a" * 65 + ".ndjson", "ä.ndjson"])
def test_a_name_has_a_form(desk: Desk, name: str) -> None:
    refused = desk.call("PUT", f"{FOLDER}/{name}", b"{}")
    assert refused.status == 400 and "allowed are" in json.loads(refused.body)["detail"]


def test_a_thousand_lines_are_each_judged(desk: Desk) -> None:
    desk.drop("big.ndjson", *(without_label(body(itemID=f"I-{n}")) for n in range(1000)))
    codes = [row["identCode"] for row in desk.answers("big.ndjson")]
    assert codes == [f"9960013217{n:08}" for n in range(1, 1001)]


def test_a_full_folder_takes_no_more_until_something_is_deleted(desk: Desk) -> None:
    for n in range(500):
        assert desk.call("PUT", f"{FOLDER}/f{n}.ndjson", b"{}").status == 201
    assert desk.call("PUT", f"{FOLDER}/more.ndjson", b"{}").status == 409
    desk.answers("f0.ndjson")
    assert desk.call("DELETE", f"{FOLDER}/f0.ndjson").status == 204
    assert desk.call("PUT", f"{FOLDER}/more.ndjson", b"{}").status == 201


def test_what_was_not_looked_at_stays_and_what_is_deleted_leaves_its_items(desk: Desk) -> None:
    desk.drop("monday.ndjson", body())
    assert desk.call("DELETE", FILE).status == 409
    desk.answers("monday.ndjson")
    assert desk.call("GET", FILE).body.startswith(b'{"language"')
    assert desk.call("DELETE", FILE).status == 204
    assert desk.call("GET", FILE).status == desk.call("DELETE", FILE).status == 404
    assert files(desk) == [] and len(desk.kept) == 1


def test_a_number_is_one_for_all_ways(desk: Desk) -> None:
    assert desk.rest(body(itemNumber="41"))["item"]["identCode"] == "996001321700000041"
    desk.drop("monday.ndjson", body(itemNumber="41"))
    assert desk.answers("monday.ndjson")[0]["errors"][0]["code"] == "E2016"
    assert desk.call("PUT", LABEL).status == 405


def test_the_folder_is_its_owners(desk: Desk) -> None:
    desk.drop("monday.ndjson", body())
    for method, path in (("GET", FOLDER), ("GET", FILE), ("PUT", FILE), ("DELETE", FILE)):
        assert desk.call(method, path, headers={"Authorization": "Basic c2hvcDp3cm9uZw=="}).status == 401
    desk.name = "other"
    assert files(desk) == [] and desk.call("GET", FILE).status == 404


def test_when_the_carrier_looks_is_a_setting(desk: Desk) -> None:
    desk.account(data_transfer_after_ms=3_600_000)
    desk.drop("monday.ndjson", body())
    assert desk.answers("monday.ndjson") == []  # a minute later
    while desk.world.step(desk.world.now_ms + 3_600_000) is not None:
        pass
    assert len(desk.kept) == 1
