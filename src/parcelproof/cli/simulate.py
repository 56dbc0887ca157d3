"""`parcelproof simulate`: the carriers, on the wire."""

import click

from .failures import CannotRun


def by_carrier(_ctx: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Return carrier -> "host:port" of each `cdek=127.0.0.1:8401`; the server checks both halves."""
    listens = dict(text.partition("=")[::2] for text in texts)
    if len(listens) < len(texts):
        raise click.BadParameter("a carrier is named twice; give each one port of its own")
    return listens


@click.command(
    short_help="Serve the carriers.",
    epilog="Example: parcelproof simulate --port 8400 --listen cdek=127.0.0.1:8401",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8400,
    show_default=True,
    help="Where the carriers answer; 0 takes a free port.",
)
@click.option(
    "--listen",
    "listens",
    callback=by_carrier,
    multiple=True,
    metavar="CARRIER=HOST:PORT",
    help="Also serve one carrier at the root of a port of its own. May be repeated.  [default: none]",
)
@click.option(
    "--smtp-port",
    type=click.IntRange(0, 65535),
    help="Also take mails over SMTP here, each for the account that logs in; 0 takes a free port.  [default: none]",
)
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ADMIN_TOKEN",
    show_envvar=True,
    help="What the control API asks for as a bearer, and the console at sign-in.  [default: nothing, on loopback only]",
)
@click.option("--tls", is_flag=True, help="Serve https with a throw-away certificate.")
@click.option("--virtual", is_flag=True, help="Begin each account's world on a clock that moves only when told.")
@click.option("--seed", default="parcelproof", show_default=True, help="Same seed, same requests: the same bytes.")
def simulate(
    host: str,
    port: int,
    listens: dict[str, str],
    smtp_port: int | None,
    admin_token: str | None,
    tls: bool,
    virtual: bool,
    seed: str,
) -> None:
    """Serve the carriers until stopped; prints one line when every port listens.

    Whatever account a client signs in with names a world of its own, made when it is first seen.
    """
    from parcelproof.simulators import server

    options = server.Options(
        host=host,
        port=port,
        listens=listens,
        smtp_port=smtp_port,
        admin_token=admin_token,
        tls=tls,
        virtual=virtual,
        seed=seed,
    )
    try:
        server.run(options)
    except server.StartError as error:
        raise CannotRun(f"{error}.") from error
