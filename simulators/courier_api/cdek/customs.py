"""What a foreign purchase costs at the customs.

Wire contract: `courier_api` §1.9, `/calculator/customs`; thin: one client names the fields. Mass in grams, money in
roubles, and the sums are ours: a private purchase is free of duty up to 200 EUR and 31 kg, and pays 15 % of what is
above or 2 EUR for each kilogram above, whichever is more, with a fee for the declaration and the carrier's commission.
"""

from decimal import Decimal

from ...wire.call import Answer, Call
from .body import Reader, document
from .currencies import BY_NAME, CURRENCIES
from .envelope import Operations, json
from .wire_values import half_up, roubles

FREE_EUR, FREE_G = 200, 31_000
DUTY_PERCENT, DUTY_EUR_PER_KG = 15, 2
FEE_MINOR = 50_000  # of a declaration, when duty is due
COMMISSION_PERCENT, COMMISSION_LEAST_MINOR = 10, 15_000
COST_MOST_MINOR = 10**12

routes = Operations()


@routes.post("/v2/calculator/customs")
def price_customs(call: Call) -> Answer:
    reader = Reader(document(call))
    mass_g = reader.whole("weight", required=True, least=1, most=10**9, round_up=True) or 0
    cost_minor = reader.minor("cost", required=True, most=COST_MOST_MINOR) or 0
    reader.refuse_if_wrong()
    duty_minor = duty(mass_g, cost_minor)
    fee_minor = FEE_MINOR if duty_minor else 0
    commission_minor = max(COMMISSION_LEAST_MINOR, duty_minor * COMMISSION_PERCENT // 100) if duty_minor else 0
    return json(
        {
            "cost": roubles(cost_minor),
            "weight": mass_g,
            "customs_duty": roubles(duty_minor),
            "customs_tariff": roubles(fee_minor),
            "commission": roubles(commission_minor),
            "total_amount": roubles(duty_minor + fee_minor + commission_minor),
        }
    )


def duty(mass_g: int, cost_minor: int) -> int:
    """Return the duty in kopecks, half up."""
    _, euro = CURRENCIES[BY_NAME["EUR"]]
    above_minor = max(Decimal(0), cost_minor - FREE_EUR * euro * 100)
    above_kg = Decimal(max(0, mass_g - FREE_G)) / 1000
    return half_up(max(above_minor * DUTY_PERCENT / 100, above_kg * DUTY_EUR_PER_KG * euro * 100))
