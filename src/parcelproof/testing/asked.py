"""What the command line of pytest asks to judge."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Case
from parcelproof.conformance.driver.patience import ANSWER_TIMEOUT_S
from parcelproof.conformance.runner import THOROUGH, Options, UsageError, check, target_of
from parcelproof.conformance.waivers import Waiver, WaiverError, read

ASKED: "pytest.StashKey[Asked]" = pytest.StashKey()


@dataclass(frozen=True, slots=True)
class Asked:
    """A target, the cases to hold, and the failures that are put up with."""

    options: Options
    cases: tuple[Case, ...]
    waivers: tuple[Waiver, ...]

    @property
    def told(self) -> str:
        return f"{target_of(self.options)} (seed {self.options.seed})"


def asked_of(config: pytest.Config) -> Asked:
    """Return what the options ask, made once.

    Raises:
        pytest.UsageError: they name no target or two, or one of them has no meaning.
    """
    if ASKED not in config.stash:
        try:
            options = _options(config)
            config.stash[ASKED] = Asked(options, tuple(check(options)), _waivers(config))
        except (UsageError, WaiverError) as error:
            raise pytest.UsageError(f"parcelproof: {error}.") from error
    return config.stash[ASKED]


def _options(config: pytest.Config) -> Options:
    given = {name: config.getoption(f"parcelproof_{name}") for name in ("connector", "command", "reference")}
    named = [name for name, value in given.items() if value not in (None, False)]
    if len(named) > 1:
        raise UsageError(f"--parcelproof-{' and --parcelproof-'.join(named)} are too many; name one")
    simulator, timeout_s = config.getoption("parcelproof_simulator"), config.getoption("parcelproof_timeout")
    if timeout_s is not None and not timeout_s > 0:
        raise UsageError(f"--parcelproof-timeout is {timeout_s:g}; it must be more than 0 seconds")
    if simulator is not None and not simulator.startswith(("http://", "https://")):
        raise UsageError(f"--parcelproof-simulator {simulator} is no URL; write it like http://127.0.0.1:8400")
    return Options(
        connector=given["connector"],
        command=engine_command() if given["reference"] else words_of(given["command"]),
        ours=given["reference"],
        profiles=config.getoption("parcelproof_profile"),
        seed=config.getoption("parcelproof_seed"),
        examples=THOROUGH if config.getoption("parcelproof_thorough") else 1.0,
        answer_timeout_s=timeout_s or ANSWER_TIMEOUT_S,
        jobs=1,
        **({} if simulator is None else {"simulator": simulator.rstrip("/")}),
    )


def words_of(command: str | None) -> list[str] | None:
    """Split a command line.

    Raises:
        UsageError: a quote is left open.
    """
    try:
        return None if command is None else shlex.split(command)
    except ValueError as error:
        raise UsageError(f"the command {command!r} cannot be split into words: {error}") from error


def _waivers(config: pytest.Config) -> tuple[Waiver, ...]:
    path = config.getoption("parcelproof_waivers")
    return () if path is None else read(config.invocation_params.dir / Path(path))
