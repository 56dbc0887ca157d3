"""Bugs of labels that only a scanner or a ruler shows; `conformance/mutants/proof.toml` says what each must fail."""

from hashlib import sha256
from io import BytesIO

import pypdfium2

from parcelproof.reference.http import views
from parcelproof.reference.usecases import booking

from .patching import mutant, rewrite

A4_POINTS = (595.28, 841.89)
SMALL = 0.12
_made: dict[str, bytes] = {}


def imposed(content: bytes, scale: float, sheet: tuple[float, float] | None = None) -> bytes:
    """Return a PDF whose first page is drawn `scale` times as large on a sheet, by default one of its own size."""
    key = f"{sha256(content).hexdigest()}/{scale}/{sheet}"
    if key not in _made and content.startswith(b"%PDF-"):
        source, made = pypdfium2.PdfDocument(content), pypdfium2.PdfDocument.new()
        page = made.new_page(*(sheet or source[0].get_size()))
        shape = source.page_as_xobject(0, made).as_pageobject()
        shape.set_matrix(pypdfium2.PdfMatrix().scale(scale, scale))
        page.insert_obj(shape)
        page.gen_content()
        kept = BytesIO()
        made.save(kept)
        _made[key] = kept.getvalue()
    return _made.get(key, content)


@mutant
def label_scaled_down() -> None:
    """A label is scaled down before it is kept, so small that no scanner reads it."""
    rewrite(
        booking._complete,
        (
            'content = {"format"',
            'label = Label(label.format, imposed(label.content, SMALL))\n        content = {"format"',
        ),
        imposed=imposed,
        SMALL=SMALL,
    )


@mutant
def label_on_office_paper() -> None:
    """A label is put on a sheet of A4, as the office printer wants it."""
    rewrite(
        booking._complete,
        (
            'content = {"format"',
            'label = Label(label.format, imposed(label.content, 1.0, A4_POINTS))\n        content = {"format"',
        ),
        imposed=imposed,
        A4_POINTS=A4_POINTS,
    )


@mutant
def number_cut_short() -> None:
    """The last digit of a tracking number is cut off where it is shown."""
    rewrite(
        views._order,
        (
            '"tracking_number": numbers[-1] if numbers else None,',
            '"tracking_number": numbers[-1][:-1] if numbers else None,',
        ),
    )
