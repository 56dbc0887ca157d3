"""Check signatures on documents: a detached CMS signature beside a file, or PAdES signatures inside a PDF.

Stricter than viewers are: whatever byte of a document or signature is changed, the check fails.
"""

from .detached import verify_detached
from .embedded import verify_pdf
from .found import Broken, Signature

__all__ = ["Broken", "Signature", "verify_detached", "verify_pdf"]
