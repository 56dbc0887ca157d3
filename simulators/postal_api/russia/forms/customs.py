"""A double of the customs service: registers declarations, then releases, asks or refuses after some virtual hours.

Wire contract: `postal_api_russia` §2.18 (statuses, decisions), §4.7 operation 39. What it decides is told by the
order's comment (`[customs: refused]`), else by the tenant's settings. Hours, texts and what makes data illegal are
ours.
"""

from ....core.parcel import Step
from ....core.records import Due
from ....core.world import Duty, World
from .. import lives
from ..declarations import (
    CANCELED,
    DONE,
    ILLEGAL_DATA,
    IN_PROGRESS,
    REGISTER,
    REJECTED,
    SWITCHES,
    Declaration,
    changed,
    decided,
    declaration_of,
)
from ..names import OTPRAVKA
from ..records import Order, find_order
from .customs_papers import entries_of, mass_g, value_minor

DECIDE = f"{OTPRAVKA}.customs-decide"
LOSE_PATIENCE = f"{OTPRAVKA}.customs-patience"
MAGIC = "[customs: "
OUTCOMES = ("released", "questions", "refused", "silent")
REGISTERED, RELEASED, TO_BE_SHOWN, NOT_REGISTERED, NOT_SHOWN, LET_OUT, NOT_LET_OUT = (
    f"39/{attribute}" for attribute in (1, 2, 3, 5, 6, 8, 9)
)
QUESTION = "Представьте документы, подтверждающие стоимость товаров"
LEAST_HS_DIGITS = 6


def on_register(world: World, due: Due) -> None:
    """Register a declaration, or send it back where its data cannot be used."""
    order, found = _both(world, due)
    if order is None or found is None or found.is_decided:
        return
    error = wrong_with(order)
    if error:
        found = changed(world, found, status=ILLEGAL_DATA, error=error)
        _operation(world, order, NOT_REGISTERED)
        decided(world, order, found)
        return
    number = f"{order.office}/{world.count('russian_post.customs'):07d}"
    found = changed(world, found, status=IN_PROGRESS, entry_number=number, registered_ms=world.now_ms)
    _operation(world, order, REGISTERED)
    outcome = outcome_of(world, order)
    if outcome != "silent":
        world.later(DECIDE, str(order.id), after_ms=SWITCHES.number(world, "customs_decide_ms"), note=outcome)


def wrong_with(order: Order) -> str:
    """Return why customs cannot read a declaration, "" where they can."""
    for place, entry in enumerate(entries_of(order), 1):
        code = str(entry.get("tnved-code") or "")
        if not (code.isascii() and code.isdigit() and len(code) >= LEAST_HS_DIGITS):
            return f"Товар {place}: код ТН ВЭД {code[:20]!r}, нужно не менее {LEAST_HS_DIGITS} цифр"
        if value_minor(entry) <= 0 or mass_g(entry) <= 0:
            return f"Товар {place}: количество, стоимость и масса должны быть больше нуля"
    net_g = sum(map(mass_g, entries_of(order)))
    return f"Масса товаров {net_g} г больше массы отправления {order.mass_g} г" if net_g > order.mass_g else ""


def outcome_of(world: World, order: Order) -> str:
    """Return what customs will say about an order."""
    comment = order.text("comment")
    told = comment.partition(MAGIC)[2].partition("]")[0].strip()
    if told in OUTCOMES:
        return told
    chosen = str(SWITCHES.choice(world, "customs"))
    if chosen != "mixed":
        return chosen
    rolled = world.roll("russian_post.customs", str(order.id), 10)
    return "refused" if rolled == 0 else "questions" if rolled <= 2 else "released"


def on_decide(world: World, due: Due) -> None:
    order, found = _both(world, due)
    if order is None or found is None or found.is_decided:
        return
    if due.note == "questions":
        _ask(world, order, found)
    elif due.note == "refused":
        _refuse(world, order, found, NOT_LET_OUT, "DEPARTURE_DENIED", "Отказ в выпуске")
    else:
        code, decision = (LET_OUT, "DEPARTURE_ALLOWED") if found.question else (RELEASED, "RELEASE_WO_CUSTOMS_DUTY")
        _release(world, order, found, code, decision)


def _release(world: World, order: Order, found: Declaration, code: str, decision: str) -> None:
    found = changed(
        world, found, status=DONE, decision=decision, decision_ms=world.now_ms, description="Выпуск разрешён"
    )
    _operation(world, order, code)
    decided(world, order, found)


def _refuse(world: World, order: Order, found: Declaration, code: str, decision: str, why: str) -> None:
    found = changed(world, found, status=REJECTED, decision=decision, decision_ms=world.now_ms, description=why)
    _operation(world, order, code)
    decided(world, order, found)


def _ask(world: World, order: Order, found: Declaration) -> None:
    """Ask the sender; who does not answer in time is refused."""
    world.later(LOSE_PATIENCE, str(order.id), after_ms=SWITCHES.number(world, "customs_patience_ms"))
    changed(
        world,
        found,
        decision="CUSTOMS_CONTROL_REQUIRED",
        decision_ms=world.now_ms,
        description="Требуется предъявление документов",
        question=QUESTION,
    )
    _operation(world, order, TO_BE_SHOWN)


def on_patience(world: World, due: Due) -> None:
    order, found = _both(world, due)
    if order is None or found is None or found.is_decided or found.answer:
        return
    _refuse(world, order, found, NOT_SHOWN, "REJECTION", "Товары не предъявлены")


def answer(world: World, found: Declaration, text: str) -> Declaration:
    """Tell customs what they asked; they decide after as long as the first time."""
    after_ms = SWITCHES.number(world, "customs_decide_ms")
    world.later(DECIDE, str(found.order), after_ms=after_ms, note="released")
    return changed(world, found, answer=text)


def _operation(world: World, order: Order, code: str) -> None:
    """Record what customs did among the item's operations, unless the order is no more."""
    parcel = world.parcel(order.parcel_id)
    if not parcel.cancelled:
        lives.scan(world, parcel, Step(0, code))


def _both(world: World, due: Due) -> tuple[Order | None, Declaration | None]:
    """Return the order and its declaration; one whose goods the office refused is called off."""
    order = find_order(world, due.key)
    found = None if order is None else declaration_of(world, order)
    if order is not None and found is not None and not found.is_decided and _is_refused(world, order):
        found = changed(world, found, status=CANCELED)
    return order, found


def _is_refused(world: World, order: Order) -> bool:
    codes = [scan.code for scan in lives.live_scans(world.parcel(order.parcel_id))]
    return any(code.startswith("44/") for code in codes) and not any(code.startswith("1/") for code in codes)


DUTIES = {REGISTER: Duty(on_register), DECIDE: Duty(on_decide), LOSE_PATIENCE: Duty(on_patience)}
