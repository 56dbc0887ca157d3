"""Signatures: same bytes for the same seed and moment, held against other verifiers, broken by any changed byte."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.signatures import Broken, Signature, verify_detached, verify_pdf
from parcelproof.signatures.chain import authorities
from parcelproof.signatures.der import is_der
from parcelproof.simulators.wire.labels import A4, Sheet, pdf_sheets
from parcelproof.simulators.wire.labels.layout import Slot
from parcelproof.simulators.wire.signing import authority, detached, signed_pdf

from ..needed import missing

WRONG = ("0281 0105", "3080 0000", "0202 0001", "0101 01", "3003 0201", "0200", "0201 0500", "1f81 0100")
NOW_MS = 1_790_000_000_000
CONTENT = "1|№ 4|ООО «Ромашка»\r\n".encode("cp1251") * 40
AUTHORITY = authority("a server/a tenant")
SENDER = AUTHORITY.identity("Иванова Анна Петровна", "ООО «Ромашка»")
POST = AUTHORITY.identity("Отделение 109012", "АО «Почта России»")
TRUSTED = authorities(AUTHORITY.pem())
SIGNATURE = detached(CONTENT, SENDER, NOW_MS)


def signed_twice() -> bytes:
    pdf = pdf_sheets([Sheet([(Slot(20, 20, 100, 12), "Список ф. 103")])], A4)
    pdf = signed_pdf(pdf, SENDER, NOW_MS, field="sender", reason="Список ф. 103")
    return signed_pdf(pdf, POST, NOW_MS + 60_000, field="post", reason="Список ф. 103")


PDF = signed_twice()


def holds(document: bytes, signature: bytes | None = None) -> bool:
    try:
        found = verify_pdf(document, TRUSTED) if signature is None else [verify_detached(document, signature, TRUSTED)]
    except Broken:
        return False
    return all(one.good for one in found)


def test_a_detached_signature_tells_who_signed_and_when() -> None:
    found = verify_detached(CONTENT, SIGNATURE, TRUSTED)
    assert (found.signer, found.organization, found.complaint) == ("Иванова Анна Петровна", "ООО «Ромашка»", "")
    assert found.signed_at is not None
    assert found.signed_at.isoformat() == "2026-09-21T14:13:20+00:00"


def test_two_signatures_in_a_pdf_are_both_good_and_stand_in_their_order() -> None:
    found = verify_pdf(PDF, TRUSTED)
    assert [(one.signer, one.good) for one in found] == [(SENDER.name, True), (POST.name, True)]
    assert [one.signed_at and one.signed_at.minute for one in found] == [13, 14]


def test_the_same_seed_and_moment_give_the_same_bytes() -> None:
    again = authority.__wrapped__("a server/a tenant")
    assert again.pem() == AUTHORITY.pem()
    assert detached(CONTENT, again.identity(SENDER.name, "ООО «Ромашка»"), NOW_MS) == SIGNATURE
    assert signed_twice() == PDF
    assert re.findall(rb"/(?:M|ModDate|CreationDate) \((.*?)\)", PDF) == [
        b"D\\07220260921141320Z",
        b"D\\07220260921141420Z",
    ]
    assert authority("a server/another tenant").pem() != AUTHORITY.pem()


@given(st.integers(0, len(SIGNATURE) - 1), st.integers(1, 255))
@settings(max_examples=5, deadline=None)
def test_a_detached_signature_fails_when_one_byte_of_it_changes(place: int, change: int) -> None:
    changed = bytearray(SIGNATURE)
    changed[place] ^= change
    assert not holds(CONTENT, bytes(changed))


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
@settings(max_examples=4, deadline=None)
def test_a_detached_signature_fails_when_one_byte_of_the_document_changes(place: int, change: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= change
    assert not holds(bytes(changed), SIGNATURE)


@given(st.integers(0, len(PDF) - 1), st.integers(1, 255))
@settings(max_examples=4, deadline=None)
def test_a_signed_pdf_fails_when_one_byte_changes(place: int, change: int) -> None:
    changed = bytearray(PDF)
    changed[place] ^= change
    assert not holds(bytes(changed))


def test_what_no_signature_covers_is_refused_all_the_same() -> None:
    """Digits of the other case and what hides behind a signature's end are read the same by every PDF reader."""
    at = PDF.rindex(b"/Contents <") + len(b"/Contents <")
    letter = next(place for place in range(at, at + 200) if PDF[place : place + 1] in b"ABCDEF")
    assert holds(PDF)
    assert not holds(PDF[:letter] + PDF[letter : letter + 1].lower() + PDF[letter + 1 :])
    end = PDF.rindex(b"0>")
    assert not holds(PDF[:end] + b"1" + PDF[end + 1 :])


def test_a_pdf_that_goes_on_after_its_last_signature_is_refused() -> None:
    assert not holds(PDF + b"\n% more\n")


def test_a_first_signature_alone_is_not_taken_for_both() -> None:
    first = PDF[: PDF.index(b"%%EOF", PDF.index(b"/ByteRange")) + 6]
    assert [one.signer for one in verify_pdf(first, TRUSTED)] == [SENDER.name]


def test_another_authority_s_signature_is_not_trusted() -> None:
    other = authorities(authority("another seed").pem())
    found = verify_detached(CONTENT, SIGNATURE, other)
    assert found.complaint == "the signer's certificate is not from the authority"
    assert not any(one.good for one in verify_pdf(PDF, other))


def test_without_an_authority_the_one_brought_along_is_said_not_to_be_checked() -> None:
    found: Signature = verify_detached(CONTENT, SIGNATURE)
    assert found.good
    assert not found.trusted


@pytest.mark.parametrize("name", ["version", "serial", "signature"])
def test_a_certificate_that_a_signature_only_brings_along_is_checked_too(name: str) -> None:
    """The authority's own certificate is signed by nobody else: what changes in it must be seen all the same."""
    root = AUTHORITY.certificate.public_bytes(Encoding.DER)
    at = SIGNATURE.index(root)
    place = {"version": root.index(b"\xa0\x03\x02\x01\x02") + 4, "serial": 20, "signature": len(root) - 3}[name]
    changed = bytearray(SIGNATURE)
    changed[at + place] ^= 1
    for trusted in (TRUSTED, ()):
        try:
            assert not verify_detached(CONTENT, bytes(changed), trusted).good
        except Broken as error:
            assert str(error)


def test_the_signer_s_name_counts_by_its_case_and_an_idle_bit_counts_too() -> None:
    name = b"parcelproof throw-away"
    places = [found.start() for found in re.finditer(name, SIGNATURE)]
    assert len(places) == 5, (
        "twice in the authority's certificate, once in the signer's, the binding, the signer's entry"
    )
    for place in places:
        changed = bytearray(SIGNATURE)
        changed[place] ^= 0x20
        assert not holds(CONTENT, bytes(changed))
    at = SIGNATURE.index(AUTHORITY.certificate.signature) - 1
    assert SIGNATURE[at] == 0
    changed = bytearray(SIGNATURE)
    changed[at] = 1
    try:
        assert not verify_detached(CONTENT, bytes(changed)).good
    except Broken as error:
        assert str(error)


@pytest.mark.parametrize("body", WRONG)
def test_only_one_way_of_writing_is_der(body: str) -> None:
    assert is_der(bytes.fromhex("30060201050101ff"))
    assert not is_der(bytes.fromhex(body))


@pytest.mark.parametrize("text", [b"", b"0", b"%PDF-1.5", b"\x30\x82\xff\xff", b"-----BEGIN CMS-----\nAAAA\n"])
def test_anything_else_is_no_signature(text: bytes) -> None:
    with pytest.raises(Broken):
        verify_detached(CONTENT, text, TRUSTED)
    with pytest.raises(Broken):
        verify_pdf(text, TRUSTED)


@pytest.mark.parametrize("at_ms", [0, 2_524_607_999_000, 2_524_608_000_000, 253_370_764_800_000])
def test_any_moment_can_be_signed_at(at_ms: int) -> None:
    """In 2050 the type changes in which times are written."""
    found = verify_detached(b"a", detached(b"a", SENDER, at_ms), TRUSTED)
    assert found.good
    assert found.signed_at is not None
    assert int(found.signed_at.timestamp() * 1000) == at_ms


def test_any_names_can_be_certified() -> None:
    who = AUTHORITY.identity("\ud800\n" + "Я" * 100, "")
    assert verify_detached(b"a", detached(b"a", who, NOW_MS), TRUSTED).signer == "Я" * 32


def test_openssl_accepts_a_detached_signature_and_refuses_another_document(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        missing("openssl", "there is no openssl on this machine")
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.pem())
    (tmp_path / "sig").write_bytes(SIGNATURE)
    for content, good in ((CONTENT, True), (CONTENT + b" ", False)):
        (tmp_path / "content").write_bytes(content)
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "sig", "-content", "content"]
        done = subprocess.run([*command, "-CAfile", "ca.pem", "-purpose", "any"], cwd=tmp_path, capture_output=True)
        assert (done.returncode == 0) is good, done.stderr.decode()
