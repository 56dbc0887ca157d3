"""CDEK's answers as types: numbers and strings as clients have seen them, unknown members passed over.

Source: `courier_api` §1.2, §1.3, §1.5.3, §1.7, §1.10, §1.12, §1.13.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from ..exchange import Name

Text = str | int  # identifiers come as text or as numbers (§1.1 "numbers for strings and back")


class Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int


class TokenRefusal(msgspec.Struct, frozen=True):
    error: str
    error_description: str = ""


class ErrorShape(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class Request(msgspec.Struct, frozen=True):
    type: str = ""
    state: str = ""
    date_time: str | None = None
    errors: list[ErrorShape] | None = None


class Related(msgspec.Struct, frozen=True):
    type: str
    uuid: str = ""
    cdek_number: Text | None = None


class StatusShape(msgspec.Struct, frozen=True):
    code: str
    date_time: str
    name: str = ""
    city: str | None = None
    reason_code: Text | None = None
    deleted: bool | None = None


class DeliveryDetail(msgspec.Struct, frozen=True):
    delivery_sum: Decimal | None = None
    total_sum: Decimal | None = None
    payment_sum: Decimal | None = None


class Item(msgspec.Struct, frozen=True):
    """`delivery_amount` is read as pieces handed over (`settlement` C-06); absent means all of them."""

    ware_key: Text
    amount: Decimal
    delivery_amount: Decimal | None = None


class Package(msgspec.Struct, frozen=True):
    items: list[Item] | None = None


class Contact(msgspec.Struct, frozen=True):
    name: str | None = None
    company: str | None = None


class Trouble(msgspec.Struct, frozen=True):
    code: Text | None = None
    create_date: str | None = None


class Order(msgspec.Struct, frozen=True):
    uuid: Name
    number: Text | None = None
    cdek_number: Name | int | None = None
    tariff_code: Text | None = None
    is_return: bool = False
    is_client_return: bool = False
    is_reverse: bool = False
    recipient: Contact = Contact()
    sender: Contact = Contact()
    packages: list[Package] | None = None
    statuses: list[StatusShape] = []
    delivery_detail: DeliveryDetail | None = None
    recipient_currency: str | None = None
    delivery_problem: list[Trouble] | Trouble | None = None


class OrderAnswer(msgspec.Struct, frozen=True):
    """The envelope of an order read by uuid or number. `entity` is absent when the request itself was refused."""

    entity: Order | None = None
    requests: list[Request] | None = None
    related_entities: list[Related] | None = None

    def related(self, *types: str) -> list[Related]:
        return [found for found in self.related_entities or () if found.type in types]


class Handle(msgspec.Struct, frozen=True):
    uuid: Name


class Written(msgspec.Struct, frozen=True):
    """The envelope of a write: the entity carries nothing but its uuid."""

    entity: Handle | None = None
    requests: list[Request] | None = None


class Errors(msgspec.Struct, frozen=True):
    """Whatever an answer says went wrong: at the top, or inside the list of requests."""

    errors: list[ErrorShape] | None = None
    requests: list[Request] | None = None
    error: str | None = None

    @property
    def told(self) -> list[ErrorShape]:
        inside = [error for request in self.requests or () for error in request.errors or ()]
        return [*(self.errors or ()), *inside]


class FormStatus(msgspec.Struct, frozen=True):
    code: str


class Form(msgspec.Struct, frozen=True):
    """A print form; its statuses stand oldest first, unlike an order's."""

    uuid: str
    statuses: list[FormStatus] = []


class FormAnswer(msgspec.Struct, frozen=True):
    entity: Form | None = None
    requests: list[Request] | None = None


class Service(msgspec.Struct, frozen=True):
    code: str
    total_sum: Decimal = Decimal(0)


class Tariff(msgspec.Struct, frozen=True):
    """A tariff with its price; the list with services tells its code and no mode outside of it."""

    delivery_sum: Decimal
    tariff_code: int = 0
    delivery_mode: Text | None = None
    period_min: int = 0
    period_max: int = 0
    calendar_min: int | None = None
    calendar_max: int | None = None
    services: list[Service] | None = None
    total_sum: Decimal | None = None
    currency: str | None = None


class Tariffs(msgspec.Struct, frozen=True):
    tariff_codes: list[Tariff] | None = None
    currency: str | None = None


class PricedTariff(msgspec.Struct, frozen=True):
    """A row of the list with services: `result` is the price when `status` says so, else what was wrong."""

    tariff_code: Text
    status: str
    result: msgspec.Raw


class PricedTariffs(msgspec.Struct, frozen=True):
    tariff_codes: list[PricedTariff] | None = None


class Point(msgspec.Struct, frozen=True):
    """An office or a locker; the carrier tells much more of it."""

    code: str
    type: str = ""


class Subscription(msgspec.Struct, frozen=True):
    uuid: str
    type: str
    url: str


class RegistryLine(msgspec.Struct, frozen=True):
    cdek_number: Text
    transfer_sum: Decimal
    payment_sum: Decimal
    total_sum_without_agent: Decimal
    agent_commission_sum: Decimal = Decimal(0)


class RegistryShape(msgspec.Struct, frozen=True):
    registry_number: Text
    sum: Decimal
    orders: list[RegistryLine]
    payment_date: str | None = None
    payment_order_number: Text | None = None
    currency: str | None = None


class Registries(msgspec.Struct, frozen=True):
    registries: list[RegistryShape] | None = None


class Hook(msgspec.Struct, frozen=True):
    type: str
    uuid: str
    attributes: msgspec.Raw
    date_time: str = ""


class OrderStatus(msgspec.Struct, frozen=True):
    """The attributes of an ORDER_STATUS webhook. `code` may be missing where only the old number came."""

    cdek_number: Text
    status_date_time: str
    code: str | None = None
    status_code: Text | None = None
    status_reason_code: Text | None = None
    city_name: str | None = None
    city: str | None = None
    is_return: bool = False
    is_reverse: bool = False
    is_client_return: bool = False
    deleted: bool | None = None
    related_entities: list[Related] | Related | None = None

    @property
    def direct(self) -> Related | None:
        found = self.related_entities
        listed = [found] if isinstance(found, Related) else found or []
        return next((related for related in listed if related.type in DIRECT), None)


DIRECT = ("direct_order", "client_direct_order")
RETURNS = ("return_order", "client_return_order", "reverse_order")


def text(value: Any) -> str:
    """Return an identifier as text; a missing one is empty."""
    return "" if value is None else str(value)


def moment(value: str) -> datetime | None:
    """Return a moment whose offset stands with or without a colon; None when it is none or has no offset."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1970 <= found.year <= 9000 else None
