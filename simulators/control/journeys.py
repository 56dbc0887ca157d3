"""Journeys: which lives parcels can have, in words, and how often each is drawn."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.world import World
from ..wire import mix
from ..wire import settings as chosen
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.routes import Routes
from .desk import ControlError, Desk, desk_of, on
from .reading import Body, Query
from .settings import HEAVIEST, is_mix

routes = Routes()

CarrierName = Annotated[str, Meta(extra_json_schema={"x-known": "carriers"})]
Weight = Annotated[float, Meta(gt=0, le=HEAVIEST)]
Story = Annotated[str, Meta(extra_json_schema={"x-known": "stories"})]


class JourneysQuery(Query):
    """Of which carrier."""

    carrier: CarrierName | UnsetType = UNSET


class JourneyView(msgspec.Struct):
    """A story of a carrier: its steps in words, as they go for a usual parcel."""

    carrier: str
    story: str
    steps: tuple[str, ...]


class JourneysView(msgspec.Struct):
    """Stories, by carrier."""

    journeys: list[JourneyView]


class TenantJourneyView(JourneyView):
    """A story of a carrier, and its weight among those that are drawn for the tenant's parcels; 0: never."""

    weight: float


class TenantJourneysView(msgspec.Struct):
    """Stories as a tenant's parcels live them, by carrier."""

    journeys: list[TenantJourneyView]


class MixBody(Body):
    """How often each of a carrier's stories is drawn, by weight; null goes back to the tenant's general mix."""

    carrier: CarrierName
    mix: Annotated[dict[Story, Weight], Meta(min_length=1)] | None


class MixView(msgspec.Struct):
    """The mix from which a carrier's parcels of the tenant draw their lives."""

    carrier: str
    mix: dict[str, float]


class MixesView(msgspec.Struct):
    """A tenant's mixes, by carrier."""

    mixes: list[MixView]


@on(routes, "GET", "/journeys", answers={200: JourneysView}, refuses=(404,))
async def list_journeys(call: Call, query: JourneysQuery) -> Answer:
    """List the lives that parcels can have, with their steps in words."""
    rows = [
        JourneyView(carrier.name, story, told(carrier, story))
        for carrier in _carriers(desk_of(call), query)
        for story in carrier.stories
    ]
    return json_answer(JourneysView(rows))


@on(routes, "GET", "/tenants/{tenant}/journeys", answers={200: TenantJourneysView})
async def list_tenant_journeys(call: Call, query: JourneysQuery) -> Answer:
    """List the lives that a tenant's parcels can have, with how often each is drawn."""
    desk = desk_of(call)
    world = desk.world(call)
    rows = [
        TenantJourneyView(carrier.name, story, told(carrier, story), weights.get(story, 0))
        for carrier in _carriers(desk, query)
        for weights in (mix.weights(world, carrier.name, carrier.stories),)
        for story in carrier.stories
    ]
    return json_answer(TenantJourneysView(rows))


@on(routes, "GET", "/tenants/{tenant}/journeys/mix", answers={200: MixesView})
async def read_mix(call: Call) -> Answer:
    """Read how often each story is drawn, by carrier; one without parcels of its own has none."""
    desk = desk_of(call)
    world = desk.world(call)
    return json_answer(MixesView([_mix(world, carrier) for carrier in desk.carriers.values() if carrier.stories]))


@on(routes, "PUT", "/tenants/{tenant}/journeys/mix", answers={200: MixView}, refuses=(409,))
async def set_mix(call: Call, body: MixBody) -> Answer:
    """Set how often each of a carrier's stories is drawn for the parcels made from now on."""
    desk = desk_of(call)
    world, carrier = desk.world(call), desk.carrier(body.carrier)
    if body.mix is not None and not is_mix(body.mix, carrier.stories):
        allowed = ", ".join(carrier.stories) or "none"
        elsewhere = is_mix(body.mix, {story for other in desk.carriers.values() for story in other.stories})
        detail = f"{carrier.name} has no such mix; its stories: {allowed}"
        raise ControlError(409 if elsewhere else 422, "Unknown story", detail)
    chosen.change_own(world, carrier.name, {"mix": body.mix})
    return json_answer(_mix(world, carrier))


def told(carrier: Carrier, story: str) -> tuple[str, ...]:
    """Return a story's steps in words; none for a carrier that tells none."""
    return () if carrier.told is None else carrier.told(story)


def _carriers(desk: Desk, query: JourneysQuery) -> list[Carrier]:
    return list(desk.carriers.values()) if query.carrier is UNSET else [desk.carrier(query.carrier)]


def _mix(world: World, carrier: Carrier) -> MixView:
    return MixView(carrier.name, dict(mix.weights(world, carrier.name, carrier.stories)))
