"""PNG labels: a picture already. Read by hand, for no library that we need for anything else reads them."""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from .found import Found, Unreadable, check_pixels, check_request, decode

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
DEPTHS = {0: (1, 2, 4, 8), 2: (8,), 3: (1, 2, 4, 8), 4: (8,), 6: (8,)}  # of those that the specification allows


def scan_png(label: bytes) -> list[Found]:
    """Return the barcodes of a picture.

    Raises:
        Unreadable: it is broken, interlaced, of 16 bits a sample, or too large.
    """
    check_request(label, 203)
    chunks = dict(_chunks(label))
    head = chunks.get(b"IHDR", b"")
    if len(head) != 13:
        raise Unreadable("The PNG has no header.")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if not width or not height or depth not in DEPTHS.get(colour, ()) or interlaced:
        kind = f"{width} x {height} pixels, colour type {colour}, {depth} bits a sample"
        raise Unreadable(
            f"The PNG of {kind}{', interlaced' if interlaced else ''}, is of a kind that is not read;"
            " give 1 to 8 bits (8 with colour or alpha), not interlaced."
        )
    check_pixels(width, height, 1)
    row_bytes = (width * depth * CHANNELS[colour] + 7) // 8
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(chunks.get(b"IDAT", b""), (row_bytes + 1) * height)
    except zlib.error as error:
        raise Unreadable(f"The PNG cannot be unpacked: {error}.") from error
    if len(raw) < (row_bytes + 1) * height:
        raise Unreadable(f"The PNG is cut off: {len(raw)} bytes of {(row_bytes + 1) * height}.")
    lights = _lights(chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b""), depth, colour)
    step = max(1, depth * CHANNELS[colour] // 8)
    pixels = b"".join(_grey(row, width, depth, colour, lights) for row in _rows(raw, row_bytes, step))
    return decode(memoryview(pixels), width, height, width, 1)


def png_size_mm(label: bytes) -> tuple[float, float] | None:
    """Return width and height in millimetres, where the picture says how many dots a metre has."""
    chunks = dict(_chunks(label))
    head, dots = chunks.get(b"IHDR", b""), chunks.get(b"pHYs", b"")
    if len(head) != 13 or len(dots) != 9 or dots[8] != 1:
        return None
    across, down = struct.unpack(">II", dots[:8])
    width, height = struct.unpack(">II", head[:8])
    return (width * 1000 / across, height * 1000 / down) if across and down else None


def _chunks(label: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk by name, the pixels' parts as one."""
    place, pixels = len(SIGNATURE), bytearray()
    while place + 8 <= len(label):
        size, name = struct.unpack(">I4s", label[place : place + 8])
        content = label[place + 8 : place + 8 + size]
        if name == b"IDAT":
            pixels += content
        elif name == b"IEND":
            break
        else:
            yield name, content
        place += 12 + size
    yield b"IDAT", bytes(pixels)


def _rows(raw: bytes, row_bytes: int, step: int) -> Iterator[bytearray]:
    """Yield the rows with their filters undone (PNG specification, section 9.2)."""
    above = bytearray(row_bytes)
    for start in range(0, len(raw), row_bytes + 1):
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + row_bytes])
        if kind > 4:
            raise Unreadable(f"The PNG has a row of filter {kind}; there are 0 to 4.")
        UNDO[kind](row, above, step)
        yield row
        above = row


def _sub(row: bytearray, _above: bytearray, step: int) -> None:
    for channel in range(step):
        row[channel::step] = bytes(total & 255 for total in accumulate(row[channel::step]))


def _up(row: bytearray, above: bytearray, _step: int) -> None:
    row[:] = bytes((one + up) & 255 for one, up in zip(row, above, strict=True))


def _average(row: bytearray, above: bytearray, step: int) -> None:
    for place, up in enumerate(above):
        left = row[place - step] if place >= step else 0
        row[place] = (row[place] + (left + up) // 2) & 255


def _paeth(row: bytearray, above: bytearray, step: int) -> None:
    """Add the neighbour that is nearest to left + up - corner; of two as near the first of left, up, corner."""
    for place, up in enumerate(above):
        left, corner = (row[place - step], above[place - step]) if place >= step else (0, 0)
        to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        near = left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
        row[place] = (row[place] + near) & 255


UNDO: tuple[Callable[[bytearray, bytearray, int], None], ...] = (lambda *_: None, _sub, _up, _average, _paeth)


def _lights(palette: bytes, cover: bytes, depth: int, colour: int) -> bytes:
    """Return how light each sample is, 0 to 255. `cover` is how much each entry of the palette hides of the paper."""
    if colour == 3:
        triples = [palette[place : place + 3] for place in range(0, len(palette) - 2, 3)]
        return _on_paper((sum(triple) // 3 for triple in triples), cover.ljust(len(triples), b"\xff")).ljust(
            256, b"\xff"
        )
    most = (1 << depth) - 1
    return bytes(value * 255 // most for value in range(most + 1)).ljust(256, b"\xff")


def _on_paper(lights: Iterable[int], cover: Iterable[int]) -> bytes:
    """Lay dots on white paper, as a printer does: where nothing covers it, it is white whatever the dot's colour."""
    return bytes(255 - (255 - light) * hidden // 255 for light, hidden in zip(lights, cover, strict=False))


def _grey(row: bytearray, width: int, depth: int, colour: int, lights: bytes) -> bytes:
    if colour in (2, 6):
        step = CHANNELS[colour]
        dots = (sum(dot) // 3 for dot in zip(row[::step], row[1::step], row[2::step], strict=True))
        return bytes(dots) if colour == 2 else _on_paper(dots, row[3::step])
    if colour == 4:
        return _on_paper(row[::2], row[1::2])
    if depth == 8:
        return bytes(row).translate(lights)[:width]
    samples = 8 // depth
    mask = (1 << depth) - 1
    shifts = [depth * (samples - 1 - place) for place in range(samples)]
    return bytes(lights[(byte >> shift) & mask] for byte in row for shift in shifts)[:width]
