"""Words on a carrier's papers: the text of a PDF, read as a person would."""

import pypdfium2 as pdfium

MOST_PAGES = 20


def words_of(paper: bytes) -> str:
    """Return the text of a PDF's first pages; "" for what is none."""
    try:
        document = pdfium.PdfDocument(paper)
    except pdfium.PdfiumError:
        return ""
    try:
        pages = range(min(len(document), MOST_PAGES))
        return "\n".join(document[page].get_textpage().get_text_range() for page in pages)
    finally:
        document.close()
