"""The orders that a connector was given since its reset, to hold its own list against."""

from collections import Counter
from collections.abc import Iterable, Sequence


class Placed:
    """Remembers. Before the first reset nothing is known, so nothing is complained of."""

    def __init__(self) -> None:
        self._known = False
        self._sure: set[str] = set()
        self._perhaps: set[str] = set()

    def begin(self) -> None:
        """A reset was sent: what was placed before is gone."""
        self._known = True
        self._sure, self._perhaps = set(), set()

    def tried(self, number: str) -> None:
        """An order is being placed; should no answer come, it may be there or not."""
        self._perhaps.add(number)

    def took(self, numbers: Iterable[str]) -> None:
        self._sure.update(numbers)

    def complaint(self, listed: Sequence[str]) -> str:
        """Return what is wrong with a list of all orders, "" for nothing."""
        if not self._known:
            return ""
        lacking = sorted(self._sure - set(listed))
        if lacking:
            return f"its list lacks the order {lacking[0]!r}, which was placed"
        strange = [number for number in listed if number not in self._sure | self._perhaps]
        if strange:
            return f"its list has the order {strange[0]!r}, which nobody placed"
        twice = [number for number, count in Counter(listed).items() if count > 1]
        return f"its list has the order {twice[0]!r} more than once" if twice else ""
