"""An order as Otpravka shows it: in the folder "new", and in a batch.

Wire contract: `postal_api_russia` §2.3. Keys that recordings always have are always there; other flags only when they
are on, rates only when they are not nothing.
"""

from typing import Any

from ....core.parcel import Scan
from ....core.status import Status
from ....core.world import World
from ....wire.moscow import day
from .. import declarations
from ..lives import live_scans
from ..operations import parsed
from ..records import Batch, Order, find_batch
from .account import account_now
from .moments import moment

ALWAYS_FLAGS = (
    "add-to-mmo",
    "completeness-checking",
    "delivery-to-door",
    "manual-address-input",
    "pre-postal-preparation",
    "with-discount",
    "forbidden-esp",
)
ALWAYS_FALSE = ("easy-return-recipient-payment", "prepayment-return", "unloading", "with-client-return")
WITH_OLD_RATE = ("ground", "mass", "avia", "insr")  # these have `X-rate` besides
WORDS_OF_ASSIGNMENT = {"28/0": ("Присвоен трек-номер", "ID_ASSIGNMENT", "ID_ASSIGNED")}


def in_new(world: World, order: Order) -> dict[str, Any]:
    """Return an order of the folder "new"."""
    return {**_common(world, order), "address-changed": False}


def in_batch(world: World, order: Order) -> dict[str, Any]:
    """Return an order of a batch: who sends it, what happened last."""
    batch = find_batch(world, order.batch)
    found = {**_common(world, order), **_sender(world, order), **_last(world, order)}
    if batch is not None:
        found |= _of_batch(batch)
    if "goods" in found:
        found["goods"] = {"items": _goods(world, order)}
    if order.flag("with-electronic-notice"):
        found["electronic-notification-history"] = {"items": _notices(world, order)}
    return found


def _goods(world: World, order: Order) -> list[dict[str, Any]]:
    """Return the goods with ids of their own, and whether they came back."""
    back = world.parcel(order.parcel_id).status is Status.RETURNED
    items = order.fields["goods"]["items"]
    return [{**item, "id": order.id * 1_000 + place, "returned": back} for place, item in enumerate(items, 1)]


def _common(world: World, order: Order) -> dict[str, Any]:
    account = account_now(world)
    found: dict[str, Any] = {name: value for name, value in order.fields.items() if value is not False}
    found |= {name: order.flag(name) for name in ALWAYS_FLAGS} | dict.fromkeys(ALWAYS_FALSE, False)
    found |= _rates(order)
    found |= {
        "id": order.id,
        "version": order.version,
        "address-type-from": account.sender.get("address-type", "DEFAULT"),
        "delivery-time": {"max-days": order.days[1], "min-days": order.days[0]},
        "in-mmo": order.flag("add-to-mmo") and bool(order.group),
        "mail-direct": order.mail_direct,
        "mail-rank": order.text("mail-rank") or "WO_RANK",
        "postmarks": list(order.postmarks),
        "tariff-count": order.whole("tariff-count") or 1,
        "tariff-type": "MASS",
        "weight-pay": order.weight_pay_g,
    }
    found |= declarations.shown(world, order)
    if order.barcode:
        found["barcode"] = order.barcode
    if order.return_of:
        found["linked-barcode"] = order.return_of
    index = order.destination
    if index:
        found["str-index-to"] = index
        if not order.is_abroad and index.isdigit():
            found["index-to"] = int(index)
    return found


def _rates(order: Order) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, rate in order.rates.items():
        found[f"{name}-rate-wo-vat"] = rate.rate_minor
        found[f"{name}-rate-with-vat"] = rate.rate_minor + rate.vat_minor
        if name in WITH_OLD_RATE:
            found[f"{name}-rate"] = rate.rate_minor
    total = order.total
    return {**found, "total-rate-wo-vat": total.rate_minor, "total-vat": total.vat_minor}


def _of_batch(batch: Batch) -> dict[str, Any]:
    return {"batch-name": batch.name, "batch-category": batch.mail_category, "batch-status": batch.status}


def _sender(world: World, order: Order) -> dict[str, Any]:
    account = account_now(world)
    own = order.fields.get("address-from") or {}
    address = {**account.sender, **{name: value for name, value in own.items() if isinstance(value, str)}}
    shown: dict[str, Any] = {f"{name}-from": address[name] for name in sorted(address) if name != "address-type"}
    shown |= {
        "tel-address-from": order.whole("tel-address-from") or int(account.phone),
        "legal-hid": legal_hid(world),
        "pochtaid-hid": str(1_000_000 + world.roll("russian_post.hid", "pochtaid", 9_000_000)),
        "is-dogovor": int(account.agreement_kind != "PUBLIC_OFFER"),
        "renewal-shelf-life": False,
        "returned-partial": False,
        "track-by-group": int(bool(order.group)),
    }
    return shown


def legal_hid(world: World) -> str:
    """Return the company's id, a UUID of the tenant's own."""
    digits = world.token_hex("russian_post.hid", "legal")
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def _last(world: World, order: Order) -> dict[str, Any]:
    """Return the last operation in the words of the order interface."""
    scans = live_scans(world.parcel(order.parcel_id))
    if not scans:
        return {}
    last = max(scans, key=lambda scan: (scan.occurred_ms, scan.sequence))
    name, kind, attribute = _words(last)
    found = {"human-operation-name": name, "last-oper-type": kind, "last-oper-date": moment(last.occurred_ms)}
    if attribute:
        found["last-oper-attr"] = attribute
    if arrived := [scan for scan in scans if scan.code == "8/2"]:
        found["arrival-date"] = day(arrived[0].occurred_ms)
    return found


def _words(scan: Scan) -> tuple[str, str, str]:
    if scan.code in WORDS_OF_ASSIGNMENT:
        return WORDS_OF_ASSIGNMENT[scan.code]
    found = parsed(scan.code)
    return (scan.text, "UNKNOWN", "") if found is None else (found.name or found.type_name, found.type_word, found.word)


def _notices(world: World, order: Order) -> list[dict[str, Any]]:
    """Return what happened to the electronic notice of delivery: loaded when the goods were handed over."""
    shown = []
    for scan in live_scans(world.parcel(order.parcel_id)):
        if scan.code.split("/")[0] in ("2", "34", "45"):
            _, kind, attribute = _words(scan)
            item = {"oper-type": kind, "oper-date": moment(scan.occurred_ms)}
            item |= {"oper-attr": attribute} if attribute else {}
            shown.append({**item, "is-download": kind == "GIVING", "has-external-resource": False})
    return shown
