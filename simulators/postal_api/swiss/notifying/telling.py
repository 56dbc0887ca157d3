"""Telling people: what the rules say of a scan becomes mails in the tenant's mailbox, each at most once.

Wire contract: `notifications` Part 2. What was sent is a record, so that neither a scan told again nor a snapshot put
back sends anything twice (NTF-114). Nothing is sent before the terms were accepted (NTF-174).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ....core.parcel import Parcel
from ....core.records import Due
from ....core.world import World
from ....wire import mailbox
from .. import account
from ..consignment import Consignment, consignment_of
from ..names import CARRIER
from ..notices import DELIVERY_INFORMATION, ORDER_CONFIRMATION, SATURDAY, WITH_CONTROL_OPTIONS
from ..reading import day_of
from ..services import sort_out
from ..shipment import Notification
from ..swiss_time import local
from . import rules
from .control_rules import WISHED_DAY, closed
from .letter import SENDER, Letter, envelope_of, one_line, raw, several_lines
from .links import link_of, offered, own_of
from .records import Noticed, Sent, noticed_of, own_settings, remember_sent, same_address, same_number
from .rules import DATA, HANDOVER, REMINDED_AFTER_MS, WAITED, Happening
from .words import day_in_words, of_notice, sentence, word

REMIND = f"{CARRIER}.remind"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person. `asked` is what the sender ordered, None for one of the recipient's own settings."""

    kind: int
    to: str
    by_mail: bool
    language: str
    asked: Notification | None = None


def data_arrived(world: World, found: Consignment) -> None:
    """Tell whoever is told that an item is announced."""
    if not _may_concern(found):
        return
    tell(world, found, world.parcel(found.id), Happening(DATA, world.now_ms))


def data_came_later(world: World, found: Consignment, parcel: Parcel, late: tuple[int, ...]) -> None:
    """Tell what is still to be told when data come behind the label; `late` are the kinds whose occasion is past."""
    if found.is_return or rules.is_over(parcel):
        return
    tell(world, found, parcel, Happening(DATA, world.now_ms))
    came = rules.arrival(parcel)
    if came is not None and rules.REMINDER not in late:
        world.later(REMIND, parcel.id, after_ms=came.occurred_ms + REMINDED_AFTER_MS - world.now_ms)


def scanned(world: World, parcel: Parcel, found: Consignment) -> None:
    """Tell what the scan that was just recorded brings about."""
    if not _may_concern(found):
        return
    what = rules.happening(parcel)
    if what is None:
        return
    if what.what == rules.READY:
        world.later(REMIND, parcel.id, after_ms=what.at_ms + REMINDED_AFTER_MS - world.now_ms)
    tell(world, found, parcel, what)


def on_reminder(world: World, due: Due) -> None:
    """Three days after an arrival: remind whoever has not collected."""
    parcel = world.parcel(due.key)
    came = rules.waits(parcel, now_ms=world.now_ms)
    if came is not None:
        tell(world, consignment_of(world, due.key), parcel, Happening(WAITED, came.occurred_ms, came.place))


def _may_concern(found: Consignment) -> bool:
    """Tell whether anybody can be told of a consignment at all."""
    item = found.shipment.item
    return not found.is_return and bool(item.notification or item.recipient.email or item.recipient.mobile)


def tell(world: World, found: Consignment, parcel: Parcel, what: Happening) -> None:
    """Send what an occurrence calls for and was not sent yet."""
    for notice in notices(world, found, what):
        to = same_address(notice.to) if notice.by_mail else same_number(notice.to)
        if noticed_of(world, found.id).has(notice.kind, what.name, to):
            continue
        letter = _letter(world, found, parcel, what, notice)
        kept = mailbox.keep(world, SENDER, (envelope_of(letter),), raw(letter))
        sent = Sent(notice.kind, what.name, to, world.now_ms, kept.id, notice.asked is None)
        remember_sent(world, found.id, sent)


def notices(world: World, found: Consignment, what: Happening) -> Iterator[Notice]:
    """Yield who is told of an occurrence: by the sender's choice, or by settings of the recipient's own (NTF-120)."""
    item = found.shipment.item
    at_counter = rules.collects(item.recipient)
    allowed = rules.carried(sort_out(item.attributes.przl), at_counter=at_counter)
    kinds = rules.kinds_told(what, at_counter=at_counter)
    terms = account.of(world).terms_accepted
    for kind in kinds:
        for asked in item.notification if terms else ():
            to = asked.communication.email if asked.by_mail else asked.communication.mobile
            if asked.kind == kind and (kind == HANDOVER or own_settings(world, to) is None):
                yield Notice(kind, to, asked.by_mail, asked.language, asked)
        if kind in allowed:
            for own in own_of(world, found):
                if kind in own.kinds:
                    yield Notice(kind, own.email, True, own.language)


def _letter(world: World, found: Consignment, parcel: Parcel, what: Happening, notice: Notice) -> Letter:
    language, asked = notice.language, notice.asked
    sender = one_line(found.sender_name)
    values = _values(world, found, what, notice)
    table = of_notice(notice.kind, what)
    control, options = _control(world, found, parcel, notice)
    picture = asked.dyn_pic if asked is not None else None
    texts = (asked.free_text1, asked.free_text2) if asked is not None else ()
    mark = world.token_hex(f"{CARRIER}.notice", f"{found.id}/{notice.kind}/{what.name}/{notice.to}", 8)
    return Letter(
        to=notice.to,
        by_mail=notice.by_mail,
        language=language,
        sender=sender,
        title=sentence(language, table, "title", **values),
        text=sentence(language, table, "text", **values),
        rows=_rows(found, notice.kind, values, language),
        message="\n".join(text for text in map(several_lines, texts) if text),
        picture=picture.url_pic if picture is not None else "",
        link=picture.url_link if picture is not None else "",
        control=control,
        control_words=word(language, "own_control" if asked is None else "control"),
        options=options,
        at=local(world.now_ms),
        mark=f"{found.id}.{notice.kind}.{what.name}.{mark}",
    )


def _values(world: World, found: Consignment, what: Happening, notice: Notice) -> dict[str, str]:
    """Return what a notice's sentences are filled with."""
    day = told_day(found, noticed_of(world, found.id), notice.kind, local(what.at_ms).date())
    until = local(what.at_ms).date() + timedelta(days=rules.KEPT_DAYS)
    return {
        "sender": one_line(found.sender_name),
        "day": day_in_words(day, notice.language) if day is not None else "",
        "place": one_line(what.place),
        "until": day_in_words(until, notice.language),
    }


def told_day(found: Consignment, noticed: Noticed, kind: int, on: date) -> date | None:
    """Return the day that a notice tells: of delivery, promised or done; None where there is none to tell.

    `on` is the day of the occurrence. A day that the recipient or the sender wished for goes before the usual one, as
    long as it is not over; an order confirmation tells one only where the sender says when he posts the item.
    """
    asked, wished = found.shipment.item.attributes, noticed.choice
    chosen, posted = sort_out(asked.przl), day_of(asked.dispatch_info.dispatch_date) if asked.dispatch_info else None
    start = max(posted, on) if posted is not None else on
    if kind == SATURDAY:
        return rules.following_saturday(start)
    if kind not in (ORDER_CONFIRMATION, DELIVERY_INFORMATION):
        return on
    wish = date.fromisoformat(wished.details["day"]) if wished is not None and wished.option == WISHED_DAY else None
    ordered = day_of(asked.delivery_date) if asked.delivery_date else None
    for day in (wish, ordered):
        if day is not None and day >= on:
            return day
    if kind == ORDER_CONFIRMATION:
        return None if posted is None else rules.promised(start, chosen)
    return rules.promised(on, chosen)


def _rows(found: Consignment, kind: int, values: dict[str, str], language: str) -> tuple[tuple[str, str], ...]:
    rows = [(word(language, "number"), found.ident_code), (word(language, "sender"), values["sender"])]
    if kind in (ORDER_CONFIRMATION, DELIVERY_INFORMATION, SATURDAY) and values["day"]:
        rows.append((word(language, "delivery"), values["day"]))
    if kind in (rules.COLLECTION_INFORMATION, rules.REMINDER):
        rows += [(word(language, "office"), values["place"]), (word(language, "until"), values["until"])]
    return tuple(rows)


def _control(world: World, found: Consignment, parcel: Parcel, notice: Notice) -> tuple[str, tuple[str, ...]]:
    """Return the link to the control options that are still open, and the options in words; nothing where none is.

    They ride on the first two kinds, by e-mail alone (NTF-143). With settings of his own a recipient is led to all.
    """
    if notice.kind not in WITH_CONTROL_OPTIONS or not notice.by_mail or noticed_of(world, found.id).choice is not None:
        return "", ()
    asked = notice.asked
    mine = offered(world, found, notice.to) if asked is None else asked.delivery_instructions
    open_ones = [option for option in mine if closed(parcel, option) is None]
    if not open_ones:
        return "", ()
    return link_of(world, found, notice.to), tuple(sentence(notice.language, "options", one) for one in open_ones)
