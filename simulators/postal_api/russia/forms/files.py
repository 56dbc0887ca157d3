"""Answers that are files, with the headers that clients compare whole.

Wire contract: `postal_api_russia` §2.6: a content type without charset, a name without quotes and without ending.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ....wire.call import Answer
from ....wire.labels import A4, Sheet, pdf_papers

PDF, ZIP = "application/pdf", "application/zip"
_MADE = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell: the same forms are the same bytes


def file_answer(body: bytes, content_type: str, name: str) -> Answer:
    headers = {"Content-Type": content_type, "Content-Disposition": f"attachment; filename={name}"}
    return Answer(200, body, headers)


def pdf_answer(sheets: Sequence[Sheet], name: str) -> Answer:
    return file_answer(pdf_papers([sheets], A4), PDF, name)


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            info = ZipInfo(name, _MADE)
            info.compress_type = ZIP_STORED if name.endswith(".pdf") else ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()
