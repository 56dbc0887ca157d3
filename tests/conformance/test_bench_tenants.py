"""A bench's tenant: made where one was left over, gone when the connector cannot be reset to it."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from parcelproof.conformance.bench import Bench, NotBooked
from parcelproof.conformance.case import ONE
from parcelproof.conformance.driver.http import DriverFault
from parcelproof.control_client import ControlError


class Control:
    """A simulator's tenants, by name."""

    def __init__(self, *left_over: str) -> None:
        self.tenants = set(left_over)

    def create_tenant(self, name: str, **_settings: Any) -> None:
        if name in self.tenants:
            raise ControlError(409, "exists", name)
        self.tenants.add(name)

    def delete_tenant(self, name: str) -> None:
        self.tenants.remove(name)


class Deaf:
    def reset(self, _settings: object) -> None:
        raise DriverFault("POST /reset answered 500")


BOTH = ("cdek", "mail_alliance")


def bench(
    control: Control, connector: Any, *, carriers: Sequence[str] = BOTH, settings: Any = None, **more: Any
) -> Bench:
    mailbox = SimpleNamespace(clear=lambda: None, host="127.0.0.1", port=25, window=None)
    lab: Any = SimpleNamespace(
        control=control,
        connector=connector,
        mailbox=mailbox,
        simulator_url="http://sim",
        capabilities=SimpleNamespace(carriers=carriers, label_formats=("PDF",)),
    )
    return Bench(lab, "case-1", settings or {}, profiles=frozenset(), **more)


def test_a_tenant_left_over_is_made_anew() -> None:
    control = Control("case-1", "other")
    bench(control, SimpleNamespace(reset=lambda settings: None))
    assert control.tenants == {"case-1", "other"}


def test_a_connector_that_cannot_be_reset_leaves_no_tenant_behind() -> None:
    control = Control("other")
    with pytest.raises(DriverFault):
        bench(control, Deaf())
    assert control.tenants == {"other"}


@pytest.mark.parametrize(
    ("carriers", "accounts", "given"),
    [
        (BOTH, None, {"cdek", "mail_alliance"}),
        (("cdek",), None, {"cdek"}),
        (("mail_alliance",), None, {"mail_alliance"}),
        (("cdek", "another"), None, {"cdek"}),
        (("cdek",), ONE, {"cdek"}),
        (BOTH, ONE, {"mail_alliance"}),
        (BOTH, ("cdek",), {"cdek"}),
    ],
)
def test_a_connector_gets_accounts_of_carriers_it_serves(
    carriers: Sequence[str], accounts: Any, given: set[str]
) -> None:
    told: dict[str, Any] = {}
    settings = {"accounts": accounts} if accounts else {}
    made = bench(Control(), SimpleNamespace(reset=told.update), carriers=carriers, settings=settings)
    assert set(told["carriers"]) == given
    assert made.usual in carriers


def test_an_order_at_a_carrier_that_the_case_does_not_declare_is_our_own_mistake() -> None:
    made = bench(Control(), SimpleNamespace(reset=lambda settings: None), carriers=("cdek",))
    with pytest.raises(AssertionError, match="mail_alliance, which it does not declare"):
        made.place({"number": "D-1", "carrier": "mail_alliance"})


class Boaster:
    """Calls every order booked, with a label."""

    def reset(self, _settings: object) -> None: ...
    def place(self, _body: object) -> None: ...
    def run(self, _until: object) -> None: ...
    def order(self, number: str) -> Any:
        return SimpleNamespace(number=number, state="booked", label=object(), problems=())


class Idle(Control):
    """Carriers that nobody ever asked for anything."""

    def clock(self, _tenant: str) -> dict[str, Any]:
        return {"next_due": None}

    def advance(self, _tenant: str, **_to: Any) -> dict[str, Any]:
        return {"next_due": None}

    def parcels(self, _tenant: str) -> list[Any]:
        return []


def test_an_order_that_only_the_connector_calls_booked_is_not() -> None:
    made = bench(Idle(), Boaster())
    with pytest.raises(NotBooked, match="no carrier ever had a parcel of D-1"):
        made.book({"number": "D-1", "carrier": "cdek"})
