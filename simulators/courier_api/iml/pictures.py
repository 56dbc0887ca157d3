"""A barcode as a picture: the PNG that the XML protocol sends for each place.

Source: ISO/IEC 15948 (PNG), 11.2: header, data, end; one bit a pixel, 0 is black.
"""

import struct
import zlib

from ...wire.labels.ean13 import encode

MODULE_PX, QUIET_MODULES, HEIGHT_PX = 3, 11, 90
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def barcode_png(code: str) -> bytes:
    """Return thirteen digits as EAN-13 with white on both sides."""
    white = "0" * QUIET_MODULES
    pixels = "".join(bit * MODULE_PX for bit in f"{white}{encode(code).bits}{white}")
    width = len(pixels)
    row = pixels.translate({48: 49, 49: 48}).ljust(-(-width // 8) * 8, "1")
    line = b"\x00" + int(row, 2).to_bytes(len(row) // 8, "big")
    margin = b"\x00" + b"\xff" * (len(row) // 8)
    head = struct.pack(">IIBBBBB", width, HEIGHT_PX + 20, 1, 0, 0, 0, 0)
    data = zlib.compress(margin * 10 + line * HEIGHT_PX + margin * 10)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
