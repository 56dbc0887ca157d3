"""Data Matrix (ECC 200): text to squares, encoded by zxing-cpp, which is loaded only when a label has one.

Source: ISO/IEC 16022.
"""

from dataclasses import dataclass
from math import isqrt
from typing import cast

LONGEST = 60  # letters: what still scans from the corner it has on a label


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square symbol without its quiet zone: one row of '1' (dark) and '0' per line, top first."""

    rows: tuple[str, ...]

    @property
    def modules(self) -> int:
        return len(self.rows)


def check(text: str) -> str:
    """Return the text when both PDF and ZPL can hold it.

    Raises:
        ValueError: it is empty, longer than 60 letters, or has more than ASCII letters, digits, space and `+-./:;|*$%`.
    """
    if not 0 < len(text) <= LONGEST or text.translate(_ALLOWED):
        raise ValueError(
            f"a Data Matrix here takes 1 to {LONGEST} ASCII letters, digits, spaces and +-./:;|*$%, found {text!r}"
        )
    return text


_ALLOWED = dict.fromkeys(map(ord, " +-./:;|*$%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_DARK = bytes.maketrans(b"\x00\xff", b"10")


def encode(text: str) -> Matrix:
    """Return the symbol of a text.

    Raises:
        ValueError: see `check`.
    """
    import zxingcpp

    symbol = zxingcpp.create_barcode(check(text), zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    pixels = bytes(cast(bytes, symbol.to_image(scale=1, add_quiet_zones=False)))
    side = isqrt(len(pixels))
    bits = pixels.translate(_DARK).decode("ascii")
    return Matrix(tuple([bits[at : at + side] for at in range(0, side * side, side)]))
