"""Making a failing story of a state machine smaller: actions are left out as long as it still fails the same way."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Action = tuple[str, tuple[Any, ...]]
Script = list[Action]

# The simplest arguments of actions, in their places; None where one is as simple as another.
SIMPLEST: Mapping[str, tuple[Any, ...]] = {
    "disturb": (0, False, False, 0),
    "scan": (0, None, 0),
    "withdraw": (0, None),
    "fault": (None, "unavailable", 1),
}


def with_less(script: Script, fails: Callable[[Script], T | None], *, tries: int) -> tuple[Script, T | None]:
    """Return the smallest story found within so many tries, and what `fails` said of it (None: none was smaller).

    Halves are left out first, then ever smaller parts down to single actions, until nothing can go; then arguments
    become as simple as the story still fails with.
    """
    story = _Story(script, fails, tries)
    size = max(1, len(script) // 2)
    while size:
        shorter = story.without(size)
        size = size // 2 if size > 1 else int(shorter)
    story.simplify()
    return story.script, story.found


class _Story(Generic[T]):
    """The smallest story so far."""

    def __init__(self, script: Script, fails: Callable[[Script], T | None], tries: int) -> None:
        self.script = script
        self.found: T | None = None
        self._fails = fails
        self._left = tries

    def without(self, size: int) -> bool:
        """Leave out parts of this size, from the end, since what comes first is often needed; return whether any."""
        shorter = False
        for end in range(len(self.script), 0, -size):
            shorter |= self._becomes(self.script[: max(0, end - size)] + self.script[end:])
        return shorter

    def simplify(self) -> None:
        for place in reversed(range(len(self.script))):
            name, arguments = self.script[place]
            for index, simplest in enumerate(SIMPLEST.get(name, ())[: len(arguments)]):
                if simplest is not None and self.script[place][1][index] != simplest:
                    self._becomes(self._changed(place, index, simplest))

    def _changed(self, place: int, index: int, simplest: Any) -> Script:
        name, arguments = self.script[place]
        changed = (*arguments[:index], simplest, *arguments[index + 1 :])
        return [*self.script[:place], (name, changed), *self.script[place + 1 :]]

    def _becomes(self, smaller: Script) -> bool:
        """Take a smaller story in place of this one if it fails, and there are tries left to find out."""
        if self._left <= 0:
            return False
        self._left -= 1
        found = self._fails(smaller)
        if found is None:
            return False
        self.script, self.found = smaller, found
        return True
