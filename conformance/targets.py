"""What is judged, by each way in: a URL, a Python object, or a command that is started, killed and restarted here.

A target is opened for one lane. Its `connector` answers the driver contract; what it cannot do it refuses.
"""

import re
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from .driver.http import Connector, DriverFault
from .driver.inprocess import CannotOpen, Factory, open_object
from .driver.patience import Patience
from .processes import InstrumentError
from .program import Ended, Launch, Program, free_port, launch

DRIVER_PATH = "/parcelproof/v1"
PORT, STATE = "{port}", "{state}"  # places in a command's words
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_LOG_END_CHARACTERS = 1500  # so much of a dead program's output stands in a message


class CannotStart(Exception):
    """A user's connector is not there or does not get ready: wrong use (exit 2). One sentence."""


class Target(Protocol):
    """What a lane judges."""

    connector: Connector
    can_kill: bool
    ours: bool

    @property
    def alive(self) -> bool: ...

    def ended_within(self, wait_s: float) -> bool:
        """Wait at most so long for a program's end, which follows its last cut connection; return whether it came."""

    def epitaph(self) -> str:
        """Return how a program that is not alive ended, in one sentence."""

    def kill(self) -> None:
        """End the connector with SIGKILL, whatever it does just now, and wait until it is gone."""

    def restart(self) -> None:
        """Start it again on the same port with the same state, and wait until it is ready.

        Raises:
            DriverFault: a user's connector does not come back. InstrumentError: ours does not.
        """

    def log(self) -> str:
        """Return what it wrote to stdout and stderr since its start, the last 4 MB of it."""

    def close(self) -> None: ...


class CannotKill(Exception):
    """This target is no process of ours; ask `can_kill` first."""


class GivenTarget:
    """A connector that somebody else started, or an object in this process: it cannot be killed."""

    can_kill = False
    ours = False
    alive = True

    def __init__(self, connector: Connector) -> None:
        self.connector = connector

    def ended_within(self, wait_s: float) -> bool:
        return False

    def epitaph(self) -> str:
        return ""

    def kill(self) -> None:
        raise CannotKill("the judge did not start this connector, so it does not kill it")

    def restart(self) -> None:
        raise CannotKill("the judge did not start this connector, so it does not restart it")

    def log(self) -> str:
        return self.connector.log()

    def close(self) -> None:
        self.connector.close()


class CommandTarget:
    """A connector that was given as a command. `ours`: when it does not start, our side broke."""

    can_kill = True

    def __init__(
        self,
        command: Sequence[str],
        *,
        simulator: str,
        smtp: str,
        ours: bool = False,
        patience: Patience | None = None,
        launch: Launch = launch,
    ) -> None:
        self.ours = ours
        self._state = tempfile.TemporaryDirectory(prefix="parcelproof-state-")
        self._port = free_port()
        driver = f"http://127.0.0.1:{self._port}{DRIVER_PATH}"
        words = [word.replace(PORT, str(self._port)).replace(STATE, self._state.name) for word in command]
        environment = {
            "PARCELPROOF_PORT": str(self._port),
            "PARCELPROOF_STATE": self._state.name,
            "PARCELPROOF_DRIVER": driver,
            "PARCELPROOF_SIMULATOR": simulator,
            "PARCELPROOF_SMTP": smtp,
        }
        self.connector = Connector(driver, patience=patience)
        self._program = Program(words, environment, launch)
        self._shown = shlex.join([Path(command[0]).name, *command[1:]])
        try:
            self._start()
        except Ended as error:
            self.close()
            raise (InstrumentError if ours else CannotStart)(self._told(str(error))) from error
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._program.alive

    def ended_within(self, wait_s: float) -> bool:
        return self._program.ended_within(wait_s)

    @property
    def pid(self) -> int:
        return self._program.pid

    def kill(self) -> None:
        self._program.kill()

    def restart(self) -> None:
        self._program.kill()
        try:
            self._start()
        except Ended as error:
            raise (InstrumentError if self.ours else DriverFault)(self._told(f"after a restart {error}")) from error

    def epitaph(self) -> str:
        return self._told(self._program.ending())

    def log(self) -> str:
        return self._program.log()

    def close(self) -> None:
        self.connector.close()
        self._program.stop()
        self._state.cleanup()

    def _start(self) -> None:
        self._program.start()
        patience = self.connector.patience
        self._program.wait_until_it_answers(f"{self.connector.base_url}/capabilities", patience.start_s)

    def _told(self, what: str) -> str:
        last = self.log().strip()[-_LOG_END_CHARACTERS:]
        return f"the command {self._shown} {what}; " + (f"it wrote: {last}" if last else "it wrote nothing")


def problem_of(connector: str | Factory | None, command: Sequence[str] | None) -> str:
    """Return what is wrong with how a target is named, in one sentence, or ""."""
    if (connector is None) == (command is None):
        return "say what to judge: either a connector (a URL or package.module:factory) or a command"
    if command is not None:
        return "" if command and command[0].strip() else "the command is empty; give the program and its arguments"
    if not isinstance(connector, str) or is_url(connector) or _OBJECT.fullmatch(connector):
        return ""
    return f"the connector {connector!r} is neither a URL (http:// or https://) nor package.module:factory"


def is_url(connector: str) -> bool:
    return connector.startswith(("http://", "https://"))


def open_target(
    connector: str | Factory | None,
    command: Sequence[str] | None,
    *,
    simulator: str,
    smtp: str,
    ours: bool = False,
    patience: Patience | None = None,
    launch: Launch = launch,
) -> Target:
    """Open what was named, for one lane. `connector` may also be what makes the object, where Python code names it.

    `launch` starts the command's process.

    Raises:
        CannotStart: it is named wrongly, cannot be imported, or does not get ready.
        InstrumentError: the command is `ours` and does not get ready.
    """
    if problem := problem_of(connector, command):
        raise CannotStart(problem)
    if command is not None:
        return CommandTarget(command, simulator=simulator, smtp=smtp, ours=ours, patience=patience, launch=launch)
    assert connector is not None
    if isinstance(connector, str) and is_url(connector):
        return GivenTarget(Connector(connector, patience=patience))
    try:
        return GivenTarget(open_object(connector, patience=patience))
    except CannotOpen as error:
        raise CannotStart(str(error)) from error
