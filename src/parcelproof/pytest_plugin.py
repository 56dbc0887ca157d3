"""The pytest plugin: with `--parcelproof-connector=…` one test per requirement, and the fixture `parcelproof`.

It is loaded in every pytest run of an environment that has parcelproof, so it imports nothing of ours until asked.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing.asked import Asked
    from .testing.judging import Judging
    from .testing.verifying import Parcelproof

TARGETS = ("parcelproof_connector", "parcelproof_command", "parcelproof_reference")
JUDGING: "pytest.StashKey[Judging]" = pytest.StashKey()
MARK = "parcelproof: a requirement of the judge; made by --parcelproof-connector, -command or -reference."


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("parcelproof", "judge a shipping connector, one test per requirement")
    group.addoption(
        "--parcelproof-connector", metavar="URL|MODULE:FACTORY", help="A driver's URL with its path, or a factory."
    )
    group.addoption("--parcelproof-command", metavar="CMD", help="Start this; {port} and {state} are filled in.")
    group.addoption("--parcelproof-reference", action="store_true", help="Judge the reference engine.")
    group.addoption(
        "--parcelproof-profile", action="append", default=[], metavar="NAME", help="Only this area, or all. Repeatable."
    )
    group.addoption("--parcelproof-seed", type=int, default=1, metavar="N", help="Same seed: the same examples.")
    group.addoption("--parcelproof-thorough", action="store_true", help="Eight times as many examples per property.")
    group.addoption("--parcelproof-waivers", metavar="FILE", help="Known failures, shown as xfailed until a day.")
    group.addoption("--parcelproof-simulator", metavar="URL", help="Use a running simulator.")
    group.addoption(
        "--parcelproof-timeout", type=float, metavar="SECONDS", help="For one answer of the connector (30)."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    if asked(config) is not None and not hasattr(config, "workerinput"):  # a worker of xdist has seen a part only
        from .testing.tally import Tally

        config.pluginmanager.register(Tally(), "parcelproof tally")


def asked(config: pytest.Config) -> "Asked | None":
    """Return what the command line asks to judge, None when nothing.

    Raises:
        pytest.UsageError: it names a target twice, or an option has no meaning.
    """
    if all(config.getoption(name) in (None, False) for name in TARGETS):  # "" is asked: a variable of CI may be empty
        return None
    from .testing.asked import asked_of

    return asked_of(config)


def judging(config: pytest.Config) -> "Judging":
    """Return the one judging session of this process."""
    if JUDGING not in config.stash:
        from .testing.judging import Judging

        config.stash[JUDGING] = Judging()
    return config.stash[JUDGING]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    if (wanted := asked(config)) is not None:
        from .testing.items import collected

        items += collected(session, judging(config), wanted)


def pytest_report_header(config: pytest.Config) -> str | None:
    wanted = asked(config)
    return None if wanted is None else f"parcelproof: judging {wanted.told}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if asked(config) is not None:
        from .testing.items import summarize

        summarize(terminalreporter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if JUDGING in session.config.stash:
        session.config.stash[JUDGING].close()


@pytest.fixture(scope="session")
def parcelproof(pytestconfig: pytest.Config) -> "Iterator[Parcelproof]":
    """Judge a connector: `parcelproof.verify(connector=…)` returns the run, or fails with what is wrong."""
    from .testing.verifying import Parcelproof

    yield Parcelproof(judging(pytestconfig), asked(pytestconfig))
