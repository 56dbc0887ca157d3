"""The barcodes a number can be printed in: what each encodes, and how much white it needs beside it."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol

from . import code128, ean13, interleaved


class Symbol(Protocol):
    """A barcode without quiet zones."""

    @property
    def text(self) -> str:
        """What a scanner reads."""

    @property
    def modules(self) -> int:
        """How many modules wide it is."""

    @property
    def bits(self) -> str:
        """One '1' (bar) or '0' (space) per module, left to right."""


class Symbology(StrEnum):
    """The value is the name a scanner gives it."""

    CODE_128 = "Code 128"
    EAN_13 = "EAN-13"
    INTERLEAVED = "ITF"

    __hash__ = str.__hash__  # an enum's own is Python, and every label asks for it three times


class Kind(NamedTuple):
    encode: Callable[[str], Symbol]
    quiet_modules: int  # on both sides together, the wider side taken twice: bars stand in the middle


_KINDS = {
    Symbology.CODE_128: Kind(code128.encode, 20),
    Symbology.EAN_13: Kind(ean13.encode, 22),
    Symbology.INTERLEAVED: Kind(interleaved.encode, 20),
}


def drawn(text: str, symbology: Symbology, dots: int) -> tuple[Symbol, int]:
    """Return a text's barcode and its module width in printer dots, at most `dots` wide with both quiet zones.

    A module is at least two dots of a 203 dpi printer, as scanners want it, and at most five.

    Raises:
        ValueError: the symbology cannot hold the text, or it is too long to be scanned from so little room.
    """
    encode, quiet_modules = _KINDS[symbology]
    symbol = encode(text)
    module_dots = dots // (symbol.modules + quiet_modules)
    if module_dots < 2:
        fits = dots // 2 - quiet_modules
        raise ValueError(f"number {text!r} needs {symbol.modules} bar modules, this label holds {fits}")
    return symbol, min(module_dots, 5)
