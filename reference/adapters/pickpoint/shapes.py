"""What PickPoint answers, under the wire's own names. What a source leaves open may be absent, null or otherwise typed.

Source: `courier_api` §4.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from ..exchange import Name

Words = str | int | None
Number = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\A[^\x00]*\Z")]


class Trouble(msgspec.Struct):
    """The part of any answer that may say that it is none."""

    ErrorCode: int | str | None = None
    ErrorMessage: str | None = None
    Error: str | None = None


class Login(msgspec.Struct):
    SessionId: str | None = None


class Created(msgspec.Struct):
    """A sending that was made of ours: `EDTN` is our key."""

    InvoiceNumber: Number
    EDTN: Words = None


class Rejected(msgspec.Struct):
    """A sending that was not made."""

    EDTN: Words = None
    ErrorCode: Words = None
    ErrorMessage: str | None = None
    Error: str | None = None


class Shipment(msgspec.Struct):
    """One answer both creates and rejects."""

    CreatedSendings: list[Created] | None = None
    RejectedSendings: list[Rejected] | None = None


class State(msgspec.Struct):
    """One state of a sending; the time has minutes only."""

    State: int | str
    ChangeDT: str
    StateMessage: str | None = None


class Track(msgspec.Struct):
    InvoiceNumber: Name
    States: list[State] | None = None


class Tracks(msgspec.Struct):
    Invoices: list[Track] | None = None


class Change(msgspec.Struct):
    """A row of `getInvoicesChangeState`."""

    InvoiceNumber: Name
    State: int | str
    ChangeDT: str
    StateMessage: str | None = None
    Comment: str | None = None


class Refusal(msgspec.Struct):
    """A line of goods that come back."""

    Reason: str | None = None


class ReturnSheet(msgspec.Struct):
    ReturnInvoiceNumber: Words = None
    ReturnDocumentNumber: Words = None
    ReturnDeliveryDate: str | None = None
    SubEncloses: list[Refusal] | None = None


class Info(msgspec.Struct):
    """What `sendinginfo` tells of one sending."""

    InvoiceNumber: Words = None
    SenderInvoiceNumber: Words = None
    FIO: str | None = None
    ReturnInfo: ReturnSheet | None = None


class MadeReturn(msgspec.Struct):
    """A buyer's return that was made: it is a sending of its own."""

    InvoiceNumber: Words = None
    Error: str | None = None


class ListedReturn(msgspec.Struct):
    InvoiceNumber: Words = None
    SenderInvoiceNumber: Words = None


class ReturnsListed(msgspec.Struct):
    """The returns that buyers sent or send; each bears the shop's number of what it came from."""

    SendingsInfo: list[ListedReturn] | None = None


class Cancelled(msgspec.Struct):
    Result: bool | None = None


class Service(msgspec.Struct):
    """A part of a price; those of one delivery mode add up."""

    Tariff: Decimal
    NDS: Decimal | None = None
    Name: str | None = None
    DeliveryMode: Words = None


class Prices(msgspec.Struct):
    Services: list[Service] | None = None
    DPMin: int | None = None
    DPMax: int | None = None
    DPMinPriority: int | None = None
    DPMaxPriority: int | None = None


class Postamat(msgspec.Struct):
    """A locker or point. `Status` 1 is new, 2 at work; `Cash` and `Card` say how money is taken."""

    Number: Words = None
    CitiName: str | None = None
    Region: str | None = None
    PostCode: Words = None
    Status: Words = None
    Cash: Words = None
    Card: Words = None


class Called(msgspec.Struct):
    CourierRequestRegistred: bool | None = None
    OrderNumber: Words = None
    ErrorMessage: str | None = None


class CalledOff(msgspec.Struct):
    Canceled: bool | None = None


class Lists(msgspec.Struct):
    Numbers: list[Words] | None = None


def text(value: Words) -> str:
    return "" if value is None else str(value).strip()
