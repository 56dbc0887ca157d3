"""What keeps a command from running, told in one sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click


class CannotRun(click.ClickException):
    """Wrong use or surroundings: exit 2. The message is one sentence that says what to do."""

    exit_code = 2


class InstrumentBroke(click.ClickException):
    """Our own side broke, so nothing can be said about what was judged: exit 3."""

    exit_code = 3


WHY = {
    errno.EADDRINUSE: "is in use: stop what listens there, choose another port, or take a free one with port 0",
    errno.EACCES: "may not be used by this user: choose a port above 1023, or take a free one with port 0",
    errno.EADDRNOTAVAIL: "is not an address of this machine: choose another host, for example 127.0.0.1",
}


@contextmanager
def listening(where: str) -> Iterator[None]:
    """Turn a port that cannot be bound into a sentence. `where` is named when the error does not name the address."""
    try:
        yield
    except OSError as error:
        why = WHY.get(error.errno or 0)
        if why is None:
            raise
        raise CannotRun(f"{address_in(error) or where} {why}.") from error


def address_in(error: OSError) -> str | None:
    """Return host:port out of asyncio's message «… bind on address ('127.0.0.1', 8400): …», if it is one."""
    _, found, rest = str(error).partition("bind on address (")
    if not found:
        return None
    host, _, port = rest.partition(")")[0].partition(", ")
    return f"{host.strip(chr(39))}:{port.split(',')[0]}"
