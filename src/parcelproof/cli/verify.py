"""`parcelproof verify`: judge a connector."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .failures import CannotRun, InstrumentBroke

if TYPE_CHECKING:
    from parcelproof.conformance.run import Run
    from parcelproof.conformance.runner import Options

REPORT = click.Path(dir_okay=False, path_type=Path)


@click.command(
    short_help="Judge a connector.",
    epilog="Example: parcelproof verify --reference --profile labels --junit verdict.xml",
)
@click.option("--connector", metavar="URL", help="Where a connector's driver answers, with its path /parcelproof/v1.")
@click.option("--reference", is_flag=True, help="Judge the reference engine, started for this.")
@click.option("--profile", multiple=True, help="Only requirements of this area, for example labels. May be repeated.")
@click.option("--case", "cases", multiple=True, help="Only cases that fit: an id, a requirement, a pattern with *.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed: the same examples.")
@click.option("--junit", type=REPORT, help="Write JUnit XML here.")
@click.option("--html", type=REPORT, help="Write one self-contained page here.")
@click.option("--json", "json_", type=REPORT, help="Write JSON here.")
@click.pass_context
def verify(
    ctx: click.Context,
    connector: str | None,
    reference: bool,
    profile: tuple[str, ...],
    cases: tuple[str, ...],
    seed: int,
    junit: Path | None,
    html: Path | None,
    json_: Path | None,
) -> None:
    """Judge a connector: exit 0 conform, 1 failed, 2 wrong use, 3 our own instrument broke."""
    if reference == (connector is not None):
        raise click.UsageError("say what to judge: either --connector URL or --reference", ctx)
    for file in (junit, html, json_):
        if file is not None and not file.parent.is_dir():
            raise CannotRun(f"there is no folder {file.parent} for {file.name}; make it first or name another one.")
    from parcelproof.conformance.runner import Options
    from parcelproof.conformance.verdict import print_run

    from .programs import engine_command

    options = Options(
        connector=connector,
        command=engine_command() if reference else None,
        ours=reference,
        profiles=profile,
        cases=cases,
        seed=seed,
        junit=junit,
        html=html,
        json=json_,
    )
    made = judged(options)
    print_run(made)
    ctx.exit(made.exit_code)


def judged(options: "Options") -> "Run":
    """Judge with a progress bar on stderr; what keeps it from judging becomes one sentence."""
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance.processes import InstrumentError
    from parcelproof.conformance.runner import UsageError, run

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("judging", total=None)

            def show(done: int, of: int, _made: object, coming: str) -> None:
                progress.update(bar, completed=done, total=of, description=coming[:60] or "reports")

            return run(options, show)
    except UsageError as error:
        raise CannotRun(f"{error}.") from error
    except InstrumentError as error:
        raise InstrumentBroke(str(error)) from error
