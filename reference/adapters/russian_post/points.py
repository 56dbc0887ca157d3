"""The offices at which an account may post, and those a buyer may have his parcel sent to.

Source: `postal_api_russia` §2.11, §2.13; §2.19 (`index-from` must be one of the account's points).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from ...ports import Address, Refused
from ..exchange import segment
from .session import NOT_FOUND, Session
from .shapes import Office, Point, text

FRESH = timedelta(hours=1)
MOST_KEPT = 10_000
LOCKERS = frozenset({"ПОЧТОМАТ", "ПВЗ"})


class Points:
    """What the carrier says of its offices, kept for an hour."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now
        self._own: tuple[datetime, list[Point]] | None = None
        self._offices: dict[str, tuple[datetime, str]] = {}

    async def posting(self, sender: Address) -> Point:
        """Return the office at which a sender's parcels are posted: that of his postcode, else the account's first.

        Raises:
            Refused: the account has no office at which it may post.
        """
        now = self._now()
        if self._own is None or self._own[0] + FRESH < now:
            self._own = (now, await self._session.ask("GET", "/1.0/user-shipping-points", list[Point]))
        usable = [point for point in self._own[1] if point.enabled is not False and text(point.operator_postcode)]
        near = [point for point in usable if text(point.operator_postcode) == sender.postal_code]
        if not usable:
            raise Refused("no_shipping_point", "the account has no office at which it may post")
        return (near or usable)[0]

    async def is_locker(self, index: str) -> bool:
        """Tell whether an office is a locker or a pick-up point, which have services of their own.

        Raises:
            Refused: there is no such office.
        """
        now = self._now()
        kept = self._offices.get(index)
        if kept is None or kept[0] + FRESH < now:
            try:
                office = await self._session.ask("GET", f"/postoffice/1.0/{segment(index)}", Office)
            except Refused as refusal:
                raise Refused("point" if refusal.code == NOT_FOUND else refusal.code, refusal.detail) from refusal
            if len(self._offices) >= MOST_KEPT:
                self._offices.clear()
            kept = self._offices[index] = (now, (office.type_code or "").upper())
        return kept[1] in LOCKERS
