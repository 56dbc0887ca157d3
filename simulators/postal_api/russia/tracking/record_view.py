"""One `historyRecord`: five blocks, those fields of them that are known.

Wire contract: `postal_api_russia` §4.3. The record of an item that is only announced tells less: nothing was weighed
and nothing was paid yet, as in the recorded answer.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lxml import etree

from ....wire.soap.envelopes import printable
from .. import marks
from ..country_codes import country_codes
from ..operations import Mark
from ..records import HOME, Order, Rate
from ..tariff.countries import countries
from ..tariff.objects import BY_WORD, CATEGORY_BY_WORD
from ..tariff.objects import MAIL_TYPES as CALCULATED
from . import words
from .envelope import DATA
from .items import Event, Item, Spot
from .money_events import duty_minor

RUSSIA = "Российская Федерация"
COMPANY = (5, "Корпоративный клиент")
UNKNOWN_CATEGORY = 5
PAID = ("ground", "avia")


class Block:
    """An element under construction in the data namespace."""

    def __init__(self, parent: Any, name: str) -> None:
        self.element = etree.SubElement(parent, f"{{{DATA}}}{name}")

    def put(self, name: str, value: object) -> None:
        """Add a field; None and empty text are left out."""
        if value is None or value == "":
            return
        text = str(value).lower() if isinstance(value, bool) else printable(str(value))
        etree.SubElement(self.element, f"{{{DATA}}}{name}").text = text

    def named(self, name: str, number: int, text: str) -> None:
        block = Block(self.element, name)
        block.put("Id", number)
        block.put("Name", text)


def put_record(parent: Any, item: Item, event: Event, sender: str, tongue: str, *, sparse: bool) -> None:
    """Add the record of one operation; a sparse one has only what the specification guarantees."""
    record = Block(parent, "historyRecord").element
    announced = event.operation.mark is Mark.DATA
    _addresses(Block(record, "AddressParameters"), item, event, sparse=sparse)
    finance = Block(record, "FinanceParameters")
    about = Block(record, "ItemParameters")
    if not sparse:
        _finance(finance, item, announced=announced)
        _item(about, item.order, announced=announced)
    _operation(Block(record, "OperationParameters"), event, tongue)
    users = Block(record, "UserParameters")
    if not sparse:
        users.named("SendCtg", *COMPANY)
        users.put("Sndr", sender)
        users.put("Rcpn", short_name(item.order.recipient))


def _addresses(block: Block, item: Item, event: Event, *, sparse: bool) -> None:
    if not sparse:
        _address(block, "DestinationAddress", event.end)
    _address(block, "OperationAddress", replace(event.spot, index="") if sparse else event.spot)
    if not sparse:
        _country(block, "MailDirect", item.order.mail_direct)
        if item.order.is_abroad:
            _country(block, "CountryFrom", HOME)
    _country(block, "CountryOper", event.spot.country)


def _address(block: Block, name: str, spot: Spot) -> None:
    address = Block(block.element, name)
    address.put("Index", spot.index)
    address.put("Description", spot.name)


def _country(block: Block, name: str, number: int) -> None:
    country, codes = Block(block.element, name), country_codes().get(number)
    russian = countries().get(number)
    country.put("Id", number)
    country.put("Code2A", codes and codes.alpha2)
    country.put("Code3A", codes and codes.alpha3)
    country.put("NameRU", RUSSIA if number == HOME else russian and russian.name)
    country.put("NameEN", codes and codes.name)


def _finance(block: Block, item: Item, *, announced: bool) -> None:
    """Add what is paid, in kopecks with VAT."""
    order = item.order
    if not announced:
        rates = order.rates
        extras = (rate for name, rate in rates.items() if name not in {*PAID, "mass", "insr"})
        block.put("Payment", order.payment_minor)
        block.put("Value", order.value_minor)
        block.put("MassRate", _whole(rates.get(name, Rate()) for name in PAID))
        block.put("InsrRate", _whole([rates.get("insr", Rate())]))
        block.put("AirRate", _whole([rates.get("avia", Rate())]))
        block.put("Rate", _whole(extras))
    block.put("CustomDuty", 0 if announced else duty_minor(item))


def _whole(rates: Iterable[Rate]) -> int:
    return sum(rate.rate_minor + rate.vat_minor for rate in rates)


def _item(block: Block, order: Order, *, announced: bool) -> None:
    type_id = BY_WORD.get(order.mail_type, 0)
    category = CATEGORY_BY_WORD.get(order.mail_category, UNKNOWN_CATEGORY)
    type_name = marks.MAIL_TYPES.get(type_id) or CALCULATED.get(type_id, ("", "Не определено"))[1]
    bits = marks.mask(order.postmarks)
    block.put("Barcode", order.barcode)
    block.put("ValidRuType", True)
    block.put("ValidEnType", order.is_abroad)
    block.put("ComplexItemName", marks.item_name(type_name, category))
    block.named("MailRank", *marks.RANKS.get(order.text("mail-rank"), marks.RANKS["WO_RANK"]))
    block.named("PostMark", bits, marks.mask_name(bits))
    block.named("MailType", type_id, type_name)
    block.named("MailCtg", category, marks.CATEGORIES.get(category, ("Не определена",))[0])
    if not announced:
        block.put("Mass", order.mass_g)


def _operation(block: Block, event: Event, tongue: str) -> None:
    done = event.operation
    block.named("OperType", done.type, words.type_name(done, tongue))
    block.named("OperAttr", done.attribute, words.attribute_name(done, tongue))
    block.put("OperDate", event.spot.local(event.at_ms).isoformat(timespec="milliseconds"))


def short_name(name: str) -> str:
    """Return a person as tracking tells one: `ПЕТРОВ Н И`."""
    surname, *rest = name.upper().split() or [""]
    return " ".join([surname, *(part[0] for part in rest)])
