"""Signatures that prove nothing outside a test: a throw-away authority, detached CMS, and PAdES in a PDF.

Everything follows from a seed and the time that is given: the same document signed at the same moment by the same
party is the same bytes. Verification is no part of the simulators; `parcelproof.signatures` does it.
"""

from .authority import Authority, Identity, authority
from .cms import detached

__all__ = ["Authority", "Identity", "authority", "detached", "signed_pdf"]


def signed_pdf(pdf: bytes, identity: Identity, at_ms: int, *, field: str, reason: str) -> bytes:
    """Return the PDF with one more signature: see `pades.signed_pdf`."""
    from .pades import signed_pdf as appended

    return appended(pdf, identity, at_ms, field=field, reason=reason)
