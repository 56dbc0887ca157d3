"""Print forms, hand-over lists, passports and photos, declared.

Wire contract: `courier_api` §1.7, §1.9.
"""

from ....wire.call import JSON
from ....wire.description import BYTES, PDF, Content, Described, Link, json_of
from ....wire.schemas import DAY, FLAG, UUID, Schema, asked, either, one_of, rows, shape, text, whole
from .. import prealerts, prints
from .shapes import (
    ACCEPTED,
    CDEK_NUMBER,
    ERROR,
    MOMENT,
    PLAIN_MOMENT,
    UUID_PATH,
    answers,
    enveloped,
    status_rows,
)

ZIP = "application/zip"
FORM_PATH: dict[str, Schema] = {"uuid": text(1)}  # a form's uuid; with .pdf behind it the form itself
MADE = "$response.body#/entity/uuid"
NAMED_ASKED = asked("OrderNameAsked", {"order_uuid?": UUID, "cdek_number?": CDEK_NUMBER})


def _form_asked(name: str, look: str, looks: tuple[str, ...]) -> Schema:
    members: dict[str, Schema] = {
        "orders": rows(NAMED_ASKED, 1, prints.ORDERS_MOST),
        "copy_count?": whole(1, prints.COPIES_MOST),
        f"{look}?": one_of(*looks),
        "lang?": one_of(*prints.LANGUAGES),
    }
    return asked(name, members)


def _form(name: str, look: str, looks: tuple[str, ...], more: dict[str, Schema]) -> Schema:
    named = shape(f"{name}Order", {"order_uuid?": text(1), "cdek_number?": either(whole(0), text(1))}, least=1)
    members: dict[str, Schema] = {
        "uuid": UUID,
        "orders": rows(named, 1),
        "copy_count": whole(1, prints.COPIES_MOST),
        look: one_of(*looks),
        **more,
        "url?": text(1, like=r"^https?://.+/v2/print/.+\.pdf$"),
        "statuses": status_rows(f"{name}Status", *prints.NAMES),
    }
    return enveloped(f"{name}Answer", shape(name, members))


def _got(form: Schema) -> dict[int, Content]:
    found = answers(200, form, by_uuid=True)
    return {**found, 200: {JSON: form, PDF: BYTES}}


def _asked_for(name: str, look: str, looks: tuple[str, ...], summary: str, got: str) -> Described:
    return Described(
        summary=summary,
        body=json_of(_form_asked(name, look, looks)),
        example={"orders": [{"cdek_number": "1107000001"}], look: looks[0]},
        answers=answers(202, ACCEPTED),
        links=(Link(got, {"uuid": MADE}), Link(got, {"uuid": "{" + MADE + "}.pdf"})),
    )


WAYBILLS, LABELS = prints.LOOKS["orders"], prints.LOOKS["barcodes"]
PREALERT_NAMES: dict[str, Schema] = {"order_uuid?": UUID, "cdek_number?": CDEK_NUMBER, "im_number?": text(1, 255)}
LISTED = shape(
    "PrealertOrder",
    {
        "order_uuid": UUID,
        "cdek_number": whole(1),
        "im_number": text(1),
        "packages?": rows(
            shape(
                "PrealertPackage",
                {"package_id": UUID, "number": text(1), "status": one_of(*prealerts.CODES, *prealerts.CODES.values())},
            ),
            1,
        ),
    },
)
# Before it is judged a list tells the orders as they were named.
AWAITED = shape(
    "PrealertName", {"order_uuid?": text(1), "cdek_number?": either(whole(1), text(1)), "im_number?": text(1)}, least=1
)
PREALERT = shape(
    "Prealert",
    {
        "uuid?": UUID,
        "prealert_number?": text(1),
        "planned_date": text(10),
        "shipment_point": text(1),
        "closed_date?": PLAIN_MOMENT,
        "fact_shipment_point?": text(1),
        "orders": either(rows(LISTED, 1), rows(AWAITED, 1)),
    },
)
WARNINGS = rows(ERROR, 1)
PARTY = shape("PassportState", {"client": one_of("SENDER", "RECEIVER"), "passport_requirements_satisfied": FLAG})
PASSPORTS = shape(
    "Passports",
    {
        "orders": rows(
            shape("OrderPassports", {"order_uuid": UUID, "cdek_number?": whole(1), "passport": rows(PARTY, 1, 2)}),
            1,
        ),
        "warnings?": WARNINGS,
    },
)
PHOTOS = shape(
    "Photos",
    {
        "orders": rows(
            shape(
                "OrderPhotos",
                {
                    "order_uuid": UUID,
                    "cdek_number": CDEK_NUMBER,
                    "link": text(1),
                    "status": one_of("DONE"),
                    "create_date": MOMENT,
                },
            )
        ),
        "warnings?": WARNINGS,
    },
)

OPERATIONS: dict[str, Described] = {
    "print_waybills": _asked_for("WaybillsAsked", "type", WAYBILLS, "Have waybills printed.", "get_waybills"),
    "print_labels": _asked_for("LabelsAsked", "format", LABELS, "Have labels printed.", "get_labels"),
    "get_waybills": Described(
        summary="Read what becomes of waybills; with .pdf behind the uuid the waybills themselves.",
        path=FORM_PATH,
        answers=_got(_form("Waybills", "type", WAYBILLS, {})),
    ),
    "get_labels": Described(
        summary="Read what becomes of labels; with .pdf behind the uuid the labels themselves.",
        path=FORM_PATH,
        answers=_got(_form("Labels", "format", LABELS, {"lang": one_of(*prints.LANGUAGES)})),
    ),
    "register_prealert": Described(
        summary="Say what will be brought to an office on a day.",
        body=json_of(
            asked(
                "PrealertAsked",
                {
                    "planned_date": text(10, 255),
                    "shipment_point": text(1, 255),
                    "orders": rows(asked("PrealertOrderAsked", PREALERT_NAMES), 1, 1_000),
                },
            )
        ),
        example={
            "planned_date": "2026-03-04",
            "shipment_point": "MSK1",
            "orders": [{"cdek_number": "1107000001"}],
        },
        answers=answers(202, ACCEPTED),
        links=(Link("get_prealert", {"uuid": MADE}),),
    ),
    "get_prealert": Described(
        summary="Read a hand-over list.",
        path=UUID_PATH,
        answers=answers(200, enveloped("PrealertAnswer", PREALERT), by_uuid=True),
    ),
    "get_passports": Described(
        summary="Tell whether the parties' papers suffice for customs.",
        query={
            "order_uuid?": text(1),
            "cdek_number?": text(1),
            "client?": one_of("SENDER", "RECEIVER", "ALL"),
        },
        answers=answers(200, PASSPORTS, by_uuid=True),
    ),
    "find_photos": Described(
        summary="Find photos of signed papers, by order or by period.",
        body=json_of(
            asked(
                "PhotosAsked",
                {"orders?": rows(NAMED_ASKED, 0, 1_000), "period_begin?": DAY, "period_end?": DAY},
            )
        ),
        example={"period_begin": "2026-03-01", "period_end": "2026-03-31"},
        answers=answers(200, PHOTOS, by_uuid=True),
    ),
    "get_photos": Described(
        summary="Fetch the archive of an order's photos.",
        path=UUID_PATH,
        answers={**answers(200, {}, by_uuid=True), 200: {ZIP: BYTES}},
    ),
}
