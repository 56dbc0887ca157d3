"""What a letter's document and signature must be: a PDF in portrait A4 and a detached CMS over its very bytes."""

from hashlib import new as new_hash
from typing import Any

import pypdfium2
from asn1crypto import cms, pem
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

MOST_BYTES, MOST_SIGNATURE_BYTES, MOST_PAGES = 1_048_576, 65_536, 15
A4_PT, SLACK_PT = (595.28, 841.89), 6.0  # portrait; two millimetres either way
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
UNREADABLE, PAGE_FORM, TOO_MANY_PAGES, SIGNATURE = "unreadable", "page_form", "too_many_pages", "signature"


def is_pdf(document: bytes) -> bool:
    return document.startswith(b"%PDF-")


def examined(document: bytes) -> tuple[int, tuple[str, ...]]:
    """Return how many pages a document has and what is wrong with it, each fault once."""
    try:
        found = pypdfium2.PdfDocument(document)
        pages = len(found)
        sizes = [found[place].get_size() for place in range(min(pages, MOST_PAGES))]
        found.close()
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return 0, (UNREADABLE,)
    faults = () if pages and all(map(_is_portrait_a4, sizes)) else (PAGE_FORM,)
    return pages, (*faults, TOO_MANY_PAGES) if pages > MOST_PAGES else faults


def _is_portrait_a4(size_pt: tuple[float, float]) -> bool:
    return all(abs(found - wanted) <= SLACK_PT for found, wanted in zip(size_pt, A4_PT, strict=True))


def holds(signature: bytes, document: bytes) -> bool:
    """Tell whether a detached CMS (RFC 5652), DER or PEM, holds over a document; whose certificate it is is not asked.

    Never raises for what the bytes are.
    """
    try:
        return _holds(signature, document)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidSignature, UnsupportedAlgorithm, RecursionError):
        return False


def _holds(signature: bytes, document: bytes) -> bool:
    der = pem.unarmor(signature)[2] if pem.detect(signature) else signature
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    signers, certificates = signed["signer_infos"], [one.chosen for one in signed["certificates"]]
    if signed["encap_content_info"]["content"].native is not None or not len(signers):
        return False
    return all(_signer_holds(signer, certificates, document) for signer in signers)


def _signer_holds(signer: Any, certificates: list[Any], document: bytes) -> bool:
    name = signer["digest_algorithm"]["algorithm"].native
    digest = new_hash(name, document).digest() if name in HASHES else b""
    attributes = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    if not digest or attributes.get("message_digest") != digest:
        return False
    body = signer["signed_attrs"].untag().dump()
    found = [one for one in certificates if _is_of(signer["sid"].chosen, one)]
    if not found:
        return False
    key = x509.load_der_x509_certificate(found[0].dump()).public_key()
    mark = signer["signature"].native
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(mark, body, ec.ECDSA(HASHES[name]))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(mark, body, padding.PKCS1v15(), HASHES[name])
    else:
        return False
    return True


def _is_of(signer: Any, certificate: Any) -> bool:
    if isinstance(signer, cms.IssuerAndSerialNumber):
        same = signer["serial_number"].native == certificate.serial_number
        return same and bool(signer["issuer"] == certificate.issuer)
    return bool(signer.native == certificate.key_identifier)
