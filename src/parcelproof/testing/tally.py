"""Whether anything of the connector was judged. A run in which every requirement was skipped proves nothing."""

import pytest

PROPERTY = "requirement"  # the user property that every requirement's report has
NOTHING_JUDGED = pytest.ExitCode.USAGE_ERROR


class Tally:
    """Counts the requirements that were run, in the process that has the last word; workers report to it."""

    def __init__(self) -> None:
        self._skipped = 0
        self._judged = False
        self._reason = ""

    @property
    def told(self) -> str:
        """Return why the run proves nothing, in one sentence; "" when it proves something or no requirement was run."""
        if self._judged or not self._skipped:
            return ""
        skipped = "the only requirement was" if self._skipped == 1 else f"all {self._skipped} requirements were"
        return f"nothing was judged, for {skipped} skipped ({self._reason}); name what the connector claims to do."

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if PROPERTY not in dict(report.user_properties):
            return
        if report.skipped and not hasattr(report, "wasxfail"):
            self._skipped += 1
            self._reason = self._reason or _reason(report)
        elif report.when == "call" or report.failed:
            self._judged = True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.told and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = NOTHING_JUDGED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.told:
            terminalreporter.write_line(f"ERROR: parcelproof: {self.told}", red=True)


def _reason(report: pytest.TestReport) -> str:
    """Return the first words of a skip's reason."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").partition(";")[0]
