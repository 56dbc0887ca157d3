"""Making a failing story of a state machine smaller: actions are left out as long as it still fails the same way."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
Action = tuple[str, tuple[Any, ...]]
Script = list[Action]


def with_less(script: Script, fails: Callable[[Script], T | None], *, tries: int) -> tuple[Script, T | None]:
    """Return the smallest story found within so many tries, and what `fails` said of it (None: none was smaller).

    Halves are left out first, then ever smaller parts down to single actions, until nothing can go; then arguments that
    are numbers become 0 and switches become false, where the story still fails.
    """
    best: T | None = None
    again = True
    while again:
        again = False
        for smaller in _candidates(script):
            if tries <= 0:
                return script, best
            tries -= 1
            if (found := fails(smaller)) is not None:
                script, best, again = smaller, found, True
                break
    return script, best


def _candidates(script: Script) -> Iterator[Script]:
    """Yield smaller stories, the smallest first; from the end, since what comes first is often needed."""
    size = len(script) // 2
    while size:
        for end in range(len(script), 0, -size):
            yield script[: max(0, end - size)] + script[end:]
        size //= 2
    for place, (name, arguments) in reversed(list(enumerate(script))):
        for index, argument in enumerate(arguments):
            if isinstance(argument, int) and argument and name in SIMPLER:
                simpler: Any = False if isinstance(argument, bool) else 0
                changed = (*arguments[:index], simpler, *arguments[index + 1 :])
                yield [*script[:place], (name, changed), *script[place + 1 :]]


SIMPLER = frozenset(("disturb",))  # actions whose arguments are switches; elsewhere 0 is only another choice
