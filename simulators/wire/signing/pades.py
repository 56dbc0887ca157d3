"""Signatures inside a PDF: PAdES baseline B, each appended to the file, so that the earlier ones stay as they were.

Imported when something is signed: what it imports takes longer than the rest of a server's start.
Source: ETSI EN 319 142-1; ISO 32000-1, 12.8.
"""

from hashlib import sha256
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from .authority import Identity
from .cms import moment, over_digest

_RESERVED = 6144  # hexadecimal digits for a signature and two certificates; what is not needed stays zero


class _Appending(IncrementalPdfFileWriter):
    """Writes what was appended and nothing else: neither today's date nor a random identity of the file."""

    def __init__(self, pdf: bytes, key: str) -> None:
        super().__init__(BytesIO(pdf))
        parts = sha256(pdf[:1024]).digest()[:16], sha256(pdf + key.encode()).digest()[:16]
        self._document_id = generic.ArrayObject([generic.ByteStringObject(part) for part in parts])

    def _update_meta(self) -> None:
        """Leave the file's own dates as they are."""


def signed_pdf(pdf: bytes, identity: Identity, at_ms: int, *, field: str, reason: str) -> bytes:
    """Return the PDF with one more signature, made at `at_ms` (milliseconds since the Unix epoch).

    Args:
        field: the signature field's name, new in this file.
        reason: what is signed for, as viewers show it.
    """
    at = moment(at_ms)
    writer = _Appending(pdf, f"{field}/{at.isoformat()}")
    steps = PdfCMSEmbedder().write_cms(field_name=field, writer=writer)
    next(steps)
    placeholder = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, name=identity.name, reason=reason, bytes_reserved=_RESERVED
    )
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(over_digest(prepared.document_digest, identity, None))
    found: bytes = output.getvalue()
    return found
