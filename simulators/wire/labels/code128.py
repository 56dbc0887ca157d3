"""Code 128: text to bars, subsets B and C with the shortest switching between them.

Source: ISO/IEC 15417; the patterns are the standard's, as widths of bar, space, bar, space, bar, space.
"""

from dataclasses import dataclass
from itertools import count

_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
).split()
_TO_C, _TO_B, _START_B, _START_C = 99, 100, 104, 105
_STOP = "1100011101011"


def _bars(widths: str) -> str:
    return "".join(colour * int(width) for colour, width in zip("101010", widths, strict=True))


_PATTERNS = tuple(_bars(widths) for widths in _WIDTHS)
_PAIR = {f"{value:02d}": value for value in range(100)}


@dataclass(frozen=True, slots=True)
class Symbol:
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
    check = (values[0] + sum(map(int.__mul__, values, count()))) % 103
    values.append(check)
    return Symbol(text, tuple(values))


def _values(text: str) -> list[int]:
    """Start character and data. Digits go to C in runs of four at an end, or six between letters, else B is shorter."""
    values: list[int] = []
    in_c, at, length = False, 0, len(text)
    while at < length:
        run = _digits_from(text, at)
        worth = run >= (4 if at == 0 or at + run == length else 6) or (run == length and run == 2)
        if not worth:
            in_c = _enter(values, in_c, to_c=False)
            for letter in text[at : at + max(run, 1)]:
                values.append(ord(letter) - 32)
            at += max(run, 1)
            continue
        if run % 2 and at > 0:  # the odd digit goes first, in B; at the start of the text it goes last instead
            in_c = _enter(values, in_c, to_c=False)
            values.append(ord(text[at]) - 32)
            at, run = at + 1, run - 1
        in_c = _enter(values, in_c, to_c=True)
        pairs = run // 2
        values.extend([_PAIR[text[i : i + 2]] for i in range(at, at + 2 * pairs, 2)])
        at += 2 * pairs
    return values


def _enter(values: list[int], in_c: bool, *, to_c: bool) -> bool:
    if not values:
        values.append(_START_C if to_c else _START_B)
    elif in_c != to_c:
        values.append(_TO_C if to_c else _TO_B)
    return to_c


def _digits_from(text: str, at: int) -> int:
    end = at
    while end < len(text) and "0" <= text[end] <= "9":
        end += 1
    return end - at
