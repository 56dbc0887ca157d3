"""Turns: processes of one machine that judge the connector at one address do so one after another.

Such a connector is one session for all of them; a reset by one in the middle of another's case would mix their worlds.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import blake2b
from pathlib import Path
from tempfile import gettempdir

from parcelproof.conformance.runner import Options
from parcelproof.conformance.targets import is_url


@contextmanager
def turn(url: str) -> Iterator[None]:
    """Hold the lock file of an address. It is let go also when this process is killed."""
    import fcntl  # not everywhere: only who needs turns needs it

    mark = blake2b(f"{os.getuid()} {url.rstrip('/')}".encode(), digest_size=8).hexdigest()
    with (Path(gettempdir()) / f"parcelproof-turn-{mark}").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file lets go


def turn_of(options: Options) -> AbstractContextManager[None]:
    """Return the turn that a target needs; a command or an object is each process's own."""
    connector = options.connector
    return turn(connector) if isinstance(connector, str) and is_url(connector) else nullcontext()
