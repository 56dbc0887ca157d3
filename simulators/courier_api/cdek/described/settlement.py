"""Registries, transferred orders and receipts, declared.

Wire contract: `courier_api` §1.13.
"""

from ....wire.description import Described, json_of
from ....wire.schemas import DAY, UUID, either, one_of, rows, shape, text, whole
from .shapes import CDEK_NUMBER, MOMENT, MONEY, PLAINLY, SPRING, answers

LINE = shape(
    "RegistryLine",
    {
        "cdek_number": CDEK_NUMBER,
        "transfer_sum": MONEY,
        "payment_sum": MONEY,
        "total_sum_without_agent": MONEY,
        "agent_commission_sum": MONEY,
    },
)
REGISTRY = shape(
    "Registry",
    {
        "registry_number": whole(1),
        "payment_date": DAY,
        "sum": MONEY,
        "payment_order_number?": text(1),
        "date_created": MOMENT,
        "orders": rows(LINE, 1),
    },
)
RECEIPT = shape(
    "Receipt",
    {
        "order_uuid": UUID,
        "cdek_number": either(CDEK_NUMBER, whole(1)),
        "date": MOMENT,
        "fiscal_storage_number": text(like="^[0-9]{16}$"),
        "document_number": text(like="^[0-9]+$"),
        "fiscal_sign": either(whole(0), text(like="^[0-9]+$")),
        "type": one_of("CASH_RECEIPT_IN", "CASH_RECEIPT_REFUND"),
        "shift_no": whole(1),
        "payment_info": rows(shape("ReceiptSum", {"sum": MONEY, "type": one_of("CASH", "CARD")}), 1),
    },
)
PAID = shape("PaidOrder", {"order_uuid": UUID, "cdek_number": whole(1), "number": text(0)})

OPERATIONS: dict[str, Described] = {
    "list_registries": Described(
        summary="List the registries paid on a date.",
        query={"date": DAY},
        answers=answers(200, shape("Registries", {"registries?": rows(REGISTRY)})),
    ),
    "list_payments": Described(
        summary="List the orders whose money was transferred on a date.",
        query={"date": DAY},
        answers=answers(200, shape("PaidOrders", {"orders": rows(PAID)})),
    ),
    "list_receipts": Described(
        summary="List the fiscal receipts of an order, or of a date.",
        query={"order_uuid?": text(1), "cdek_number?": text(1), "date?": DAY},
        answers=answers(200, shape("Receipts", {"check_info": rows(RECEIPT)}))
        | {404: json_of(either(SPRING, PLAINLY))},
    ),
}
