"""What a step expects afterwards. Everything named is looked at, and everything wrong is told."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

from .words import (
    CarrierName,
    Counted,
    DriverList,
    Duration,
    HttpStatus,
    Matcher,
    OwnParcel,
    ParcelName,
    Pointer,
    ReceiverName,
    Requirement,
    Shape,
    Status,
    Text,
)


class Answer(Shape, frozen=True, kw_only=True, rename={"json_": "json"}):
    """The answer to what the step did."""

    status: HttpStatus | tuple[HttpStatus, ...] | None = None
    lost: Annotated[bool, Meta(description="The connection was cut: there is no answer.")] = False
    json_: Annotated[Mapping[Pointer, Matcher], Meta(description="JSON pointer -> what stands there.")] = {}
    headers: Mapping[str, Matcher] = {}
    text: Matcher = None


class Event(Shape, frozen=True, kw_only=True):
    """One event of a parcel, in the order in which the carrier recorded them."""

    code: str
    reason: Matcher = None
    place: Matcher = None
    recorded_after: Annotated[Duration | None, Meta(description="It was recorded so long after it occurred.")] = None
    revoked: bool = False


class Webhooks(Shape, frozen=True, kw_only=True, rename={"json_": "json"}):
    """What the receiver has received so far, failed attempts included."""

    receiver: ReceiverName | None = None
    of: Annotated[ParcelName | None, Meta(description="Only those of this parcel.")] = None
    during: Annotated[Literal["scenario", "step"], Meta(description="`step`: since the step before it.")] = "scenario"
    answered: Annotated[HttpStatus | None, Meta(description="Only those that were answered so.")] = None
    events: Annotated[tuple[str, ...] | None, Meta(description="Their types, in the order in which they came.")] = None
    any_order: Annotated[bool, Meta(description="`events` may have come in any order.")] = False
    count: Counted | None = None
    different: Annotated[Counted | None, Meta(description="So many different messages among them.")] = None
    signed: Annotated[
        bool | None, Meta(description="true: every signature and time stamp is good. false: none is.")
    ] = None
    signed_by: Annotated[
        Literal["old", "new", "both"] | None, Meta(description="After a rotation: the secrets they are signed with.")
    ] = None
    json_: Annotated[Mapping[Pointer, Matcher], Meta(description="Of the body of the last one.")] = {}


class Exchanges(Shape, frozen=True, kw_only=True):
    """Requests in the simulator's journal."""

    carrier: CarrierName | None = None
    operation: str | None = None
    direction: Literal["in", "out"] | None = None
    status: Annotated[int, Meta(ge=0, le=599, description="0: it was never answered.")] | None = None
    path: Annotated[str | None, Meta(description="With `*` for anything.")] = None
    count: Counted = 1


class Mails(Shape, frozen=True, kw_only=True):
    """Mails that arrived."""

    to: Text = ""
    subject: Matcher = None
    text: Matcher = None
    count: Counted | None = None
    words: Annotated[tuple[Text, ...], Meta(max_length=100, description="What `told` looks for.")] = ()
    told: Annotated[
        tuple[Text, ...] | None, Meta(description="Mail by mail: which of the `words` it carries, joined by `+`.")
    ] = None


class Documents(Shape, frozen=True, kw_only=True):
    """Accounting documents of the connector."""

    of: Annotated[OwnParcel | None, Meta(description="Only those of this parcel's order.")] = None
    kinds: Annotated[tuple[Literal["PI", "SP", "PO", "SR"], ...] | None, Meta(description="In any order.")] = None
    count: Counted | None = None


class Payouts(Shape, frozen=True, kw_only=True, rename={"json_": "json"}):
    """A carrier's payout reports, whether shown to the shop or not."""

    carrier: CarrierName
    count: Counted | None = None
    json_: Annotated[Mapping[Pointer, Matcher], Meta(description="Of the list of reports.")] = {}


class Expect(Shape, frozen=True, kw_only=True):
    """What must be so once everything due at the step's moment has happened."""

    answer: HttpStatus | Answer | None = None
    status: Annotated[Mapping[ParcelName, Status], Meta(description="Parcel -> its canonical status.")] = {}
    events: Annotated[
        Mapping[ParcelName, tuple[str | Event, ...]], Meta(description="Parcel -> its events as recorded.")
    ] = {}
    parcels: Annotated[
        Mapping[OwnParcel, Counted],
        Meta(description="Parcel -> how many live ones the carrier has."),
    ] = {}
    webhooks: Webhooks | tuple[Webhooks, ...] | None = None
    label: Annotated[ParcelName | None, Meta(description="The label last fetched scans as its number.")] = None
    journal: Exchanges | tuple[Exchanges, ...] | None = None
    mails: Mails | tuple[Mails, ...] | None = None
    orders: Annotated[
        Mapping[OwnParcel, Mapping[Pointer, Matcher]],
        Meta(description="Parcel -> the connector's view of its order."),
    ] = {}
    documents: Documents | tuple[Documents, ...] | None = None
    payouts: Payouts | tuple[Payouts, ...] | None = None
    refused: Annotated[
        Mapping[str, Counted], Meta(description="Address -> how often the mail server refused a mail to it.")
    ] = {}
    driver: Annotated[
        Mapping[DriverList, Mapping[Pointer, Matcher]],
        Meta(description="What the connector lists -> JSON pointer -> what stands there."),
    ] = {}
    holds: Annotated[
        tuple[Requirement, ...],
        Meta(max_length=100, description="Requirements whose checks find nothing wrong in all that happened."),
    ] = ()
    requirement: Annotated[Requirement | None, Meta(description="The requirement that the others prove.")] = None
