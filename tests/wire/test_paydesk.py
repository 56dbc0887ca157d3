"""What the payouts of every courier can do, by the tenant's switches and the named bad days: `settlement` §9.

The orders are placed and carried at each courier as its own tests do it; the reports are read as files by the
reference's reader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.courier_api.conftest import Desk as CdekDesk
from tests.iml.conftest import Desk as ImlDesk
from tests.pickpoint.conftest import OFFICE
from tests.pickpoint.conftest import Desk as PickpointDesk

from parcelproof.reference.adapters.reports import read_report
from parcelproof.reference.domain import reports as rules
from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Collected, PaidOut, Parcel
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import PARCELS, World
from parcelproof.simulators.courier_api.cdek import payouts as cdek
from parcelproof.simulators.courier_api.iml import payouts as iml
from parcelproof.simulators.courier_api.pickpoint import payouts as pickpoint
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire import bad_days
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.paydesk import Outcome, PayDesk, Report
from parcelproof.simulators.wire.report_layouts import biff
from parcelproof.simulators.wire.tenants import Tenants

DAY_MS = 86_400_000
START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z
DESKS: dict[str, PayDesk] = {"cdek": cdek.DESK, "iml": iml.DESK, "pickpoint": pickpoint.DESK}
ALL: dict[str, Carrier] = {carrier.name: carrier for carrier in CARRIERS}
TWO = {
    "cdek": [CdekDesk.item(), CdekDesk.item(ware_key="CUP-1", name="Чашка", amount=1)],
}


@dataclass
class Shop:
    """A tenant of one courier, and how it places an order of two articles with cash on delivery."""

    carrier: Carrier
    client: Any

    @property
    def world(self) -> World:
        found: World = self.client.world
        return found

    @property
    def desk(self) -> PayDesk:
        return DESKS[self.carrier.name]

    def order(self, story: str) -> str:
        """Place an order, let it live a story, and return its parcel's id."""
        parcel = self._placed(f"A-{1 + self.world.store.count(PARCELS)}")
        self.world.travel(parcel, self.carrier.story(self.world, parcel, story))
        return parcel.id

    def _placed(self, number: str) -> Parcel:
        client = self.client
        if isinstance(client, CdekDesk):
            uuid = client.order(number=number, packages=[client.package(items=TWO["cdek"])])
            return self.world.parcel(uuid)
        if isinstance(client, ImlDesk):
            return client.parcel(client.made(CustomerOrder=number))
        return self.world.parcel(f"pickpoint-{client.sending(SenderCode=number, PostamatNumber=OFFICE)}")

    def days(self, count: int) -> None:
        self.client.advance(count * DAY_MS)

    def set(self, **changes: Any) -> None:
        found = dict(self.world.store.header.settings.get(self.carrier.name, {}))
        self.client.settings(**{self.carrier.name: {**found, **changes}})

    def begin(self, name: str) -> None:
        bad_days.begin(self.world, ALL, name, self.carrier.name)

    def make(self) -> Report:
        number = self.desk.make(self.world)
        assert number is not None
        report = self.world.store.get(self.desk.made, number)
        assert report is not None
        return report

    def file(self, number: str, form: str) -> dict[str, Any]:
        payouts = self.carrier.payouts
        assert payouts is not None
        normal: dict[str, Any] = dict(read_report("r", payouts.file(self.world, number, form).body).normal)
        return normal


def opened(name: str) -> Shop:
    carrier = ALL[name]
    tenants = Tenants(
        duties=carrier.duties,
        kinds=[*carrier.kinds, *bad_days.KINDS],
        virtual=True,
        now_ms=START_MS,
        seed="s",
    )
    clients: dict[str, Callable[[Tenants], Any]] = {"cdek": CdekDesk, "iml": ImlDesk, "pickpoint": PickpointDesk}
    client = clients[name](tenants)
    if name == "iml":
        tenants.world(client.name)
    else:
        client.log_in()
    shop = Shop(carrier, client)
    shop.set(payout_after_days="off")
    return shop


@pytest.fixture(params=sorted(DESKS))
def shop(request: pytest.FixtureRequest) -> Shop:
    return opened(request.param)


def by_outcome(report: Report) -> dict[Outcome, list[Any]]:
    return {outcome: [line for line in report.lines if line.outcome is outcome] for outcome in Outcome}


def test_every_courier_that_pays_is_tried_here() -> None:
    """The post pays money orders only, and is tried with its own tests."""
    assert {*DESKS, "russian_post"} == {name for name, carrier in ALL.items() if carrier.payouts is not None}


def test_a_report_has_a_line_for_every_end_and_adds_up(shop: Shop) -> None:
    ids = [shop.order(story) for story in ("delivered", "partly-refused", "refused")]
    shop.days(30)
    report = shop.make()
    found = by_outcome(report)
    assert [
        line.parcel for kind in (Outcome.DELIVERED, Outcome.PARTIAL, Outcome.REFUSED) for line in found[kind]
    ] == ids
    (whole,), (part,), (none,) = found[Outcome.DELIVERED], found[Outcome.PARTIAL], found[Outcome.REFUSED]
    assert whole.collected_minor > part.collected_minor > none.collected_minor == 0
    assert {pieces.sku: (pieces.delivered > 0, pieces.refused > 0) for pieces in part.items}.keys() == {
        "TEA-1",
        "CUP-1",
    }
    assert sum(pieces.delivered for pieces in part.items) and sum(pieces.refused for pieces in part.items)
    for line in report.lines:
        assert line.transfer_minor == line.collected_minor - line.services_minor - line.agent_minor
    truth = sum(
        fact.amount_minor for place in ids for fact in shop.world.parcel(place).facts if isinstance(fact, Collected)
    )
    assert sum(line.collected_minor for line in report.lines) == truth
    assert shop.desk.make(shop.world) is None, "everything is paid"


def test_return_legs_name_the_parcel_they_belong_to_or_are_none(shop: Shop) -> None:
    """Only IML brings goods home under the order's own number, within its one line."""
    shop.order("refused")
    shop.days(40)
    legs = by_outcome(shop.make())[Outcome.RETURN_LEG]
    assert len(legs) == (0 if shop.carrier.name == "iml" else 1)
    for leg in legs:
        assert leg.services_minor > 0 == leg.collected_minor


@pytest.mark.parametrize("form", ["csv", "csv-comma", "csv-cp1251", "csv-cp1251-comma", "xlsx", "xls", "xml"])
def test_every_form_says_what_the_desk_paid(shop: Shop, form: str) -> None:
    for story in ("delivered", "partly-refused", "refused"):
        shop.order(story)
    shop.days(40)
    report = shop.make()
    normal = shop.file(report.number, form)
    assert (normal["number"], normal["payment_date"]) == (report.number, report.payment_date)
    assert normal["totals"]["payout"] == report.sum_minor
    said = [(line["tracking"], line["order"] or "", line["collected"], line["transfer"]) for line in normal["lines"]]
    assert said == [(line.tracking, line.order, line.collected_minor, line.transfer_minor) for line in report.lines]
    if shop.carrier.name != "cdek":  # CDEK's registry does not tell how an order ended; its orders do
        assert [line["outcome"] for line in normal["lines"]] == [line.outcome for line in report.lines]
    rules.read(normal, rules.Terms())


def test_all_forms_of_a_report_are_one_report(shop: Shop) -> None:
    for story in ("delivered", "partly-refused", "refused"):
        shop.order(story)
    shop.days(40)
    number, payouts = shop.make().number, shop.carrier.payouts
    assert payouts is not None
    read = [rules.read(shop.file(number, form), rules.Terms()) for form in payouts.forms(shop.world)]
    assert len({report.identity for report in read}) == 1
    assert {rules.differs(one, other) for one in read for other in read} == {""}


def test_a_form_without_room_for_so_many_lines_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.order("delivered")
    shop.days(30)
    number = shop.make().number
    monkeypatch.setattr(biff, "MOST_ROWS", 3)
    with pytest.raises(Rejected, match="an XLS sheet has 3"):
        shop.file(number, "xls")
    assert shop.file(number, "xlsx")["lines"]


def test_late(shop: Shop) -> None:
    shop.begin("registry-late")
    shop.order("delivered")
    shop.days(30)
    number = shop.desk.make(shop.world)
    for _ in range(3):
        assert shop.desk.reports(shop.world) == [] and shop.desk.report(shop.world, str(number)) is None
        shop.days(1)
    assert [report.number for report in shop.desk.reports(shop.world)] == [number]


def test_issued_again_with_corrections(shop: Shop) -> None:
    shop.begin("registry-reissued")
    shop.order("delivered")
    shop.order("delivered")
    shop.days(30)
    first = shop.make()
    before = shop.file(first.number, "csv")
    shop.days(1)
    (again,) = shop.desk.reports(shop.world)
    assert again.number == first.number and again.lines[1:] == first.lines[1:]
    assert again.lines[0].services_minor == first.lines[0].services_minor + 5_000
    assert again.sum_minor == first.sum_minor - 5_000
    after = shop.file(first.number, "csv")
    assert rules.differs(rules.read(before, rules.Terms()), rules.read(after, rules.Terms()))
    dates = [shop.desk.reports_of(shop.world, date) for date in again.shown_on]
    assert len(dates) == 2 and dates[0] == dates[1] == [again]


def test_split_over_two_days(shop: Shop) -> None:
    shop.begin("registry-split")
    ids = [shop.order("delivered") for _ in range(3)]
    shop.days(30)
    first = shop.make()
    assert len({line.parcel for line in first.lines}) == 2
    assert shop.desk.make(shop.world) is None, "the rest has its own day"
    shop.days(1)
    _, second = shop.desk.reports(shop.world)
    assert sorted(line.parcel for line in (*first.lines, *second.lines)) == sorted(ids)
    assert second.number != first.number and second.payment_order != first.payment_order
    assert second.payment_date > first.payment_date
    shop.days(5)
    assert len(shop.desk.reports(shop.world)) == 2


def test_two_halves_that_fall_on_one_day_are_one_report(shop: Shop) -> None:
    for wait in (30, 20):
        shop.set(registry_split_days=wait)
        shop.order("delivered")
        shop.order("delivered")
        shop.days(10)
        shop.make()
    shop.days(40)
    reports = shop.desk.reports(shop.world)
    assert [len(report.lines) for report in reports] == [1, 1, 2]


def test_another_merchants_parcel_and_a_parcel_twice(shop: Shop) -> None:
    shop.begin("registry-odd-lines")
    shop.order("delivered")
    shop.days(30)
    own, again, foreign = shop.make().lines
    assert own == again
    assert shop.world.by_number(shop.carrier.name, foreign.tracking) is None and foreign.collected_minor
    lines = rules.read(shop.file("".join(shop.desk.reports(shop.world)[0].number), "xls"), rules.Terms()).lines
    assert [line.key for line in lines] == [own.tracking, f"{own.tracking}#2", foreign.tracking]


def test_pickup_calls(shop: Shop) -> None:
    shop.begin("registry-with-pickups")
    shop.order("delivered")
    shop.days(30)
    own, call = shop.make().lines
    assert (call.outcome, call.services_minor, call.transfer_minor) == (Outcome.FEE_ONLY, 30_000, -30_000)
    assert call.tracking and call.tracking != own.tracking and not call.order


def test_below_zero_is_held_back_unless_it_is_wanted(shop: Shop) -> None:
    shop.set(payout_after_days=1)
    shop.order("refused")
    shop.days(30)
    assert shop.desk.reports(shop.world) == []
    shop.begin("registry-below-zero")
    shop.order("refused")
    shop.days(40)
    found = shop.desk.reports(shop.world)
    assert found and all(report.sum_minor < 0 for report in found)


def test_without_item_detail(shop: Shop) -> None:
    shop.order("partly-refused")
    shop.days(30)
    number = shop.make().number

    def items() -> list[Any]:
        return [line["items"] for line in shop.file(number, "xml")["lines"] if line["collected"]]

    assert [{item["sku"] for item in found} for found in items()] == [{"TEA-1", "CUP-1"}]
    shop.begin("registry-without-items")
    assert items() == [[]]


def test_ahead_of_tracking(shop: Shop) -> None:
    early = shop.order("delivered")
    shop.days(30)
    late = shop.order("delivered")
    while shop.world.parcel(late).status is Status.ANNOUNCED:
        shop.client.advance(DAY_MS // 24)
    shop.begin("registry-ahead-of-tracking")
    report = shop.make()
    assert [line.parcel for line in report.lines] == [early, late]
    ahead = report.lines[1]
    parcel = shop.world.parcel(late)
    assert parcel.status in (Status.ACCEPTED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.HELD)
    assert ahead.outcome is Outcome.DELIVERED and ahead.collected_minor == report.lines[0].collected_minor > 0
    assert not [fact for fact in parcel.facts if isinstance(fact, Collected)], "the truth knows better"
    assert shop.desk.make(shop.world) is None, "it stands in one report"
    shop.days(30)
    assert shop.world.parcel(late).status is Status.DELIVERED
    assert shop.desk.make(shop.world) is None, "it was paid before"


@pytest.mark.parametrize("name", sorted(cdek.DESK.bad_days))
def test_every_bad_day_of_a_desk_sets_switches_that_are_read(shop: Shop, name: str) -> None:
    before = shop.world.store.header.settings
    shop.begin(name)
    assert shop.world.store.header.settings != before
    bad_days.end(shop.world, name, shop.carrier.name)
    assert shop.world.store.header.settings == before


STORIES = ("delivered", "partly-refused", "refused", "stuck")
SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "registry_split_days": st.integers(0, 3),
        "registry_ahead_of_tracking": st.booleans(),
        "registry_late_days": st.integers(0, 2),
        "registry_reissue_days": st.integers(0, 2),
        "registry_correction_minor": st.sampled_from([0, 700]),
        "payout_after_days": st.sampled_from(["off", 0, 1]),
    },
)
STEPS = st.lists(
    st.one_of(st.sampled_from(STORIES), st.just("pay"), st.just("pay"), st.sampled_from([1, 9])),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(DESKS)), SWITCHES, STEPS)
def test_no_parcel_is_paid_twice_and_none_is_forgotten(name: str, switches: dict[str, Any], script: list[Any]) -> None:
    """Whatever is switched on: each parcel's own lines stand in one report, and in the end all that ended is paid."""
    shop = opened(name)
    shop.set(**switches)
    for step in script:
        if step == "pay":
            shop.desk.make(shop.world)
        elif isinstance(step, int):
            shop.days(step)
        else:
            shop.order(step)
    shop.days(40)
    shop.desk.make(shop.world)
    shop.days(10)
    reports = [found for _, found in shop.world.store.scan(shop.desk.made)]
    where = {(line.parcel, line.tracking): report.number for report in reports for line in report.lines if line.parcel}
    assert len(where) == sum(len(report.lines) for report in reports), "no parcel in two reports, or twice in one"
    for _, parcel in shop.world.store.scan(PARCELS):
        paid = [fact.report for fact in parcel.facts if isinstance(fact, PaidOut)]
        assert len(paid) <= 1
        if parcel.status in (Status.DELIVERED, Status.RETURNED):
            assert len(paid) == 1, parcel
            assert {number for (owner, _), number in where.items() if owner == parcel.id} <= set(paid)
    assert len({report.number for report in reports}) == len(reports)
