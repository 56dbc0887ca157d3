"""The sender's choices for the carrier's own notices: checked before the call, sent with the label, and what came back.

NTF-101, 102, 108, 112, 113, 140 to 144, 150 to 159, as far as the engine has a hand in them. The wire is read at the
adapter; who chooses what, in the engine.
"""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest

from parcelproof.reference import settings
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.clock import SystemClock
from parcelproof.reference.domain.carrier_notices import Control, Kind, NoticeChoice
from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import Address, LabelFormat, Parcel, Tracking
from parcelproof.reference.storage.outbox import ask
from parcelproof.reference.storage.tables import shipments
from parcelproof.reference.usecases import issuing, ordering, polling

from ..adapters.swiss_post.answers import BASE, LABEL, LICENSE, TOKEN, detail, made, scan, story, token
from .outside import FakeCarrier
from .rig import BERLIN, CONFIG, NOW

KINDS = {"order": 1, "delivery": 2, "collection": 4, "reminder": 32, "handover": 64, "exchange": 128, "saturday": 256}
BASEL = Address(
    name="Versand", street="Marktgasse", house_number="3", postal_code="4051", city="Basel", country="CH",
    email="shop@example.org",
)  # fmt: skip
LEA = replace(BASEL, name="Lea Müller", postal_code="8001", city="Zürich", email="lea@example.org")
LOGO, LINK = "https://shop.example/logo.png", "https://shop.example/"


class Post:
    """Swiss Post as far as labels and tracking go: what it was sent, and what it tells."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.told: dict[str, Any] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.removeprefix("/swiss-post"))
        if request.url.path.endswith(TOKEN):
            return token(1)
        if request.url.path.endswith(LABEL):
            self.sent.append(json.loads(request.content))
            return made(request)
        if request.url.path.endswith("/detail"):
            return httpx.Response(200, json={**detail("ON_GOING_DELIVERY").json(), **self.told})
        return story(scan(1001))


class Counter:
    """An adapter over a `Post`."""

    def __init__(self) -> None:
        self.post = Post()
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.post), base_url=BASE)
        self.adapter = SwissPostAdapter(BASE, "shop", "s3cret", LICENSE, BASEL, client=client, clock=SystemClock(NOW))

    async def book(self, choice: NoticeChoice | None, *, to: Address = LEA, service: str = "PRI") -> dict[str, Any]:
        """Book a parcel and return the body of the label call."""
        parcel = Parcel(
            key="S-1", sender=BASEL, recipient=to, mass_g=500, sides_mm=(100, 100, 100), lines=(), notices=choice
        )
        quote = next(quote for quote in await self.adapter.quote(parcel) if quote.service == service)
        await self.adapter.create(parcel, quote, format=LabelFormat.PDF)
        return self.post.sent[-1]

    async def told(self, choice: NoticeChoice | None, **how: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.book(choice, **how))["item"].get("notification", [])
        return found


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_ntf_102_exactly_seven_kinds_and_ntf_140_four_options_with_their_codes() -> None:
    assert [int(kind) for kind in Kind] == sorted(KINDS.values())
    assert [int(control) for control in Control] == [10, 14, 18, 20]
    for wrong in ({"kinds": [3]}, {"kinds": [257]}, {"controls": [11]}):
        with pytest.raises(EngineError, match="The settings cannot be used"):
            read({"kinds": [1], **wrong})


def read(notices: Any) -> settings.Company:
    account = {**CONFIG["carriers"]["cdek"], "notices": notices}
    return settings.read({"carriers": {"swiss_post": account}}, known=frozenset({"swiss_post"}))


async def test_without_a_choice_nothing_is_told(counter: Counter) -> None:
    assert "notification" not in (await counter.book(None))["item"]
    assert await counter.told(NoticeChoice(kinds=())) == []


async def test_ntf_101_only_the_chosen_kinds_are_sent_ntf_113_to_whom_they_are_for(counter: Counter) -> None:
    kinds = (Kind.ORDER_CONFIRMATION, Kind.REMINDER, Kind.HANDOVER_STATUS)
    told = await counter.told(NoticeChoice(kinds=kinds, language="fr"))
    assert [(one["service"], one["communication"], one["type"], one["language"]) for one in told] == [
        ("1", {"email": LEA.email}, "EMAIL", "FR"),
        ("32", {"email": LEA.email}, "EMAIL", "FR"),
        ("64", {"email": BASEL.email}, "EMAIL", "FR"),
    ]


async def test_ntf_110_and_111_a_kind_goes_with_the_service_that_it_announces(counter: Counter) -> None:
    choice = NoticeChoice(kinds=(Kind.SATURDAY_DELIVERY, Kind.EXCHANGE_RETURN))
    body = await counter.book(choice)
    assert body["item"]["attributes"]["przl"] == ["PRI", "SA", "ZAW3233"]
    assert [one["service"] for one in body["item"]["notification"]] == ["256", "128"]
    assert (await counter.book(NoticeChoice()))["item"]["attributes"]["przl"] == ["PRI"]


async def test_ntf_112_a_service_that_does_not_carry_a_kind_is_not_offered(counter: Counter) -> None:
    parcel = Parcel(key="S-1", sender=BASEL, recipient=LEA, mass_g=500, sides_mm=(100, 100, 100), lines=())
    seen = {}
    for kind in Kind:
        offers = await counter.adapter.quote(replace(parcel, notices=NoticeChoice(kinds=(kind,))))
        seen[int(kind)] = [offer.service for offer in offers]
    both = ["ECO", "PRI"]
    assert seen == {1: both, 2: both, 4: both, 32: both, 64: both, 128: ["PRI"], 256: ["PRI"]}


async def test_ntf_153_to_156_texts_go_with_the_kinds_that_carry_them(counter: Counter) -> None:
    choice = NoticeChoice(kinds=(*Kind,), text_1="Grüezi", text_2="Bis bald")
    texts = {one["service"]: (one.get("freeText1"), one.get("freeText2")) for one in await counter.told(choice)}
    assert {kind for kind, found in texts.items() if found == ("Grüezi", "Bis bald")} == {"1", "2", "32"}
    assert {kind for kind, found in texts.items() if found == (None, None)} == {"4", "64", "128", "256"}


async def test_ntf_155_texts_are_optional_and_absent_when_empty(counter: Counter) -> None:
    (told,) = await counter.told(NoticeChoice(text_2="alone"))
    assert (told.get("freeText1"), told["freeText2"]) == (None, "alone")


async def test_ntf_143_control_options_ride_on_kinds_1_and_2_alone(counter: Counter) -> None:
    choice = NoticeChoice(kinds=(*Kind,), controls=(Control.DEPOSIT, Control.REDIRECT))
    options = {one["service"]: one.get("deliveryInstructions") for one in await counter.told(choice)}
    assert {kind: found for kind, found in options.items() if found} == {"1": ["10", "20"], "2": ["10", "20"]}


async def test_ntf_157_logo_and_link_each_stand_alone(counter: Counter) -> None:
    (both,) = await counter.told(NoticeChoice(logo=LOGO, link=LINK))
    (logo,) = await counter.told(NoticeChoice(logo=LOGO))
    (link,) = await counter.told(NoticeChoice(link=LINK, text_2="More:"))
    assert both["dynPic"] == {"urlPic": LOGO, "urlLink": LINK}
    assert logo["dynPic"] == {"urlPic": LOGO, "urlLink": LOGO}
    assert ("dynPic" in link, link["freeText2"]) == (False, f"More: {LINK}")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", ("Versand", None)),
        ("Laden", ("Laden", None)),
        ("Versandhaus am Rhein und an der Aare", ("Versandhaus am Rhein und", "an der Aare")),
        ("x" * 50, ("x" * 25, "x" * 25)),
        ("y" * 10 + " " + "z" * 39, ("y" * 10 + " " + "z" * 14, "z" * 25)),
    ],
)
async def test_ntf_150_the_senders_name_of_fifty_characters_goes_whole(
    counter: Counter, name: str, lines: tuple[str, str | None]
) -> None:
    customer = (await counter.book(NoticeChoice(sender_name=name)))["customer"]
    assert (customer["name1"], customer.get("name2")) == lines


async def test_a_recipient_without_an_address_is_told_nothing_and_the_sender_still_is(counter: Counter) -> None:
    choice = NoticeChoice(kinds=(Kind.ORDER_CONFIRMATION, Kind.HANDOVER_STATUS))
    assert [one["service"] for one in await counter.told(choice, to=replace(LEA, email=""))] == ["64"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sender_name": "x" * 51}, "at most 50"),
        ({"text_1": "ü" * 161}, "at most 160"),
        ({"text_2": "😀" * 513}, "at most 512"),
        ({"text_2": "x" * 500, "link": LINK}, "at most 512 with the link"),
        ({"logo": "https://shop.example/logo.svg"}, "a picture"),
        ({"logo": "javascript:alert(1)//.png"}, "begins with https"),
        ({"link": "ftp://shop.example/"}, "begins with https"),
        ({"language": "es"}, "one of de, fr, it, en"),
        ({"kinds": [1, 1]}, "each once"),
        ({"kinds": [4], "controls": [10]}, "only with kind 1 or 2"),
    ],
)
async def test_ntf_150_to_159_a_choice_that_cannot_be_told_is_refused_before_the_call(
    new_rig: Any, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        read(wrong)
    choice = NoticeChoice(**{**wrong, "kinds": tuple(map(Kind, wrong.get("kinds", [1])))})
    rig = await new_rig()
    with pytest.raises(EngineError, match=sentence):
        await ordering.place(rig.shop, rig.actor, rig.order("P-1", notices=choice), confirm=True)
    await rig.run(seconds=1)
    assert (await ordering.listed(rig.shop, rig.actor), rig.world.near.parcels) == ([], {})


def test_ntf_151_to_154_lengths_count_characters() -> None:
    kept = read({"sender_name": "x" * 50, "text_1": "ü" * 160, "text_2": "😀" * 512}).carriers["swiss_post"].notices
    assert kept is not None
    assert (len(kept.text_1), len(kept.text_2)) == (160, 512)


# -- who chooses: the account, or the order in its place


async def choosing(new_rig: Any, *used: int, **account: Any) -> Any:
    """Return an engine at a carrier with notices of its own, whose recipients have used these options."""
    near = {**CONFIG["carriers"]["mail_alliance"], **account}
    rig = await new_rig(carriers={**CONFIG["carriers"], "mail_alliance": near})
    rig.world.near.track_told = partial(track_told, rig.world.near, used)
    return rig


async def track_told(near: FakeCarrier, used: tuple[int, ...], carrier_id: str, number: str) -> Tracking:
    return replace(await near.track(carrier_id, number), controls_used=used)


def taken(rig: Any, number: str) -> NoticeChoice | None:
    found: NoticeChoice | None = rig.world.near.parcels[rig.world.near.id_of(number)].notices
    return found


async def test_ntf_101_and_141_the_accounts_choice_holds_until_an_order_has_its_own(new_rig: Any) -> None:
    rig = await choosing(new_rig, notices={"kinds": [1, 2], "text_1": "Grüezi"})
    own = NoticeChoice(kinds=(Kind.DELIVERY_INFORMATION,), controls=(Control.NEIGHBOUR,))
    none = NoticeChoice(kinds=())
    for number, choice in (("P-1", None), ("P-2", own), ("P-3", none)):
        await rig.book(number, recipient=replace(BERLIN, email="lea@example.org"), notices=choice)
    assert taken(rig, "P-1") == NoticeChoice(kinds=(Kind(1), Kind(2)), text_1="Grüezi")
    assert (taken(rig, "P-2"), taken(rig, "P-3")) == (own, none)
    assert [(await rig.view(number))["problems"] for number in ("P-1", "P-2", "P-3")] == [[], [], []]


async def test_an_order_says_whom_the_carrier_cannot_reach_and_what_it_cannot_tell(new_rig: Any) -> None:
    rig = await choosing(new_rig, notices={"kinds": [1, 64]})
    await rig.book("P-1")
    assert (await rig.view("P-1"))["problems"] == [
        "The carrier tells the recipient nothing: the mail address is missing.",
        "The carrier tells the sender nothing: the mail address is missing.",
    ]
    await rig.book("P-2", carrier="cdek", notices=NoticeChoice())
    assert (await rig.view("P-2"))["problems"] == ["cdek has no notices of its own: what was chosen is not told."]


# -- what the recipient changed


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({"option": "14", "text": "Recipient's wish", "details": {}}, (14,)),
        ({"option": 18}, (18,)),
        ({"option": "99"}, ()),
        ({"option": None}, ()),
        ("14", ()),
        (None, ()),
    ],
)
async def test_ntf_144_an_option_that_was_used_is_read_with_the_summary(
    counter: Counter, given: Any, used: tuple[int, ...]
) -> None:
    counter.post.told = {"deliveryInstruction": given}
    assert (await counter.adapter.track_told("996001321700000001", "")).controls_used == used


async def test_the_summary_is_not_asked_for_where_nobody_has_options(counter: Counter) -> None:
    counter.post.told = {"deliveryInstruction": {"option": "14"}}
    assert (await counter.adapter.track("996001321700000001", "")).controls_used == ()
    assert [path for path in counter.post.asked if path.endswith("/detail")] == []


@pytest.mark.parametrize("account", [{"kinds": [1]}, None])
@pytest.mark.parametrize("way", ["poll", "asked"])
async def test_ntf_144_options_are_read_of_each_order_that_has_a_choice_whoever_made_it(
    new_rig: Any, account: Any, way: str
) -> None:
    rig = await choosing(new_rig, Control.NEIGHBOUR, notices=account)
    rig.world.near.feed = False
    own = NoticeChoice(controls=(Control.NEIGHBOUR,))
    for number, choice in (("P-1", own), ("P-2", None)):
        await rig.book(number, recipient=replace(BERLIN, email="lea@example.org"), notices=choice)
    if way == "poll":
        await rig.run(hours=2)
    else:
        async with rig.store.begin(rig.actor.company_id) as session:
            for number in ("P-1", "P-2"):
                await ask(session, "track", f"mail_alliance/{rig.world.near.id_of(number)}", session.now)
        await rig.run(seconds=1)
    used = [(await rig.view(number))["controls_used"] for number in ("P-1", "P-2")]
    assert used == [[14], [14] if account else []]


async def test_ntf_144_an_option_that_was_used_shows_on_the_order_and_stays(new_rig: Any) -> None:
    rig = await choosing(new_rig, notices={"kinds": [1], "controls": [10, 20]})
    number = await rig.book("P-1", recipient=replace(BERLIN, email="lea@example.org"))
    assert (await rig.view("P-1"))["controls_used"] == []
    for used in ((20,), (), (10,)):
        async with rig.store.begin(rig.actor.company_id) as session:
            shipment = await session.row(shipments)
            await polling.take_tracking(session, shipment, Tracking(number=number, events=(), controls_used=used))
    assert (await rig.view("P-1"))["controls_used"] == [10, 20]
    async with rig.store.begin(rig.actor.company_id) as session:
        order = await ordering.find(session, rig.actor, "P-1")
        await issuing.note_controls(session, order["id"], ())
    assert order["notices"]["controls"] == [10, 20]
