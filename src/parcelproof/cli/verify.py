"""`parcelproof verify`: judge a connector."""

import io
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from .failures import CannotRun

if TYPE_CHECKING:
    from parcelproof.conformance.run import Run
    from parcelproof.conformance.runner import Options
    from parcelproof.conformance.verdict.comparison import Older
    from parcelproof.conformance.verdict.reports import Reports
    from parcelproof.conformance.waivers import Waiver

FILE = click.Path(path_type=Path)
REPORTS = ("junit", "html", "json", "markdown", "sarif", "badge", "counterexamples")
HELP = """Judge a connector: exit 0 conform, 1 failed, 2 wrong use, 3 our own instrument broke.

    Say what to judge by one of --connector, --command and --reference. With no --profile, --level or --case the
    profiles rates, labels, tracking, webhooks and returns are judged.

    \b
    Examples:
      parcelproof verify --connector http://127.0.0.1:8500/parcelproof/v1 --html verdict.html
      parcelproof verify --command './my-connector --port {port}' --level silver
      parcelproof verify --connector shop.shipping:connector --profile all --junit verdict.xml
      parcelproof verify --reference --case 'TRK-*' --thorough --counterexamples broken
      parcelproof verify --reference --waivers waivers.toml --diff last.json --json verdict.json
    """


def print_schema(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from parcelproof.conformance.verdict.document import schema_text

        click.echo(schema_text(), nl=False)
        ctx.exit()


def options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `verify`, in the order in which `--help` tells them."""
    for option in reversed(
        [
            click.option(
                "--connector",
                metavar="URL|MODULE:FACTORY",
                help="A driver's URL with its path /parcelproof/v1, or a Python factory.",
            ),
            click.option(
                "--command",
                metavar="CMD",
                help="Start this, and kill and restart it where a case asks; {port} and {state} are filled in.",
            ),
            click.option("--reference", is_flag=True, help="Judge the reference engine, started for this."),
            click.option(
                "--profile",
                "profiles",
                multiple=True,
                metavar="NAME",
                help="Requirements of this area, or all; repeatable. Besides the default ones: notifications, "
                "settlement, resilience, idempotence, security, documents, numbers.",
            ),
            click.option("--level", metavar="LEVEL", help="All that bronze, silver or gold asks; fail if not reached."),
            click.option(
                "--case",
                "cases",
                multiple=True,
                metavar="CASE",
                help="Cases that fit, like RTE-003, 'TRK-*' or an id from a report; repeatable.",
            ),
            click.option("--seed", type=int, default=1, show_default=True, help="Same seed: the same examples."),
            click.option("--thorough", is_flag=True, help="Eight times as many examples per property."),
            click.option(
                "--jobs",
                type=click.IntRange(1, 64),
                metavar="N",
                help="Start the command N times, side by side.  [default: 1; the reference engine: 2]",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True),
                metavar="SECONDS",
                help="Wait so long for one answer of the connector.  [default: 30]",
            ),
            click.option("--simulator", metavar="URL", help="Use a running simulator.  [default: one is started]"),
            click.option(
                "--admin-token",
                envvar="PARCELPROOF_ADMIN_TOKEN",
                show_envvar=True,
                help="What its control API asks for.",
            ),
            click.option(
                "--waivers", type=FILE, metavar="FILE", help="Known failures, put up with until a day (TOML)."
            ),
            click.option("--junit", type=FILE, metavar="FILE", help="Write JUnit XML."),
            click.option("--html", type=FILE, metavar="FILE", help="Write one self-contained page."),
            click.option("--json", type=FILE, metavar="FILE", help="Write JSON, by the schema of --json-schema."),
            click.option("--markdown", type=FILE, metavar="FILE", help="Write Markdown for a CI summary."),
            click.option("--sarif", type=FILE, metavar="FILE", help="Write SARIF 2.1.0."),
            click.option("--badge", type=FILE, metavar="FILE", help="Write a badge (SVG)."),
            click.option("--diff", type=FILE, metavar="OLD.json", help="Tell what changed since an older --json."),
            click.option(
                "--counterexamples",
                type=FILE,
                metavar="FOLDER",
                help="Write a scenario file and a diagram of each failure.",
            ),
            click.option(
                "--json-schema",
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=print_schema,
                help="Print the JSON Schema of --json.",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command(
    short_help="Judge a connector.",
    help=HELP,
    epilog="Example: parcelproof verify --reference --profile labels --junit verdict.xml",
)
@options
@click.pass_context
def verify(ctx: click.Context, /, **given: Any) -> None:
    from parcelproof.conformance.verdict import print_run
    from parcelproof.conformance.verdict.comparison import compare
    from parcelproof.conformance.verdict.finish import finished
    from parcelproof.conformance.verdict.reports import Reports, write

    reports = Reports(**{name: given[name] for name in REPORTS})
    check_level(given["level"])
    check_reports(reports)
    waivers = read_waivers(given["waivers"])
    older = read_older(given["diff"])
    options = options_of(ctx, given)
    began = now()
    made = finished(
        judged(options, told_selection(given)),
        waivers=waivers,
        today=began.date(),
        began=began,
        level=given["level"] or "",
        selection=told_selection(given),
    )
    comparison = compare(older, made) if older is not None else None
    troubles = write(made, reports, comparison)
    if made.results:
        with any_reader():
            print_run(made, comparison=comparison)
    for trouble in troubles:
        click.echo(f"Error: {trouble}.", err=True)
    ctx.exit(made.exit_code if not troubles or made.exit_code == 3 else 2)


@contextmanager
def any_reader() -> Iterator[None]:
    """Let letters that the terminal does not have become question marks, and a reader that went away be."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it ends


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Take a polite end, as CI asks for it, like Ctrl-C: the connector is stopped and the reports are written."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def now() -> datetime:
    """Return when this run begins; waivers expire by its day. The only place that asks the wall clock."""
    return datetime.now(UTC)


def check_level(level: str | None) -> None:
    from difflib import get_close_matches

    from parcelproof.conformance.levels import LEVELS

    if level is not None and level not in LEVELS:
        near = get_close_matches(level, LEVELS, n=1, cutoff=0.0)[0]
        raise CannotRun(f"no level is called {level!r}; the nearest is {near!r}, and there are {', '.join(LEVELS)}.")


def check_reports(reports: "Reports") -> None:
    from parcelproof.conformance.verdict.reports import problem_of

    if problem := problem_of(reports):
        raise CannotRun(f"{problem}.")


def read_waivers(path: Path | None) -> "tuple[Waiver, ...]":
    from parcelproof.conformance.waivers import WaiverError, read

    try:
        return () if path is None else read(path)
    except WaiverError as error:
        raise CannotRun(f"{error}.") from error


def read_older(path: Path | None) -> "Older | None":
    from parcelproof.conformance.verdict.comparison import OtherFile, read_older

    try:
        return None if path is None else read_older(path)
    except OtherFile as error:
        raise CannotRun(f"{error}.") from error


def options_of(ctx: click.Context, given: dict[str, Any]) -> "Options":
    from parcelproof.conformance.levels import profiles_of
    from parcelproof.conformance.runner import THOROUGH, Options

    from .programs import engine_command

    named = [name for name in ("connector", "command", "reference") if given[name] not in (None, False)]
    if len(named) != 1:
        found = f"--{' and --'.join(named)} are too many" if named else "nothing is named"
        raise click.UsageError(f"say what to judge by one of --connector, --command and --reference; {found}", ctx)
    check_pairs(given)
    simulator = given["simulator"]
    if simulator is not None and not simulator.startswith(("http://", "https://")):
        raise CannotRun(f"--simulator {simulator} is no URL; write it like http://127.0.0.1:8400.")
    level = profiles_of(given["level"]) if given["level"] else ()
    return Options(
        connector=given["connector"],
        command=engine_command() if given["reference"] else words_of(given["command"]),
        ours=given["reference"],
        profiles=(*level, *given["profiles"]),
        cases=given["cases"],
        seed=given["seed"],
        examples=THOROUGH if given["thorough"] else 1.0,
        jobs=given["jobs"],
        admin_token=given["admin_token"],
        target=told_command(given["command"]),
        **({} if given["timeout"] is None else {"answer_timeout_s": given["timeout"]}),
        **({} if simulator is None else {"simulator": simulator.rstrip("/")}),
    )


def check_pairs(given: dict[str, Any]) -> None:
    if given["level"] and given["cases"]:
        raise CannotRun("a level asks for all cases of its profiles, so --level and --case do not go together.")
    if given["jobs"] is not None and given["connector"] is not None:
        raise CannotRun("--jobs starts a command several times; a --connector is one, so leave --jobs out.")


def words_of(command: str | None) -> list[str] | None:
    try:
        return None if command is None else shlex.split(command)
    except ValueError as error:
        raise CannotRun(f"--command {command!r} cannot be split into words: {error}.") from error


def told_command(command: str | None) -> str:
    """Return how a replay names a command: as it was typed, where that is one line; "" leaves it to the judge."""
    return "" if command is None or "\n" in command else f"--command {shlex.quote(command)}"


def told_selection(given: dict[str, Any]) -> str:
    """Return the options that chose what was judged, as they were typed."""
    said = [f"--profile {shlex.quote(name)}" for name in given["profiles"]]
    said += [f"--level {given['level']}"] if given["level"] else []
    said += [f"--case {shlex.quote(name)}" for name in given["cases"]]
    return " ".join([*said, *(["--thorough"] if given["thorough"] else [])])


def judged(options: "Options", selection: str) -> "Run":
    """Judge with a progress bar on stderr. A run that cannot begin is a run of nothing that says why."""
    from hypothesis.configuration import set_hypothesis_home_dir
    from rich.console import Console
    from rich.progress import Progress

    from parcelproof.conformance.processes import InstrumentError
    from parcelproof.conformance.run import INSTRUMENT, WRONG_USE, Stop
    from parcelproof.conformance.runner import UsageError, check, run, target_of
    from parcelproof.conformance.verdict.finish import nothing

    try:
        check(options)
    except UsageError as error:
        raise CannotRun(f"{error}.") from error
    try:
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            bar = progress.add_task("judging", total=None)

            def show(done: int, of: int, _made: object, coming: str) -> None:
                progress.update(bar, completed=done, total=of, description=coming[:60] or "reports")

            with TemporaryDirectory(prefix="parcelproof-") as folder, ended_in_order():
                set_hypothesis_home_dir(folder)  # it would leave a folder where the user stands
                return run(options, show)
    except UsageError as error:
        stop = Stop(exit_code=WRONG_USE, reason=str(error))
    except InstrumentError as error:
        stop = Stop(exit_code=INSTRUMENT, reason=str(error))
    click.echo(f"Error: {' '.join(stop.reason.split())}.", err=True)
    return nothing(stop, target=target_of(options), seed=options.seed, selection=selection)
