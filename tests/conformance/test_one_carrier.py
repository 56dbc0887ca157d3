"""A sound connector that serves one carrier is failed for nothing: each of its cases passes or does not concern it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Verdict
from parcelproof.conformance.catalogue import USUAL
from parcelproof.conformance.driver import Refusal
from parcelproof.conformance.driver.http import Connector, Refused
from parcelproof.conformance.runner import Options, run
from parcelproof.conformance.targets import CommandTarget

CASES = ("RTE-0*", "RES-006", "IDM-003", "NTF-002", "NTF-024", "NTF-026", "SEC-007", "SEC-008", "SEC-010", "SEC-013")


@pytest.fixture(scope="module")
def good() -> Iterator[Connector]:
    target = CommandTarget(engine_command(), simulator="", smtp="", ours=True)
    yield target.connector
    target.close()


class Half:
    """The reference, as long as nobody asks it for the other carrier."""

    def __init__(self, good: Connector, carrier: str) -> None:
        self._good, self._carrier = good, carrier

    def __getattr__(self, name: str) -> Any:
        def asked(*given: Any, **named: Any) -> Any:
            try:
                return msgspec.to_builtins(getattr(self._good, name)(*given, **named), builtin_types=(bytes,))
            except Refused as refusal:
                raise Refusal(refusal.status, refusal.code, refusal.detail) from refusal

        return asked

    def capabilities(self) -> dict[str, Any]:
        said: dict[str, Any] = msgspec.to_builtins(self._good.capabilities())
        return {**said, "carriers": [self._carrier], "claims": ["clock"]}

    def reset(self, settings: dict[str, Any]) -> None:
        assert [*settings["carriers"]] == [self._carrier], "an account of a carrier that is not served"
        self._good.reset(settings)

    def run(self, until: datetime) -> datetime:
        self._good.run(until)
        return until

    def close(self) -> None:
        """The other carrier's turn comes yet."""


@pytest.mark.ci
@pytest.mark.parametrize("carrier", USUAL)
def test_a_connector_of_one_carrier_is_failed_for_nothing(good: Connector, carrier: str) -> None:
    made = run(Options(connector=lambda: Half(good, carrier), cases=CASES, examples=0.1))
    verdicts = {row.id: row.verdict for row in made.results}
    other = {name for name, verdict in verdicts.items() if verdict not in (Verdict.PASSED, Verdict.SKIPPED)}
    assert not other and made.exit_code == 0, [(row.id, row.reason, row.findings) for row in made.results]
    skipped = [row for row in made.results if row.verdict is Verdict.SKIPPED]
    assert skipped and all("does not serve" in row.reason for row in skipped), [row.reason for row in skipped]
    mine = [row for row in made.results if row.carrier in ("", carrier)]
    left_out = sorted(row.id for row in mine if row.verdict is Verdict.SKIPPED)
    assert len(left_out) < len(mine) / 2, left_out
