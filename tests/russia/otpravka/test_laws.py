"""Laws of orders and batches, whatever a client does in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from parcelproof.simulators.core.records import MemoryStore
from parcelproof.simulators.postal_api.russia import CARRIERS
from parcelproof.simulators.wire.tenants import WIRE_KINDS

from .conftest import Desk, tenants

KINDS = [{}, {"postoffice_code": "102961"}, {"mail_type": "EMS"}, {"mass": None}, {"fragile": True, "mass": 3000}]
PICK = st.integers(0, 7)


class Orders(RuleBasedStateMachine):
    """A client that makes, moves, edits, deletes; the model knows where each order has to lie."""

    @initialize(seed=st.integers(0, 3))
    def open(self, seed: int) -> None:
        self.desk = Desk(tenants(), token=f"token-{seed}")
        self.where: dict[int, str] = {}  # id -> batch, "" the folder "new"
        self.frozen: set[str] = set()
        self.numbers: set[str] = set()
        self.desk.settings(daily_limit=10_000_000)

    def pick(self, place: int, *, batched: bool) -> list[int]:
        found = [one for one, batch in self.where.items() if bool(batch) == batched]
        return found[place % len(found) :][:2] if found else [5]

    @rule(kinds=st.lists(st.sampled_from(KINDS), max_size=3))
    def make(self, kinds: list[dict[str, Any]]) -> None:
        found = self.desk.ask("PUT", "/1.0/user/backlog", [self.desk.order(**kind) for kind in kinds])
        good = sum(1 for kind in kinds if kind.get("mass", 1) is not None)
        assert len(found.get("result-ids", [])) == good and len(found.get("errors", [])) == len(kinds) - good
        for one in found.get("result-ids", []):
            self.where[one] = ""
            number = self.desk.ask("GET", f"/1.0/backlog/{one}")["barcode"]
            assert number not in self.numbers
            self.numbers.add(number)

    @rule(place=PICK)
    def batch(self, place: int) -> None:
        ids = self.pick(place, batched=False)
        found = self.desk.ask("POST", "/1.0/user/shipment", ids)
        for batch in found.get("batches", []):
            for row in self.desk.ask("GET", f"/1.0/batch/{batch['batch-name']}/shipment"):
                self.where[row["id"]] = batch["batch-name"]

    @rule(place=PICK, into=PICK)
    def move(self, place: int, into: int) -> None:
        names = sorted({batch for batch in self.where.values() if batch})
        if names:
            name = names[into % len(names)]
            found = self.desk.ask("POST", f"/1.0/batch/{name}/shipment", self.pick(place, batched=False))
            assert not (name in self.frozen and found.get("result-ids"))
            self.where |= dict.fromkeys(found.get("result-ids", []), name)

    @rule(place=PICK)
    def take_out(self, place: int) -> None:
        ids = self.pick(place, batched=True)
        done = self.desk.ask("POST", "/1.0/user/backlog", ids).get("result-ids", [])
        assert not [one for one in done if self.where[one] in self.frozen]
        self.where |= dict.fromkeys(done, "")

    @rule(place=PICK, batched=st.booleans())
    def delete(self, place: int, batched: bool) -> None:
        path = "/1.0/shipment" if batched else "/1.0/backlog"
        done = self.desk.ask("DELETE", path, self.pick(place, batched=batched)).get("result-ids", [])
        for one in done:
            assert self.where.pop(one) not in self.frozen

    @rule(place=PICK, mass=st.integers(1, 9000))
    def edit(self, place: int, mass: int) -> None:
        (one, *_) = self.pick(place, batched=False)
        status = 200 if one in self.where else 404
        found = self.desk.ask("PUT", f"/1.0/backlog/{one}", self.desk.order(mass=mass), status=status)
        assert status == 404 or found == []

    @rule(place=PICK)
    def check_in(self, place: int) -> None:
        (one, *_) = self.pick(place, batched=True)
        if name := self.where.get(one):
            found = self.desk.ask("POST", f"/1.0/batch/{name}/checkin")
            assert found["f103-sent"] == (name not in self.frozen)
            self.frozen.add(name)

    @rule(place=PICK)
    def archive(self, place: int) -> None:
        (one, *_) = self.pick(place, batched=True)
        if name := self.where.get(one):
            assert self.desk.ask("PUT", "/1.0/archive", [name]) == [{"batch-name": name}]
            assert self.desk.ask("POST", "/1.0/archive/revert", [name]) == [{"batch-name": name}]

    @invariant()
    def every_order_lies_in_one_place_and_sums_are_its_orders(self) -> None:
        if not hasattr(self, "desk"):
            return
        seen: dict[int, str] = {row["id"]: "" for row in self.desk.ask("GET", "/1.0/backlog/search", query="query=A-1")}
        for batch in self.desk.ask("GET", "/1.0/batch"):
            name = batch["batch-name"]
            rows = self.desk.ask("GET", f"/1.0/batch/{name}/shipment")
            assert rows and not [row for row in rows if row["id"] in seen]
            seen |= {row["id"]: name for row in rows}
            assert batch["shipment-count"] == len(rows)
            assert batch["shipment-mass"] == sum(row["mass"] for row in rows)
            total = batch["shipment-mass-rate-sum"] + batch["fragile-rate"]
            assert total == sum(row["total-rate-wo-vat"] for row in rows)
            vat = batch["shipment-mass-rate-vat-sum"] + batch["fragile-rate-vat"]
            assert vat == sum(row["total-vat"] for row in rows)
        assert seen == self.where

    @invariant()
    def a_snapshot_is_the_world(self) -> None:
        if hasattr(self, "desk"):
            store = self.desk.world.store
            kinds = [*WIRE_KINDS, *(kind for carrier in CARRIERS for kind in carrier.kinds)]
            from parcelproof.simulators.core.world import KINDS as CORE

            assert MemoryStore.load(store.dump(), [*CORE, *kinds]).dump() == store.dump()


TestOrders = Orders.TestCase
TestOrders.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
