"""The command line: examples that parse, exit codes, one sentence for what a user can get wrong."""

import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from parcelproof.cli import root

HEAVY = {"aiohttp", "httpx", "msgspec", "rich", "sqlalchemy", "hypothesis", "zxingcpp", "jinja2", "yaml", "asyncio"}


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parcelproof", *arguments], capture_output=True, text=True, cwd=cwd, timeout=60
    )


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(("parcelproof", *path)), command
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                assert found is not None
                yield from commands(found, (*path, name))


ALL = dict(commands(root))


@pytest.mark.parametrize("path", ALL)
def test_every_help_has_an_example_that_parses(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parse_command_line: Callable[[list[str]], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("out/labels").mkdir(parents=True)
    for name in ("labels/P-001.pdf", "F103.pdf", "F103.txt", "F103.txt.sender.sig", "authority.pem"):
        Path("out", name).touch()
    example = (ALL[path].epilog or "").removeprefix("Example: ")
    words = [
        str(file) for word in shlex.split(example) for file in (sorted(Path().glob(word)) if "*" in word else [word])
    ]
    assert words[0] == "parcelproof"
    assert example.startswith(path), f"the example of `{path}` shows another command: {example}"
    parse_command_line(words[1:])


@pytest.mark.parametrize("path", ALL)
def test_help_of_every_command_shows_its_example(path: str) -> None:
    shown = run(*path.split()[1:], "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Example: parcelproof" in shown.stdout


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom parcelproof.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"print('LOADED', sorted({HEAVY!r} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.rstrip().endswith("LOADED []")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["simulat"], "the nearest is 'simulate'"),
        (["verify"], "by one of --connector, --command and --reference; nothing is named"),
        (["verify", "--reference", "--connector", "http://127.0.0.1:1"], "--connector and --reference are too many"),
        (["simulate", "--listen", "cdek"], "write it as cdek=127.0.0.1:8401"),
        (["simulate", "--listen", "cdek=127.0.0.1:99999"], "write it as cdek=127.0.0.1:8401"),
        (["simulate", "--listen", "ups=127.0.0.1:0"], "names no carrier 'ups'"),
        (["simulate", "--listen", "cdek=127.0.0.1:0", "--listen", "cdek=127.0.0.1:0"], "named twice"),
        (["simulate", "--port", "99999"], "99999"),
        (["simulate", "--host", "0.0.0.0"], "give --admin-token"),
        (["label", "scan", "missing.pdf"], "File 'missing.pdf' does not exist"),
        (["label", "preview", "1"], "Missing option '--tenant'"),
        (["label", "preview", "1", "--tenant", "t", "--simulator", "localhost"], "localhost is no URL"),
        (["label", "preview", "1", "--tenant", "t", "--simulator", "http://127.0.0.1:1"], "No answer"),
        (["carriers", "nobody"], "no carrier is called 'nobody'"),
        (["demo", "--mutant", "duplicate-mial"], "the nearest is 'duplicate-mail'"),
        (["demo", "--colour"], "No such option"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(arguments: list[str], says: str, tmp_path: Path) -> None:
    refused = run(*arguments, cwd=tmp_path)
    assert refused.returncode == 2, refused.stderr
    assert says in refused.stderr
    assert refused.stderr.startswith("Error: ")
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


@pytest.mark.parametrize("command", [["simulate"], ["engine", "serve", "--database", "sqlite:///own.db"]])
def test_a_port_in_use_is_one_sentence_and_exit_2(command: list[str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(*command, "--port", str(port), cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "choose another port" in refused.stderr


def test_a_fault_of_our_own_is_exit_3_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "from parcelproof.cli import main, root\n"
        "def broken(*_a, **_k): raise KeyError('planted')\n"
        "root.main = broken\nmain([])"
    )
    broke = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert broke.returncode == 3
    assert "KeyError: 'planted'" in broke.stderr


def test_the_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert run("--version").stdout == f"parcelproof {version('parcelproof')}\n"
