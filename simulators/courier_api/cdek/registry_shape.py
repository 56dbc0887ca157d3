"""A registry as the API gives it, and as the form "json" of its file.

Wire contract: `courier_api` §1.13.
"""

from typing import Any

from ...wire.paydesk import Line, Report
from .wire_values import moment, roubles


def registry_shape(found: Report) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "registry_number": int(found.number),
        "payment_date": found.payment_date,
        "sum": roubles(found.sum_minor),
        "payment_order_number": found.payment_order,
        "date_created": moment(found.created_ms),
        "orders": [_line(line) for line in found.lines],
    }
    if not found.payment_order:
        del shape["payment_order_number"]
    return shape


def _line(line: Line) -> dict[str, Any]:
    return {
        "cdek_number": line.tracking,
        "transfer_sum": roubles(line.transfer_minor),
        "payment_sum": roubles(line.collected_minor),
        "total_sum_without_agent": roubles(line.services_minor),
        "agent_commission_sum": roubles(line.agent_minor),
    }
