"""Leaks: secrets and personal data stay out of mails to others, requests to other carriers, and addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from ..history import Exchange, Finding, History, ReceivedMail
from .mails import name_of
from .registry import check

LEAST_CHARS = 5  # what is shorter stands in other texts by chance
SECRET_FIELDS = ("client_secret", "api_key", "apikey", "password", "secret", "access_token")
Leaks = Callable[[str, Exchange], list[str]]  # (carrier, a request to it) -> what leaks in it


def personal(order: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what in an order tells of its recipient: name, street, e-mail address, phone."""
    recipient = order["recipient"]
    found = (str(recipient.get(field) or "") for field in ("name", "street", "email", "phone"))
    return tuple(text for text in found if len(text) >= LEAST_CHARS)


def within(text: str, wanted: Iterable[str]) -> list[str]:
    """Return which of these texts stand in a text, letter case aside."""
    folded = text.casefold()
    return sorted({found for found in wanted if found and found.casefold() in folded})


def shown(found: Iterable[str]) -> str:
    """Return leaked texts as a report may show them: their beginning."""
    return ", ".join(f"{text[:6]}…" for text in found)


def _text(mail: ReceivedMail) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in mail.headers)
    return f"{headers}\n{mail.text}\n{mail.html}"


@check("SEC-010")
def mails_tell_nothing_of_others(history: History) -> Iterator[Finding | str]:
    followers = {row.email for row in history.subscriptions}
    data = {text for order in history.placed for text in personal(order)}
    secrets = {secret for values in history.secrets.values() for secret in values}
    for mail in history.mails:
        mine = {address.casefold() for address in mail.recipients}
        foreign = {text for text in followers | data | secrets if text.casefold() not in mine}
        found = within(_text(mail), foreign)
        if found:
            expected = "nothing of recipients, other followers or secrets"
            yield Finding(requirement="SEC-010", subject=name_of(mail), expected=expected, found=shown(found))
        else:
            yield name_of(mail)


def _sent(entry: Exchange) -> str:
    """Return all that a request carried, as text without escapes."""
    body = entry.asked()
    content = msgspec.json.encode(body).decode() if body is not None else unquote_plus(str(entry.request_body or ""))
    headers = "\n".join(f"{name}: {value}" for name, value in entry.request_headers.items())
    return f"{unquote_plus(entry.path)}\n{unquote_plus(str(entry.query or ''))}\n{headers}\n{content}"


def _first_leak(requirement: str, history: History, leaks: Leaks, expected: str) -> Iterator[Finding | str]:
    """Yield, for each carrier that was asked anything, the first request in which something leaks, or its name."""
    asked: dict[str, list[Exchange]] = {}
    for entry in history.journal:
        if entry.direction == "in":
            asked.setdefault(entry.carrier, []).append(entry)
    for carrier, entries in sorted(asked.items()):
        leaking = next(((entry, found) for entry in entries if (found := leaks(carrier, entry))), None)
        if leaking is None:
            yield carrier
        else:
            subject = f"{carrier}: {leaking[0].method} {leaking[0].path}"
            yield Finding(requirement=requirement, subject=subject, expected=expected, found=shown(leaking[1]))


@check("SEC-011")
def carriers_are_told_what_is_theirs(history: History) -> Iterator[Finding | str]:
    """An order that names its carrier is no other carrier's business, and no credential is."""
    foreign = {carrier: _foreign(history, carrier) for carrier in {entry.carrier for entry in history.journal}}

    def leaks(carrier: str, entry: Exchange) -> list[str]:
        return within(_sent(entry), foreign[carrier])

    yield from _first_leak("SEC-011", history, leaks, "nothing of another carrier's orders and accounts")


def _foreign(history: History, carrier: str) -> set[str]:
    """Return what this carrier must not be told: other carriers' credentials, and people in their orders alone."""
    secrets = {secret for name, values in history.secrets.items() if name != carrier for secret in values}
    own: set[str] = set()
    others: set[str] = set()
    for order in history.placed:
        (own if order.get("carrier") in (None, carrier) else others).update(personal(order))
    return (secrets | others) - own


@check("SEC-012")
def addresses_hold_no_secrets(history: History) -> Iterator[Finding | str]:
    """Addresses stand in every log on the way. The journal masks values, so the names of fields count too."""
    data = {text for order in history.placed for text in personal(order)}
    data |= {secret for values in history.secrets.values() for secret in values}

    def leaks(_carrier: str, entry: Exchange) -> list[str]:
        address = f"{unquote_plus(entry.path)}?{unquote_plus(str(entry.query or ''))}"
        return within(address, data) + [name for name in SECRET_FIELDS if f"{name}=" in address.casefold()]

    yield from _first_leak("SEC-012", history, leaks, "no secrets or personal data in an address")
