"""The HTML report without a browser: whole, escaped, nothing from elsewhere, bounded."""

import base64
import re
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from parcelproof.conformance.case import finding
from parcelproof.conformance.verdict import write_html
from parcelproof.conformance.verdict.document import document_of
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.html import html_of

from .conftest import DIAGRAM, SCENARIO, a_run, everything, evidence, exchange, failed, passed
from .test_machine_reports import runs
from .test_reading_reports import COMPARISON
from .test_waivers import TODAY

VOID = {"meta", "input", "br", "img", "link"}


class Reader(HTMLParser):
    """Keeps ids, references, and refuses tags that do not close in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.sources: list[str] = []
        self.copies: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        for name, kept in (("id", self.ids), ("href", self.hrefs), ("src", self.sources), ("data-copy", self.copies)):
            if name in found:
                kept.append(found[name])
        if tag not in VOID:
            self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.tags == []
    return reader


@pytest.mark.parametrize("name", runs())
def test_the_page_is_whole_whatever_came_of_the_run(name: str, tmp_path: Path) -> None:
    write_html(runs()[name](), tmp_path / "verdict.html", comparison=COMPARISON)
    page = (tmp_path / "verdict.html").read_text("utf-8")
    found = read(page)
    assert len(found.ids) == len(set(found.ids))
    assert {href.removeprefix("#") for href in found.hrefs if href.startswith("#")} - {"NTF-008"} <= set(found.ids)
    assert set(found.copies) <= set(found.ids)
    assert all(href.startswith("#") for href in found.hrefs)
    assert all(source.startswith("data:image/svg+xml,") for source in found.sources)
    assert "://" not in re.sub(r'"data:[^"]*"', "", page)


def test_the_page_shows_each_failure_with_all_that_was_kept() -> None:
    page = html_of(finished(everything(), today=TODAY), COMPARISON)
    text = " ".join(" ".join(read(page).text).split())
    for part in (
        "mail to <eva@example.org>",
        "Two mails came.",
        "2 exchanges, request and answer side by side",
        '{"entity": {"uuid": "one"}}',
        " ".join(SCENARIO.split()),
        "parcelproof verify --reference --case 'NTF-008/none_twice' --seed 1",
        "first told of",
        "2 of 3 cells run: 1 failed, 1 passed, 1 skipped",
        "newly failing",
    ):
        assert part in text, part
    assert "<script>alert" not in page
    assert DIAGRAM.count("<text") == page.count("%3Ctext")


def test_the_page_says_when_the_run_began_in_utc_where_somebody_said_it() -> None:
    night = datetime(2026, 3, 29, 1, 30, 59, tzinfo=timezone(timedelta(hours=2)))
    made = finished(everything(), today=TODAY, began=night)
    assert made.began == document_of(made)["began"] == "2026-03-28T23:30:59+00:00"
    assert "Began 2026-03-28 23:30 UTC" in " ".join(" ".join(read(html_of(made)).text).split())
    assert "Began" not in html_of(finished(everything(), today=TODAY))


def test_a_scenarios_replay_names_the_connector_that_was_judged() -> None:
    """Without it the reference engine would be met, in which nothing is wrong."""
    page = html_of(a_run(failed(), target="--connector http://127.0.0.1:9/parcelproof/v1"))
    assert "<code>parcelproof scenario replay NTF-008-none_twice.yaml --connector http://127.0.0.1:9/" in page


def test_a_diagram_is_a_picture_so_that_nothing_in_it_runs() -> None:
    page = html_of(a_run(failed(evidence=evidence(diagram='<svg onload="alert(1)"/>'))))
    assert "onload=" not in page
    assert "<svg" not in page


def test_only_the_pages_own_script_may_run() -> None:
    page = html_of(finished(everything(), today=TODAY))
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    mark = base64.b64encode(sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert f"script-src 'sha256-{mark}'" in policy
    assert policy.startswith("default-src 'none';")


def test_a_thousand_findings_make_a_page_of_bounded_size() -> None:
    """A thousand cases that fail, each with as much as a case may have."""
    long = exchange(1, request="q" * 2000, answer="a" * 2000)
    full = evidence(story=("s" * 200,) * 40, exchanges=(long,) * 60, diagram="<svg>" + "d" * 20_000 + "</svg>")
    wrong = tuple(finding("NTF-008", f"mail {n}", "x" * 3000, "y" * 3000) for n in range(50))
    many = [failed(f"NTF-008/case_{n}", evidence=full, findings=wrong) for n in range(1000)]
    page = html_of(a_run(*many, passed("TRK-001/fold")))
    assert 3_000_000 < len(page.encode()) < 12_000_000
    assert page.count("left out here, or this page would be too long") > 900
    one = html_of(a_run(failed(evidence=full, findings=wrong * 20)))
    assert len(one.encode()) < 1_000_000
    assert "… and 980 more findings" in one


def test_the_first_failures_are_open_and_waived_ones_come_last() -> None:
    results = [failed(f"NTF-008/case_{n}") for n in range(9)]
    page = html_of(a_run(failed("NTF-005/first_by_name", waived={"NTF-005": "Known."}), *results))
    cases = re.findall(r'<details class="case entry" id="case-([^"]*)"[^>]*?( open)?>', page)
    assert [name for name, _ in cases][-1] == "NTF-005-first_by_name"
    assert [bool(is_open) for _, is_open in cases] == [True] * 5 + [False] * 5
