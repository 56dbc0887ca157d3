"""Kills that are awaited: one at a time, and the one that was awaited before disturbs nobody any more."""

from typing import Any, cast

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.kills import kill_at


class Control:
    """A simulator's list of faults."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self._made = 0

    def add_fault(self, _tenant: str, *, operation: str, **_fault: Any) -> dict[str, str]:
        self._made += 1
        self.rows[f"f{self._made}"] = operation
        return {"id": f"f{self._made}"}

    def faults(self, _tenant: str) -> list[dict[str, str]]:
        return [{"id": name} for name in self.rows]

    def drop_fault(self, _tenant: str, name: str) -> None:
        del self.rows[name]


class Desk:
    """What of a bench a kill needs."""

    tenant = "t"
    warden = None

    def __init__(self) -> None:
        self.control = Control()


def test_a_kill_takes_the_place_of_the_one_that_is_awaited() -> None:
    desk = Desk()
    for operation in ("create_parcel", "register_order"):
        kill_at(cast(Bench, desk), "mail_alliance", operation, "after")
    assert [*desk.control.rows.values()] == ["register_order"]


def test_what_was_mended_meanwhile_needs_no_withdrawal() -> None:
    desk = Desk()
    kill_at(cast(Bench, desk), "mail_alliance", "create_parcel", "before")
    desk.control.rows.clear()
    kill_at(cast(Bench, desk), "mail_alliance", "quote_rates", "before")
    assert [*desk.control.rows.values()] == ["quote_rates"]
