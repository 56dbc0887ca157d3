"""What each kind of task in the outbox is done by."""

from collections.abc import Awaitable, Callable, Mapping

from ..storage.outbox import Work
from . import alerting, booking, polling, quoting, reporting
from .shop import Shop

Duty = Callable[[Shop, Work], Awaitable[None]]

DUTIES: Mapping[str, Duty] = {
    "choose": quoting.choose_offer,
    "book": booking.book,
    "read": booking.read_again,
    "cancel": booking.cancel_booking,
    "track": polling.track,
    "poll": polling.poll,
    "subscribe": polling.subscribe,
    "return": polling.announce_return,
    "alerts": alerting.run_due,
    "mail": alerting.send_mail,
    "registries": reporting.fetch_registries,
    "settle": reporting.settle_pending,
}
