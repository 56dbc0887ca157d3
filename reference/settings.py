"""A company's configuration: carriers, mail account, channels, rhythms, terms. One schema; kept as JSON.

Passwords and keys go in and never come out (`public` leaves them out).
"""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from .domain.carrier_notices import NoticeChoice, refuse_wrong
from .domain.choice import Choice, Rule
from .domain.money import Rates
from .domain.notices import FREQUENCY_MOST_MINUTES
from .domain.orders import check_address, check_email
from .domain.reports import Terms
from .domain.statuses import Status
from .domain.visibility import LONGEST_NAME, StateRule, States
from .errors import invalid
from .ports import Address, LabelFormat

SECRETS = frozenset({"client_secret", "api_key", "password"})
HOST = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?"
Http = Annotated[str, msgspec.Meta(pattern=rf"\Ahttps?://{HOST}(/[!-~]*)?\Z", max_length=500)]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
Language = Literal["de", "fr", "it", "en", "es", "ru"]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """How one carrier is reached, and from where parcels go out with it.

    `ikn`: PickPoint's number of its client; `franking_license`: Swiss Post's of the sender; `tracking_url`: where
    Russian Post tracks. `addresses`: what becomes of a parcel whose address its carrier doubts: a person decides, or it
    is shipped as it was written, unread. `services`: the carrier's own names of what is asked for (kinds of mail at
    Russian Post, each of which costs a call of the day's limit); none: all.
    """

    base_url: Http
    sender: Address
    client_id: str = ""
    client_secret: str = ""
    api_key: str = ""
    ikn: Annotated[str, msgspec.Meta(max_length=20)] = ""
    tracking_url: Http | None = None
    addresses: Literal["hold", "as_written"] = "hold"
    services: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...] = ()
    franking_license: Annotated[str, msgspec.Meta(max_length=8)] = ""
    waybills: bool = False  # fetch a waybill for every parcel too, where the carrier makes them
    readings_per_hour: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None  # of parcels; None: no quota
    notices: NoticeChoice | None = None  # what the carrier's own service tells for us; None: nothing


class Smtp(msgspec.Struct, frozen=True, kw_only=True):
    """A mail account. Without host or port nothing can be sent; all of it is set where following is offered."""

    sender: str
    host: Annotated[str, msgspec.Meta(max_length=255)] = ""
    port: Port | None = None
    username: str = ""
    password: str = ""
    tls: Literal["none", "starttls", "implicit"] = "none"

    @property
    def complete(self) -> bool:
        """Whether all four are set without which following is not offered (NTF-030)."""
        return bool(self.host and self.port and self.username and self.password)


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    webhook: bool = True
    poll: bool = True


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """The alert monitor: a frequency of 0 minutes means that following is not offered."""

    enabled: bool = True
    frequency_minutes: Annotated[int, msgspec.Meta(ge=0, le=FREQUENCY_MOST_MINUTES)] = 60

    @property
    def runs(self) -> bool:
        return self.enabled and self.frequency_minutes > 0


class Table(msgspec.Struct, frozen=True, kw_only=True):
    base: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "EUR"
    rates: dict[str, str] = {}


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a company may set. `request_delivery_on`: the shop status of an order that sends it to a carrier.

    Of its mails: `public_url` is where links in them lead (None: the engine's own address), `language` what they are
    written in unless the follower chose, `states` its words and what customers see, `first_in_state_only` that repeated
    scans of a state in transit are told once, `confirm_public` that an address typed on the public page is asked first,
    `tell_current` that a new follower is told the news in force, `ask_on_issue` that the desk is asked for followers.
    `retention_days`: followers and sent mails are made anonymous so long after their end.
    """

    carriers: dict[str, Account] = {}
    smtp: Smtp | None = None
    callback_url: Http | None = None
    channels: Channels = Channels()
    request_delivery_on: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    poll_minutes: Annotated[int, msgspec.Meta(ge=1, le=44_640)] = 60
    alert: Alert = Alert()
    choice: Choice = Choice()
    label_format: LabelFormat = LabelFormat.PDF
    terms: dict[str, Terms] = {}
    currencies: Table = Table()
    states: dict[Status, StateRule] = {}
    public_url: Http | None = None
    language: Language = "en"
    first_in_state_only: bool = True
    confirm_public: bool = True
    tell_current: bool = False
    ask_on_issue: bool = False
    retention_days: Annotated[int, msgspec.Meta(ge=31, le=3650)] = 365

    @property
    def rates(self) -> Rates:
        return Rates.read(self.currencies.base, self.currencies.rates)

    @property
    def told_states(self) -> States:
        return States(self.states)

    @property
    def offers_following(self) -> bool:
        """Whether anyone may follow: a whole mail account, the alert on, a frequency that is not nought (NTF-030)."""
        return self.alert.runs and self.smtp is not None and self.smtp.complete

    def terms_of(self, carrier: str) -> Terms:
        return self.terms.get(carrier, Terms())


def read(body: Any, *, known: frozenset[str]) -> Company:
    """Return a configuration from JSON-shaped data; members it does not know are passed over.

    Raises:
        EngineError: INVALID_SETTINGS with the place, what was found and what is allowed.
    """
    try:
        company = msgspec.convert(body, Company)
        _ = company.rates
    except (msgspec.ValidationError, ValueError) as error:
        raise invalid("INVALID_SETTINGS", f"The settings cannot be used: {error}.") from error
    accounts = company.carriers.values()
    urls = [url for account in accounts for url in (account.base_url, account.tracking_url)]
    for url in filter(None, [company.callback_url, *urls]):
        if not callable_address(url):
            raise invalid("INVALID_SETTINGS", f"{url!r} cannot be called; write it like https://carrier.example/path.")
    if company.public_url is not None and not safe_link(company.public_url):
        found = f"public_url: found {company.public_url!r}, allowed is an address that begins with https://"
        raise invalid("INVALID_SETTINGS", f"{found}, as links in mails do (http:// on this machine only).")
    strangers = sorted({*company.carriers, *company.terms} - known)
    if strangers:
        allowed = ", ".join(sorted(known))
        raise invalid("INVALID_SETTINGS", f"No carrier is called {strangers[0]!r}; carriers: {allowed}.")
    choice = company.choice
    if choice.rule is Rule.FIXED and choice.carrier not in company.carriers:
        allowed = ", ".join(sorted(company.carriers)) or "none is set up"
        raise invalid("INVALID_SETTINGS", f"choice.carrier: found {choice.carrier!r}, allowed is one of {allowed}.")
    for name, account in company.carriers.items():
        check_address(f"carriers.{name}.sender", account.sender)
        if account.notices is not None:
            refuse_wrong(f"carriers.{name}.notices", account.notices)
    for state, rule in company.states.items():
        if len(rule.name) > LONGEST_NAME or not (rule.name == "" or rule.name.isprintable()):
            found = f"{len(rule.name)} characters"
            allowed = f"at most {LONGEST_NAME} printable ones"
            raise invalid("INVALID_SETTINGS", f"states.{state}.name: found {found}, allowed are {allowed}.")
    if company.smtp is not None:
        check_email("smtp.sender", company.smtp.sender)
    return company


def written(body: Any, *, known: frozenset[str]) -> Company:
    """Return a configuration that a person wrote: what `read` passes over as unknown is taken for a slip of the pen.

    Raises:
        EngineError: INVALID_SETTINGS, also for a member that is no setting; the sentence names the nearest that is.
    """
    for place, members in _strangers(body, inspect.type_info(Company)):
        (near,) = get_close_matches(place.rpartition(".")[2][:100], members, n=1, cutoff=0.0)
        allowed = ", ".join(members)
        sentence = f"{place[:200]} is no setting; the nearest is {near!r}, allowed are {allowed}."
        raise invalid("INVALID_SETTINGS", sentence, field=place[:200])
    return read(body, known=known)


def _strangers(tree: Any, shape: inspect.Type, above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield where a member stands that its object's shape does not name, and what that one names."""
    if isinstance(shape, inspect.UnionType):
        for choice in shape.types:
            yield from _strangers(tree, choice, above)
    if not isinstance(tree, dict):
        return
    if isinstance(shape, inspect.DictType):
        for key, value in tree.items():
            yield from _strangers(value, shape.value_type, f"{above}{key}.")
    if isinstance(shape, inspect.StructType | inspect.DataclassType):
        members = {field.encode_name: field.type for field in shape.fields}
        for key, value in tree.items():
            if key not in members:
                yield f"{above}{key}", list(members)
            else:
                yield from _strangers(value, members[key], f"{above}{key}.")


def callable_address(url: str) -> bool:
    """Whether a client can call this address at all: http or https, a host, a port that exists."""
    try:
        return urlsplit(msgspec.convert(url, Http)).port != 0
    except (msgspec.ValidationError, ValueError):
        return False


def safe_link(url: str) -> bool:
    """Whether a mail may lead here: over https, or to this very machine (NTF-250)."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def stored(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(company)
    return found


def over_secrets(tree: Any, change: Callable[[str], str]) -> Any:
    """Return configuration data with every secret in it changed; an empty one is none."""
    if isinstance(tree, dict):
        return {
            key: change(value) if key in SECRETS and value else over_secrets(value, change)
            for key, value in tree.items()
        }
    return [over_secrets(value, change) for value in tree] if isinstance(tree, list) else tree


def public(tree: Any) -> Any:
    """Return configuration data without its secrets, so that no answer, page or log shows one."""
    if isinstance(tree, dict):
        return {key: public(value) for key, value in tree.items() if key not in SECRETS}
    return [public(value) for value in tree] if isinstance(tree, list) else tree
