"""Label and tracking at Mail Alliance: the walk that a shop's warehouse and its customers make.

Run it headless, for example: `locust -f load/carrier.py --headless -u 20 -r 20 -t 5s --host http://127.0.0.1:8400`.
Every answer is checked: a number given twice, a label that is no PDF or not the one announced, or a tracking answer
about another parcel counts as a failure, and failures make Locust leave with 1.
"""

import base64
import hashlib
import os
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from locust import FastHttpUser, constant, events, task

API_KEY = os.environ.get("PARCELPROOF_LOAD_API_KEY", "mak_test_load")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ADDRESSES = {
    "shipper": {
        "name": "Muster Versand", "street": "Domstraße", "house_number": "1",
        "postal_code": "97070", "city": "Würzburg", "country": "DE",
    },
    "recipient": {
        "name": "Erika Muster", "street": "Invalidenstraße", "house_number": "116",
        "postal_code": "10115", "city": "Berlin", "country": "DE",
    },
}  # fmt: skip
PACKAGE = {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 150}

numbers: set[str] = set()  # every tracking number this process was given
keys = count(1)


def stay_at_home(environment: Any, **_kwargs: Any) -> None:
    """Refuse any target but this machine: a load test must never reach a real carrier."""
    host = urlsplit(environment.host or "").hostname
    if host not in LOOPBACK:
        raise SystemExit(f"load is aimed only at this machine, not at {host!r}: pass --host http://127.0.0.1:PORT")


hooks: Any = events  # Locust's hooks carry no types
hooks.test_start.add_listener(stay_at_home)


class Warehouse(FastHttpUser):
    """Creates a parcel, fetches its label, reads its tracking; the last one three times, as buyers do."""

    wait_time = constant(0)

    @task
    def ship(self) -> None:
        parcel = self.create()
        if parcel is not None:
            self.fetch_label(parcel)
            for _ in range(3):
                self.read_tracking(parcel)

    def create(self) -> dict[str, Any] | None:
        """Return the new parcel, or None when it was refused or wrong."""
        body = ADDRESSES | {"service": "ma_parcel", "package": PACKAGE, "label": {"format": "PDF"}}
        headers = self.authorised | {"Idempotency-Key": f"load-{os.getpid():010}-{next(keys):010}"}
        with self.client.post(
            "/mail-alliance/v1/parcels", json=body, headers=headers, name="create", catch_response=True
        ) as answer:
            if answer.status_code != 201:
                answer.failure(f"expected 201, found {answer.status_code}: {answer.text[:200]}")
                return None
            parcel: dict[str, Any] = answer.json()
            if parcel["tracking_number"] in numbers:
                answer.failure(f"number {parcel['tracking_number']} was given twice")
            numbers.add(parcel["tracking_number"])
            label = base64.b64decode(parcel["label"]["content_base64"])
            if not label.startswith(b"%PDF-") or hashlib.sha256(label).hexdigest() != parcel["label"]["sha256"]:
                answer.failure("the label inside the answer is no PDF, or not the one its digest names")
            return parcel

    def fetch_label(self, parcel: dict[str, Any]) -> None:
        path = f"/mail-alliance/v1/parcels/{parcel['id']}/label"
        headers = self.authorised | {"Accept": "application/pdf"}
        with self.client.get(path, headers=headers, name="label", catch_response=True) as answer:
            found = hashlib.sha256(answer.content or b"").hexdigest()
            if found != parcel["label"]["sha256"]:
                answer.failure(f"label bytes differ: expected {parcel['label']['sha256']}, found {found}")

    def read_tracking(self, parcel: dict[str, Any]) -> None:
        path = f"/mail-alliance/v1/parcels/{parcel['id']}/tracking"
        with self.client.get(path, headers=self.authorised, name="tracking", catch_response=True) as answer:
            if answer.status_code != 200 or answer.json()["tracking_number"] != parcel["tracking_number"]:
                answer.failure(f"expected the tracking of {parcel['tracking_number']}, found {answer.text[:200]}")

    @property
    def authorised(self) -> dict[str, str]:
        return {"X-Api-Key": API_KEY}
