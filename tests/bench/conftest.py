"""Measured ratios and their targets: a table at the end, exit 1 when one is missed.

Rates of a machine drift; so only what was measured in one run, in turns, is compared, by CPU time. With `--smoke` the
slices are short and only a ratio below half of `baseline.json` (or too many bytes) fails: enough for CI to see that a
path broke, on whatever machine.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # the two modules beside this one are imported as tests.bench.…
BASELINE = json.loads((Path(__file__).parent / "baseline.json").read_text())


@dataclass(frozen=True)
class Row:
    name: str
    found: float
    target: str
    missed: bool


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--smoke", action="store_true", help="short slices; fail only below half of the baseline")


class Report:
    """Collects rows; a test that adds a missed one fails."""

    def __init__(self, *, smoke: bool) -> None:
        self.smoke = smoke
        self.rows: list[Row] = []

    def __call__(self, name: str, found: float, *, least: float | None = None, most: float | None = None) -> None:
        """Add a row. Without a target it is only shown; in a smoke run the baseline's half is the target."""
        target, missed = "", False
        if most is not None:
            target, missed = f"at most {most:,.4g}", found > most
        elif self.smoke and name in BASELINE:
            floor = BASELINE[name] / 2
            target, missed = f"at least {floor:,.4g}, half of baseline", found < floor
        elif least is not None and not self.smoke:
            target, missed = f"at least {least:,.4g}", found < least
        self.rows.append(Row(name, found, target, missed))

    def check(self) -> None:
        missed = [f"{row.name}: {row.found:,.4g}, {row.target}" for row in self.rows if row.missed]
        assert not missed, "; ".join(missed)


_REPORTS: list[Report] = []


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    _REPORTS.append(Report(smoke=request.config.getoption("--smoke")))
    return _REPORTS[-1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [row for found in _REPORTS for row in found.rows]
    if not rows:
        return
    terminalreporter.section("measured against targets")
    for row in rows:
        mark = "MISSED" if row.missed else "ok" if row.target else ""
        terminalreporter.line(f"{row.name:<58}{row.found:>12,.4g}   {row.target:<34}{mark}")
