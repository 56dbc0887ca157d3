"""What the actors of a scenario do. A step names one actor, and one thing that it does."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from .words import (
    CarrierName,
    Count,
    Duration,
    HttpStatus,
    Name,
    OwnParcel,
    ParcelName,
    Pointer,
    ReceiverName,
    Shape,
    Text,
    When,
)


class Create(Shape, frozen=True, kw_only=True):
    """Order a parcel from its carrier."""

    parcel: OwnParcel
    again: Annotated[bool, Meta(description="Repeat the last try: the same idempotency key and the same body.")] = False
    key: Annotated[str, Meta(max_length=64, description="An idempotency key of your own (Mail Alliance).")] = ""


class Fetch(Shape, frozen=True, kw_only=True):
    """Fetch a parcel's label. CDEK prints first, which takes two seconds of the tenant's clock."""

    parcel: ParcelName
    format: Literal["PDF", "ZPL"] | None = None


class SendBack(Shape, frozen=True, kw_only=True):
    """Announce that the buyer sends goods back. The way back is then called `<parcel>.return`."""

    parcel: OwnParcel
    reason: Text = "changed_mind"
    items: Mapping[str, Annotated[int, Meta(ge=1)]] = {}


class Subscribe(Shape, frozen=True, kw_only=True):
    """Ask a carrier to send webhooks to a receiver of the runner."""

    carrier: CarrierName
    receiver: ReceiverName
    events: Annotated[tuple[str, ...], Meta(max_length=50, description="Event types; all of them when left out.")] = ()


class Request(Shape, frozen=True, kw_only=True, rename={"json_": "json"}):
    """Any call on a carrier's wire. Texts may hold `${p1.id}`, `${p1.number}`, `${hook.url}`, `${date day 3}` …"""

    carrier: CarrierName
    path: Annotated[str, Meta(max_length=2_000, description="Below the carrier's mount, as `/v1/parcels`.")]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = "GET"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    json_: Annotated[Any, Meta(description="The body as JSON.")] = None
    form: Annotated[Mapping[str, str] | None, Meta(description="The body as form fields.")] = None
    text: Annotated[str, Meta(max_length=200_000, description="The body as it is.")] | None = None
    credential: Annotated[
        Literal["own", "key", "token", "none"],
        Meta(
            description="`own`: what the shop uses at the moment: a key, login and password, its last token or session."
        ),
    ] = "own"
    parcel: Annotated[OwnParcel | None, Meta(description="The answer tells id and number of this parcel.")] = None
    keep: Annotated[
        Mapping[str, Pointer], Meta(description="Name -> JSON pointer into the answer; later `${name}` stands for it.")
    ] = {}


class ShopAct(Shape, frozen=True, kw_only=True, rename={"return_": "return"}):
    """What the shop does on a carrier's wire."""

    create: OwnParcel | Create | None = None
    cancel: Annotated[OwnParcel | None, Meta(description="Call a parcel off.")] = None
    label: ParcelName | Fetch | None = None
    track: Annotated[ParcelName | None, Meta(description="Read a parcel's tracking.")] = None
    rates: Annotated[OwnParcel | None, Meta(description="Ask what a parcel would cost.")] = None
    return_: OwnParcel | SendBack | None = None
    log_in: Annotated[
        CarrierName | None,
        Meta(description="Get a token and use it until the next one. Until then CDEK is logged into by itself."),
    ] = None
    subscribe: Subscribe | None = None
    rotate_secret: Annotated[ReceiverName | None, Meta(description="Get a new secret for its webhooks.")] = None
    request: Request | None = None


class Scan(Shape, frozen=True, kw_only=True):
    """Make one event of the carrier happen now."""

    parcel: ParcelName
    code: Annotated[str, Meta(max_length=100, description="The carrier's own code, as `parcelproof carriers` names.")]
    reason: Text = ""
    place: Text = ""
    ago: Annotated[Duration | None, Meta(description="It occurred so long ago and is recorded only now.")] = None
    late: Annotated[Duration | None, Meta(description="It occurs now and is recorded so much later.")] = None
    duplicate: Annotated[int, Meta(ge=0, le=100, description="Send so many copies of its webhooks besides.")] = 0
    reorder: Annotated[bool, Meta(description="Let its webhooks wait, to be overtaken.")] = False


class Revoke(Shape, frozen=True, kw_only=True):
    """Withdraw a scan: the last one with this code, or the one with this sequence number."""

    parcel: ParcelName
    code: str = ""
    sequence: Annotated[int, Meta(ge=0)] = 0


class Row(Shape, frozen=True, kw_only=True):
    """One row of a journey."""

    at: When
    code: Annotated[str, Meta(max_length=100)]
    place: Text = ""
    reason: Text = ""
    late: Annotated[Duration | None, Meta(description="Recorded then, but it occurred so much earlier.")] = None


PairRow = Annotated[tuple[When, str], Meta(description="[when, code]")]


class Journey(Shape, frozen=True, kw_only=True):
    """Give a parcel another life: a story by name, or a table of (time, code) whose first time counts from now."""

    parcel: ParcelName
    story: str | None = None
    table: Annotated[tuple[Row | PairRow, ...], Meta(max_length=1_000)] | None = None


class Payout(Shape, frozen=True, kw_only=True):
    """Let a carrier pay out now what is payable."""

    carrier: CarrierName
    report: Annotated[Name, Meta(description="What the report is called later.")] = "report"


class Fault(Shape, frozen=True, kw_only=True):
    """Let a call of the shop or the connector go wrong, as the control API's faults do."""

    kind: Literal["latency", "status", "reset", "stall", "truncate", "malformed"]
    carrier: CarrierName | Literal["*"] = "*"
    operation: str = "*"
    point: Annotated[
        Literal["before", "after", "during"] | None,
        Meta(description="`after`: it happened and the answer is lost."),
    ] = None
    nth: Annotated[int, Meta(ge=1)] | None = None
    times: Count | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None
    where: Mapping[str, str | int | float | bool | None] = {}
    status: HttpStatus = 500
    body: str | dict[str, Any] | list[Any] | None = None
    headers: Mapping[str, str] = {}
    latency_ms: Annotated[int, Meta(ge=0)] | None = None


class BadDay(Shape, frozen=True, kw_only=True):
    """Let one of the named bad days begin."""

    name: Text
    carrier: Annotated[CarrierName | None, Meta(description="Else wherever it can be.")] = None


class Switch(Shape, frozen=True, kw_only=True):
    """Disturb a carrier's webhooks from now on; what is left out stays as it is."""

    carrier: CarrierName
    duplicate: Annotated[int, Meta(ge=0, le=100)] | None = None
    reorder: bool | None = None
    reorder_within: Duration | None = None
    late: Duration | None = None
    drop: bool | Count | None = None
    corrupt_signature: bool | None = None
    stale_timestamp: bool | None = None


class CarrierAct(Shape, frozen=True, kw_only=True):
    """What happens at the carrier: the simulator's control API."""

    scan: Scan | None = None
    revoke: Revoke | None = None
    journey: Journey | None = None
    pause: Annotated[ParcelName | None, Meta(description="Stop a parcel's journey.")] = None
    resume: Annotated[ParcelName | None, Meta(description="Let it go on.")] = None
    step: Annotated[ParcelName | None, Meta(description="Take the next step of its journey now.")] = None
    payout: CarrierName | Payout | None = None
    fault: Fault | None = None
    clear_faults: Annotated[Literal[True] | None, Meta(description="End all faults.")] = None
    bad_day: Annotated[Text | BadDay | None, Meta(description="Let a named bad day begin.")] = None
    end_bad_day: Annotated[Text | None, Meta(description="End it, where it does not end by itself.")] = None
    webhooks: Switch | None = None
    settings: Annotated[Mapping[str, Any] | None, Meta(description="Change settings of the tenant.")] = None


class Reply(Shape, frozen=True, kw_only=True):
    """How a receiver answers from now on, or the next `times` webhooks."""

    receiver: ReceiverName | None = None
    status: HttpStatus = 200
    times: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    headers: Mapping[str, str] = {}
    body: Text = ""
    cut: Annotated[bool, Meta(description="Cut the connection instead of answering.")] = False
    slow: Annotated[bool, Meta(description="Answer nothing until the carrier gives up.")] = False


class ReceiverAct(Shape, frozen=True, kw_only=True):
    """What a receiver of the shop's webhooks does."""

    answer: HttpStatus | Reply | None = None
    forget: Annotated[ReceiverName | None, Meta(description="Forget what this receiver has received.")] = None


class Follow(Shape, frozen=True, kw_only=True):
    """A person follows a parcel by mail."""

    parcel: OwnParcel
    email: Text
    origin: Literal["public", "staff", "contact", "occasional"] = "public"
    first_name: Text = ""
    last_name: Text = ""


class Unfollow(Shape, frozen=True, kw_only=True):
    """A person follows a parcel no more."""

    parcel: OwnParcel
    email: Text


class Confirm(Shape, frozen=True, kw_only=True):
    """Confirm an order by one of the offers last asked for, or by the connector's rule."""

    parcel: OwnParcel
    offer: Annotated[str, Meta(max_length=100, description="Carrier and service, as `cdek 136`.")] = ""


class Novelty(Shape, frozen=True, kw_only=True):
    """Staff enter a status by hand."""

    parcel: OwnParcel
    state: Text
    reason: Text = ""
    observation: Text = ""
    ago: Annotated[Duration | None, Meta(description="It occurred so long ago.")] = None


class Feed(Shape, frozen=True, kw_only=True, rename={"json_": "json"}):
    """Feed a report to the connector: a carrier's own of a payout, or one that is written here."""

    carrier: CarrierName | None = None
    report: Annotated[Name, Meta(description="A report of a `payout` step, or `latest`.")] = "latest"
    format: Annotated[
        Text,
        Meta(description="A form in which the carrier gives its reports: csv, csv-cp1251, xlsx, xls, xml, json …."),
    ] = "csv"
    name: Annotated[str, Meta(max_length=200, description="The file's name; else one that fits.")] = ""
    json_: Annotated[Any, Meta(description="A report in normal form. Texts may hold `${p1.number}` and the like.")] = (
        None
    )
    text: Annotated[str, Meta(max_length=200_000, description="The file as it is.")] | None = None
    base64: Annotated[str, Meta(max_length=200_000, description="The file's bytes.")] | None = None


class Kill(Shape, frozen=True, kw_only=True):
    """Kill the connector the next time it asks this of a carrier, and start it again; one that we started ourselves."""

    carrier: CarrierName
    operation: Text
    when: Annotated[Literal["before", "after"], Meta(description="Before or after what it asks has its effect.")] = (
        "after"
    )


class ConnectorAct(Shape, frozen=True, kw_only=True, rename={"return_": "return"}):
    """What is asked of the connector, through its driver."""

    book: Annotated[
        OwnParcel | tuple[OwnParcel, ...] | None,
        Meta(description="Place orders and let up to two hours pass until each is booked and has its label."),
    ] = None
    place: Annotated[OwnParcel | None, Meta(description="Place a parcel's order, confirmed.")] = None
    draft: Annotated[OwnParcel | None, Meta(description="Place a parcel's order without confirming it.")] = None
    confirm: OwnParcel | Confirm | None = None
    cancel: OwnParcel | None = None
    return_: OwnParcel | SendBack | None = None
    label: Annotated[OwnParcel | None, Meta(description="Read an order's label.")] = None
    quotes: Annotated[OwnParcel | None, Meta(description="Ask for an order's offers.")] = None
    subscribe: Follow | None = None
    unsubscribe: Unfollow | None = None
    novelty: Novelty | None = None
    feed: CarrierName | Feed | None = None
    run_alerts: Literal[True] | None = None
    kill: Annotated[
        Literal[True] | Kill | None,
        Meta(description="End it by SIGKILL and start it again, now or while it asks something of a carrier."),
    ] = None


class Forgery(Shape, frozen=True, kw_only=True):
    """Send a webhook that no carrier sends, to the address that the connector gave a carrier."""

    carrier: CarrierName
    copy: (
        Annotated[int, Meta(ge=1, description="The very bytes and headers of this carrier's webhook of this number.")]
        | None
    ) = None
    text: Annotated[str, Meta(max_length=200_000, description="The body.")] | None = None
    headers: Mapping[str, str] = {}


class StrangerAct(Shape, frozen=True, kw_only=True):
    """What somebody does whom nobody asked."""

    webhook: Forgery | None = None


class Refusal(Shape, frozen=True, kw_only=True):
    """Answer the next mails to an address with this line."""

    to: Text
    answer: Annotated[str, Meta(max_length=500, description="An SMTP line, as `451 4.3.0 try again later`.")]
    times: Count = 1_000_000


class MailServerAct(Shape, frozen=True, kw_only=True):
    """How the mail server behaves to which the connector sends its mails."""

    refuse: Refusal | None = None
