"""`parcelproof scenario`: check, run, record and replay scenario files."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from .failures import CannotRun, InstrumentBroke

if TYPE_CHECKING:
    from parcelproof.conformance.scenarios.journal import Found
    from parcelproof.conformance.scenarios.results import Run
    from parcelproof.conformance.scenarios.runner import Options

FILE = click.Path(dir_okay=False, path_type=Path)
THING = click.Path(path_type=Path)


@click.group(
    short_help="Check, run, record and replay scenario files.",
    epilog="Example: parcelproof scenario run examples/scenarios --tag money --junit out/scenarios.xml",
)
def scenario() -> None:
    """Check, run, record and replay scenario files: a parcel's life, the shop's calls, and what must come of them."""


@scenario.command(short_help="Look for mistakes.", epilog="Example: parcelproof scenario check examples/scenarios")
@click.argument("paths", nargs=-1, required=True, type=THING)
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Read the files, or all below the folders PATHS, without running them; exit 1 when one is no scenario."""
    from parcelproof.conformance.scenarios.runner import UsageError, find

    try:
        found = find(paths)
    except UsageError as error:
        raise CannotRun(f"{error}.") from error
    if not found:
        raise CannotRun(f"there is no scenario file (.yaml, .yml) in {', '.join(map(str, paths))}.")
    wrong = [one for one in found if one.scenario is None]
    for one in wrong:
        click.echo(one.problem)
    click.echo(f"{len(found) - len(wrong)} of {len(found)} files are scenarios")
    ctx.exit(1 if wrong else 0)


@scenario.command(
    short_help="Run files, or all in folders.",
    epilog="Example: parcelproof scenario run examples/scenarios --jobs 2 --html out/scenarios.html",
)
@click.argument("paths", nargs=-1, required=True, type=THING)
@click.option("--tag", "tags", multiple=True, help="Only scenarios with this tag. May be repeated: any of them.")
@click.option("--jobs", type=click.IntRange(1, 32), default=1, show_default=True, help="So many at a time.")
@click.option("--simulator", metavar="URL", help="Use this running simulator.  [default: one is started]")
@click.option("--connector", metavar="URL|MODULE:FACTORY", help="The connector.  [default: the reference engine]")
@click.option("--command", metavar="CMD", help="A command that starts the connector; {port} and {state} are filled in.")
@click.option("--reference", is_flag=True, help="The reference engine, which is the default.")
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ADMIN_TOKEN",
    show_envvar=True,
    help="What the simulator's control API asks for.",
)
@click.option("--junit", type=FILE, help="Write JUnit XML here.")
@click.option("--html", type=FILE, help="Write one self-contained page here.")
@click.option("--json", "json_", type=FILE, help="Write JSON here.")
@click.pass_context
def run(
    ctx: click.Context,
    paths: tuple[Path, ...],
    tags: tuple[str, ...],
    jobs: int,
    simulator: str | None,
    connector: str | None,
    command: str | None,
    reference: bool,
    admin_token: str | None,
    junit: Path | None,
    html: Path | None,
    json_: Path | None,
) -> None:
    """Run the scenarios PATHS: exit 0 all hold, 1 one failed, 2 wrong use, a wrong file or nothing to run, 3 our own
    side broke."""
    for file in (junit, html, json_):
        _check_folder(file)
    from parcelproof.conformance.scenarios.reports import print_run, write_html, write_json, write_junit

    judged = _judged(connector, command, reference)
    made = _run(paths, tags=tags, jobs=jobs, simulator=simulator, judged=judged, admin_token=admin_token)
    print_run(made)
    for path, write in ((junit, write_junit), (html, write_html), (json_, write_json)):
        if path is not None:
            with _written(path):
                write(made, path)
    ctx.exit(made.exit_code)


@scenario.command(
    short_help="Run one file and tell every step.",
    epilog="Example: parcelproof scenario replay examples/scenarios/answer-lost-after-create.yaml",
)
@click.argument("file", type=FILE)
@click.option("--simulator", metavar="URL", help="Use this running simulator.  [default: one is started]")
@click.option("--connector", metavar="URL|MODULE:FACTORY", help="The connector.  [default: the reference engine]")
@click.option("--command", metavar="CMD", help="A command that starts the connector; {port} and {state} are filled in.")
@click.option("--reference", is_flag=True, help="The reference engine, which is the default.")
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ADMIN_TOKEN",
    show_envvar=True,
    help="What the simulator's control API asks for.",
)
@click.pass_context
def replay(
    ctx: click.Context,
    file: Path,
    simulator: str | None,
    connector: str | None,
    command: str | None,
    reference: bool,
    admin_token: str | None,
) -> None:
    """Run the scenario FILE again and tell each step: whether a journal's hash is the recorded one, whether a
    counterexample's finding is found again (exit 1) or no more (exit 0); exit 2 where it cannot be run."""
    from parcelproof.conformance.scenarios.reports import print_story

    made = _run((file,), simulator=simulator, judged=_judged(connector, command, reference), admin_token=admin_token)
    print_story(made.results[0])
    if made.results[0].again and connector is None and command is None and not reference:
        click.echo("This was the reference engine; --connector or --command names another connector.", err=True)
    ctx.exit(made.exit_code)


@scenario.command(
    short_help="Turn a journal into a scenario.",
    epilog="Example: parcelproof scenario record http://127.0.0.1:8400 --tenant shop --out shop.yaml",
)
@click.argument("source")
@click.option("--tenant", help="Whose journal, where SOURCE is a simulator.")
@click.option("--title", default="A recorded run", show_default=True, help="The scenario's title.")
@click.option("--out", type=FILE, help="Write the scenario here.  [default: to the screen]")
@click.option(
    "--admin-token",
    envvar="PARCELPROOF_ADMIN_TOKEN",
    show_envvar=True,
    help="What the simulator's control API asks for.",
)
def record(source: str, tenant: str | None, title: str, out: Path | None, admin_token: str | None) -> None:
    """Turn the journal of a tenant into a scenario. SOURCE is a simulator's URL, or a journal as an NDJSON file."""
    _check_folder(out)
    from parcelproof.conformance.scenarios.journal import JournalError
    from parcelproof.conformance.scenarios.recording import recorded
    from parcelproof.control_client import ControlError
    from parcelproof.scenario.writing import text_of

    try:
        made = text_of(recorded(_found(source, tenant, admin_token), title))
    except JournalError as error:
        raise CannotRun(f"{source}: {error}.") from error
    except ControlError as error:
        raise CannotRun(f"{source}: {error.title}: {error.detail}") from error
    except OSError as error:
        raise CannotRun(f"{source} cannot be read: {error.strerror or error}.") from error
    _write(made, out)


def _check_folder(file: Path | None) -> None:
    if file is not None and not file.parent.is_dir():
        raise CannotRun(f"there is no folder {file.parent} for {file.name}; make it first or name another one.")


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        with _written(out):
            out.write_text(text, "utf-8")


@contextmanager
def _written(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRun(f"{file} cannot be written: {error.strerror or error}; name another file.") from error


def _found(source: str, tenant: str | None, admin_token: str | None) -> "Found":
    from parcelproof.conformance.scenarios.journal import MOST_BYTES, of_file, of_tenant
    from parcelproof.control_client import ControlClient

    if source.startswith(("http://", "https://")):
        if not tenant:
            raise CannotRun("say whose journal: give --tenant NAME.")
        with ControlClient(source, admin_token) as control:
            return of_tenant(control, tenant)
    if tenant:
        raise CannotRun("--tenant goes with the URL of a simulator; a file holds one tenant's journal.")
    with Path(source).open("rb") as file:
        return of_file(file.read(MOST_BYTES))


@scenario.command(
    short_help="Print the JSON Schema for editors.",
    epilog="Example: parcelproof scenario schema --out scenario.schema.json",
)
@click.option("--out", type=FILE, help="Write it here.  [default: to the screen]")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of scenario files; a first line `# yaml-language-server: $schema=FILE` names it."""
    _check_folder(out)
    from parcelproof.scenario.schema import shipped

    _write(shipped().decode(), out)


class Judged(NamedTuple):
    """Which connector scenarios are run against: its URL or factory, or a command; ours when it is the reference."""

    connector: str | None
    command: Sequence[str] | None
    ours: bool


def _judged(connector: str | None, command: str | None, reference: bool) -> Judged:
    """Return what was asked for; the reference engine when nothing was."""
    from .programs import engine_command

    named = [f"--{name}" for name, given in (("connector", connector), ("command", command)) if given is not None]
    named += ["--reference"] * reference
    if len(named) > 1:
        raise click.UsageError(f"one connector at a time; found {' and '.join(named)}")
    if connector is None and command is None:
        return Judged(None, engine_command(), True)
    try:
        words = None if command is None else shlex.split(command)
    except ValueError as error:
        raise click.UsageError(f"--command {command!r} is no command: {error}") from error
    if words == []:
        raise click.UsageError("--command is empty; write what starts the connector")
    return Judged(connector, words, False)


def _run(
    paths: tuple[Path, ...],
    *,
    tags: tuple[str, ...] = (),
    jobs: int = 1,
    simulator: str | None,
    judged: Judged,
    admin_token: str | None,
) -> "Run":
    from parcelproof.conformance.scenarios.runner import Options

    from .programs import simulator_command

    options = Options(
        paths=paths,
        simulator=simulator or simulator_command("scenarios"),
        connector=judged.connector,
        command=judged.command,
        ours=judged.ours,
        admin_token=admin_token,
        tags=tags,
        jobs=jobs,
    )
    return _with_progress(options)


def _with_progress(options: "Options") -> "Run":
    """Run with a progress bar on stderr; what keeps it from running becomes one sentence."""
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance.processes import InstrumentError
    from parcelproof.conformance.scenarios.runner import UsageError, run

    try:
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task("scenarios", total=None)
            return run(options, lambda done, of, _made: progress.update(bar, completed=done, total=of))
    except UsageError as error:
        raise CannotRun(f"{error}.") from error
    except InstrumentError as error:
        raise InstrumentBroke(str(error)) from error
