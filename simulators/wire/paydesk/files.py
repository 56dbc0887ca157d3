"""A desk's reports as files: which forms there are, and one of them written."""

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.world import World
from .. import report_layouts, settings
from ..call import JSON
from ..carrier import ReportFile
from ..moscow import moment
from ..report_layouts import Form, Layout, LayoutError, TooLarge
from ..report_layouts.report import Report
from . import switches

if TYPE_CHECKING:
    from .desk import PayDesk

AS_JSON = "json"


def listed(reports: list[Report]) -> list[dict[str, Any]]:
    """Return a row for each report that is out."""
    return [
        {
            "number": found.number,
            "payment_date": found.payment_date,
            "payment_order": found.payment_order,
            "sum_minor": found.sum_minor,
            "currency": found.currency,
            "lines": len(found.lines),
            "created": moment(found.created_ms),
        }
        for found in reports
    ]


def layouts(desk: "PayDesk", world: World) -> dict[str, tuple[Layout, Form]]:
    """Return the carrier's forms by name; one of the tenant's own goes before a shipped one of that name."""
    try:
        mine = report_layouts.own(settings.own(world, desk.carrier).get("report_layouts"), desk.carrier)
    except LayoutError:
        mine = ()  # the control API refuses such a setting; one that came another way counts as not set
    known = [layout for layout in (*report_layouts.shipped(), *mine) if layout.carrier == desk.carrier]
    return {form.name: (layout, form) for layout in known for form in layout.forms}


def forms(desk: "PayDesk", world: World) -> tuple[str, ...]:
    """Return the names of the forms in which the carrier gives its reports."""
    return (*([AS_JSON] if desk.json is not None else []), *layouts(desk, world))


def file_of(desk: "PayDesk", world: World, report: Report | None, number: str, form: str) -> ReportFile:
    """Return one report as a file.

    Raises:
        Rejected: UNKNOWN_CODE for a number or form of nobody's, and for a form that has no room for so many lines.
    """
    known = layouts(desk, world)
    if report is None or (form not in known and (form != AS_JSON or desk.json is None)):
        raise Rejected(Reason.UNKNOWN_CODE, report=number, format=form, allowed=list(forms(desk, world)))
    if form not in known and desk.json is not None:
        body = msgspec.json.Encoder(decimal_format="number").encode(desk.json(report))
        return ReportFile(f"registry-{number}.json", JSON, body)
    if switches.choice(world, desk.carrier, "registry_items") == "hidden":
        report = replace(report, lines=tuple(replace(line, items=()) for line in report.lines))
    try:
        return ReportFile(*report_layouts.written(*known[form], report))
    except TooLarge as error:
        raise Rejected(Reason.UNKNOWN_CODE, report=number, format=form, found=str(error)) from error
