"""Bugs of the area reports: how payout reports are read, recognised, repeated, and their orders found.

`conformance/mutants/reports.toml` says which requirements each must fail.
"""

from parcelproof.reference.adapters import registry_file, report_lines, reports, tables
from parcelproof.reference.domain import reports as normal_form
from parcelproof.reference.domain import settlement
from parcelproof.reference.usecases import reporting, settling

from .patching import mutant, rewrite

FRESH = '__import__("uuid").uuid4()'
USUAL_PLACES = "{'tracking': 0, 'order': 1, 'collected': 2, 'delivery': 3, 'agent': 4, 'transfer': 5}"


@mutant
def kind_by_file_name() -> None:
    """What a report is follows from the ending of its name."""
    rewrite(
        reports.read_report,
        ('if text[:1] == b"{":', 'if name.endswith(".json"):'),
        ("_table(raw, known)", '_table(raw, known, name.endswith(".xlsx"))'),
    )
    rewrite(
        reports._table,
        ("tables.read_tables(raw)", "(tables._sheets(raw) if spreadsheet else tables._splits(tables.decoded(raw)))"),
        ("known: Layouts)", "known: Layouts, spreadsheet: bool)"),
    )


@mutant
def cp1251_as_latin_1() -> None:
    """Text that is not UTF-8 is read as Latin-1."""
    rewrite(tables.decoded, ('return raw.decode("cp1251")', 'return raw.decode("latin-1")'))


@mutant
def whole_spreadsheet_cells() -> None:
    """A number of a spreadsheet loses what stands after its point."""
    rewrite(tables.cell_text, ("return repr(cell)", "return str(int(cell))"))


@mutant
def unknown_columns_by_place() -> None:
    """A table whose columns nobody knows is read by their usual places."""
    wide = "next((place for place, row in enumerate(table.rows) if len(row) >= 6), None)"
    rewrite(
        registry_file.headings,
        ("    return None", f"    return None if (wide := {wide}) is None else (wide, {USUAL_PLACES})"),
    )


@mutant
def order_number_as_number() -> None:
    """Order numbers lose their leading zeros."""
    rewrite(settling._by_order, ("orders.c.number == line.order", "orders.c.number == line.order.lstrip('0')"))


@mutant
def rows_compared_in_place() -> None:
    """Two versions of a report are compared row by row as they stand."""
    rewrite(
        normal_form.differs,
        (
            "zip(sorted(old.lines, key=_money), sorted(new.lines, key=_money), strict=False)",
            "zip(old.lines, new.lines, strict=False)",
        ),
    )


@mutant
def versions_compared_by_payout() -> None:
    """Two versions of a report with one payout are taken for the same."""
    rewrite(
        normal_form.differs,
        ('return next((f"line {a.n} and line {b.n}" for a, b in pairs if not _same(a, b)), "")', 'return ""'),
    )


@mutant
def identities_with_the_time() -> None:
    """The syncIds depend on when the report came in."""
    rewrite(
        settling._post,
        ("    services = str(", "    tenant = f\"{tenant}/{row['received_at']:%Y-%m-%d}\"\n    services = str("),
    )


@mutant
def leg_before_refusal_put_aside() -> None:
    """A return leg must come after the refusal: one that comes first is put aside."""
    rewrite(
        settlement.settle,
        (
            "            back = _return(",
            '            if not any(shipment.returned):\n'
            '                raise LineException("ORDER_UNKNOWN", f"Line {line.n}: nothing was refused.")\n'
            "            back = _return(",
        ),
    )  # fmt: skip


@mutant
def first_bad_line_ends_the_report() -> None:
    """The work on a report ends at the first line that cannot be settled."""
    rewrite(
        settling.settle_lines,
        ("fault.code, fault.sentence)\n            continue", "fault.code, fault.sentence)\n            break"),
    )


@mutant
def exceptions_only_logged() -> None:
    """A line that is put aside is left out of the result."""
    rewrite(
        reporting._fed,
        ('    for line in sorted(lines, key=lambda found: int(found["n"])):',
         '    for line in sorted(lines, key=lambda found: int(found["n"])):\n'
         '        if line["code"] == "ORDER_UNKNOWN":\n'
         '            continue'),
    )  # fmt: skip


@mutant
def one_kopeck_off_is_near_enough() -> None:
    """The equation of a line may be wrong by one minor unit."""
    rewrite(
        settlement.check,
        ("if line.transfer != line.collected - withheld:", "if abs(line.transfer - line.collected + withheld) > 1:"),
    )


@mutant
def second_feeding_books_again() -> None:
    """A report that is fed again is taken for a new one, and its documents have identities of their own."""
    rewrite(
        reporting._row,
        ('"identity": report.identity,', f'"identity": (fresh := str({FRESH})),'),
        ("reports.c.identity == report.identity", "reports.c.identity == fresh"),
    )
    rewrite(settling._post, ("    services = str(", "    tenant = f\"{tenant}/{row['id']}\"\n    services = str("))


@mutant
def substring_order() -> None:
    """The order of a line is found by a part of its number (S07)."""
    rewrite(settling._by_order, ("orders.c.number == line.order", "orders.c.number.contains(line.order)"))


@mutant
def parcel_twice_unnoticed() -> None:
    """A parcel that stands twice in a report is settled twice."""
    rewrite(settling.settle_lines, ("if line.n in doubled:", "if False:"))


@mutant
def heading_not_checked() -> None:
    """The totals in a report's heading are not compared with its lines."""
    rewrite(normal_form._control, ("if stated is not None and stated != total:", "if False:"))


@mutant
def amounts_through_floats() -> None:
    """A line's decimal amounts become minor units through binary floats that are cut off (S01)."""
    rewrite(
        report_lines.line_of,
        ("minors[name] = minor_of(value, currency)", "minors[name] = int(float(value) * 10 ** exponent(currency))"),
    )


@mutant
def second_line_in_the_place_of_the_first() -> None:
    """Lines are kept by their parcel's number: a second one takes the place of the first (S05)."""
    by_parcel = "{found.tracking or found.key: found for found in lines}"
    rewrite(
        settling.settle_lines,
        ("for line in sorted(lines, key=lambda found: found.n):", f"for line in {by_parcel}.values():"),
        ("if line.n in doubled:", "if False:"),
    )
