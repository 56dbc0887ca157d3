"""`parcelproof simulate`: the carriers, on the wire."""

import click

from .failures import CannotRun, listening

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def address(text: str) -> tuple[str, str, int]:
    """Return (carrier, host, port) of `cdek=127.0.0.1:8401`."""
    carrier, equals, place = text.partition("=")
    host, colon, port = place.rpartition(":")
    if not (carrier and equals and host and colon and port.isdecimal() and int(port) < 65536):
        raise click.BadParameter(f"{text!r} is not CARRIER=HOST:PORT, for example cdek=127.0.0.1:8401")
    return carrier, host.strip("[]"), int(port)


def addresses(_ctx: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> list[tuple[str, str, int]]:
    return [address(text) for text in texts]


@click.command(
    short_help="Serve the carriers.", epilog="Example: parcelproof simulate --port 8400 --listen cdek=127.0.0.1:8401"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="0 takes a free port.")
@click.option(
    "--listen", callback=addresses, multiple=True, metavar="CARRIER=HOST:PORT",
    help="Also serve one carrier at the root of a port of its own. May be repeated.",
)  # fmt: skip
@click.option("--admin-token", envvar="PARCELPROOF_ADMIN_TOKEN", help="What the control API asks for, as a bearer.")
@click.option("--tls", is_flag=True, help="Serve https with a throw-away certificate.")
@click.option("--virtual", is_flag=True, help="Start tenants on a clock that moves only when told.")
@click.option("--seed", default="parcelproof", show_default=True, help="Same seed, same requests: the same bytes.")
def simulate(
    host: str,
    port: int,
    listen: list[tuple[str, str, int]],
    admin_token: str | None,
    tls: bool,
    virtual: bool,
    seed: str,
) -> None:
    """Serve the carriers until stopped; prints one line when every port listens."""
    beyond = [place for place in (host, *(h for _, h, _ in listen)) if place not in LOOPBACK]
    if beyond and not admin_token:
        raise CannotRun(f"listening beyond loopback ({beyond[0]}) needs --admin-token, since others could steer it.")
    from parcelproof.simulators import server

    options = server.Options(
        host=host, port=port, listen=tuple(listen), admin_token=admin_token, tls=tls, virtual=virtual, seed=seed
    )
    with listening(f"{host}:{port}"):
        server.run(options)
