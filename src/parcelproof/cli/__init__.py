"""The command line: one thin module a command, imported only when it is asked for."""

import sys
import traceback

import click

from .lazy import LazyGroup

COMMANDS = {
    "demo": "parcelproof.cli.demo.command:demo",
    "simulate": "parcelproof.cli.simulate:simulate",
    "engine": "parcelproof.cli.engine:engine",
    "verify": "parcelproof.cli.verify:verify",
    "scenario": "parcelproof.cli.scenario:scenario",
    "label": "parcelproof.cli.label:label",
    "documents": "parcelproof.cli.documents:documents",
    "score": "parcelproof.cli.score:score",
    "carriers": "parcelproof.cli.carriers:carriers",
}


def print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from parcelproof import __version__

        click.echo(f"parcelproof {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    commands_by_path=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: parcelproof demo --out out",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=print_version, help="Print the version."
)
def root() -> None:
    """Prove that a shipping connector works before a real carrier sees it."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with 0 good, 1 found something bad, 2 wrong use, 3 our own instrument broke."""
    try:
        sys.exit(root.main(arguments, prog_name="parcelproof", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(asked.exit_code)
    except click.ClickException as error:
        click.echo(f"Error: {sentence(error)}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception:  # the process edge: exit code 1 must keep meaning "found something bad"
        traceback.print_exc()
        click.echo("Error: this is a fault of parcelproof, not of what it looked at; please report it.", err=True)
        sys.exit(3)


def sentence(error: click.ClickException) -> str:
    """Return what was wrong as one line; wrong use also says where the allowed use is written."""
    said = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{said.rstrip('.')}; see `{error.ctx.command_path} --help`."
    return said
