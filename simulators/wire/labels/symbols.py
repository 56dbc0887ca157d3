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


class Kind(NamedTuple):
    encode: Callable[[str], Symbol]
    quiet_modules: int  # on both sides together, the wider side taken twice: bars stand in the middle


KINDS = {
    Symbology.CODE_128: Kind(code128.encode, 20),
    Symbology.EAN_13: Kind(ean13.encode, 22),
    Symbology.INTERLEAVED: Kind(interleaved.encode, 20),
}
