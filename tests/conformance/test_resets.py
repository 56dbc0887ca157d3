"""SEC-013: a reset is forgetting only where there was something to forget, mails among it."""

from collections.abc import Mapping
from typing import Any

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Verdict, all_cases
from parcelproof.conformance.hold import hold
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.processes import SIMULATOR

RESET = next(case for case in all_cases() if case.id == "SEC-013/a_reset_forgets_everything")


@pytest.mark.ci
def test_a_connector_that_mails_nothing_at_all_has_not_forgotten_anything() -> None:
    with Lab(command=engine_command(), ours=True, simulator=SIMULATOR, seed=1) as lab:
        assert hold(lab, RESET, seed=1).verdict is Verdict.PASSED
        reset = lab.connector.reset

        def mute(settings: Mapping[str, Any]) -> None:
            reset({**settings, "smtp": {**settings["smtp"], "port": 9}})  # where nobody takes mails

        lab.connector.reset = mute  # type: ignore[method-assign]
        made = hold(lab, RESET, seed=1, brief=True)
    (found,) = made.findings
    assert (made.verdict, found.requirement, found.found) == (Verdict.FAILED, "SEC-013", "none")
    assert found.subject == "mails to eva@example.org" and found.after == "a novelty, an hour before the reset"
