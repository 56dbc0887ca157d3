"""Many PDFs made one, page by page in the order given."""

import asyncio
import io
import threading
from collections.abc import Sequence

_turn = threading.Lock()  # the library works for one caller at a time


async def merged(contents: Sequence[bytes]) -> tuple[bytes, frozenset[int]]:
    """Return one PDF of all that can be read, and the places of those that cannot; empty when none can."""
    return await asyncio.to_thread(_one_at_a_time, contents)


def _one_at_a_time(contents: Sequence[bytes]) -> tuple[bytes, frozenset[int]]:
    with _turn:
        return _merged(contents)


def _merged(contents: Sequence[bytes]) -> tuple[bytes, frozenset[int]]:
    import pypdfium2 as pdfium  # takes a tenth of a second, and only a printing shop needs it

    whole = pdfium.PdfDocument.new()
    unreadable: set[int] = set()
    try:
        for place, content in enumerate(contents):
            try:
                part = pdfium.PdfDocument(content)
            except pdfium.PdfiumError:
                unreadable.add(place)
                continue
            try:
                if len(part) == 0:
                    unreadable.add(place)
                else:
                    whole.import_pages(part)
            except pdfium.PdfiumError:
                unreadable.add(place)
            finally:
                part.close()
        return _bytes_of(whole) if len(whole) else b"", frozenset(unreadable)
    finally:
        whole.close()


def _bytes_of(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()
