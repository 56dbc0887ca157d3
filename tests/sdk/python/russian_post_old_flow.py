"""PyPI `russian-post-tracking` (templates of text over suds) and `tariff-russianpost` (prices of the first calculator).

Both have their addresses in the code. The second was written for Python 2, whose `urllib2` it is lent.
"""

import sys
import urllib.request
from collections.abc import Callable
from typing import Any

sys.modules["urllib2"] = urllib.request

import russian_post_tracking.soap as tracking  # noqa: E402
from pochta_order import ordered  # noqa: E402
from stage import ROOT, SECRET, TENANT, advance, control, tell  # noqa: E402
from suds.client import Client  # noqa: E402
from tariff_russianpost.calc import TariffRussianpost  # noqa: E402

UNKNOWN = "80092578900475"
LIFE = ("1/2", "8/2", "63/0", "2/1")


class Here:
    """suds at the simulator's address instead of the real one; it takes bytes, where Python 2 made them of text."""

    def __init__(self, address: str, **options: Any) -> None:
        here = address.replace("https://tracking.russianpost.ru", f"{ROOT}/pochta-tracking")
        self._client = Client(here, cache=None, **options)
        self.service = self

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**given: Any) -> Any:
            message = given["__inject"]["msg"].encode()
            return getattr(self._client.service, operation)(**{"__inject": {"msg": message}})  # noqa: PIE804  (a class mangles the name)

        return call


def histories() -> None:
    tracking.Client = Here
    barcode = ordered()
    [parcel] = control("GET", "/parcels?carrier=russian_post")["parcels"]
    for code in LIFE:
        advance(seconds=3600)
        control("POST", f"/parcels/{parcel['id']}/scans", {"code": code})
    post = tracking.RussianPostTracking(barcode, TENANT, SECRET)
    told = [record.OperationParameters for record in post.get_history().historyRecord]
    [money] = post.get_order_events().PostalOrderEvent
    try:
        says = str(tracking.RussianPostTracking(barcode, TENANT, "wrong").get_history())
    except Exception as error:
        says = f"{type(error).__name__}: {error}"
    tell(
        "tracking",
        codes=[f"{one.OperType.Id}/{one.OperAttr.Id}" for one in told],
        last=str(told[-1].OperAttr.Name),
        unknown=str(tracking.RussianPostTracking(UNKNOWN, TENANT, SECRET).get_history()),
        money=[money._EventType, money._SumPaymentForward],
        wrong=says,
    )


def prices() -> None:
    post = TariffRussianpost()
    post.url = f"{ROOT}/pochta-tariff/tariff/v1/"
    asked = {
        "type": 23,
        "cat": 2,
        "direction": 0,
        "weight": 1200,
        "sum_num": 1,
        "Value": 160_000,
        "index_from": 109_012,
        "index_to": 630_099,
        "service": 4,
    }
    heavier = post.calc({**asked, "weight": 4000})
    told = post.calc(asked)
    tell("prices", pay=[told["pay"], heavier["pay"]], keys=sorted(told), countries=len(post.country_list()["country"]))


if __name__ == "__main__":
    histories()
    prices()
