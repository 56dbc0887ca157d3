"""Each sample connector, and the shim, passes what it claims; and a small mistake in its source fails it."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.levels import level_results

from .conftest import COMMANDS, SAMPLES, Judge, wrong

BRONZE = ("rates", "labels")


def test_the_sample_in_python_passes_a_few_cases(judged: Judge) -> None:
    made = judged("python", cases=("RTE-003", "LBL-001", "IDM-002"))
    assert wrong(made) == {}
    assert {"RTE-003", "LBL-001", "IDM-002"} <= {row.id for row in made.requirements if row.verdict is Verdict.PASSED}


@pytest.mark.ci
@pytest.mark.parametrize("sample", COMMANDS)
def test_every_sample_is_bronze(judged: Judge, sample: str) -> None:
    made = judged(sample, profiles=BRONZE)
    assert wrong(made) == {}
    levels = {row.name: row for row in level_results(made)}
    assert levels["bronze"].reached, levels["bronze"].missing


@pytest.mark.ci
@pytest.mark.parametrize("sample", ["python", "node", "php"])
def test_samples_take_lost_and_bad_answers_in_their_stride(judged: Judge, sample: str) -> None:
    assert wrong(judged(sample, cases=("RES-*", "IDM-00?"))) == {}


@pytest.mark.ci
def test_the_sample_in_python_tracks_by_poll_and_by_webhook(judged: Judge) -> None:
    made = judged("python", profiles=("tracking", "webhooks", "security"))
    assert wrong(made) == {}
    assert {"TRK-001", "WHK-003", "SEC-001"} <= {row.id for row in made.requirements if row.verdict is Verdict.PASSED}


@pytest.mark.long
@pytest.mark.parametrize("sample", ["python", "node", "php"])
def test_samples_survive_every_loss_and_kill(judged: Judge, sample: str) -> None:
    """The whole matrix: each write of each flow, its request or answer lost, killed before and after it."""
    assert wrong(judged(sample, profiles=("idempotence",), examples=1.0)) == {}


@pytest.mark.long
@pytest.mark.parametrize("sample", COMMANDS)
def test_every_sample_is_bronze_with_all_examples(judged: Judge, sample: str) -> None:
    made = judged(sample, profiles=BRONZE, examples=1.0)
    assert wrong(made) == {} and level_results(made)[0].reached


class Mistake(NamedTuple):
    """One small change of a sample's source, the cases that look there, and the requirement that has to fail."""

    sample: str
    file: str
    right: str
    wrong: str
    cases: str
    requirement: str


MISTAKES = {
    "python-new-key-at-each-try": Mistake(
        "python",
        "python/shipping/mail_alliance.py",
        '{"Idempotency-Key": order.request["key"]}',
        '{"Idempotency-Key": f"{order.request[\'key\']}-{order.tries}"}',
        "IDM-002/repeats_carry_one_key",
        "IDM-002",
    ),
    "python-label-of-another-order": Mistake(
        "python",
        "python/shipping/store.py",
        "SELECT content FROM labels WHERE number = ?",
        "SELECT content FROM labels WHERE number <= ? ORDER BY number",
        "LBL-001/a_booked_order_has_its_label*",
        "LBL-002",
    ),
    "python-unsigned-webhooks": Mistake(
        "python",
        "python/shipping/hooks.py",
        "return any(hmac.compare_digest(wanted, one) for one in given)",
        "return True",
        "SEC-001/*",
        "SEC-001",
    ),
    "node-float-money": Mistake(
        "node",
        "node/money.mjs",
        '  return Number(found[1]) * 100 + (found[1].startsWith("-") ? -cents : cents);',
        "  return Math.trunc(value * 100) + 0 * cents;",
        "RTE-008/any_offer_adds_up",
        "RTE-008",
    ),
    "node-one-label-for-all": Mistake(
        "node",
        "node/store.mjs",
        'createHash("sha256").update(number).digest("hex"));',
        'createHash("sha256").update("label").digest("hex"));',
        "LBL-001/a_booked_order_has_its_label*",
        "LBL-002",
    ),
    "php-dearest-offer": Mistake(
        "php",
        "php/orders.php",
        "$rank($one) <=> $rank($other)",
        "$rank($other) <=> $rank($one)",
        "RTE-003/*",
        "RTE-003",
    ),
    "php-retry-after-ignored": Mistake(
        "php",
        "php/calls.php",
        "ctype_digit($retryAfter) ? (int) $retryAfter : 0, $status",
        "0, $status",
        "RES-002/*",
        "RES-002",
    ),
    "php-books-blindly-again": Mistake(
        "php",
        "php/cdek.php",
        "['book' => 'look_up']",
        "[]",
        "IDM-001/a_lost_answer_books_once?cdek?",
        "IDM-001",
    ),
    "shim-forgets-what-was-picked": Mistake("shim", "shim.py", "quote:price", "quote:offer", "RTE-010/*", "RTE-010"),
}


@pytest.mark.ci
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_sample_is_found(judged: Judge, tmp_path: Path, name: str) -> None:
    mistake = MISTAKES[name]
    copied = tmp_path / "connectors"
    shutil.copytree(SAMPLES, copied, ignore=shutil.ignore_patterns("__pycache__"))
    source = (copied / mistake.file).read_text("utf-8")
    assert source.count(mistake.right) == 1, f"{mistake.file} does not hold what is to be broken"
    (copied / mistake.file).write_text(source.replace(mistake.right, mistake.wrong), "utf-8")
    made = judged(mistake.sample, folder=copied, cases=(mistake.cases,), examples=1.0)
    failed = {row.id for row in made.requirements if row.verdict is Verdict.FAILED}
    assert mistake.requirement in failed, (failed, wrong(made))


def test_the_shim_has_at_most_sixty_lines_and_needs_nothing() -> None:
    lines = (SAMPLES / "shim.py").read_text("utf-8").splitlines()
    assert len(lines) <= 60
    assert {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))} == {
        "json",
        "sys",
        "http",
        "urllib",
    }


def test_no_sample_imports_anything_of_ours() -> None:
    sources = [path for path in SAMPLES.rglob("*") if path.suffix in (".py", ".mjs", ".php")]
    assert len(sources) > 20
    for path in sources:
        imports = [
            line for line in path.read_text("utf-8").splitlines() if line.lstrip().startswith(("import", "from"))
        ]
        assert not any("parcelproof" in line for line in imports), path
