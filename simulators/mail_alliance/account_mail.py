"""The one e-mail to the account when an endpoint was switched off (Part 6). It lies in the tenant's mailbox.

The contract names no address and no words: the tenant's setting `account_email` says the address, the words are ours.
"""

import re
from email.message import EmailMessage
from email.policy import SMTP

from ..core.world import World
from ..wire import mailbox
from ..wire.settings import chosen
from .ids import CARRIER, environment
from .subscribers import Endpoint
from .times import moment, rfc3339

SENDER = "webhooks@mail-alliance.example"
ACCOUNT = "account@shop.example"  # where no setting says another
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,180}", re.ASCII)


def tell_switched_off(world: World, endpoint: Endpoint) -> None:
    """Write to the account that an endpoint was switched off, why, and what is left to do."""
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message["To"] = address = account_address(world)
    message["Subject"] = f"Webhook endpoint {endpoint.id} was switched off"
    message["Date"] = moment(world.now_ms)
    message["Message-ID"] = f"<{endpoint.id}.{world.count(f'{CARRIER}.account-mails')}@mail-alliance.example>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_words(world, endpoint), charset="utf-8")
    mailbox.keep(world, SENDER, (address,), message.as_bytes())


def account_address(world: World) -> str:
    """Return the tenant's setting `account_email`, or a place holder where it is none or no address."""
    found = chosen(world, CARRIER, "account_email")
    return found if isinstance(found, str) and ADDRESS.fullmatch(found) else ACCOUNT


def _words(world: World, endpoint: Endpoint) -> str:
    since = "" if endpoint.failing_ms is None else f"Failing since: {rfc3339(endpoint.failing_ms)}\n"
    return (
        f"The webhook endpoint {endpoint.id} of your {environment(endpoint.livemode)} environment was switched off.\n\n"
        f"URL: {endpoint.url}\n"
        f"Reason: {endpoint.disabled_reason}\n"
        f"{since}"
        f"Switched off: {rfc3339(world.now_ms)}\n\n"
        "Events are kept meanwhile. Enable it with PATCH "
        f'/v1/webhook-endpoints/{endpoint.id} {{"status": "enabled"}}, then find what you missed at '
        "GET /v1/events and have it sent again with POST /v1/events/{id}/replay.\n"
    )
