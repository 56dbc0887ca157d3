"""The sender's account as it stands: the agreement with what the tenant set about it, and its money.

Wire contract: `postal_api_russia` §2.7, §2.13.
"""

import re

from msgspec.structs import replace

from ....core.world import World
from ....wire.allowed import Allowed
from ....wire.settings import chosen
from ..access import SWITCHES as ACCESS
from ..names import OTPRAVKA
from ..numbers import SWITCHES as NUMBERS
from ..records import ACCOUNTS, POINTS, Account, account_of, change_account
from ..settings import Switches, joined

ONLINE_METHODS = "ONLINE_PAYMENT_MARK"
_POINTS = re.compile(r"\d{6}( \d{6}){0,49}")
OWN = Switches(
    contradictions={
        "batches": ("combined", "by-type"),
        "edit_answer": ("empty-list", "result-ids"),
        "v2_orders": ("list", "object"),
        "sending_answer": ("empty", "f103-sent"),
        "revert_answer": ("objects", "names"),
        "balance_call": ("not-found", "not-found-inside-200", "answered"),
        "batch_error_text": ("error-description", "error-details"),
        "long_term_archive": ("works", "empty"),
        "number_in_new": ("at-once", "on-batching"),
    },
    choices={
        "espp_number": ("present", "absent"),
        "account_defaults": ("present", "absent"),
        "balance": ("credit", "online"),
        "f103_mail": ("sent", "failed"),
    },
    numbers={
        "online_balance_minor": (0, 0, 10**14),
        "freeze_after_ms": (0, 0, 7 * 86_400_000),
        "accept_after_ms": (2 * 3_600_000, 0, 30 * 86_400_000),
        "long_archive_after_days": (180, 1, 3_650),
    },
    also={"shipping_points": Allowed(text=_POINTS, says="post codes with blanks between them")},
    also_listed={"shipping_points": f"{' '.join(POINTS)}, or other post codes"},
)
SWITCHES = joined(OWN, ACCESS, NUMBERS)


def account_now(world: World) -> Account:
    """Return the account with the tenant's switches applied."""
    found = account_of(world)
    listed = chosen(world, OTPRAVKA, "shipping_points")
    if isinstance(listed, str) and _POINTS.fullmatch(listed):
        found = replace(found, points=tuple(dict.fromkeys(listed.split())))
    return replace(found, espp_code="") if SWITCHES.choice(world, "espp_number") == "absent" else found


def has_defaults(world: World) -> bool:
    """Tell whether the account has a way of paying, an envelope and a rank for orders that tell none."""
    return bool(SWITCHES.choice(world, "account_defaults") == "present")


def balance_minor(world: World) -> int:
    """Return the online balance; one that nobody has touched is what the tenant set."""
    kept = world.store.get(ACCOUNTS, "account")
    spent = 0 if kept is None else -kept.balance_minor
    return SWITCHES.number(world, "online_balance_minor") - spent


def spend(world: World, minor: int) -> None:
    """Take money from the online balance; a negative amount gives it back."""
    change_account(world, balance_minor=account_of(world).balance_minor - minor)
