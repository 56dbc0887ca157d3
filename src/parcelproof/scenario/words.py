"""The words that several parts of a scenario use: names, carriers, moments, statuses, and what a value must be."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

CarrierName = Literal["mail_alliance", "cdek", "iml", "pickpoint", "russian_post", "swiss_post"]
_NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, Meta(pattern=_NAME, description="A symbolic name: small letters, digits, underscores.")]
# `extra` says what a text refers to or how it is read; `sense` checks it.
OwnParcel = Annotated[str, Meta(pattern=_NAME, description="A parcel under `parcels`.", extra={"refers": "parcel"})]
ParcelName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]{0,39}(\.return)?$",
        description="A parcel under `parcels`; `p1.return` is the parcel that brings p1 back.",
        extra={"refers": "parcel"},
    ),
]
PartyName = Annotated[str, Meta(pattern=_NAME, description="A party under `parties`.", extra={"refers": "party"})]
ReceiverName = Annotated[
    str, Meta(pattern=_NAME, description="A receiver under `receivers`.", extra={"refers": "receiver"})
]
When = Annotated[
    str,
    Meta(
        max_length=60,
        description="`+2h`, `+1d 30m`, `+0`: after the step before. `day 3 08:00`: a time of day in the scenario's "
        "zone, day 1 is the day of the start; `day 1 02:30 again` is the second of two equal times of a clock change.",
        examples=["+2h", "day 3 08:00"],
        extra={"read": "when"},
    ),
]
Duration = Annotated[
    str,
    Meta(
        max_length=60,
        description="`2h`, `1d 30m`, `90s`, `250ms`.",
        examples=["2h", "1d 30m"],
        extra={"read": "duration"},
    ),
]
Text = Annotated[str, Meta(max_length=2_000)]
Pointer = Annotated[
    str,
    Meta(
        pattern=r"^(/.*)?$",
        max_length=300,
        description="A JSON pointer: `/status`, `/events/0/code`; `/events/*/code` is the code of each.",
    ),
]
DriverList = Literal[
    "alerts", "balances", "documents", "orders", "profit_and_loss", "reports", "stock", "subscriptions",
]  # fmt: skip
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Requirement = Annotated[str, Meta(pattern=r"^[A-Z]{3}-[0-9]{3}$", description="A requirement of the catalogue.")]
HttpStatus = Annotated[int, Meta(ge=100, le=599)]
Status = Literal[
    "announced", "accepted", "in_transit", "customs", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup",
    "returning", "undeliverable", "lost_or_damaged", "delivered", "returned", "cancelled",
]  # fmt: skip


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a scenario. Unknown keys are errors."""


class Match(Shape, frozen=True, kw_only=True, rename={"is_": "is", "not_": "not"}):
    """What a value must be. All that is given must hold."""

    is_: Annotated[Any, Meta(description="Equal to this, whatever it is.")] = msgspec.UNSET
    not_: Annotated[Any, Meta(description="Not equal to this.")] = msgspec.UNSET
    one_of: Annotated[tuple[Any, ...] | None, Meta(description="Equal to one of these.")] = None
    like: Annotated[str | None, Meta(description="Text with `*` for anything and `?` for one character.")] = None
    contains: Annotated[
        Any, Meta(description="A text with this in it, a list with this item, an object with this key.")
    ] = msgspec.UNSET
    at_least: Annotated[int | float | str | None, Meta(description="A number, or decimal text, this or more.")] = None
    at_most: Annotated[int | float | str | None, Meta(description="A number, or decimal text, this or less.")] = None
    length: Annotated[int, Meta(ge=0, description="So many items, characters or keys.")] | None = None
    absent: Annotated[bool, Meta(description="There is no such member.")] = False


Matcher = None | bool | int | float | str | list[Any] | Match
Counted = Annotated[int, Meta(ge=0)] | Match
