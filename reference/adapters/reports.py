"""Payout reports by content: normal-form JSON, CDEK's API JSON, and whatever file a layout describes.

Source: `settlement` §3, SET-001…010, SET-012. Files are CSV, XLSX, XLS, ODS or XML; their layouts are data, see
`report_layouts`.
"""

import msgspec

from ..ports import Registry
from . import registry_file, registry_xml, report_layouts, report_lines, tables
from .amounts import NotAnAmount
from .cdek import registries
from .cdek.shapes import Registries, RegistryShape
from .exchange import parse
from .report_layouts import Layouts
from .report_lines import Found, ReportRefused
from .tables import UTF8_MARK, Unreadable

__all__ = ["ReportRefused", "is_candidate", "read_report"]

LEAST_TABLE = (2, 4)  # rows and columns of what may be a delimited report of a layout we don't know


def read_report(name: str, raw: bytes, layouts: Layouts | None = None) -> Registry:
    """Return a report in the normal form of `settlement` §3. `name` is only used in sentences, never to decide.

    A line of a file or API body that does not say how its order ended has `"outcome": None` and `"items": []`; the
    carrier's adapter fills them by reading its orders, or the engine does from tracking. A line that could not be read
    exactly has `"problem": {"code", "sentence"}` (AMOUNT_PRECISION, IDENT_MANGLED …) and null where an amount was
    unreadable; the control sums of a file were already checked here over the exact decimals.

    Raises:
        ReportRefused: the layout is unknown or a total is wrong.
    """
    label = name or "The file"
    known = report_layouts.shipped() if layouts is None else layouts
    text = raw.removeprefix(UTF8_MARK).lstrip()
    if text[:1] == b"{":
        return _json(label, text)
    try:
        found = _xml(text, known) if text[:1] == b"<" else _table(raw, known)
    except Unreadable as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label} cannot be read: {fault}.") from fault
    if found is not None:
        return report_lines.normal(label, found)
    forms = ", ".join(layout.name for layout in known)
    sentence = f"report forms {forms} (CSV, XLSX, XLS, ODS, XML), CDEK's API answer and the normal form"
    raise ReportRefused("FORMAT_UNKNOWN", f"{label} has a layout nobody here knows; known are {sentence}.")


def _table(raw: bytes, known: Layouts) -> Found | None:
    tried = (registry_file.recognised(table, known) for table in tables.read_tables(raw))
    return next((found for found in tried if found is not None), None)


def _xml(text: bytes, known: Layouts) -> Found | None:
    return registry_xml.recognised(registry_xml.parsed(text), known)


def _json(label: str, text: bytes) -> Registry:
    found = parse(text, dict[str, msgspec.Raw])
    if isinstance(found, str):
        raise ReportRefused("FORMAT_UNKNOWN", f"{label} is broken JSON: {found}.")
    members = set(found[0])
    if "lines" in members and "carrier" in members:
        normal = parse(text, dict[str, object])
        if not isinstance(normal, str):
            return Registry(normal=normal[0])
    if "registries" in members:
        return _api(label, text)
    if {"registry_number", "orders"} <= members:
        return _api(label, b'{"registries": [' + text + b"]}")
    raise ReportRefused("FORMAT_UNKNOWN", f"{label} is JSON of a kind nobody here knows: {', '.join(sorted(members))}.")


def _api(label: str, text: bytes) -> Registry:
    found = parse(text, Registries)
    if isinstance(found, str):
        raise ReportRefused("FORMAT_UNKNOWN", f"{label} is no answer of CDEK's /registries: {found}.")
    listed: list[RegistryShape] = found[0].registries or []
    if len(listed) != 1:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label} holds {len(listed)} registries; feed them one at a time.")
    try:
        return registries.normal(listed[0])
    except NotAnAmount as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}: {fault}.") from fault


def is_candidate(raw: bytes, *, attached: bool, layouts: Layouts | None = None) -> bool:
    """Whether a mail's part may be a report: any attached table, XML or JSON object, else only a layout we know.

    Attached unknown layouts count too, so that they are refused with a reason instead of being passed over.
    """
    if tables.is_spreadsheet(raw):
        return True
    known = report_layouts.shipped() if layouts is None else layouts
    text = raw.removeprefix(UTF8_MARK).lstrip()
    if text[:1] == b"{":
        found = parse(text, dict[str, msgspec.Raw])
        return not isinstance(found, str) and (attached or bool({"lines", "registries", "orders"} & set(found[0])))
    try:
        if text[:1] == b"<":
            return (attached and text.startswith(b"<?xml")) or _xml(text, known) is not None
        found_tables = tables.read_tables(raw)
    except Unreadable:
        return False
    rows, columns = LEAST_TABLE
    return any(
        registry_file.recognised(table, known) is not None
        or (attached and sum(len(row) >= columns for row in table.rows[:50]) >= rows)
        for table in found_tables
    )
