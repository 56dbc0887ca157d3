"""PAdES signatures inside a PDF: each must hold, only signatures may follow one, and the last must cover the file."""

import asyncio
import string
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from .chain import UNREADABLE, USAGE, context, names
from .detached import complaint_of, signed_data
from .found import Broken, Signature


def verify_pdf(document: bytes, authorities: Iterable[x509.Certificate] = ()) -> list[Signature]:
    """Return what becomes of each signature in a PDF, in the order in which they were made.

    Raises:
        Broken: the file cannot be read, or has no signature.
    """
    trusted = tuple(authorities)
    try:
        found = list(PdfFileReader(BytesIO(document), strict=True).embedded_regular_signatures)
        signatures = [_checked(document, one, trusted, last=one is found[-1]) for one in found]
    except UNREADABLE as error:
        raise Broken(f"the PDF cannot be checked: {' '.join(str(error).split())[:200]}") from error
    if not signatures:
        raise Broken("the PDF has no signature")
    return signatures


def _checked(
    document: bytes, found: EmbeddedPdfSignature, trusted: tuple[x509.Certificate, ...], *, last: bool
) -> Signature:
    at = found.self_reported_timestamp
    at = at if isinstance(at, datetime) else None
    signed = signed_data(_held(document, found))
    status = asyncio.run(async_validate_pdf_signature(found, context(signed, trusted, at), key_usage_settings=USAGE))
    complaint = complaint_of(status, signed)
    if not complaint and last and status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        complaint = "the file goes on after its last signature"
    allowed = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
    if not complaint and not last and status.modification_level not in allowed:
        complaint = "the document was changed after it was signed"
    signer, organization = names(found.signer_cert)
    issuer = found.signer_cert.issuer.native.get("common_name", "")
    return Signature(signer, organization, str(issuer), at, complaint, bool(trusted))


def _held(document: bytes, found: EmbeddedPdfSignature) -> bytes:
    """Return the signature as it stands in the file: digits of one case, then zeros.

    A digit in the other case, or something hidden behind the signature's end, is no signature's business and covered by
    none: it is refused here.
    """
    before, length, after, _ = found.byte_range
    text = document[before + length : after].decode("ascii")
    digits = text[1:-1]
    if text[:1] != "<" or text[-1:] != ">" or before != 0:
        raise Broken("a signature does not stand in angle brackets where its range says")
    if not (set(digits) <= set(string.digits + "abcdef") or set(digits) <= set(string.digits + "ABCDEF")):
        raise Broken("a signature is not written in hexadecimal digits of one case")
    whole = bytes.fromhex(digits)
    size = _der_size(whole)
    if any(whole[size:]):
        raise Broken("something stands behind a signature's end")
    return whole[:size]


def _der_size(body: bytes) -> int:
    """Return how long the DER value at the start is, header included."""
    if body[1] < 0x80:
        return 2 + body[1]
    digits = body[1] & 0x7F
    return 2 + digits + int.from_bytes(body[2 : 2 + digits])
