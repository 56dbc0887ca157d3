"""Who watches what a bench asks of the connector, to disturb it in the middle."""

from collections.abc import Callable
from typing import Protocol


class Warden(Protocol):
    """Who watches what a bench asks of the connector, to disturb it in the middle."""

    def watched(self, act: Callable[[], object]) -> None:
        """Make a call during which the connector may be killed."""

    def run(self, act: Callable[[], object]) -> None:
        """Let the connector work; again when it was killed meanwhile."""

    def pause(self) -> None:
        """Nothing is asked of the connector just now."""

    def call(self, act: Callable[[], object], *, stands: Callable[[], bool]) -> None:
        """Make a call of the shop; again when a kill came between and what is asked for does not stand."""
