"""Just enough TrueType: read our two fonts once, then copy single glyphs into a small new font for each label.

A label needs some sixty letters of each font. Copying their outlines takes microseconds, so a label carries exactly
what it prints and stays small without compression; `fonts/make_fonts.py` has made every outline self-contained.

Source: OpenType 1.9, "The OpenType font file", "glyf", "loca", "hmtx".
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import NamedTuple

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_WORD = 0xFFFFFFFF
_SHORT_END = 0x20000  # `loca` can hold halved offsets in two bytes up to here
_MAGIC = 0xB1B0AFBA  # head.checkSumAdjustment makes the whole file sum to this


class Glyph(NamedTuple):
    """An outline, padded to four bytes, and its sum, so that a table's checksum needs no second look at the bytes."""

    outline: bytes
    checksum: int
    metrics: bytes  # advance and left side bearing as in `hmtx`
    metrics_sum: int
    width: str  # advance in thousandths of the font size, as PDF writes it
    advance: int  # font units


@dataclass(frozen=True, slots=True)
class Font:
    """A font read from its file: everything by character, `glyphs[""]` is the one for no character at all."""

    name: str
    units_per_em: int
    ascent: int  # font units
    descent: int  # font units, negative
    box: tuple[int, int, int, int]
    cap_height: int
    glyphs: dict[str, Glyph]
    advances: dict[str, int]  # one em for letters the font lacks
    readable: dict[int, int]  # for str.translate: what the font lacks becomes U+FFFD
    head: bytes
    hhea: bytes
    maxp: bytes

    @property
    def widest(self) -> int:
        """The advance of the widest letter, or of what stands for one that the font lacks."""
        return max(self.units_per_em, *self.advances.values())

    def subset(self, letters: Iterable[str]) -> bytes:
        """Return a TrueType file whose glyph 0 is the empty one and whose glyph i is the i-th of `letters`, from 1."""
        glyphs = [self.glyphs[""], *map(self.glyphs.__getitem__, letters)]
        number = len(glyphs)
        outlines, outline_sums, metrics, metrics_sums, _, _ = zip(*glyphs, strict=True)
        ends = [0, *accumulate(map(len, outlines))]
        short = ends[-1] < _SHORT_END
        loca = (
            struct.pack(f">{number + 1}H", *[end >> 1 for end in ends])
            if short
            else struct.pack(f">{number + 1}L", *ends)
        )
        head = self.head[:50] + (b"\0\0" if short else b"\0\1") + self.head[52:]
        hhea = self.hhea[:34] + number.to_bytes(2, "big")
        maxp = self.maxp[:4] + number.to_bytes(2, "big") + self.maxp[6:]
        return _file(
            (
                (b"glyf", b"".join(outlines), sum(outline_sums)),
                (b"head", head, _sum(head)),
                (b"hhea", hhea, _sum(hhea)),
                (b"hmtx", b"".join(metrics), sum(metrics_sums)),
                (b"loca", loca, _sum(loca)),
                (b"maxp", maxp, _sum(maxp)),
            )
        )


@cache
def load(name: str) -> Font:
    """Read `fonts/<name>.ttf`. Letters are looked up in its Unicode `cmap` (format 4)."""
    data = (files(__package__) / "fonts" / f"{name}.ttf").read_bytes()
    tables = _tables(data)
    head, hhea, maxp = tables["head"], tables["hhea"], tables["maxp"]
    units_per_em = int.from_bytes(head[18:20], "big")
    outlines, metrics = _outlines(tables), _metrics(tables)
    glyphs = {
        letter: _glyph(outlines[index], metrics[index], units_per_em) for letter, index in _letters(tables["cmap"])
    }
    glyphs[""] = _glyph(outlines[0], metrics[0], units_per_em)
    glyphs.setdefault(REPLACEMENT, glyphs[""])
    return Font(
        name=_postscript_name(tables["name"]),
        units_per_em=units_per_em,
        ascent=struct.unpack(">h", hhea[4:6])[0],
        descent=struct.unpack(">h", hhea[6:8])[0],
        box=struct.unpack(">4h", head[36:44]),
        cap_height=struct.unpack(">h", glyphs["H"].outline[8:10])[0],
        glyphs=glyphs,
        advances=_Advances({letter: glyph.advance for letter, glyph in glyphs.items()}, units_per_em),
        readable=_Readable({ord(letter): ord(letter) for letter in glyphs if letter}),
        head=head[:8] + bytes(4) + head[12:54],
        hhea=hhea,
        maxp=maxp,
    )


class _Readable(dict[int, int]):
    def __missing__(self, code: int) -> int:
        return ord(REPLACEMENT)


class _Advances(dict[str, int]):
    def __init__(self, advances: dict[str, int], em: int) -> None:
        super().__init__(advances)
        self._em = em

    def __missing__(self, letter: str) -> int:
        return self._em


def _tables(data: bytes) -> dict[str, bytes]:
    number = int.from_bytes(data[4:6], "big")
    rows = (struct.unpack_from(">4sLLL", data, 12 + 16 * row) for row in range(number))
    return {tag.decode(): data[offset : offset + length] for tag, _, offset, length in rows}


def _outlines(tables: dict[str, bytes]) -> list[bytes]:
    long = tables["head"][50:52] == b"\0\1"
    number = int.from_bytes(tables["maxp"][4:6], "big") + 1
    raw = struct.unpack_from(f">{number}{'L' if long else 'H'}", tables["loca"])
    offsets = raw if long else [2 * offset for offset in raw]
    return [tables["glyf"][start:end] for start, end in pairwise(offsets)]


def _metrics(tables: dict[str, bytes]) -> list[bytes]:
    """`hmtx`: full rows first, then only bearings, which repeat the last advance."""
    full, number = int.from_bytes(tables["hhea"][34:36], "big"), int.from_bytes(tables["maxp"][4:6], "big")
    hmtx = tables["hmtx"]
    rows = [hmtx[4 * row : 4 * row + 4] for row in range(full)]
    bearings = hmtx[4 * full :]
    return rows + [rows[-1][:2] + bearings[2 * row : 2 * row + 2] for row in range(number - full)]


def _glyph(outline: bytes, metrics: bytes, units_per_em: int) -> Glyph:
    padded = outline + bytes(-len(outline) % 4)
    advance = int.from_bytes(metrics[:2], "big")
    width = str(round(advance * 1000 / units_per_em))
    return Glyph(padded, _sum(padded), metrics, int.from_bytes(metrics, "big"), width, advance)


def _letters(cmap: bytes) -> Iterable[tuple[str, int]]:
    """Yield (character, glyph index) of the Windows Unicode subtable in format 4."""
    number = int.from_bytes(cmap[2:4], "big")
    rows = [struct.unpack_from(">HHL", cmap, 4 + 8 * row) for row in range(number)]
    at = next(offset for platform, encoding, offset in rows if (platform, encoding) == (3, 1))
    segments = int.from_bytes(cmap[at + 6 : at + 8], "big") // 2
    columns = [struct.unpack_from(f">{segments}H", cmap, at + 14 + 2 * skip) for skip in (0, segments + 1)]
    ends, starts = columns
    deltas_at = at + 16 + 4 * segments
    offsets_at = deltas_at + 2 * segments
    for segment, (start, end) in enumerate(zip(starts, ends, strict=True)):
        (delta,) = struct.unpack_from(">H", cmap, deltas_at + 2 * segment)
        (offset,) = struct.unpack_from(">H", cmap, offsets_at + 2 * segment)
        for code in range(start, min(end, 0xFFFE) + 1):
            index = code
            if offset:
                where = offsets_at + 2 * segment + offset + 2 * (code - start)
                (index,) = struct.unpack_from(">H", cmap, where)
            glyph = (index + delta) % 0x10000 if index or not offset else 0
            if glyph:
                yield chr(code), glyph


def _postscript_name(table: bytes) -> str:
    number, strings = struct.unpack_from(">HH", table, 2)
    for row in range(number):
        platform, _, _, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * row)
        if (platform, name) == (3, 6):
            return table[strings + offset : strings + offset + length].decode("utf-16-be")
    raise ValueError("the font has no PostScript name")


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & _WORD


def _file(tables: tuple[tuple[bytes, bytes, int], ...]) -> bytes:
    """Join tables, which come in order of their tags with their sums, and set the checksum of the whole."""
    number = len(tables)
    power = number.bit_length() - 1
    directory = struct.pack(">LHHHH", 0x10000, number, 16 << power, power, 16 * number - (16 << power))
    bodies: list[bytes] = []
    offset, whole = 12 + 16 * number, 0
    for tag, body, checksum in tables:
        directory += struct.pack(">4sLLL", tag, checksum & _WORD, offset, len(body))
        if tag == b"head":
            head = len(bodies)
        padding = bytes(-len(body) % 4)
        bodies.append(body + padding)
        offset += len(body) + len(padding)
        whole += checksum
    adjustment = (_MAGIC - whole - _sum(directory)) & _WORD
    bodies[head] = bodies[head][:8] + adjustment.to_bytes(4, "big") + bodies[head][12:]
    return directory + b"".join(bodies)
