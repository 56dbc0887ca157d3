"""Bodies of the staff API and the driver contract, and how the engine's own types look on this wire."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import msgspec

from ..domain import orders
from ..domain.carrier_notices import NoticeChoice
from ..ports import Address, Line, Money, Quote

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=500)]


class Amount(msgspec.Struct, frozen=True):
    amount_minor: Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
    currency: str

    @property
    def money(self) -> Money:
        return Money(self.amount_minor, self.currency)


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    description: str
    quantity: int
    unit_price: Amount
    unit_mass_g: int
    vat_rate: int | None = None
    hs_code: str = ""
    origin_country: str = ""
    customs_description: str = ""


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    recipient: Address
    lines: Annotated[list[NewLine], msgspec.Meta(min_length=1, max_length=1000)]
    payment: Literal["prepaid", "cod"]
    mass_g: int
    sides_mm: tuple[int, int, int]
    delivery_charge: Amount | None = None
    carrier: str | None = None
    point: str = ""
    customer: str = ""
    recipient_customer: str = ""
    wants_information: bool = False
    notices: NoticeChoice | None = None
    confirm: bool = False

    @property
    def order(self) -> orders.Order:
        lines = tuple(
            Line(
                sku=line.sku,
                description=line.description,
                quantity=line.quantity,
                unit_price=line.unit_price.money,
                unit_mass_g=line.unit_mass_g,
                vat_rate=line.vat_rate,
                hs_code=line.hs_code,
                origin_country=line.origin_country,
                customs_description=line.customs_description,
            )
            for line in self.lines
        )
        return orders.Order(
            number=self.number,
            recipient=self.recipient,
            lines=lines,
            cod=self.payment == "cod",
            mass_g=self.mass_g,
            sides_mm=self.sides_mm,
            delivery_charge=self.delivery_charge.money if self.delivery_charge else None,
            carrier=self.carrier,
            point=self.point,
            customer=self.customer,
            recipient_customer=self.recipient_customer,
            wants_information=self.wants_information,
            notices=self.notices,
        )


class Confirm(msgspec.Struct, frozen=True):
    quote: str | None = None


class DecideAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Either a decision or a corrected address."""

    decision: str | None = None
    address: Address | None = None


class SendBack(msgspec.Struct, frozen=True):
    reason: str
    items: dict[str, int]


class SetStatus(msgspec.Struct, frozen=True):
    status: str


class HandOver(msgspec.Struct, frozen=True):
    carrier: str


class NewPickup(msgspec.Struct, frozen=True, kw_only=True):
    """Days and times as the sender's clock shows them."""

    key: str
    carrier: str
    day: date
    time_from: time
    time_to: time
    comment: str = ""


class Batch(msgspec.Struct, frozen=True):
    batch: Annotated[str, msgspec.Meta(max_length=8192)]


class Novelty(msgspec.Struct, frozen=True, kw_only=True):
    state: Text
    reason: Text = ""
    observation: Text = ""
    at: Moment | None = None


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    email: str
    origin: str
    first_name: str = ""
    last_name: str = ""


class PublicFollow(msgspec.Struct, frozen=True, kw_only=True):
    """`network`: where the visitor comes from, his IP address."""

    email: Text
    network: Annotated[str, msgspec.Meta(min_length=1, max_length=45)]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    wants_information: bool = False


class SetCustomer(msgspec.Struct, frozen=True, kw_only=True):
    contacts: Annotated[list[Contact], msgspec.Meta(max_length=100)]
    email: Text = ""


class Tick(msgspec.Struct, frozen=True):
    wants_information: bool


class Person(msgspec.Struct, frozen=True, kw_only=True):
    first_name: Text
    last_name: Text
    email: Text


class FollowData(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the screen at issuing was told of, or that it was skipped."""

    skip: bool = False
    sender: Person | None = None
    recipient: Person | None = None


class AskPickup(msgspec.Struct, frozen=True, kw_only=True):
    order: Text
    email: Text


class Approve(msgspec.Struct, frozen=True):
    branch: Text | None = None


class ConfirmPickups(msgspec.Struct, frozen=True):
    requests: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=500)]


class Run(msgspec.Struct, frozen=True):
    until: Moment


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    role: str
    branch: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    customer: Annotated[str, msgspec.Meta(max_length=254)] | None = None


class NewCompany(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    admin: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "admin"


def amount(money: Money) -> dict[str, Any]:
    return {"amount_minor": money.minor, "currency": money.currency}


def quote(offer: Quote, *, chosen: bool) -> dict[str, Any]:
    return {
        "id": offer.id,
        "carrier": offer.carrier,
        "service": offer.service,
        "net": amount(offer.net),
        "surcharges": [{"code": found.code, "amount": amount(found.amount)} for found in offer.surcharges],
        "tax": amount(offer.tax),
        "total": amount(offer.total),
        "days_min": offer.days_min,
        "days_max": offer.days_max,
        "chosen": chosen,
    }
