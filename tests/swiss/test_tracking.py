"""Tracking, events and lives. Contract §9; statuses §2, §3."""

import json

import pytest

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Collected, Parcel, Step
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.postal_api.swiss import CARRIER

from .conftest import DAY_MS, TRACKING, Desk

MEANINGS = {  # the contract's table of numbers, typed again
    Status.ANNOUNCED: "600 620 854 859",
    Status.ACCEPTED: "100 200 500 501 502 912",
    Status.CUSTOMS: "803 819 842 902 919",
    Status.IN_TRANSIT: "804 805 813 815 818 820 847 904 905 906 907 908 909 913 915 918 920 921 "
    "1001 1002 1100 1201 1202 1204 1213 1218 4020",
    Status.OUT_FOR_DELIVERY: "1003",
    Status.READY_FOR_PICKUP: "910 926 2102",
    Status.DELIVERY_FAILED: "923 924 934",
    Status.RETURNED: "3600",
    Status.DELIVERED: "938 3800 4000 4001 4600",
}
BUSINESS = {
    Status.ANNOUNCED: "NOT_YET_SENT",
    Status.ACCEPTED: "ON_GOING_DELIVERY",
    Status.CUSTOMS: "CUSTOMS",
    Status.IN_TRANSIT: "ON_GOING_DELIVERY",
    Status.OUT_FOR_DELIVERY: "ON_GOING_DELIVERY",
    Status.READY_FOR_PICKUP: "WAITING_FOR_PICKUP",
    Status.DELIVERY_FAILED: "ON_GOING_DELIVERY",
    Status.RETURNED: "RETURNED",
    Status.DELIVERED: "DELIVERED",
}


def parcel_of(desk: Desk, code: str) -> Parcel:
    found = desk.world.by_number("swiss_post", code)
    assert found is not None
    return found


def scanned(desk: Desk, code: str, *numbers: int) -> Parcel:
    for number in numbers:
        CARRIER.scan(desk.world, parcel_of(desk, code), Step(0, f"PARCEL.*.1.{number}"))
    return parcel_of(desk, code)


def detail(desk: Desk, code: str) -> str:
    return str(desk.get(f"{TRACKING}/mailpieces/{code}/detail")["status"]["status"])


@pytest.mark.parametrize("status", MEANINGS)
def test_every_number_means_what_the_table_says(desk: Desk, status: Status) -> None:
    for number in MEANINGS[status].split():
        code = desk.made()["identCode"]
        assert scanned(desk, code, int(number)).status is status
        assert detail(desk, code) == BUSINESS[status]


def test_the_table_is_whole() -> None:
    numbers = {int(number) for row in MEANINGS.values() for number in row.split()}
    assert set(CARRIER.codes) == {f"{mail}.*.1.{number}" for mail in ("PARCEL", "LETTER") for number in numbers}


def test_an_unknown_code_is_refused(desk: Desk) -> None:
    code = desk.made()["identCode"]
    with pytest.raises(Rejected):
        CARRIER.scan(desk.world, parcel_of(desk, code), Step(0, "PARCEL.*.1.7"))


def test_events_are_told_with_time_place_and_words(desk: Desk) -> None:
    code = desk.made()["identCode"]
    scanned(desk, code, 100, 4000)
    path = f"{TRACKING}/mailpieces/{code}/events/"
    events = desk.get(path, **{"Accept-Language": "fr"})["events"]
    assert [set(event) for event in events] == [{"code", "title", "subtitle", "timestamp", "location"}] * 2
    assert [event["code"] for event in events] == ["PARCEL.*.1.100", "PARCEL.*.1.4000"]
    assert events[1]["timestamp"] == "2026-03-02T10:00:00+01:00"
    assert [event["location"] for event in events] == ["1030 Bussigny", "1015 Lausanne"]
    titles = {
        language: desk.get(path, **{"Accept-Language": language})["events"][1]["title"]
        for language in ("de", "fr", "it", "en", "rm", "en-GB;q=0.5, it;q=0.9", "*")
    }
    assert titles["fr"] == "L'envoi a été distribué" and titles["en"] == "The consignment has been delivered"
    assert titles["de"] == titles["rm"] == titles["*"] == "Die Sendung wurde zugestellt"
    assert titles["it"] == titles["en-GB;q=0.5, it;q=0.9"] == "L'invio è stato recapitato"


def test_a_withdrawn_event_has_a_sub_event_that_revokes_it(desk: Desk) -> None:
    code = desk.made()["identCode"]
    scanned(desk, code, 100, 4000)
    CARRIER.revoke(desk.world, parcel_of(desk, code), 2)
    assert detail(desk, code) == "ON_GOING_DELIVERY"
    events = desk.get(f"{TRACKING}/mailpieces/{code}/events")["events"]
    told = [(event["code"], event.get("subEventId")) for event in events]
    assert told == [("PARCEL.*.1.100", None), ("PARCEL.*.1.4000", "CAN")]


def test_late_events_stand_where_they_occurred(desk: Desk) -> None:
    code = desk.made()["identCode"]
    desk.advance(60_000)
    scanned(desk, code, 1003)
    CARRIER.scan(desk.world, parcel_of(desk, code), Step(0, "PARCEL.*.1.1002", late_ms=30_000))
    assert detail(desk, code) == "ON_GOING_DELIVERY"
    events = desk.get(f"{TRACKING}/mailpieces/{code}/events")["events"]
    assert [event["code"] for event in events] == ["PARCEL.*.1.1002", "PARCEL.*.1.1003"]


def test_several_are_asked_for_at_once_and_dots_are_read(desk: Desk) -> None:
    code = desk.made()["identCode"]
    dotted = f"{code[:2]}.{code[2:4]}.{code[4:10]}.{code[10:]}"
    for ids, found in (([code, "1"], [code]), (dotted, [dotted])):
        answer = desk.call("POST", f"{TRACKING}/mailpieces", json.dumps({"ids": ids}).encode(), desk.bearer())
        body = json.loads(answer.body)
        assert [piece["id"] for piece in body["mailpieces"]] == found
        assert body["mailpieces"][0]["identCode"] == code
        assert body["notFound"] == ([] if ids == dotted else ["1"])
    for wrong in (None, 1, [], [1], ["1"] * 101):
        answer = desk.call("POST", f"{TRACKING}/mailpieces", json.dumps({"ids": wrong}).encode(), desk.bearer())
        assert answer.status == 400


def test_an_unknown_consignment_is_404(desk: Desk) -> None:
    headers = desk.bearer() if desk.sign_in() else {}
    for what in ("detail", "events"):
        answer = desk.call("GET", f"{TRACKING}/mailpieces/990000000000000009/{what}", headers=headers)
        assert answer.status == 404 and b"990000000000000009" in answer.body


ENDS = {
    "delivered": "DELIVERED",
    "letterbox": "DELIVERED",
    "second-attempt": "DELIVERED",
    "pickup": "DELIVERED",
    "locker": "DELIVERED",
    "returned": "RETURNED",
    "refused": "RETURNED",
    "stuck": "NOT_YET_SENT",
}


@pytest.mark.parametrize("name", ENDS)
def test_a_life_named_in_the_request_is_lived_to_its_end(desk: Desk, name: str) -> None:
    code = desk.made(sendingID=f"[story: {name}]")["identCode"]
    assert detail(desk, code) == "NOT_YET_SENT"
    desk.advance(30 * DAY_MS)
    assert detail(desk, code) == ENDS[name]
    assert CARRIER.told is not None and CARRIER.told(name)


def test_every_story_is_tried() -> None:
    assert set(ENDS) == set(CARRIER.stories)


def test_a_parcel_waits_for_pickup_meanwhile(desk: Desk) -> None:
    code = desk.made(sendingID="[story: pickup]")["identCode"]
    seen = []
    for _ in range(100):
        desk.advance(3_600_000)
        status = detail(desk, code)
        seen += [status] if status not in seen else []
    assert seen == ["NOT_YET_SENT", "ON_GOING_DELIVERY", "WAITING_FOR_PICKUP", "DELIVERED"]


def test_letters_speak_of_letters(desk: Desk) -> None:
    code = desk.made(item={"attributes": {"przl": ["RINL"], "weight": None}})["identCode"]
    desk.advance(30 * DAY_MS)
    events = desk.get(f"{TRACKING}/mailpieces/{code}/events")["events"]
    assert {event["code"].partition(".")[0] for event in events} == {"LETTER"}


def test_a_return_is_on_its_way_back_from_its_first_scan(desk: Desk) -> None:
    code = desk.made(item={"attributes": {"przl": ["GAS", "ECO"]}})["identCode"]
    assert scanned(desk, code, 600).status is Status.ANNOUNCED
    assert scanned(desk, code, 100).status is Status.RETURNING
    assert scanned(desk, code, 4000).status is Status.RETURNED
    assert detail(desk, code) == "RETURNED"


def test_cash_is_taken_when_it_is_delivered_and_given_back_when_that_was_wrong(desk: Desk) -> None:
    cash = {"additionalData": [{"type": "NN_BETRAG", "value": "150.50"}], "attributes": {"przl": ["PRI", "BLN"]}}
    code = desk.made(item=cash)["identCode"]
    parcel = scanned(desk, code, 100, 4000, 4001)
    taken = [fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected)]
    assert taken == [15_050]
    for sequence in (2, 3):
        parcel = CARRIER.revoke(desk.world, parcel_of(desk, code), sequence)
    assert sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected)) == 0


def test_a_number_used_again_leads_to_the_newer_consignment(desk: Desk) -> None:
    asked = {"itemNumber": "1"}
    code = desk.made(item=asked)["identCode"]
    scanned(desk, code, 4000)
    desk.advance(30 * DAY_MS)
    assert desk.made(item=asked)["identCode"] == code
    assert detail(desk, code) == "NOT_YET_SENT"
