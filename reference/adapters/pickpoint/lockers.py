"""Which locker a parcel goes to, when the buyer chose none.

Source: `courier_api` §4: `PostamatNumber` is obligatory, `postamatlist` gives them. Which one is nearest is our choice:
of the recipient's town, the one whose postal code is closest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ...ports import Address, Parcel
from .session import Session
from .shapes import Postamat, text

KEPT = timedelta(hours=12)
AT_WORK = ("1", "2")
FAR = 10**9


class Lockers:
    """The carrier's list of lockers, read again twice a day."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now
        self._found: Sequence[Postamat] = ()
        self._read_at: datetime | None = None

    async def all(self) -> Sequence[Postamat]:
        now = self._now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < KEPT:
            self._found = await self._session.read("postamatlist", list[Postamat])
            self._read_at = now
        return self._found

    async def for_parcel(self, parcel: Parcel) -> str:
        """Return the locker's number, "" when the carrier has none in the recipient's town."""
        if parcel.point:
            return parcel.point
        fitting = [
            locker
            for locker in await self.all()
            if text(locker.Number)
            and text(locker.Status) in ("", *AT_WORK)
            and _same_town(locker, parcel.recipient)
            and (parcel.collect is None or _takes_money(locker))
        ]
        nearest = min(fitting, key=lambda locker: _order(locker, parcel.recipient), default=None)
        return text(nearest.Number) if nearest else ""

    async def region_of(self, town: Address) -> str:
        """Return the region that the carrier files a town under, the town's own name where it has no locker."""
        found = next((locker.Region for locker in await self.all() if _same_town(locker, town)), None)
        return found or town.city


def _plain(name: str) -> str:
    return name.casefold().replace("ё", "е").removeprefix("г. ").removeprefix("г.").strip()


def _same_town(locker: Postamat, address: Address) -> bool:
    return bool(locker.CitiName) and _plain(locker.CitiName or "") == _plain(address.city)


def _takes_money(locker: Postamat) -> bool:
    return "1" in (text(locker.Cash), text(locker.Card))


def _order(locker: Postamat, address: Address) -> tuple[int, str]:
    codes = (text(locker.PostCode), address.postal_code.strip())
    if not all(code.isascii() and code.isdigit() and len(code) <= 9 for code in codes):
        return FAR, text(locker.Number)
    return abs(int(codes[0]) - int(codes[1])), text(locker.Number)
