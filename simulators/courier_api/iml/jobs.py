"""The services (`Job`) as data: what each delivers to, whether it takes money, its limits.

Wire contract: `courier_api` §3. Recorded answers show the limits of `24` and `24КО`; the others follow them (guessed).
The letter С of a pickup service is Cyrillic.
"""

from typing import Any, NamedTuple

LIMIT_MINOR = 300_000 * 100


class Job(NamedTuple):
    """`cash` services need an amount, the others refuse one; `to` is "door", "point" or "post"."""

    code: str
    description: str
    cash: bool
    to: str
    most_g: int

    @property
    def amount_most_minor(self) -> int:
        return LIMIT_MINOR if self.cash else 0

    def shape(self) -> dict[str, Any]:
        """Return the row of the dictionary `service`."""
        return {
            "Code": self.code,
            "Description": self.description,
            "Type": 0,
            "CommissionType": 2 if self.cash else 0,
            "ReceiptFromCustomer": None,
            "AmountMAX": self.amount_most_minor // 100,
            "AmountMIN": 0.01 if self.cash else 0,
            "ValuatedAmountMIN": 0,
            "ValuatedAmountMAX": LIMIT_MINOR // 100,
            "WeightMIN": 0,
            "WeightMAX": self.most_g // 1000,
            "VolumeMIN": 0,
            "VolumeMAX": 0,
            "Scope": 0,
        }


JOBS = {
    job.code: job
    for job in (
        Job("24", "Доставка предоплаченого заказа", False, "door", 25_000),
        Job("24КО", "Доставка с кассовым обслуживанием", True, "door", 27_000),
        Job("24НАЛ", "Доставка с наличным расчетом", True, "door", 27_000),
        Job("С24", "Доставка на ПВЗ предоплаченного заказа", False, "point", 25_000),
        Job("С24КО", "Доставка на ПВЗ заказа с кассовым обслуживанием", True, "point", 27_000),
        Job("С24НАЛ", "Доставка на ПВЗ с наличным расчетом", True, "point", 27_000),
        Job("ПОЧТА", "Доставка предоплаченного заказа Почтой России", False, "post", 20_000),
    )
}
