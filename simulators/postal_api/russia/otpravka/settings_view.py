"""The account's settings and shipping points as Otpravka shows them.

Wire contract: `postal_api_russia` §2.13. What hangs on the account is made here, the rest is `settings.json`.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from ....core.world import World
from ....wire.call import Answer, Call
from .. import acceptance
from ..access import after, credentials
from ..answers import Operations, json
from ..lookup.offices import place_of
from ..offers.coverage import cover_of, lacking
from ..records import Account, batches, orders_of
from .account import SWITCHES, account_now, has_defaults
from .batch_life import total
from .batch_view import office_address
from .order_view import legal_hid
from .products import Product, products_of

RETURN_ADDRESS_ID = 104_111
DEFAULTS = frozenset({"def-envelope-type", "def-payment-method", "mail-rank"})
LEGAL = ("index", "place", "street", "house")
routes = Operations()


@cache
def _fixed() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(files(__package__).joinpath("settings.json").read_bytes())
    return found


@routes.get("/1.0/settings")
def read_settings(call: Call) -> Answer:
    """Return the account's settings, about a hundred keys."""
    world, account = call.world, account_now(call.world)
    points = [_point(world, account, index, chosen=True) for index in account.points]
    fixed = _fixed() if has_defaults(world) else {name: told for name, told in _fixed().items() if name not in DEFAULTS}
    return json({**fixed, **_account(call, account), "shipping-points": points, "available-shipping-points": points})


def _account(call: Call, account: Account) -> dict[str, Any]:
    world = call.world
    login, _ = credentials(call.headers.get("X-User-Authorization", ""))
    company = {"legal-hid": legal_hid(world), "org-inn": account.inn, "org-name": account.org_name}
    found: dict[str, Any] = {
        "esignature-enabled": acceptance.SWITCHES.choice(world, "esignature") == "enabled",
        "accounts": [{"blocked": False, "email": login, "is-admin": False, **company}],
        "address": _address(account),
        "admin-hid": world.token_hex("russian_post.hid", "admin"),
        "agreement-date": account.agreement_date,
        "agreement-kind": account.agreement_kind,
        "agreement-number": account.agreement_number,
        "apig_access_token": after(call.headers.get("Authorization", ""), "accesstoken"),
        "contact-email": login,
        "contact-phone": int(account.phone),
        "debt-sum": _debt_minor(world),
        "hid": world.token_hex("russian_post.hid", "user"),
        "legal-address": ", ".join(account.sender[name] for name in LEGAL if name in account.sender),
        "online-balance-enabled": SWITCHES.choice(world, "balance") == "online",
        "org-kpp": account.kpp,
        "sender-name": account.org_name,
        **company,
    }
    return {**found, "espp-code": account.espp_code} if account.espp_code else found


def _debt_minor(world: World) -> int:
    """Return what is owed for lists that the office has closed and that were not paid from the online balance."""
    owed = [
        total([order for order in orders_of(world, batch) if order.id in batch.accepted])
        for batch in batches(world)
        if batch.is_closed and not batch.online_balance
    ]
    return sum(one.rate_minor + one.vat_minor for one in owed)


def _address(account: Account) -> dict[str, Any]:
    return {"address-type": "DEFAULT", "manual-address-input": False, **account.sender}


@routes.get("/1.0/user-shipping-points")
def list_shipping_points(call: Call) -> Answer:
    """List the offices where this account hands in."""
    account = account_now(call.world)
    return json([_point(call.world, account, index, chosen=False) for index in account.points])


def _point(world: World, account: Account, index: str, *, chosen: bool) -> dict[str, Any]:
    products = [found for found in products_of(account) if _covered(world, found)]
    shapes = [found.shape() for found in products]
    types = list(dict.fromkeys(found.mail_type for found in products))
    found: dict[str, Any] = {
        "additional-operator-postcode": account.dti,
        "additional-operator-postcodes": [account.dti],
        "available-additional-operator-postcodes": [account.dti],
        "available-mail-types": types,
        "available-products": shapes,
        "courier-call": False,
        "enabled": True,
        "is-agreement": account.agreement_kind != "PUBLIC_OFFER",
        "operator-postcode": index,
        "ops-address": office_address(index),
        "pre-postal-preparation": True,
        "return-address-type": "SENDER_ADDRESS",
        "temporary": False,
        "user-available-mail-types": types,
        "user-available-products": shapes,
        "user-return-address": {"manual-address-input": False},
        "vsd-enabled": any(product.mail_type == "VSD" for product in products),
    }
    return {**found, **_chosen(account, index)} if chosen else found


def _chosen(account: Account, index: str) -> dict[str, Any]:
    """Return what the settings tell of a point besides: its region, and where returns go."""
    address = {"address": _address(account), "return-address-id": RETURN_ADDRESS_ID}
    found: dict[str, Any] = {
        "available-return-addresses": [address],
        "is-default": index == account.points[0],
        "is_favorite": False,
        "return-address": address,
    }
    place = place_of(index)
    if place is None:
        return found
    region = place.region
    return {**found, "ops-region-code": f"RU-{region.code}", "ops-region-name": f"{region.kind}. {region.name}"}


def _covered(world: World, product: Product) -> bool:
    """Tell whether the offer that the account joined covers a product."""
    if cover_of(world).everything:
        return True
    return not lacking(world, product.mail_type, product.mail_category, abroad=product.abroad)
