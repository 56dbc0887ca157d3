"""A registered letter in the post's hands: its order and number, its operations at tracking, and how it follows them.

The electronic way is 1/3, 8/16, 2/5; the paper way 1/3, 8/17, 8/31, 8/2, 8/18, 2/6; refused, 45 and then the paper way;
34 where a notice is asked for (`postal_api_russia` §4.7). The way on paper is the parcel's journey, so that the control
API can hold it, hurry it or change it; the letter follows whatever operation happens to its number.
"""

import re
from collections.abc import Sequence

import msgspec

from ....core.parcel import Booked, Parcel, Scan, Step
from ....core.records import Due
from ....core.world import World
from ....wire.moscow import day
from .. import filing, lives
from ..names import OTPRAVKA
from ..otpravka.account import account_now
from ..otpravka.postmarks import postmarks
from ..otpravka.pricing import priced, rates_of
from ..otpravka.registration import FIRST_ID, keep_names
from ..own_rest.ids import DAY_MS, HOUR_MS, named
from ..records import FROZEN, HOME, Batch, Order, account_of, keep, keep_batch, orders_of, parcel_id
from ..tariff.prices import NoTariff
from ..watching import watch
from . import records
from .records import Letter, changed

FOLLOW = named("letters.follow")
ACCEPTED, IN_INBOX, OPENED, AT_PRINTERS, REFUSED, NOTICE = "1/3", "8/16", "2/5", "8/17", "45/0", "34/0"
SHEET_G, ENVELOPE_G = 5, 5
STORED_MS = 30 * DAY_MS
STORY = re.compile(r"\[story: ([a-z-]+)\]")
TO_THE_DOOR = (
    Step(6 * HOUR_MS, "8/31"),
    Step(30 * HOUR_MS, "8/2"),
    Step(16 * HOUR_MS, "8/18"),
)
HANDED_OVER = Step(4 * HOUR_MS, "2/6")
NOBODY_THERE = (Step(4 * HOUR_MS, "12/10"), Step(HOUR_MS, "6/3"))
BACK = (Step(STORED_MS, "3/1"), Step(3 * DAY_MS, "2/2"))
DESTROYED = (Step(STORED_MS, "4/6"), Step(3 * DAY_MS, "16/0"))
STORIES = ("handed-over", "unclaimed")
STATE_OF_TYPE = {"2": records.HANDED_OVER, "3": records.RETURNING, "16": records.DESTROYED, "18": records.LOST}
STATE_OF = {
    IN_INBOX: records.UNOPENED,
    AT_PRINTERS: records.PRINTING,
    "8/31": records.ON_PAPER,
    "2/2": records.RETURNED,
    "2/7": records.RETURNED,
    "5/1": records.LOST,
}


def accept(world: World, letters: Sequence[Letter]) -> tuple[list[Letter], str]:
    """Let the post take letters in that have their numbers (1/3); return them and the name of the list they are on."""
    if not letters:
        return [], ""
    orders = [_order(world, letter) for letter in letters]
    batch = _list_of(world, orders)
    for letter, order in zip(letters, orders, strict=True):
        keep(world, msgspec.structs.replace(order, batch=batch.name))
        keep_names(world, order)
        parcel = world.add(Parcel(order.parcel_id, OTPRAVKA, order.barcode, order.order_num, (Booked(world.now_ms),)))
        world.store.put(records.BY_PARCEL, parcel.id, letter.id)
        changed(world, letter, order=order.id)
        watch(world, parcel.id, FOLLOW)
        lives.number_assigned(world, parcel)
    filing.file(world, batch, orders_of(world, batch), account_now(world))
    for letter in letters:
        _scan(world, records.letter_of(world, letter.id), ACCEPTED)
    return [records.letter_of(world, letter.id) for letter in letters], batch.name


def _list_of(world: World, orders: Sequence[Order]) -> Batch:
    """Return a batch that is handed in already: letters have no folder "new"."""
    ids = tuple(order.id for order in orders)
    return keep_batch(
        world,
        Batch(
            name=str(world.count("russian_post.batch")),
            made_ms=world.now_ms,
            status=FROZEN,
            status_ms=world.now_ms,
            sending_date=day(world.now_ms),
            office=orders[0].office,
            mail_type=orders[0].mail_type,
            mail_category=orders[0].mail_category,
            payment_method=orders[0].text("payment-method"),
            transport_type=orders[0].text("transport-type"),
            orders=ids,
            checked=ids,
            list_number=world.count("russian_post.list"),
            list_date=day(world.now_ms),
            version=1,
            f103_sent=True,
        ),
    )


def deliver_electronically(world: World, letter: Letter) -> None:
    """Lay a letter into the recipient's inbox, where it lies until it is opened."""
    _scan(world, letter, IN_INBOX)


def hand_over(world: World, letter: Letter) -> Letter:
    """Hand an electronic letter over: it was opened."""
    _scan(world, letter, OPENED)
    return records.letter_of(world, letter.id)


def refuse_notice(world: World, letter: Letter) -> Letter:
    """Note that the recipient refuses an electronic letter, and print it."""
    _scan(world, letter, REFUSED)
    return print_out(world, changed(world, records.letter_of(world, letter.id), way="paper", recipient=""))


def print_out(world: World, letter: Letter) -> Letter:
    """Hand a letter to the print centre; from there it goes on paper."""
    _scan(world, letter, AT_PRINTERS)
    world.travel(_parcel(world, letter), _way_on_paper(letter))
    return records.letter_of(world, letter.id)


def _way_on_paper(letter: Letter) -> tuple[Step, ...]:
    found = STORY.search(letter.wish.comment)
    if found is None or found[1] != "unclaimed":
        return (*TO_THE_DOOR, HANDED_OVER)
    return (*TO_THE_DOOR, *NOBODY_THERE, *(DESTROYED if letter.wish.no_return else BACK))


def follow(world: World, due: Due) -> None:
    """Duty, done at once after every operation of a letter's number: the letter's state is what it says."""
    found = world.store.get(records.BY_PARCEL, due.key)
    scans = [fact for fact in world.parcel(due.key).facts if isinstance(fact, Scan)]
    if found is None or not scans:
        return
    letter, code = records.letter_of(world, found), scans[-1].code
    state = STATE_OF.get(code) or STATE_OF_TYPE.get(code.partition("/")[0])
    if state is None or state == letter.state:
        return
    letter = changed(world, letter, state=state)
    if state == records.HANDED_OVER and letter.wish.notice and not letter.notice_ms:
        changed(world, letter, notice_ms=world.now_ms)
        _scan(world, letter, NOTICE)


def _scan(world: World, letter: Letter, code: str) -> None:
    lives.scan(world, _parcel(world, letter), Step(0, code))


def _parcel(world: World, letter: Letter) -> Parcel:
    return world.parcel(parcel_id(letter.order))


def _order(world: World, letter: Letter) -> Order:
    """Return the letter as the post's own order: what tracking and the list F103 tell of it."""
    wish, account = letter.wish, account_of(world)
    code = records.POST_CODE.search(wish.address)
    fields = {
        "order-num": wish.registration_number or letter.id,
        "mail-type": "LETTER",
        "mail-category": "ORDERED",
        "mail-direct": HOME,
        "mass": ENVELOPE_G + SHEET_G * letter.pages,
        "index-to": int(code[0]) if code else 0,
        "address-type-to": "DEFAULT",
        "raw-address": wish.address,
        "recipient-name": wish.name,
        "postoffice-code": account.points[0] if account.points else "",
        "payment-method": "CASHLESS",
        "transport-type": "SURFACE",
        "envelope-type": "C5",
        "with-electronic-notice": wish.notice,
        "no-return": wish.no_return,
        "comment": wish.comment,
    }
    told = {name: value for name, value in fields.items() if value != ""}
    order = Order(FIRST_ID + world.count("russian_post.order"), letter.number, told, world.now_ms)
    order = msgspec.structs.replace(order, postmarks=postmarks(order, oversize=False))
    try:
        found = priced(world, order)
    except NoTariff:  # to a post code that nobody knows: the post finds out on the way
        return order
    days = (found.days_min, found.days_max)
    return msgspec.structs.replace(order, rates=rates_of(found), days=days, weight_pay_g=found.weight_pay_g)
