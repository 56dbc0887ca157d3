"""One judging session of one process of pytest: its simulator, its connector, and each case held at most once."""

from collections.abc import Sequence
from contextlib import ExitStack

from parcelproof.conformance.case import Case
from parcelproof.conformance.driver.http import ConnectorError
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.processes import SIMULATOR, InstrumentError, Process
from parcelproof.conformance.run import CaseResult
from parcelproof.conformance.runner import Options, UsageError, first_question_failed, judge, open_lab
from parcelproof.conformance.targets import CannotStart

from .turns import turn_of


class Unjudged(Exception):
    """Nothing can be said of the connector: it is not there, or our own side broke. One sentence."""


class Judging:
    """Opens what is needed when it is needed first. `trouble` is why no more cases can be held."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._simulator = ""
        self._lab: Lab | None = None
        self._results: dict[str, CaseResult] = {}
        self.trouble = ""

    def simulator(self) -> str:
        """Return the address of this process's own simulator."""
        if not self._simulator:
            self._simulator = self._stack.enter_context(Process(SIMULATOR)).url
        return self._simulator

    def results(self, options: Options, cases: Sequence[Case]) -> list[CaseResult]:
        """Return what became of these cases, holding those that were not held yet. The options are always the same.

        Raises:
            Unjudged: the connector does not say what it is, or our own side broke.
        """
        try:
            return [self._result(options, case) for case in cases]
        except (InstrumentError, CannotStart, UsageError) as error:
            why = str(error)
        except ConnectorError as error:  # what happens inside a case is its verdict: this was the first question
            why = str(first_question_failed(options, error))
        self.trouble = " ".join(why.split())
        raise Unjudged(self.trouble)

    def close(self) -> None:
        self._stack.close()

    def _result(self, options: Options, case: Case) -> CaseResult:
        if case.id not in self._results:
            with turn_of(options):
                self._results[case.id] = judge(self._opened(options), case, options)
        return self._results[case.id]

    def _opened(self, options: Options) -> Lab:
        if self._lab is None:
            url = options.simulator if isinstance(options.simulator, str) else self.simulator()
            self._lab = self._stack.enter_context(open_lab(options, url))
        return self._lab
