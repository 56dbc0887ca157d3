"""Which channel taught which news comes from the cases about channels into the run, and from there into the reports."""

from typing import Any

import pytest

from parcelproof.conformance import hold as holding
from parcelproof.conformance.case import Case
from parcelproof.conformance.run import CaseResult, Channel
from parcelproof.conformance.verdict.html import html_of
from parcelproof.conformance.verdict.markdown import markdown_of

from ..conformance.test_judging import Bench, Lab
from .conftest import a_run, passed
from .test_reading_reports import shown

WEBHOOK = Channel(carrier="cdek", name="webhook", news=2, taught=("delivered",))
NOBODY = Channel(carrier="cdek", name="unknown")


class Looked(Bench):
    looked_at = "a history"


class Laboratory(Lab):
    def bench(self, *_: object, **__: object) -> Looked:
        return Looked()


def held(number: str, monkeypatch: pytest.MonkeyPatch) -> CaseResult:
    found: dict[Any, tuple[Channel, ...]] = {"a history": (WEBHOOK, NOBODY)}
    monkeypatch.setattr(holding, "channels_of", found.__getitem__)
    monkeypatch.setattr(holding, "watch", lambda bench, settings: None)
    case = Case(name="one", requirements=(number,), run=lambda bench: None, story="One.")
    return holding.hold(Laboratory(), case, seed=1)  # type: ignore[arg-type]


def test_a_case_about_channels_says_what_each_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert held("TRK-016", monkeypatch).channels == (WEBHOOK, NOBODY)
    assert held("TRK-001", monkeypatch).channels == ()


def test_a_channel_that_nothing_can_be_said_of_is_not_shown() -> None:
    run = a_run(passed("TRK-016/x"), channels=(WEBHOOK, NOBODY))
    for report in (shown(run), markdown_of(run)):
        assert "2 pieces of news: delivered" in " ".join(report.split())
        assert "first told of nothing" not in report and "| cdek | unknown" not in report
    page = html_of(run)
    assert "2 pieces of news: delivered" in page and '<td class="whole">unknown</td>' not in page
