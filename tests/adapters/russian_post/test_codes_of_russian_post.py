"""Russian Post's pairs by `statuses` §3a: the contract's test vectors 6 to 8, and every row that is not a default."""

from datetime import datetime, timedelta

import pytest

from parcelproof.reference.adapters.russian_post.codes import Operation, pair_meaning
from parcelproof.reference.adapters.russian_post.reading import Scan, events
from parcelproof.reference.domain.statuses import picture

NOW = datetime.fromisoformat("2026-03-02T08:00:00+00:00")


def scan(code: str, minute: int, mail_type: int | None) -> Scan:
    kind, _, attribute = code.partition("/")
    at = NOW + timedelta(minutes=minute)
    return Scan(
        kind=int(kind), attribute=int(attribute), clock=at.replace(tzinfo=None), at=at, text="", mail_type=mail_type
    )


def after_each(rows: list[str], mail_type: int | None = 23) -> list[str]:
    """Return the shipment's status after each line arrived; `8/2@5` happened in minute 5, whenever it came."""
    scans = []
    for place, row in enumerate(rows):
        code, _, minute = row.partition("@")
        scans.append(scan(code, int(minute or place), mail_type))
    return [picture("D", events("D", scans[: count + 1])).status for count in range(len(scans))]


def test_vector_6_of_russian_post() -> None:
    lines = ["28/0", "1/2", "8/1", "8/3", "8/2", "8/28", "63/0", "2/1"]
    way = ["announced", "accepted", "in_transit", "in_transit"]
    assert after_each(lines) == [*way, "ready_for_pickup", "ready_for_pickup", "ready_for_pickup", "delivered"]
    assert after_each([*lines[:5], "8/15"], mail_type=24) == [*way, "in_transit", "out_for_delivery"]


@pytest.mark.parametrize(("end", "status"), [("2/2@6", "returned"), ("2/0@6", "returned"), ("2/1@6", "delivered")])
def test_vector_7_of_russian_post(end: str, status: str) -> None:
    lines = ["8/2@1", "8/4@3", "3/1@2", "8/2@5", end, "8/3@4"]
    way = ["ready_for_pickup", "in_transit", "returning", "returning"]
    assert after_each(lines, mail_type=4) == [*way, status, status]


def test_vector_8_of_russian_post() -> None:
    lines = [
        "10/0", "9/1", "11/0", "14/8", "14/1", "31/21", "8/15", "12/6", "8/15", "42/9", "99/1", "1027/4", "18/0",
    ]  # fmt: skip
    assert after_each(lines, mail_type=7) == [
        "in_transit", "in_transit", "customs", "customs", "in_transit", "in_transit", "out_for_delivery", "returning",
        "out_for_delivery", "ready_for_pickup", "ready_for_pickup", "held", "lost_or_damaged",
    ]  # fmt: skip


def test_what_comes_before_a_line_decides_what_it_says() -> None:
    assert after_each(["28/0", "39/1", "1/1", "39/1", "27/0"]) == [
        "announced", "announced", "accepted", "customs", "customs",
    ]  # fmt: skip
    assert after_each(["28/0", "8/39", "8/1", "8/39"]) == ["announced", "accepted", "in_transit", "ready_for_pickup"]
    assert after_each(["28/0", "1/1", "26/1"])[-1] == "cancelled"
    assert after_each(["28/0", "1/1", "8/1", "26/1"])[-1] == "in_transit", "later the goods come back by a return"
    assert after_each(["1/1", "8/2", "2/1", "26/2"])[-1] == "ready_for_pickup", "an operator's mistake is taken back"
    assert after_each(["1/1", "2/1", "26/2", "26/0"])[-1] == "announced", "one mistake after the other"


LISTED: dict[str, str] = {
    "delivered": "2/0 2/1 2/3 2/14 2/27 21/1 48/0",
    "returned": "2/2 2/4 2/7 2/9 2/16 2/20 2/22 2/24 2/28 2/29 2/30 2/31 62/0",
    "returning": "3/0 3/1 3/4 3/23 8/41 12/6 12/13 42/26 22/5 35/7 44/14 55/1",
    "customs": "3/13 4/10 5/8 8/51 11/0 12/19 42/24 14/0 14/2 14/4 14/17 19/0 24/1 24/1099 35/5 40/2",
    "in_transit": "4/0 4/4 4/13 5/3 8/0 8/12 8/22 8/77 8/20 9/1 10/0 12/25 13/0 14/1 14/13 14/16 14/26 29/0 31/21 31/82"
    " 32/0 33/2 51/6 56/1 61/0",
    "held": "4/5 4/6 4/11 7/1 8/21 8/29 8/40 8/47 8/53 8/65 12/2 12/3 12/4 12/5 12/12 12/15 12/16 12/20 42/29 22/2 22/3"
    " 22/4 22/7 22/8 25/0 35/4 38/4 44/1 44/0 51/2 51/5 60/1 60/5 1027/1",
    "lost_or_damaged": "5/1 12/14 42/28 16/0 18/0",
    "undeliverable": "5/0 5/2 12/23 15/0 17/0 23/0",
    "unknown": "5/9 8/45 8/46 64/0 99/1 0/0",
    "ready_for_pickup": "6/1 6/5 8/9 8/10 8/14 8/16 8/23 8/24 8/25 8/27 8/28 8/33 8/35 8/42 8/43 8/56 8/57 8/58 8/59"
    " 8/60 8/62 8/74 12/9 12/17 42/18 35/1 35/9",
    "out_for_delivery": "8/15 8/18 8/68 8/69",
    "delivery_failed": "12/0 12/1 12/7 12/22 12/30 42/21 22/0 22/1 22/9 50/8 51/0 51/3 57/0",
    "keep": "8/19 8/26 8/34 8/36 8/37 8/38 8/48 8/50 8/52 8/54 8/61 8/63 8/66 8/67 8/78 26/2 30/0 34/0 36/1 41/6 43/0"
    " 45/0 47/0 49/2 52/0 53/1 54/2 55/0 55/2 55/6 58/0 59/0 60/2 63/0",
    "accepted": "1/0 1/1 1/11 20/0",
    "announced": "27/0 28/0 37/0",
    "cancelled": "44/15 46/0",
}
OPENS = {"3/0", "3/1", "3/4", "3/23", "8/41", "44/14", "55/1"}


@pytest.mark.parametrize("status", LISTED)
def test_every_row_has_the_value_of_the_table(status: str) -> None:
    for code in LISTED[status].split():
        kind, _, attribute = code.partition("/")
        meaning = pair_meaning(Operation(int(kind), int(attribute)))
        assert (meaning.code, meaning.status, meaning.opens_return) == (code, status, code in OPENS)
        assert meaning.partial is (code == "48/0")
