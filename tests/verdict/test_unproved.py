"""Unproved MUSTs are those of the whole catalogue, in every report, whatever was judged."""

import html
from io import StringIO

import pytest
from rich.console import Console

from parcelproof.conformance.catalogue import load
from parcelproof.conformance.mutants import proofs
from parcelproof.conformance.verdict import finish, print_run
from parcelproof.conformance.verdict.document import document_of
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.html import html_of
from parcelproof.conformance.verdict.junit import junit_of
from parcelproof.conformance.verdict.markdown import markdown_of
from parcelproof.conformance.verdict.sarif import sarif_of
from parcelproof.conformance.verdict.words import proved_of

from .conftest import a_run, passed
from .test_waivers import TODAY


def test_every_report_counts_what_the_catalogue_leaves_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged or not: of those that cannot be tested no run says a thing."""
    monkeypatch.setattr(finish, "unproved", lambda: ("NTF-215", "TRK-001"))
    run = finished(a_run(passed("TRK-001/fold")), today=TODAY)
    counted = f"Unproved: 2 of the catalogue's {len(proofs())} MUSTs"
    said = f"{counted}, as no faulty connector breaks them: NTF-215, TRK-001; 1 of them judged here"
    told = StringIO()
    print_run(run, Console(width=300, file=told, highlight=False))
    (suite,) = junit_of(run).findall("testsuite")
    (named,) = suite.findall("properties/property[@name='unproved']")
    page = html.unescape(html_of(run))
    for text in (told.getvalue(), markdown_of(run), page, named.get("value", "")):
        assert said in text
    assert document_of(run)["unproved"] == ("NTF-215", "TRK-001")
    assert sarif_of(run)["runs"][0]["properties"] == {"unproved": ["NTF-215", "TRK-001"]}
    monkeypatch.setattr(finish, "unproved", lambda: ())
    assert proved_of(finished(run, today=TODAY)) == f"Unproved: 0 of the catalogue's {len(proofs())} MUSTs"


def test_what_no_case_can_test_is_unproved_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished(a_run(passed("TRK-001/fold")), today=TODAY)
    never = [number for number, row in load().items() if row.untestable and row.level.binding]
    assert {*never} <= {*run.unproved}
    counted = f"{len(proofs())} MUSTs"
    monkeypatch.setattr(finish, "unproved", lambda: (never[0],))
    alone = proved_of(finished(run, today=TODAY))
    assert alone == f"Unproved: 1 of the catalogue's {counted}, as no connector can show them: {never[0]}"
    monkeypatch.setattr(finish, "unproved", lambda: (never[0], "TRK-001"))
    both = (
        f"as no faulty connector breaks them: TRK-001; 1 of them judged here, as no connector can show them: {never[0]}"
    )
    assert proved_of(finished(run, today=TODAY)) == f"Unproved: 2 of the catalogue's {counted}, {both}"
