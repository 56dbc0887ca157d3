"""Kills of a connector that is a program: at rest, or while it asks something of a carrier; it is started again."""

from typing import Literal

from .bench import Bench
from .matrix.spoilers import WireSpoiler
from .matrix.stage import Stage, kill_and_restart
from .matrix.steps import Kind, Point, Step

When = Literal["before", "after"]
POINTS = {"before": Point.KILLED_BEFORE, "after": Point.KILLED_AFTER}


def kill(bench: Bench) -> None:
    """End the connector with SIGKILL while nothing is asked of it, and start it again.

    Raises:
        NotBack: it does not come back, or is another one then.
        CannotKill: the judge did not start it.
    """
    bench.kills += 1
    kill_and_restart(bench.lab)


def kill_at(bench: Bench, carrier: str, operation: str, when: When) -> None:
    """From now on: the next time the connector asks this of a carrier, kill it, before or after that had its effect.

    What it asks is held so long by the simulator. Where such a kill is awaited already, this one takes its place.
    """
    awaited = bench.warden.spoiler if isinstance(bench.warden, Stage) else None
    if isinstance(awaited, WireSpoiler):
        awaited.withdraw()
    stage = Stage(bench, carrier)
    stage.disturb(WireSpoiler(bench, Step(Kind.WRITE, 1, carrier, operation), POINTS[when]))
