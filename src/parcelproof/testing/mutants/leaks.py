"""Bugs that let out what was told in confidence; `conformance/mutants/leaks.toml` says what each must fail."""

import logging
from contextlib import suppress
from typing import Any

from parcelproof.reference.adapters import exchange
from parcelproof.reference.adapters.cdek.session import Session
from parcelproof.reference.http.driver import Driver
from parcelproof.reference.ports import CarrierFault, Unsupported
from parcelproof.reference.usecases import alerting, booking, quoting

from .patching import mutant, rewrite

log = logging.getLogger(__name__)


@mutant
def account_in_the_problem() -> None:
    """The problem of a refused booking shows the account it was tried with, its key included."""
    rewrite(
        booking.book,
        ("await _refused(work, row, quote, fault)", 'await _refused(work, row, quote, f"{fault} ({account})")'),
    )


@mutant
def requests_in_the_log() -> None:
    """Each request to a carrier is logged with its headers and its body."""
    line = 'log.warning("%s %s %s %s", method, path, dict(headers), (content or b"").decode()); request = self._client'
    rewrite(exchange.Exchange._attempt, ("request = self._client", line), log=log)


@mutant
def buyer_named_to_followers() -> None:
    """A mail greets the recipient of the parcel, whoever it goes to."""
    rewrite(
        alerting._letter,
        (
            "person=f\"{subscription['first_name']} {subscription['last_name']}\",",
            'person=order["content"]["recipient"]["name"],',
        ),
    )


@mutant
def every_carrier_is_asked() -> None:
    """Offers are asked of every carrier, also for an order that names its own."""
    rewrite(quoting.ask_carriers, ("if order.carrier not in (None, name):", "if False:"))


@mutant
def secret_in_the_address() -> None:
    """A token is asked for with the credentials in the address, as old examples show it."""
    rewrite(
        Session._renew,
        ('"/oauth/token", headers=headers, content=form)', '"/oauth/token?" + form.decode(), headers=headers)'),
    )


@mutant
def reads_outlive_the_reset() -> None:
    """Reads that were planned when the reset came are still made, under the accounts of the company before."""
    planned: list[Any] = []

    async def read_all() -> None:
        for carrier in planned:
            with suppress(CarrierFault, Unsupported):
                await carrier.changes("")
                continue
            with suppress(CarrierFault, Unsupported):
                await carrier.track("", "")
        planned.clear()

    keep = "planned[:] = [one for _, ports in self._shop._built.values() for one in ports.carriers.values()]"
    rewrite(Driver.reset, ("await self._shop.forget_ports()", f"{keep}; self._shop._built = {{}}"), planned=planned)
    rewrite(
        Driver.run,
        ("await self._worker.run_until", "await read_all(); await self._worker.run_until"),
        read_all=read_all,
    )
