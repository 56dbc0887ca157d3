"""Code 128: text to bars, subsets B and C with the shortest switching between them.

Source: ISO/IEC 15417; the patterns are the standard's, as widths of bar, space, bar, space, bar, space.
"""

import re
from itertools import count
from operator import mul
from typing import NamedTuple

_WIDTHS = (  # six digits a symbol character, values 0 to 105
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_TO_C, _TO_B, _START_B, _START_C = 99, 100, 104, 105
_STOP = "1100011101011"


def _bars(widths: str) -> str:
    return "".join(colour * int(width) for colour, width in zip("101010", widths, strict=True))


_PATTERNS = tuple(_bars(_WIDTHS[at : at + 6]) for at in range(0, len(_WIDTHS), 6))
_PAIR = {f"{value:02d}": value for value in range(100)}
_RUNS = re.compile("[0-9]+|[^0-9]+")
_IN_B = bytes(max(code - 32, 0) for code in range(256))  # for bytes.translate: a character's value in subset B


class Symbol(NamedTuple):
    """A barcode without quiet zones."""

    text: str
    values: tuple[int, ...]  # symbol characters, start and check included, stop left out

    @property
    def modules(self) -> int:
        return 11 * len(self.values) + len(_STOP)

    @property
    def bits(self) -> str:
        """One '1' (bar) or '0' (space) per module, left to right."""
        return "".join([_PATTERNS[value] for value in self.values]) + _STOP


def encode(text: str) -> Symbol:
    """Return the Code 128 symbol of printable ASCII text.

    Raises:
        ValueError: the text is empty or has a character outside U+0020 to U+007E.
    """
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError(f"Code 128 here takes printable ASCII, at least one character, found {text!r}")
    values = _values(text)
    check = (values[0] + sum(map(mul, values, count()))) % 103
    values.append(check)
    return Symbol(text, tuple(values))


def _values(text: str) -> list[int]:
    """Start character and data. Digits go to C in runs of four at an end, or six between letters, else B is shorter."""
    length = len(text)
    if not length % 2 and text.isdigit():  # most carriers' numbers
        return [_START_C, *[_PAIR[text[at : at + 2]] for at in range(0, length, 2)]]
    values: list[int] = []
    in_c = False
    for found in _RUNS.finditer(text):
        part, at = found[0], found.start()
        run = len(part) if "0" <= part[0] <= "9" else 0
        if not (run >= (4 if at == 0 or at + run == length else 6) or (run == length and run == 2)):
            in_c = _enter(values, in_c, to_c=False)
            values += part.encode().translate(_IN_B)
            continue
        if run % 2 and at > 0:  # the odd digit goes first, in B; at the start of the text it goes last instead
            in_c = _enter(values, in_c, to_c=False)
            values.append(ord(part[0]) - 32)
            part = part[1:]
        in_c = _enter(values, in_c, to_c=True)
        values += [_PAIR[part[i : i + 2]] for i in range(0, len(part) - 1, 2)]
        if len(part) % 2:
            in_c = _enter(values, in_c, to_c=False)
            values.append(ord(part[-1]) - 32)
    return values


def _enter(values: list[int], in_c: bool, *, to_c: bool) -> bool:
    if not values:
        values.append(_START_C if to_c else _START_B)
    elif in_c != to_c:
        values.append(_TO_C if to_c else _TO_B)
    return to_c
