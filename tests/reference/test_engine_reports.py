"""Reports over time: late outcomes, days asked for, what stays outstanding; fed twice and in any order."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from parcelproof.reference.domain.money import share, vat_inside
from parcelproof.reference.ports import Registry, ReturnNotice, Unsupported
from parcelproof.reference.usecases import accounts, reporting

from .payouts import feed, report, row, rub, ship


async def test_a_carrier_without_registries_is_asked_once_a_month_and_then_of_every_day(
    rig: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.poll_seldom(alert={"frequency_minutes": 0}, channels={"webhook": False, "poll": False})
    far, asked, known = rig.world.far, [], rig.world.far.registries
    began = rig.clock.now()

    async def none(day: date) -> Any:
        asked.append(day)
        raise Unsupported("registries", "no registries here")

    monkeypatch.setattr(far, "registries", none)
    await rig.run(days=35)
    assert len(asked) == 2
    monkeypatch.setattr(far, "registries", known)
    await rig.run(days=30)
    assert {began.date() + timedelta(days=day) for day in range(60)} <= set(far.asked_days)


async def test_outcomes_come_from_tracking_and_wait_for_it(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    back = await ship(rig, "C", rub("X", 5000))
    far, at = rig.world.far, rig.clock.now()
    far.scan(back, "returning", at, opens_return=True)
    far.returned["R1"] = ReturnNotice(carrier="cdek", number="R1", direct_number=back, reason="11", received_at=None)
    await rig.run(hours=1, seconds=1)
    normal = report(
        row(1, None, number, 5000, {"delivery": 100}),
        row(2, None, back, 0, {"delivery": 100}),
        row(3, None, "R1", 0, {"delivery": 50}),
    )
    fed = await feed(rig, normal)
    assert (fed.lines[0]["result"], fed.state) == ("pending", "pending")
    assert [line["result"] for line in fed.lines[1:]] == ["settled", "settled"]
    assert [(d["kind"], d["sum_minor"]) for d in await rig.documents("C")] == [
        ("SR", 5000), ("SP", 100), ("PO", 100), ("SP", 50), ("PO", 50)
    ]  # fmt: skip
    far.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=7)
    assert [(d["kind"], d["sum_minor"]) for d in await rig.documents("B")] == [("SP", 100), ("PI", 5000), ("PO", 100)]
    assert [found["state"] for found in await reporting.listed(rig.shop, rig.actor)] == ["done"]


async def test_a_report_of_the_longest_names_waits_for_its_outcomes_too(rig: Any) -> None:
    number = await ship(rig, "B", rub("X", 5000))
    normal = report(row(1, None, number, 5000, {}), number="n" * 100, contract="k/" * 50)
    assert [line["result"] for line in (await feed(rig, normal)).lines] == ["pending"]
    rig.world.far.scan(number, "delivered", rig.clock.now())
    await rig.run(hours=7)
    fed = await feed(rig, normal)
    assert [line["code"] for line in fed.lines] == ["WRONG_CARRIER"]  # it waits no more
    assert [found["state"] for found in await reporting.listed(rig.shop, rig.actor)] == ["done"]


async def test_registries_are_asked_for_of_every_day_however_long_ago(rig: Any) -> None:
    await rig.poll_seldom(alert={"frequency_minutes": 720})
    number = await ship(rig, "B", rub("X", 5000))
    rig.world.far.silent.add("registries")
    await rig.run(days=30)
    rig.world.far.payouts[rig.clock.now().date() - timedelta(days=27)] = [
        Registry(normal=report(row(1, "delivered", number, 5000, {"delivery": 100})))
    ]
    rig.world.far.silent.clear()
    await rig.run(hours=7)
    assert [doc["kind"] for doc in await rig.documents("B")] == ["SP", "PI", "PO"]
    days = set(rig.world.far.asked_days)
    assert len(days) >= 30
    await rig.run(days=2)
    assert len(await rig.documents("B")) == 3


async def test_what_no_report_names_is_outstanding_after_its_days(rig: Any) -> None:
    await rig.poll_seldom(alert={"frequency_minutes": 720})
    number = await ship(rig, "B", rub("X", 5000))
    rig.world.far.scan(number, "delivered", rig.clock.now())
    await rig.run(days=2)
    books = await accounts.books(rig.shop, rig.actor)
    assert (books["outstanding"], books["carriers"][0]["owed_minor"]) == ([], 5000)
    await rig.run(days=13)
    books = await accounts.books(rig.shop, rig.actor)
    assert [(found["order"], found["why"]) for found in books["outstanding"]] == [("B", "money")]


def test_vat_and_sharing_vectors() -> None:
    vectors = {(12000, 20): 2000, (35000, 20): 5833, (3, 20): 1, (15, 20): 3, (7, 20): 1, (35001, 22): 6312}
    vectors |= {(4250, 22): 766, (1000, 10): 91, (9900, 7): 648, (9900, 5): 471, (9900, 0): 0}
    assert {key: vat_inside(*key) for key in vectors} == vectors
    assert share(100, [1, 1, 1]) == [34, 33, 33]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_shares_add_up(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


outcomes = st.lists(
    st.tuples(st.sampled_from(["delivered", "refused", "prepaid"]), st.integers(0, 2), st.integers(0, 40_000)),
    min_size=1, max_size=5,
)  # fmt: skip


async def documents_after(rig: Any, reports: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    for normal in reports:
        await feed(rig, normal)
    names = ("kind", "order", "tracking", "sum_minor", "vat_minor", "report", "sync_id", "moment")
    return sorted(tuple(str(found[name]) for name in names) for found in await rig.documents())


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes)
async def test_run_run_is_run_and_reports_come_in_any_order(new_rig: Any, drawn: list[tuple[str, int, int]]) -> None:
    found = []
    for order in permutations(range(3)) if len(drawn) < 3 else [(0, 1, 2), (2, 1, 0)]:
        rig = await new_rig()
        reports: list[list[dict[str, Any]]] = [[], [], []]
        for n, (outcome, which, fee) in enumerate(drawn):
            tracking = await ship(rig, f"O{n}", rub("X", 50_000), cod=outcome != "prepaid")
            taken = 50_000 if outcome == "delivered" else 0
            kind = "refused" if outcome == "refused" else "delivered"
            reports[which].append(row(n, kind, tracking, taken, {"delivery": fee}))
        cover = await ship(rig, "COVER", rub("X", 900_000))
        reports[0].append(row(90, "delivered", cover, 900_000, {}))
        fees = [row(91 + which, "fee_only", None, 0, {"pickup": 10 + which}) for which in (1, 2)]
        whole = [report(*rows, *fees[at - 1 : at], number=f"N{at}") for at, rows in enumerate(reports)]
        once = await documents_after(rig, [whole[at] for at in order])
        assert await documents_after(rig, [whole[at] for at in order] * 2) == once
        books = await accounts.books(rig.shop, rig.actor)
        moved = sum(found["movement_minor"] for found in books["account"])
        payouts = [normal["totals"]["payout"] for normal in whole]
        assert moved == sum(max(0, payout) for payout in payouts)
        found.append(once)
    assert all(other == found[0] for other in found)
