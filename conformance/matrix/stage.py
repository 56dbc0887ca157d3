"""A bench on which one thing goes wrong: calls are watched, the connector is killed in one of them, and asked again.

Nothing waits for a fixed time: the judge looks until the step is held or the call has ended, and every call ends.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta

from ..bench import Bench
from ..driver.http import ConnectorError, DriverFault, Refused
from ..lab import Lab
from .spoilers import IdleSpoiler, Spoiler
from .steps import Point

LOOK_EVERY_S = 0.004
LONGEST_OVERLAP_S = 1.0  # one that sends would have sent by then; one that waits for the other run waits longer
TRIES = 4  # of one call that the disturbance made fail
PAUSE = timedelta(minutes=2)  # between them
FINE_STEPS_S = (1, 2, 4, 8, 16, 32, 64)  # so that a kill between two steps comes before what the next step does


class NotBack(DriverFault):
    """The connector did not come back after a kill: nothing more can be asked of it."""


def kill_and_restart(lab: Lab, meanwhile: Callable[[], None] = lambda: None) -> None:
    """End the connector with SIGKILL and start it again; `meanwhile` is done while it is dead.

    Raises:
        NotBack: it does not come back, or is another one then; no further case can be held.
    """
    lab.target.kill()
    meanwhile()
    try:
        lab.restart()
    except ConnectorError as error:
        lab.gone = str(error)
        raise NotBack(str(error)) from error


class Stage:
    """The shop's side of a flow: it calls, lets time pass, and calls again what got no answer."""

    def __init__(self, bench: Bench, carrier: str) -> None:
        self.bench = bench
        self.carrier = carrier
        self.spoiler: Spoiler | None = None
        self.spent = False  # the disturbance has happened

    def disturb(self, spoiler: Spoiler) -> None:
        """From here on this goes wrong."""
        self.spoiler = spoiler
        self.bench.warden = self

    # -- what flows use

    def call(self, act: Callable[[], object], *, stands: Callable[[], bool] = lambda: False) -> None:
        """Make one call of the shop. One that got no answer, or a refusal, while something went wrong is made again.

        Args:
            stands: whether what the call asks for is there already; a person would look before asking again.

        Raises:
            ConnectorError: it failed though nothing was disturbed, or again and again.
        """
        for left in reversed(range(TRIES)):
            was_spent = self.spent
            try:
                self.watched(act)
                self._answered()
                return
            except NotBack:
                raise
            except ConnectorError as error:
                disturbed = self.spoiler is not None and (self.spent or self._is_hit())
                if not disturbed or (not left and not stands()):
                    raise
                if was_spent and isinstance(error, Refused) and stands():
                    return
            self.bench.advance(to=self.bench.now + PAUSE)
            if stands():
                return

    def advance(self, **by: float) -> None:
        """Let time pass; at first in small steps where the connector is to be killed between two of its own."""
        until = self.bench.now + timedelta(**by)
        if self.spoiler is not None and self.spoiler.point is Point.RESTARTED:
            for step_s in FINE_STEPS_S:
                if self.spent:
                    break
                self.bench.advance(to=min(until, self.bench.now + timedelta(seconds=step_s)))
        self.bench.advance(to=until)

    # -- what the bench tells

    def watched(self, act: Callable[[], object]) -> None:
        """Make a call, and kill the connector when the step is held meanwhile.

        Raises:
            ConnectorError: the call failed; also when the connector was killed, it runs again then.
        """
        if self.spoiler is None or self.spent or not self.spoiler.point.holds:
            act()
            return
        with ThreadPoolExecutor(1, "watched-call") as pool:
            call = pool.submit(act)
            while not wait([call], LOOK_EVERY_S).done:
                if self._is_hit():
                    (self._kill if self.spoiler.point.kills else self._overlap)()
                    break
            call.result()

    def run(self, act: Callable[[], object]) -> None:
        """Make the bench's call that lets the connector work; one that a kill interrupted is made again."""
        was_spent = self.spent
        try:
            self.watched(act)
        except ConnectorError as error:
            if was_spent or not self.spent or isinstance(error, NotBack):
                raise
            self.watched(act)
        self.pause()

    def pause(self) -> None:
        """Nothing is asked of the connector just now: the moment to kill it between two steps."""
        if self._between and not self.spent and self._is_hit():
            self._kill()

    @property
    def _between(self) -> bool:
        return self.spoiler is not None and self.spoiler.point is Point.RESTARTED

    def _is_hit(self) -> bool:
        assert self.spoiler is not None
        if self.spoiler.hit():
            self.spent = self.spent or not self.spoiler.point.kills
            return True
        return False

    def _answered(self) -> None:
        if isinstance(self.spoiler, IdleSpoiler):
            self.spoiler.called()
        self.pause()

    def _kill(self) -> None:
        assert self.spoiler is not None
        self.spent = True
        self.bench.kills += 1
        kill_and_restart(self.bench.lab, self.spoiler.release)

    def _overlap(self) -> None:
        """Ask for another run of the alerts while a mail is held, and let the mail go on when it ended or waits."""
        assert self.spoiler is not None
        self.spent = True
        with ThreadPoolExecutor(1, "overlapping-run") as pool:
            run = pool.submit(self._run_alerts)
            wait([run], LONGEST_OVERLAP_S)
            self.spoiler.release()
            run.result()

    def _run_alerts(self) -> None:
        with suppress(Refused):  # a connector may say that a run is under way
            self.bench.connector.run_alerts()

    def close(self) -> None:
        """Let go, and look a last time whether it happened."""
        if self.spoiler is not None:
            self._is_hit()
            self.spoiler.release()
        self.bench.warden = None
