"""Documents, signatures and uploads as a sender makes them, by other means than the simulator's own."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from parcelproof.simulators.wire.report_layouts.biff import workbook

A4_PT = (595.28, 841.89)
COLUMNS = (
    "FILE_NAME",
    "ADDRESSLINE_TO",
    "RECIPIENT_TYPE",
    "RECIPIENT",
    "INN",
    "KPP",
    "LETTER_REG_NUMBER",
    "LETTER_TITLE",
    "MAILCATEGORY",
    "ADDRESSLINE_RETURN",
    "NOTIFICATIONTYPE",
    "NO_RETURN",
    "WOMAILRANK",
    "ADDITIONAL_INFO",
    "LETTER_COMMENT",
)
ROW: dict[str, str | float] = {
    "FILE_NAME": "1.pdf",
    "ADDRESSLINE_TO": "410012, г Саратов, ул Московская, д 1",
    "RECIPIENT_TYPE": 0.0,
    "RECIPIENT": "Иванова Анна Петровна",
    "MAILCATEGORY": 1.0,
    "LETTER_REG_NUMBER": "И-1",
    "NOTIFICATIONTYPE": "E",
}


def pdf(pages: int = 1, size_pt: tuple[float, float] = A4_PT, *, bytes_long: int = 0) -> bytes:
    """Return a PDF of empty pages; `bytes_long` fills it up with a comment at its end."""
    kids = " ".join(f"{3 + place} 0 R" for place in range(pages))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode()]
    box = f"/MediaBox[0 0 {size_pt[0]} {size_pt[1]}]"
    objects += [f"<</Type/Page/Parent 2 0 R{box}>>".encode()] * pages
    body, places = b"%PDF-1.7\n", []
    for number, found in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + found + b"\nendobj\n"
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    tail = b"startxref\n%d\n%%%%EOF\n" % start
    fill = bytes_long - len(body) - len(tail)
    return body + (b"%" + b"x" * (fill - 2) + b"\n" if fill > 2 else b"") + tail


@cache
def _signer(kind: str) -> tuple[Any, x509.Certificate]:
    key: Any = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65_537, 2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Отправитель")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
    return key, builder.sign(key, hashes.SHA256())


def signed(document: bytes, kind: str = "ec", *, pem: bool = False) -> bytes:
    """Return a detached signature over a document."""
    key, certificate = _signer(kind)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    encoding = serialization.Encoding.PEM if pem else serialization.Encoding.DER
    builder = pkcs7.PKCS7SignatureBuilder().set_data(document).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(encoding, options)


def registry(rows: Sequence[Mapping[str, str | float]], columns: Sequence[str] = COLUMNS) -> bytes:
    return workbook("Реестр", [list(columns), *([row.get(name, "") for name in columns] for row in rows)])


def packed(files: Mapping[str, bytes]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return found.getvalue()


def upload(rows: Sequence[Mapping[str, str | float]], **more: bytes) -> dict[str, bytes]:
    """Return the files of an upload: a document and a signature for each row, and the registry."""
    document = pdf()
    files: dict[str, bytes] = {}
    for row in rows:
        name = str(row["FILE_NAME"])
        files |= {name: document, f"{name}.sig": signed(document)}
    return {**files, "registry.xls": registry(rows), **more}
