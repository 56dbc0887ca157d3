"""`parcelproof engine`: the reference shipping engine."""

import click

from .engine_addresses import addresses
from .engine_hand_over import hand_over
from .engine_import import import_list
from .engine_labels import labels
from .engine_stats import stats


@click.group(
    short_help="Run the reference shipping engine.",
    epilog="Example: parcelproof engine serve --port 8500 --database sqlite:///parcelproof.db",
)
def engine() -> None:
    """Run the reference shipping engine."""


@engine.command(
    short_help="Serve the engine.",
    epilog="Example: parcelproof engine serve --port 8500 --database sqlite:///parcelproof.db --driver",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8500,
    show_default=True,
    help="Where the engine answers; 0 takes a free port.",
)
@click.option(
    "--database",
    default="sqlite:///parcelproof.db",
    show_default=True,
    envvar="PARCELPROOF_DATABASE",
    show_envvar=True,
    help="SQLAlchemy URL: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. Migrated at start.",
)
@click.option(
    "--key-file",
    envvar="PARCELPROOF_KEY_FILE",
    show_envvar=True,
    help="Holds the key of the passwords in the database; made when missing, then keep it.  "
    "[default: FILE.key beside SQLite's FILE, parcelproof.key here for PostgreSQL]",
)
@click.option("--driver", is_flag=True, help="Also serve the driver contract, by which the judge steers it.")
@click.option("--public-url", help="Where carriers reach this engine with their webhooks.  [default: its own address]")
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    metavar="ADDRESS",
    envvar="PARCELPROOF_TRUSTED_PROXIES",
    show_envvar=True,
    help="A reverse proxy before this engine, or a network of them (10.0.0.0/8); repeatable. Of it X-Forwarded-For is "
    "believed, so that the limits of /track count visitors and not the proxy.  [default: none]",
)
@click.option(
    "--mail-in-port",
    type=click.IntRange(0, 65535),
    help="Take forwarded payout reports by SMTP here; 0 takes a free port.  [default: none; with --driver a free one]",
)
@click.option(
    "--report-layouts",
    type=click.Path(exists=True, file_okay=False),
    help="A folder with descriptions of further report forms (TOML), tried before the engine's own.  [default: none]",
)
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ENGINE_ADMIN_TOKEN",
    show_envvar=True,
    help="Makes the first company, whose administrator signs in with it.",
)
@click.option(
    "--operator-token",
    envvar="PARCELPROOF_ENGINE_OPERATOR_TOKEN",
    show_envvar=True,
    help="Lets the staff API found further companies.",
)
def serve(
    host: str,
    port: int,
    database: str,
    key_file: str | None,
    driver: bool,
    public_url: str | None,
    trusted_proxies: tuple[str, ...],
    mail_in_port: int | None,
    report_layouts: str | None,
    admin_token: str | None,
    operator_token: str | None,
) -> None:
    """Serve the engine until stopped; prints one line when it listens."""
    from parcelproof.reference import engine as reference

    reference.run(
        reference.Options(
            host=host,
            port=port,
            database=database,
            key_file=key_file,
            driver=driver,
            public_url=public_url,
            trusted_proxies=trusted_proxies,
            mail_in_port=mail_in_port,
            report_layouts=report_layouts,
            admin_token=admin_token,
            operator_token=operator_token,
        )
    )


for command in (addresses, hand_over, import_list, labels, stats):
    engine.add_command(command)
