"""The demo as a newcomer runs it: green with the reference, red with each faulty engine in its place."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from parcelproof.cli.demo import cast, orders_file
from parcelproof.cli.demo.claims import Claims


def demo(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parcelproof", "demo", "--out", str(out), *arguments],
        capture_output=True, text=True, timeout=240, cwd=out.parent,
    )  # fmt: skip


def test_the_demo_is_green_and_out_holds_what_it_promises(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = demo(out)  # one test: workers that share a module would each run it
    assert ran.returncode == 0, ran.stdout + ran.stderr
    bars = re.findall(r" (\d+)/(\d+) \d:\d\d:\d\d$", ran.stdout, re.MULTILINE)
    assert len(bars) >= 9 and [done for done in bars if done[0] != done[1]] == [], bars
    assert re.search(r"GREEN: \d+ of \d+ requirements passed, (\d+) of \1 claims hold", ran.stdout)
    for title in ("Orders by status", "What each carrier still owes", "Profit and loss", "Verdict by requirement"):
        assert title in ran.stdout
    holds_files(out)
    labels_scan(out)


def holds_files(out: Path) -> None:
    labels = {file.name for file in (out / "labels").iterdir()}
    assert {f"{number}.pdf" for number in orders_file.orders("orders.csv")} <= labels
    assert sum(name.endswith(".zpl") for name in labels) == 8
    assert list((out / "mails").glob("*.eml"))
    assert {file.name.partition(".")[2] for file in (out / "registry").iterdir()} == {
        "xlsx", "csv", "cp1251.csv", "json",
    }  # fmt: skip
    journal = (out / "journal" / "carriers.ndjson").read_bytes()
    digest, _, rest = (out / "journal" / "carriers.sha256").read_text().partition("  ")
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert rest.split()[0] == str(journal.count(b"\n"))
    assert "all as it must be" in (out / "report.html").read_text("utf-8")
    assert (out / "terminal.svg").read_text("utf-8").startswith("<svg")


def labels_scan(out: Path) -> None:
    labels = sorted((out / "labels").iterdir())
    scanned = subprocess.run(
        [sys.executable, "-m", "parcelproof", "label", "scan", *map(str, labels)], capture_output=True, text=True
    )
    assert scanned.returncode == 0, scanned.stderr
    assert len({line.partition("\t")[0] for line in scanned.stdout.splitlines()}) == len(labels)


@pytest.mark.ci
def test_a_faulty_engine_turns_it_red(tmp_path: Path) -> None:
    ran = demo(tmp_path / "out", "--mutant", "duplicate-mail")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "RED" in ran.stdout
    assert re.search(r"NTF-008 .*failed", ran.stdout)
    assert "something is wrong" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.long
def test_a_bug_of_money_turns_it_red(tmp_path: Path) -> None:
    """Beside the mails above; `parcelproof score` has every bug."""
    ran = demo(tmp_path / "out", "--mutant", "transfer-as-collected")
    assert ran.returncode == 1, ran.stdout + ran.stderr


@pytest.mark.ci
def test_two_runs_with_one_seed_have_the_same_journal(tmp_path: Path) -> None:
    outs = (tmp_path / "first", tmp_path / "second")
    assert [demo(out).returncode for out in outs] == [0, 0]
    hashes = [(out / "journal" / "carriers.sha256").read_text() for out in outs]
    assert hashes[0] == hashes[1]


def test_an_out_that_is_a_file_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    ran = demo(tmp_path / "out")
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1


def test_the_plan_has_every_kind_of_life_at_both_carriers() -> None:
    assert set(cast.AT_MAIL_ALLIANCE) == set(cast.AT_CDEK) == set(cast.ENDS)
    assert [mischief.day for mischief in cast.MISCHIEF] == sorted(mischief.day for mischief in cast.MISCHIEF)


def test_a_claim_over_nothing_does_not_hold() -> None:
    claims = Claims()
    assert not claims.all_hold()
    claims.none("nothing is wrong", [], looked_at=0)
    assert not claims.all_hold()


def test_a_claim_says_what_differs() -> None:
    claims = Claims()
    claims.equal("two is three", 3, 2)
    claims.none("all is well", ["a", "b", "c", "d"], looked_at=9)
    assert [claim.wrong for claim in claims.made] == ["expected 3, found 2", "a; b; c; and 1 more"]


def test_our_own_reading_is_that_of_the_script() -> None:
    order = orders_file.orders("orders_cp1251.csv")["P-001"]
    assert order["lines"][0]["unit_price"] == {"amount_minor": 89_000, "currency": "RUB"}
    assert order["delivery_charge"] == {"amount_minor": 35_000, "currency": "RUB"}
