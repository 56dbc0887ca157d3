"""Whether bytes are one value in DER, the only way to write it, as far as lengths, integers and truth values tell.

Source: ITU-T X.690, 10 and 11.
"""

_CONSTRUCTED, _LONG_TAG, _BOOLEAN, _INTEGER = 0x20, 0x1F, 0x01, 0x02
_DEEPEST = 64


def is_der(body: bytes) -> bool:
    """Tell whether this is one value, written as DER writes it, and nothing behind it."""
    return _end_of(body, 0, len(body), 0) == len(body)


def _end_of(body: bytes, start: int, most: int, depth: int) -> int:
    """Return where the value that starts here ends, -1 where it is none."""
    if depth > _DEEPEST or most - start < 2 or body[start] & _LONG_TAG == _LONG_TAG:
        return -1
    length, at = body[start + 1], start + 2
    if length >= 0x80:
        digits = length & 0x7F
        length, at = int.from_bytes(body[at : at + digits]), at + digits
        if not 1 <= digits <= 4 or length < 0x80 or length >> 8 * (digits - 1) == 0:
            return -1
    end = at + length
    if end > most or not _is_primitive_right(body[start], body[at:end]):
        return -1
    while body[start] & _CONSTRUCTED and at < end:
        at = _end_of(body, at, end, depth + 1)
        if at < 0:
            return -1
    return end


def _is_primitive_right(tag: int, content: bytes) -> bool:
    if tag == _BOOLEAN:
        return content in (b"\x00", b"\xff")
    if tag == _INTEGER and len(content) > 1:
        return not (content[0] == 0 and content[1] < 0x80) and not (content[0] == 0xFF and content[1] >= 0x80)
    return tag != _INTEGER or bool(content)
