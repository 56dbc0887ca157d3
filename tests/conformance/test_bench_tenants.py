"""A bench's tenant: made where one was left over, gone when the connector cannot be reset to it."""

from types import SimpleNamespace
from typing import Any

import pytest

from parcelproof.conformance.driver.http import DriverFault
from parcelproof.conformance.lab import Bench
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


def bench(control: Control, connector: Any, **more: Any) -> Bench:
    mailbox = SimpleNamespace(clear=lambda: None, host="127.0.0.1", port=25, window=None)
    lab: Any = SimpleNamespace(control=control, connector=connector, mailbox=mailbox, simulator_url="http://sim")
    return Bench(lab, "case-1", {}, profiles=frozenset(), **more)


def test_a_tenant_left_over_is_made_anew() -> None:
    control = Control("case-1", "other")
    bench(control, SimpleNamespace(reset=lambda settings: None))
    assert control.tenants == {"case-1", "other"}


def test_a_connector_that_cannot_be_reset_leaves_no_tenant_behind() -> None:
    control = Control("other")
    with pytest.raises(DriverFault):
        bench(control, Deaf())
    assert control.tenants == {"other"}
