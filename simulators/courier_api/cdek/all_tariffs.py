"""The tariffs of the contract, whatever is sent: every one that this simulator prices.

Wire contract: `courier_api` §1.10, `/calculator/alltariffs`; §2.7.
"""

from typing import Any

from ...wire.call import Answer, Call
from .envelope import Operations, json
from .queries import language
from .tariffs import TARIFFS, Family, Mode

SIDE_MOST_CM = 1_500
CONTRAGENTS = ["LEGAL_ENTITY", "INDIVIDUAL"]

routes = Operations()


@routes.get("/v2/calculator/alltariffs")
def list_all_tariffs(call: Call) -> Answer:
    lang = language(call)
    rows: dict[str, dict[str, Any]] = {}
    for code, (family, mode) in TARIFFS.items():
        row = rows.setdefault(family.name, _family(family, lang))
        row["delivery_modes"].append(_mode(code, mode, lang))
    return json({"tariff_codes": list(rows.values())})


def _family(family: Family, lang: str) -> dict[str, Any]:
    sides = {
        f"{side}_{end}": limit
        for side in ("length", "width", "height")
        for end, limit in (("min", 0), ("max", SIDE_MOST_CM))
    }
    extra = {"additional_order_types": [str(family.extra)] if family.extra else []}
    return {
        "tariff_name": family.name if lang == "rus" else family.name_eng,
        "weight_min": family.mass_min_g / 1000,
        "weight_max": family.mass_max_g / 1000,
        "weight_calc_max": family.mass_max_g / 1000,
        **sides,
        "order_types": [str(family.order_type)] if family.order_type else ["1", "2"],
        "payer_contragent_type": CONTRAGENTS,
        "sender_contragent_type": CONTRAGENTS,
        "recipient_contragent_type": CONTRAGENTS,
        "delivery_modes": [],
        "additional_order_types_param": {"without_additional_order_type": not family.extra, **extra},
    }


def _mode(code: int, mode: Mode, lang: str) -> dict[str, Any]:
    name = mode.name if lang == "rus" else mode.name_eng
    return {"delivery_mode": str(mode.number), "delivery_mode_name": name, "tariff_code": code}
