"""One parcel on command: its timeline, its label, scans told late, twice or out of order, its life by name."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar

import pypdfium2
import pytest
import zxingcpp

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.simulators.registry import CARRIERS

T = TypeVar("T")
SHOP = "shop"
START = datetime(2026, 3, 22, 9, tzinfo=UTC)  # where the stocked shop's clock stands
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


async def drive(stocked: Any, script: Callable[[ControlClient], T]) -> T:
    def run() -> T:
        with stocked.client() as control:
            return script(control)

    return await asyncio.to_thread(run)


async def test_a_timeline_tells_what_was_and_what_is_to_come(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        parcel = stocked.mail_alliance
        control.journey(
            SHOP, parcel, steps=[{"after_ms": 5, "code": "shipped"}, {"after_ms": 10, "code": "in_transit"}]
        )
        control.advance(SHOP, by_ms=5)
        control.scan(SHOP, parcel, "held", occurred_at=START - timedelta(hours=1), reason="search", place="Hub")
        control.revoke(SHOP, parcel, 2)
        found = control.timeline(SHOP, parcel)
        assert found["parcel"] == control.parcel(SHOP, parcel)
        shipped, held = found["events"]
        at = START + timedelta(milliseconds=5)
        assert (shipped["sequence"], shipped["code"], shipped["at"], shipped["late_ms"]) == (1, "shipped", at, 0)
        assert (held["recorded_at"], held["occurred_at"]) == (at, START - timedelta(hours=1))
        assert (held["late_ms"], held["reason"], held["place"]) == (HOUR_MS + 5, "search", "Hub")
        assert (shipped["revoked"], held["revoked"]) == (False, True)
        coming = {"at": START + timedelta(milliseconds=15), "code": "in_transit", "place": "", "reason": ""}
        assert found["coming"] == [coming]
        control.pause(SHOP, parcel)
        assert control.timeline(SHOP, parcel)["coming"] == [{**coming, "at": None}]
        assert control.timeline(SHOP, stocked.cdek)["coming"] == []

    await drive(stocked, script)


async def test_what_is_to_come_comes_when_the_timeline_says(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        control.journey(SHOP, stocked.mail_alliance, story="second-attempt")
        coming = control.timeline(SHOP, stocked.mail_alliance)["coming"]
        assert [row["at"] for row in coming] == sorted(row["at"] for row in coming)
        assert len(coming) > 4
        control.advance(SHOP, to=coming[2]["at"])
        found = control.timeline(SHOP, stocked.mail_alliance)
        assert [(row["at"], row["code"]) for row in found["events"]] == [(row["at"], row["code"]) for row in coming[:3]]
        assert found["coming"] == coming[3:]

    await drive(stocked, script)


async def test_a_journey_into_the_far_future_has_no_moments_there(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        steps = [{"after_ms": 10**12, "code": "in_transit"}] * 1_000
        control.journey(SHOP, stocked.mail_alliance, steps=steps)
        coming = control.timeline(SHOP, stocked.mail_alliance)["coming"]
        assert (coming[0]["at"].year, coming[-1]["at"]) == (2057, None)

    await drive(stocked, script)


async def test_labels_are_the_carriers_own_and_scan(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        for parcel in (stocked.mail_alliance, stocked.cdek):
            number = control.parcel(SHOP, parcel)["number"]
            page = pypdfium2.PdfDocument(BytesIO(control.label(SHOP, parcel)))[0]
            read = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
            assert number in {found.text for found in read}
            assert number.encode() in control.label(SHOP, parcel, "zpl")  # CDEK itself offers none
        control.advance(SHOP, by_ms=100 * DAY_MS)
        with pytest.raises(ControlError) as gone:
            control.label(SHOP, stocked.mail_alliance)
        assert gone.value.status == 404  # kept for 90 days

    await drive(stocked, script)


async def test_a_scan_is_recorded_late(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        parcel = stocked.mail_alliance
        assert control.scan(SHOP, parcel, "shipped", delay_recorded_ms=2 * HOUR_MS)["scans"] == 0
        dump = control.snapshot(SHOP)
        for _ in range(2):
            control.advance(SHOP, by_ms=2 * HOUR_MS - 1)
            assert control.parcel(SHOP, parcel)["scans"] == 0
            control.advance(SHOP, by_ms=1)
            (event,) = control.timeline(SHOP, parcel)["events"]
            assert (event["occurred_at"], event["recorded_at"]) == (START, START + timedelta(hours=2))
            control.restore(SHOP, dump)  # what was put off outlives a snapshot

    await drive(stocked, script)


async def test_a_late_scan_that_is_refused_then_leaves_the_parcel_as_it_was(
    stocked: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def script(control: ControlClient) -> None:
        control.scan(SHOP, stocked.cdek, "DELIVERED", reason="no such reason", delay_recorded_ms=5)
        before = control.parcel(SHOP, stocked.cdek)
        control.advance(SHOP, by_ms=5)
        assert control.parcel(SHOP, stocked.cdek) == before

    await drive(stocked, script)
    assert "a scan of" in caplog.text


async def test_a_scans_webhooks_go_out_again_and_are_overtaken(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        parcel = stocked.mail_alliance
        cdek = stocked.cdek
        sent = len(control.attempts(SHOP, carrier="cdek"))
        control.scan(SHOP, cdek, "DELIVERED", duplicate=2)
        control.advance(SHOP, by_ms=0)
        first = control.attempts(SHOP, carrier="cdek")[sent:]
        assert len({row["body"] for row in first}) == 1
        assert len([row for row in first if row["event"].endswith("DELIVERED")]) == 3
        assert control.switches(SHOP, "cdek")["duplicate"] == 0
        sent += len(first)
        control.scan(SHOP, cdek, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", reorder=True)
        control.scan(SHOP, cdek, "TAKEN_BY_COURIER")
        control.advance(SHOP, by_ms=DAY_MS)
        events = [row["event"].rpartition("/")[2] for row in control.attempts(SHOP, carrier="cdek")[sent:]]
        assert events == ["TAKEN_BY_COURIER", "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE"]
        assert control.parcel(SHOP, parcel)["scans"] == 0

    await drive(stocked, script)


async def test_switches_stay_as_they_were_after_a_scan_of_its_own(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        control.switches(SHOP, "cdek", drop=3, late_ms=7, only={"reference": ["P-001"]})
        control.scan(SHOP, stocked.cdek, "DELIVERED", duplicate=1, reorder=True)
        kept = control.switches(SHOP, "cdek")
        assert (kept["drop"], kept["late_ms"], kept["duplicate"]) == (2, 7, 0)
        assert kept["only"] == {"reference": ["P-001"]}

    await drive(stocked, script)


async def test_a_step_that_is_refused_is_not_skipped(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        steps = [{"after_ms": HOUR_MS, "code": "DELIVERED", "reason": "no such reason"}]
        control.journey(SHOP, stocked.cdek, steps=steps)
        before = control.snapshot(SHOP)
        with pytest.raises(ControlError) as refused:
            control.step(SHOP, stocked.cdek)
        assert refused.value.status == 409
        assert control.snapshot(SHOP) == before

    await drive(stocked, script)


async def test_stories_are_told_in_words_and_drawn_by_weight(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        told = {(row["carrier"], row["story"]): row["steps"] for row in control.journeys()}
        assert set(told) == {(carrier.name, story) for carrier in CARRIERS for story in carrier.stories}
        assert all(steps for (_, story), steps in told.items() if story != "stuck")
        assert "09:00 to 17:00: delivered, the recipient's door" in told["mail_alliance", "delivered"][-1]
        assert told["cdek", "refused"][-1].startswith("about 4 h later: NOT_DELIVERED (Не вручен), reason ")
        assert {row["carrier"] for row in control.journeys(carrier="cdek")} == {"cdek"}
        weights = {row["story"]: row["weight"] for row in control.journeys(SHOP, "cdek")}
        assert {story: weight for story, weight in weights.items() if weight} == {"delivered": 1}
        assert control.set_mix(SHOP, "mail_alliance", {"lost": 0.5}) == {"lost": 0.5}
        control.change_settings(SHOP, {"mix": {"stuck": 2}})
        others = {carrier.name: {"stuck": 2} for carrier in CARRIERS if carrier.stories}
        del others["mail_alliance"]
        assert control.mixes(SHOP) == {"mail_alliance": {"lost": 0.5}, **others}
        assert control.set_mix(SHOP, "mail_alliance", None) == {"stuck": 2}
        with pytest.raises(ControlError) as refused:
            control.set_mix(SHOP, "cdek", {"RETURNVILLE": 1})
        assert refused.value.status == 422

    await drive(stocked, script)


async def test_a_carriers_own_mix_is_what_its_parcels_live(stocked: Any) -> None:
    def script(control: ControlClient) -> None:
        control.set_mix(SHOP, "mail_alliance", {"stuck": 0.25})

    await drive(stocked, script)
    lives = {carrier.name: carrier for carrier in CARRIERS}
    from parcelproof.simulators.wire import mix

    for name, story in (("mail_alliance", "stuck"), ("cdek", "delivered")):
        drawn = {mix.drawn(stocked.world, name, lives[name].stories, str(number)) for number in range(50)}
        assert drawn == {story}
    stocked.world.store.header.settings["cdek"] = {"mix": {"lost": 0.5, "refused": 0.5, "unknown": 9}}
    drawn = {mix.drawn(stocked.world, "cdek", lives["cdek"].stories, str(number)) for number in range(50)}
    assert drawn == {"lost", "refused"}
