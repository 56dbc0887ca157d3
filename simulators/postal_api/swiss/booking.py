"""Taking in a judged shipment: its number, its record, its parcel. Every way in ends here.

Wire contract: `postal_api_swiss` §6 and §11: a new label for each request, since there is no idempotency upstream; a
preview uses up no number and leaves nothing behind.
"""

from ...core.parcel import Booked, Parcel
from ...core.world import World
from . import account, journeys, numbers
from .case import Finding
from .consignment import Consignment, keep
from .judgement import Judgement
from .judgement_label import DEFAULT_FILE_TYPE, DEFAULT_RESOLUTION
from .names import CARRIER
from .notifying import telling

NO_NUMBER = Finding("E9997")


def take_in(world: World, judged: Judgement, *, way: str, leg: str = "") -> Consignment:
    """Give a shipment without errors its number and let its life begin; a preview is only made up.

    Raises:
        Exhausted: there is no number left.
    """
    shipment, basic = judged.shipment, judged.chosen.basic
    assert basic is not None and not judged.errors
    series, holder = numbers.series(shipment, basic), account.of(world)
    wanted = shipment.label_definition
    if wanted.print_preview:
        number = int(shipment.item.item_number or 0) or numbers.upcoming(world, holder, series)
        parcel_id = "preview"
    else:
        number = numbers.take(world, holder, series, int(shipment.item.item_number or 0))
        parcel_id = f"sp-{world.count(f'{CARRIER}.consignments')}"
    found = Consignment(
        id=parcel_id,
        ident_code=numbers.ident_code(series, number),
        shipment=shipment,
        made_ms=world.now_ms,
        way=way,
        layout=wanted.label_layout,
        file_type=wanted.image_file_type or DEFAULT_FILE_TYPE,
        resolution=wanted.image_resolution or DEFAULT_RESOLUTION,
        lines=judged.lines,
        free_text=judged.free_text,
        warnings=tuple(warning.code for warning in judged.warnings),
        leg=leg,
        sender_name=holder.sender_name or f"{shipment.customer.name1} {shipment.customer.name2}".strip(),
        is_return=basic.is_return or leg.startswith("return"),
    )
    if not wanted.print_preview:
        _begin(world, keep(world, found))
    return found


def _begin(world: World, found: Consignment) -> None:
    item = found.shipment.item
    reference = item.item_id or found.shipment.sending_id
    parcel = world.add(Parcel(found.id, CARRIER, found.ident_code, reference, (Booked(world.now_ms),)))
    world.travel(parcel, journeys.story(world, parcel, journeys.chosen_story(world, found)))
    telling.data_arrived(world, found)
