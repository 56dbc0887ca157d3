"""The laboratory: a simulator, the connector under judgement, a mail server; and a bench for each example of a case.

Everything runs on virtual time. A bench is a tenant of its own, so that no example sees another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from hashlib import blake2b
from types import TracebackType
from typing import Any, Self

import msgspec

from parcelproof.control_client import ControlClient

from .bench import Bench
from .driver.http import Connector, DriverFault
from .driver.inprocess import Factory
from .driver.patience import Patience
from .driver.shapes import Capabilities
from .mailbox import Mailbox
from .processes import Process
from .program import Launch, launch
from .targets import open_target


class Lab:
    """What a run needs: a simulator (a command or a URL), a mail server, a target. Use as a context manager.

    The target is a `connector` (a URL or `package.module:factory`) or a `command`; `targets.py` tells the rest.
    """

    def __init__(
        self,
        *,
        connector: str | Factory | None = None,
        command: Sequence[str] | None = None,
        ours: bool = False,
        simulator: Sequence[str] | str,
        seed: int,
        admin_token: str | None = None,
        patience: Patience | None = None,
        launch: Launch = launch,
    ) -> None:
        self._wanted = (connector, command, ours, simulator)
        self._launch = launch
        self._admin_token = admin_token
        self._patience = patience
        self.seed = seed
        self.deaths = 0  # how often, one case after another, the connector's program ended by itself
        self.gone = ""  # why no more cases can be held
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        connector, command, ours, simulator = self._wanted
        with self._stack as stack:
            self.simulator_url = simulator if isinstance(simulator, str) else self._start(Process(simulator)).url
            self.control = stack.enter_context(ControlClient(self.simulator_url, self._admin_token))
            self.mailbox = stack.enter_context(Mailbox())
            smtp = f"{self.mailbox.host}:{self.mailbox.port}"
            self.target = open_target(
                connector,
                command,
                simulator=self.simulator_url,
                smtp=smtp,
                ours=ours,
                patience=self._patience,
                launch=self._launch,
            )
            stack.callback(self.target.close)
            self.connector: Connector = self.target.connector
            self.capabilities: Capabilities = self.connector.capabilities()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def restart(self) -> None:
        """Start the connector again after a kill; it must still be the one it was.

        Raises:
            DriverFault: it does not come back, or says that it is another one.
        """
        self.target.restart()
        said = self.connector.capabilities()
        if _lasting(said) != _lasting(self.capabilities):
            raise DriverFault(
                f"after a restart the connector says that it is another one: {_lasting(said)}, "
                f"it was {_lasting(self.capabilities)}"
            )

    def _start(self, process: Process) -> Process:
        return self._stack.enter_context(process)

    def bench(
        self, case: str, example: int, settings: Mapping[str, Any], *, profiles: Iterable[str], reset: bool = True
    ) -> Bench:
        """Return a fresh tenant, and the connector reset to it unless the case does that itself."""
        slug = re.sub(r"[^a-z0-9]+", "-", case.lower()).strip("-")[:40].strip("-")
        mark = blake2b(f"{case}/{example}/{self.seed}".encode(), digest_size=4).hexdigest()
        # The world's chance follows from seed and case, not from how many worlds there were before: a replay is equal.
        seed = f"{self.seed}/{case}"
        return Bench(self, f"{slug}-{mark}", settings, profiles=frozenset(profiles), seed=seed, reset=reset)


def _lasting(said: Capabilities) -> str:
    """Return what a connector says of itself that a restart does not change; its mail port may."""
    kept = msgspec.structs.replace(said, mail_in=None)
    return msgspec.json.encode(kept, order="sorted").decode()
