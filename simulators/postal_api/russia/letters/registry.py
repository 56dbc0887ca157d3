"""An upload: a zip of PDF files with their signatures and a registry in Excel 97-2003 (channel 2 of the cabinet).

Wire contract: `postal_api_russia` §8. What is wrong with the zip as a whole refuses all of it; what is wrong with one
line of the registry, that line.
"""

import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import xlrd

from ....wire.members import escape
from ..offers.inn import is_inn
from ..own_rest.problems import invalid_members
from . import records
from .paper import MOST_BYTES, MOST_SIGNATURE_BYTES, is_pdf
from .records import POST_CODE, Row, Wish

MOST_FILES, MOST_REGISTRY_BYTES = 1_000, 8 * 1_048_576
MOST_ENTRIES = 3 * MOST_FILES  # of a zip that is looked into at all
MOST_UPLOAD_BYTES, MOST_UNPACKED_BYTES = 64 * 1_048_576, 256 * 1_048_576
PDF, SIG, XLS = ".pdf", ".sig", ".xls"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXTS = {  # column -> (longest, needed)
    "FILE_NAME": (120, True),
    "ADDRESSLINE_TO": (500, True),
    "RECIPIENT_TYPE": (1, True),
    "RECIPIENT": (160, True),
    "INN": (12, False),
    "KPP": (9, False),
    "LETTER_REG_NUMBER": (60, False),
    "LETTER_TITLE": (200, False),
    "MAILCATEGORY": (1, True),
    "ADDRESSLINE_RETURN": (500, False),
    "NOTIFICATIONTYPE": (1, False),
    "NO_RETURN": (1, False),
    "WOMAILRANK": (1, False),
    "ADDITIONAL_INFO": (300, False),
    "LETTER_COMMENT": (300, False),
}
CHOICES = {
    "RECIPIENT_TYPE": ("0", "1"),
    "MAILCATEGORY": ("0", "1"),
    "NOTIFICATIONTYPE": ("", "E"),
    "NO_RETURN": ("", "0", "1"),
    "WOMAILRANK": ("", "0", "1"),
}


@dataclass(slots=True)
class Read:
    """What a zip holds: letters in the order of the lines, and what is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self, line: int, column: str, found: str, detail: str) -> None:
        self.errors.append({"line": line, "column": column, "found": found[:80], "detail": detail})


def read(body: bytes) -> Read:
    """Return what an upload holds.

    Raises:
        Refused: it is no zip, or one that breaks a limit, with everything that is wrong with it.
    """
    files = _files(body)
    faults = _structure(files)
    tables = [name for name in files if name.endswith(XLS)]
    if len(tables) != 1:
        faults.append(_fault("", f"has {len(tables)} registries ({XLS}), needs one"))
    if faults:
        raise invalid_members(faults[:100])
    return _read_rows(_sheet(tables[0], files[tables[0]]), files)


def _files(body: bytes) -> dict[str, bytes]:
    """Unpack by piece and within bounds; what the zip says of sizes is not believed. Names are told in lower case."""
    found: dict[str, bytes] = {}
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(body), metadata_encoding="cp866") as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise invalid_members([_fault("", f"has {len(entries)} files, may have {MOST_ENTRIES}")])
            for entry in entries:
                name = entry.filename.lower()
                if name in found or "/" in name:
                    raise invalid_members([_fault(name, "is there twice, or lies in a folder")])
                with archive.open(entry) as packed:
                    found[name] = packed.read(MOST_REGISTRY_BYTES + 1)
                unpacked += len(found[name])
                if unpacked > MOST_UNPACKED_BYTES:
                    raise invalid_members([_fault("", f"unpacks to more than {MOST_UNPACKED_BYTES} bytes")])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as fault:
        raise invalid_members([_fault("", f"cannot be unpacked: {str(fault)[:100] or type(fault).__name__}")]) from None
    return found


def _structure(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    faults: list[dict[str, str]] = []
    documents = [name for name in files if name.endswith(PDF)]
    if len(documents) > MOST_FILES:
        faults.append(_fault("", f"has {len(documents)} PDF files, may have {MOST_FILES}"))
    for name, content in files.items():
        if name.endswith(PDF):
            if len(content) > MOST_BYTES:
                faults.append(_fault(name, f"has {len(content)} bytes, may have {MOST_BYTES}"))
            elif not is_pdf(content):
                faults.append(_fault(name, "is no PDF"))
            if f"{name}{SIG}" not in files and f"{name.removesuffix(PDF)}{SIG}" not in files:
                faults.append(_fault(name, f"has no signature: {name}{SIG} is missing"))
        elif name.endswith(SIG):
            if len(content) > MOST_SIGNATURE_BYTES:
                faults.append(_fault(name, f"has {len(content)} bytes, may have {MOST_SIGNATURE_BYTES}"))
        elif name.endswith(XLS):
            if len(content) > MOST_REGISTRY_BYTES:
                faults.append(_fault(name, f"has more than {MOST_REGISTRY_BYTES} bytes"))
        else:
            faults.append(_fault(name, f"is neither {PDF}, {SIG} nor {XLS}"))
    return faults


def _fault(name: str, detail: str) -> dict[str, str]:
    return {"pointer": f"/{escape(name)}" if name else "", "code": "conflict", "detail": detail}


def _sheet(name: str, raw: bytes) -> list[list[str]]:
    """Return the first sheet's cells as texts."""
    if not raw.startswith(OLE):
        raise invalid_members([_fault(name, "is no workbook of Excel 97-2003")])
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            sheet = xlrd.open_workbook(file_contents=raw, logfile=nowhere, ragged_rows=True).sheet_by_index(0)
            return [[_text(cell) for cell in sheet.row(place)] for place in range(sheet.nrows)]
    except Exception as fault:  # a damaged file breaks this reader in a hundred ways, all of them in Python
        raise invalid_members([_fault(name, f"is damaged: {str(fault)[:100]}")]) from None


def _text(cell: Any) -> str:
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_NUMBER and value == int(value):
        return str(int(value))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else str(value).strip()


def _read_rows(table: list[list[str]], files: Mapping[str, bytes]) -> Read:
    heading = [name.upper() for name in table[0]] if table else []
    lacking = [name for name, (_, needed) in TEXTS.items() if needed and name not in heading]
    if lacking:
        raise invalid_members([_fault("", f"the registry has no column {', '.join(lacking)}")])
    found, used = Read(), set[str]()
    for line, cells in enumerate(table[1:], 2):
        row = dict(zip(heading, cells, strict=False))
        if any(row.values()):
            _read_row(found, line, row, files, used)
    for name in files:
        if name.endswith(PDF) and name not in used:
            found.wrong(0, "FILE_NAME", name, "this file stands in no line")
    return found


def _read_row(found: Read, line: int, row: dict[str, str], files: Mapping[str, bytes], used: set[str]) -> None:
    before, row = len(found.errors), {name: row.get(name, "") for name in TEXTS}
    name = row["FILE_NAME"].lower()
    if name and name in used:
        found.wrong(line, "FILE_NAME", name, "this file stands in a line before")
    elif name and (name not in files or not name.endswith(PDF)):
        found.wrong(line, "FILE_NAME", name, "there is no such PDF file in the zip")
    used.add(name)
    for column, (longest, needed) in TEXTS.items():
        if needed and not row[column]:
            found.wrong(line, column, "", "is missing")
        elif len(row[column]) > longest:
            found.wrong(line, column, row[column], f"has {len(row[column])} letters, may have {longest}")
        elif row[column] not in CHOICES.get(column, (row[column],)):
            allowed = ", ".join(choice or "nothing" for choice in CHOICES[column])
            found.wrong(line, column, row[column], f"allowed: {allowed}")
    if row["INN"] and not is_inn(row["INN"]):
        found.wrong(line, "INN", row["INN"], "is no INN: 10 or 12 digits with their check digits")
    if row["ADDRESSLINE_TO"] and POST_CODE.search(row["ADDRESSLINE_TO"]) is None:
        found.wrong(line, "ADDRESSLINE_TO", row["ADDRESSLINE_TO"], "has no post code of six digits")
    if len(found.errors) == before:
        signature = files.get(f"{name}{SIG}", files.get(f"{name.removesuffix(PDF)}{SIG}", b""))
        found.rows.append(Row(line, _wish(row), files[name], signature))


def _wish(row: Mapping[str, str]) -> Wish:
    return Wish(
        recipient_type=records.ORGANISATION if row["RECIPIENT_TYPE"] == "1" else records.PERSON,
        name=row["RECIPIENT"],
        address=row["ADDRESSLINE_TO"],
        inn=row["INN"],
        kpp=row["KPP"],
        registration_number=row["LETTER_REG_NUMBER"],
        title=row["LETTER_TITLE"],
        category=records.REGISTERED if row["MAILCATEGORY"] == "1" else records.SIMPLE,
        return_address=row["ADDRESSLINE_RETURN"],
        notice=row["NOTIFICATIONTYPE"] == "E",
        no_return=row["NO_RETURN"] == "1",
        without_rank=row["WOMAILRANK"] != "0",
        additional_info=row["ADDITIONAL_INFO"],
        comment=row["LETTER_COMMENT"],
    )
