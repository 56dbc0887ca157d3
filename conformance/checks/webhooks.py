"""Webhooks: subscribed to, answered with 2xx, and their loss made good by polling."""

from collections.abc import Iterator

from ..history import Finding, History
from ..wires import WIRES, with_webhooks
from .registry import check
from .tracking import true_status

# Webhooks that tell of scans and returns; pings and receipts follow the connector's own calls at once.
TELLS = ("ORDER_STATUS", "tracking.", "return.")


@check("WHK-001")
def subscribed_at_every_carrier(history: History) -> Iterator[Finding | str]:
    used = {view.carrier for view in history.orders if view.state == "booked" and view.carrier in with_webhooks()}
    if not history.journal:
        return
    for carrier in sorted(name for name in used if name is not None):
        asked = [
            entry
            for entry in history.journal
            if entry.direction == "in"
            and entry.carrier == carrier
            and entry.method == "POST"
            and entry.path.rstrip("/").endswith(WIRES[carrier].subscribes)
            and 200 <= entry.status < 300
        ]
        if not asked:
            yield Finding(
                requirement="WHK-001", subject=carrier, expected="a subscription", found="none in the journal"
            )
        else:
            yield carrier


@check("WHK-004")
def genuine_ones_are_accepted(history: History) -> Iterator[Finding | str]:
    for attempt in history.attempts:
        if attempt.error == "dropped" or not attempt.event.startswith(TELLS):
            continue
        if not 200 <= attempt.status < 300:
            found = f"{attempt.status or 'no answer'} {attempt.error}".strip()
            subject = f"{attempt.carrier} {attempt.event} {attempt.key}".strip()
            yield Finding(requirement="WHK-004", subject=subject, expected="2xx", found=found)
        else:
            yield attempt.key or attempt.event


@check("WHK-006")
def dropped_ones_lose_nothing(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    carriers = {attempt.carrier for attempt in history.attempts if attempt.error == "dropped"}
    for view, truth in history.booked():
        if truth.carrier not in carriers:
            continue
        wanted = true_status(history, truth)
        if view.status != wanted:
            expected = f"{wanted} in spite of dropped webhooks"
            yield Finding(requirement="WHK-006", subject=view.number, expected=expected, found=str(view.status))
        else:
            yield view.number
