"""`parcelproof engine`: the reference shipping engine."""

import click

from .failures import listening


@click.group(epilog="Example: parcelproof engine serve --port 8500 --database sqlite:///parcelproof.db")
def engine() -> None:
    """Run the reference shipping engine."""


@engine.command(epilog="Example: parcelproof engine serve --port 8500 --database sqlite:///parcelproof.db --driver")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8500, show_default=True, help="0 takes a free port.")
@click.option(
    "--database", default="sqlite:///parcelproof.db", show_default=True, envvar="PARCELPROOF_DATABASE",
    help="SQLAlchemy URL: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. Migrated at start.",
)  # fmt: skip
@click.option("--driver", is_flag=True, help="Also serve the driver contract, by which the judge steers it.")
def serve(host: str, port: int, database: str, driver: bool) -> None:
    """Serve the engine until stopped; prints one line when it listens."""
    from parcelproof.reference import engine as reference

    with listening(f"{host}:{port}"):
        reference.run(reference.Options(host=host, port=port, database=database, driver=driver))
