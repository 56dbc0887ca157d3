"""A whole scenario: who takes part, which parcels there are, and what happens when."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from .acts import CarrierAct, ConnectorAct, MailServerAct, ReceiverAct, Reply, ShopAct, StrangerAct
from .expectations import Expect
from .words import CarrierName, HttpStatus, Name, PartyName, Requirement, Shape, Text, When

MOST_STEPS = 2_000


class Party(Shape, frozen=True, kw_only=True):
    """A person or a firm with an address."""

    name: Text
    company: Text = ""
    street: Text
    house_number: Text = ""
    postal_code: Text
    city: Text
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166 alpha-2.")]
    email: Text = ""
    phone: Text = ""


class Item(Shape, frozen=True, kw_only=True):
    """One line of a parcel's contents."""

    sku: Text
    name: Text = ""
    quantity: Annotated[int, Meta(ge=1, le=9_999)] = 1
    price: Annotated[
        str, Meta(pattern=r"^\d{1,9}(\.\d{2})?$", description="Of one piece, in the carrier's currency, as `9.90`.")
    ] = "9.90"
    weight_g: Annotated[int, Meta(ge=1, le=1_000_000)] = 250


class Parcel(Shape, frozen=True, kw_only=True, rename={"from_": "from", "with_": "with"}):
    """A parcel in our own words; the runner writes it in the carrier's."""

    carrier: CarrierName
    reference: Annotated[str, Meta(max_length=40, description="The shop's number; else the symbolic name.")] = ""
    from_: Annotated[PartyName | None, Meta(description="A party; else a shop that this carrier serves.")] = None
    to: Annotated[PartyName | None, Meta(description="A party; else a person that this carrier serves.")] = None
    weight_g: Annotated[int, Meta(ge=1, le=1_000_000)] = 1_200
    size_mm: Annotated[tuple[int, int, int], Meta(description="Length, width, height.")] = (300, 200, 100)
    items: Annotated[tuple[Item, ...], Meta(max_length=50, description="Else two shirts and a mug.")] = ()
    pay: Annotated[Literal["prepaid", "cod"], Meta(description="`cod`: the carrier collects the price.")] = "prepaid"
    service: Annotated[str, Meta(max_length=40, description="The carrier's service or tariff code.")] = ""
    point: Annotated[str, Meta(max_length=40, description="The office or locker where it is collected.")] = ""
    label: Literal["PDF", "ZPL"] = "PDF"
    with_: Annotated[Mapping[str, Any], Meta(description="Members of the carrier's own body, put over ours.")] = {}
    order: Annotated[
        Mapping[str, Any], Meta(description="Members of the order that the connector is given, put over ours.")
    ] = {}


class Tenant(Shape, frozen=True, kw_only=True):
    """The scenario's world at the simulator."""

    name: Annotated[
        str, Meta(pattern=r"^[^/\s?#%\x00-\x1f\x7f]*$", max_length=100, description="Else made of title and seed.")
    ] = ""
    settings: Mapping[str, Any] = {}


class Receiver(Shape, frozen=True, kw_only=True):
    """A webhook receiver of the shop, kept by the runner. It answers 200 unless told otherwise."""

    path: Annotated[str, Meta(pattern=r"^(/[A-Za-z0-9._~/-]*)?$", max_length=200, description="Else its name.")] = ""
    answers: Annotated[tuple[HttpStatus | Reply, ...], Meta(max_length=10_000, description="The first ones.")] = ()


class Connector(Shape, frozen=True, kw_only=True):
    """How the connector is set up. A scenario with this part, or with a step of the connector, needs one."""

    webhook: bool = True
    poll: bool = True
    poll_minutes: Annotated[int, Meta(ge=1)] = 60
    alert_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 60
    choice: Literal["cheapest", "fastest"] = "cheapest"
    label_format: Annotated[
        Literal["PDF", "ZPL", "PNG"],
        Meta(description="A connector without PDF takes its own first format for it."),
    ] = "PDF"
    accounts: Annotated[tuple[CarrierName, ...], Meta(description="The carriers it works with; else all.")] = ()
    reset: Annotated[Mapping[str, Any], Meta(description="Members of the driver's reset, put over ours.")] = {}


class Recorded(Shape, frozen=True, kw_only=True):
    """What a recording came from: the hash of its canonical journal, which a replay may reach again."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    entries: Annotated[int, Meta(ge=0)]


class Finding(Shape, frozen=True, kw_only=True):
    """What was found wrong. Ids stand in it by name."""

    requirement: Requirement
    subject: str
    expected: str
    found: str


class Violated(Shape, frozen=True, kw_only=True):
    """What a counterexample shows. A replay tells whether it finds the same."""

    case: Annotated[str, Meta(max_length=300, description="The case of the judge that failed.")]
    seed: Annotated[int, Meta(description="The judge's seed.")]
    findings: Annotated[tuple[Finding, ...], Meta(min_length=1, max_length=100)]


class Step(Shape, frozen=True, kw_only=True):
    """One step: the clock moves, one actor does one thing, what is due happens, then expectations are looked at."""

    when: When = "+0"
    note: Annotated[str, Meta(max_length=500, description="Shown in reports.")] = ""
    repeat: Annotated[int, Meta(ge=1, le=2_000, description="Do it so often; the last answer counts.")] = 1
    shop: ShopAct | None = None
    carrier: CarrierAct | None = None
    receiver: ReceiverAct | None = None
    connector: ConnectorAct | None = None
    stranger: StrangerAct | None = None
    mail_server: MailServerAct | None = None
    settle: Annotated[bool | None, Meta(description="Whether what is due now happens; else as the scenario says.")] = (
        None
    )
    expect: Expect | None = None


class Scenario(Shape, frozen=True, kw_only=True):
    """A scenario of parcelproof."""

    scenario: Annotated[str, Meta(min_length=1, max_length=200, description="Its title.")]
    about: Annotated[str, Meta(max_length=4_000, description="Which complaint it shows, and what must hold.")] = ""
    tags: Annotated[tuple[Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$")], ...], Meta(max_length=50)] = ()
    seed: Annotated[str, Meta(max_length=200, description="Same seed: the same chance.")] = "1"
    start: Annotated[str, Meta(max_length=40, description="Local time in `zone`.", examples=["2026-03-02 09:00"])] = (
        "2026-03-02 09:00"
    )
    zone: Annotated[str, Meta(max_length=60, description="An IANA zone.", examples=["Europe/Berlin"])] = "UTC"
    tenant: Tenant = Tenant()
    carriers: Annotated[
        Mapping[CarrierName, Mapping[str, Any]], Meta(description="Carrier -> its own settings of the tenant.")
    ] = {}
    parties: Mapping[Name, Party] = {}
    receivers: Mapping[Name, Receiver] = {}
    connector: Connector | None = None
    parcels: Annotated[Mapping[Name, Parcel], Meta(max_length=1_000)] = {}
    settle: Annotated[
        bool,
        Meta(description="false: what is due waits until time passes, or until a step says `settle: true`."),
    ] = True
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MOST_STEPS)]
    recorded: Recorded | None = None
    violated: Violated | None = None
