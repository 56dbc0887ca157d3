"""`parcelproof documents verify`: what it prints and how it exits."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parcelproof.cli.documents import documents
from parcelproof.simulators.wire.labels import A4, Sheet, pdf_sheets
from parcelproof.simulators.wire.labels.layout import Slot
from parcelproof.simulators.wire.signing import authority, detached, signed_pdf

NOW_MS = 1_790_000_000_000
AUTHORITY = authority("cli")
WHO = AUTHORITY.identity("Иванова Анна", "ООО «Ромашка»")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pdf = pdf_sheets([Sheet([(Slot(20, 20, 100, 12), "Список")])], A4)
    (tmp_path / "plain.pdf").write_bytes(pdf)
    (tmp_path / "list.pdf").write_bytes(signed_pdf(pdf, WHO, NOW_MS, field="sender", reason="Список"))
    (tmp_path / "list.txt").write_bytes(b"1|2|3\r\n")
    (tmp_path / "list.sig").write_bytes(detached(b"1|2|3\r\n", WHO, NOW_MS))
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.pem())
    (tmp_path / "other.pem").write_bytes(authority("another").pem())
    return tmp_path


def verify(folder: Path, *arguments: str) -> Result:
    words = [word if word.startswith("--") else str(folder / word) for word in arguments]
    return CliRunner().invoke(documents, ["verify", *words])


def test_good_signatures_are_told_and_exit_zero(folder: Path) -> None:
    inside = verify(folder, "list.pdf", "--authority", "ca.pem")
    assert inside.exit_code == 0, inside.output
    assert "\tgood\tИванова Анна, ООО «Ромашка»\t2026-09-21T14:13:20+00:00\t" in inside.stdout
    beside = verify(folder, "list.txt", "--signature", "list.sig", "--authority", "ca.pem")
    assert beside.exit_code == 0 and "list.sig\tgood\t" in beside.stdout


def test_a_company_that_signs_itself_is_named_once(folder: Path) -> None:
    seal = AUTHORITY.identity("ООО «Ромашка»", "ООО «Ромашка»")
    (folder / "list.sig").write_bytes(detached(b"1|2|3\r\n", seal, NOW_MS))
    found = verify(folder, "list.txt", "--signature", "list.sig", "--authority", "ca.pem")
    assert found.exit_code == 0 and "\tgood\tООО «Ромашка»\t" in found.stdout


def test_without_an_authority_it_says_that_none_was_checked(folder: Path) -> None:
    found = verify(folder, "list.pdf")
    assert found.exit_code == 0 and "not checked: see --authority" in found.stdout


@pytest.mark.parametrize("name", ["list.pdf", "list.txt", "list.sig"])
def test_a_changed_byte_fails(folder: Path, name: str) -> None:
    whole = bytearray((folder / name).read_bytes())
    whole[len(whole) // 2] ^= 1
    (folder / name).write_bytes(whole)
    arguments = ["list.pdf"] if name == "list.pdf" else ["list.txt", "--signature", "list.sig"]
    found = verify(folder, *arguments, "--authority", "ca.pem")
    assert found.exit_code == 1 and found.stdout == "" and found.stderr


def test_another_authority_and_no_signature_fail(folder: Path) -> None:
    assert verify(folder, "list.pdf", "--authority", "other.pem").exit_code == 1
    found = verify(folder, "plain.pdf")
    assert found.exit_code == 1 and "the PDF has no signature" in found.stderr
    assert verify(folder, "list.txt").exit_code == 1


def test_a_wrong_authority_file_is_wrong_use(folder: Path) -> None:
    found = verify(folder, "list.pdf", "--authority", "list.txt")
    assert found.exit_code == 2 and "give a certificate in PEM" in found.stderr
