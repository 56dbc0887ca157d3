"""The sender's logo: whether it is a picture that may be printed.

Wire contract: `postal_api_swiss` §2.2: base64; GIF, PNG or JPG; at most 50 KB.
"""

import binascii
import io
from base64 import b64decode

from .case import Case
from .shipment import Customer

FORMATS = {"GIF": "GIF", "PNG": "PNG", "JPG": "JPEG", "JPEG": "JPEG"}
MOST_KB = 50
MOST_PIXELS = 16_000_000


def judge(case: Case) -> None:
    sender = case.shipment.customer
    if not sender.logo:
        return None
    if sender.logo_format.upper() not in FORMATS:
        return case.refuse("E2018", sender.logo_format)
    raw = decoded(sender)
    if raw is not None and len(raw) > MOST_KB * 1024:
        return case.refuse("E2019", MOST_KB)
    if raw is None or not _is_picture(raw, FORMATS[sender.logo_format.upper()]):
        return case.refuse("E2024", ", ".join(FORMATS))
    return None


def decoded(sender: Customer) -> bytes | None:
    """Return the bytes of a logo, None when they are no base64."""
    try:
        return b64decode("".join(sender.logo.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_picture(raw: bytes, wanted: str) -> bool:
    from PIL import Image  # loaded only when there is a logo to look at

    try:
        with Image.open(io.BytesIO(raw), formats=(wanted,)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, EOFError):
        return False
    return True
