"""A print form as it is asked for: by itself, or together with an order. What becomes of it is in `prints`."""

from ...core.world import World
from . import settings
from .records import FORMS, Form, Request
from .wire_values import new_uuid

DUTY = "cdek.print"
DEFAULTS = {"orders": (2, "tpl_russia"), "barcodes": (1, "A4")}  # copies, look


def order_form(
    world: World, kind: str, named: tuple[tuple[str, str], ...], copies: int, look: str, lang: str, wire_origin: str
) -> Form:
    """Keep a new form and plan its making."""
    form = Form(
        uuid=new_uuid(world, "form"),
        kind=kind,
        orders=named,
        copies=copies,
        look=look,
        lang=lang,
        wire_origin=wire_origin,
        made_ms=world.now_ms,
        statuses=(("ACCEPTED", world.now_ms),),
        request=Request(new_uuid(world, "request"), "CREATE", world.now_ms, "ACCEPTED"),
    )
    world.store.put(FORMS, form.uuid, form)
    world.later(DUTY, form.uuid, after_ms=settings.number(world, "print_after_ms") // 2, note="PROCESSING")
    return form
