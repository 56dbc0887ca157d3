"""Batches of Russian Post, as the judge reads them with the connector's own keys: after all that is judged."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from .bench import Bench

POST = "russian_post"


def at_the_post(bench: Bench, path: str) -> bytes:
    """Return what the carrier answers to somebody with the connector's own keys; asked after all that is judged."""
    account: Mapping[str, Any] = bench.settings["carriers"][POST]
    pair = base64.b64encode(f"{account['client_id']}:{account['client_secret']}".encode()).decode()
    headers = {"Authorization": f"AccessToken {account['api_key']}", "X-User-Authorization": f"Basic {pair}"}
    answer = bench.stranger.get(f"{account['base_url']}{path}", headers=headers)
    if answer.status_code != 200:
        raise AssertionError(f"the simulator answers {answer.status_code} to {path}: {answer.text[:200]}")
    return answer.content


def batches(bench: Bench) -> dict[str, list[str]]:
    """Return batch name -> the order numbers in it, of those that were checked in."""
    rows: list[dict[str, Any]] = msgspec.json.decode(at_the_post(bench, "/1.0/batch?size=100"))
    found = {}
    for row in rows:
        if row.get("list-number"):
            inside = msgspec.json.decode(at_the_post(bench, f"/1.0/batch/{row['batch-name']}/shipment?size=1000"))
            found[str(row["batch-name"])] = [str(one["order-num"]) for one in inside]
    return found
