"""Bugs of the area resilience; `conformance/mutants/resilience.toml` says which requirements each must fail."""

from parcelproof.reference.adapters import exchange
from parcelproof.reference.adapters.cdek.adapter import CdekAdapter
from parcelproof.reference.adapters.cdek.session import Session
from parcelproof.reference.ports import Refused
from parcelproof.reference.usecases import booking, quoting

from .patching import mutant, rewrite


@mutant
def retry_after_ignored() -> None:
    """A booking that met 429 is tried again as if no pause had been asked for."""
    rewrite(booking.book, ("least_s=fault.retry_after_s or 0.0", "least_s=0.0"))


@mutant
def server_error_is_final() -> None:
    """A 5xx is taken for a refusal."""
    rewrite(
        exchange.Exchange.send,
        (
            "raise Unavailable(code, detail, retry_after_s=retry_after_s(reply.headers))",
            "raise (Refused if reply.status >= 500 else Unavailable)(code, detail)",
        ),
        Refused=Refused,
    )


@mutant
def token_kept_for_good() -> None:
    """A token is fetched once and used for ever."""
    rewrite(Session._valid_token, (" or self._now_s() >= self._until_s", ""))
    rewrite(Session.send, ("if reply.status == 401 or (", "if False and ("))


@mutant
def cut_connection_is_final() -> None:
    """A connection that is cut is taken for a refusal."""
    rewrite(exchange.Exchange.send, ('raise Unavailable("connection"', 'raise Refused("connection"'), Refused=Refused)


@mutant
def garbled_is_refusal() -> None:
    """An answer that cannot be read is taken for a refusal."""
    rewrite(
        exchange.decode, ('raise Unavailable("unreadable_answer"', 'raise Refused("unreadable_answer"'), Refused=Refused
    )


@mutant
def every_carrier_asked_every_time() -> None:
    """An order waits until every carrier has answered, also those it may not go with."""
    rewrite(quoting.ask_carriers, ("if order.carrier not in (None, name):", "if False:"))
    rewrite(quoting.choose_offer, ("partly=work.task.attempts >= PATIENCE", "partly=False"))


@mutant
def refusal_tried_again() -> None:
    """A booking that the carrier refused is tried again and again."""
    rewrite(
        booking.book,
        (
            "await _refused(work, row, quote, fault)",
            "await work.wait(shop.clock.now(), error=str(fault))",
        ),
    )


@mutant
def later_refusal_unseen() -> None:
    """CDEK's refusal of a booking that it took in is not looked at: the order waits for a number for ever."""
    rewrite(CdekAdapter.read, ("refusal = reading.invalid(answer)", "refusal = None"))
