"""ф. 103 in electronic form: the "part-post" file that office software reads, and what large senders write.

Wire contract: `postal_api_russia` §6.1: CP866, columns between `|`, the first line names them. The meaning of the parts
of its name is ours (inferred): post code, then year, month and running number of the list.
"""

from collections.abc import Sequence

from ..marks import RANKS, mask
from ..records import Account, Batch, Order
from ..tariff.objects import BY_WORD, CATEGORY_BY_WORD
from .item import gross_minor, recipient, sender

COLUMNS = (
    "OperType|OperDate|Barcode|IndexTo|MailDirect|TransType|MailType|MailCtg|MailRank|SendCtg|PostMark|Mass|Payment|"
    "Value|PayType|MassRate|InsrRate|AirRate|AdValTax|SaleTax|Rate|OperAttr|IndexOper|IndexNext|Comment|SNDRAddressData|"
    "RCPNAddressData|NotifyAddressData|NotificationRCPN|EmployeeData|ByProxy|MPODeclaration"
)
TRANSPORT = {"SURFACE": 1, "AVIA": 2, "COMBINED": 3, "EXPRESS": 4, "STANDARD": 1}
ACCEPTED, BY_BATCH, CASHLESS, LEGAL_PERSON = 1, 2, 2, 3
VERSION = "P1.34.01.01"
_QUOTES = str.maketrans("«»—–", '""--')


def name_of(batch: Batch) -> str:
    """Return the file's name, as `10901226.11F`."""
    year, month, _ = batch.list_date.split("-")
    return f"{batch.office}{year[2:]}.{month}F"


def part_post(batch: Batch, orders: Sequence[Order], account: Account) -> bytes:
    """Return the file; letters that its code page lacks become question marks, as office software writes them."""
    lines = [COLUMNS, *(_line(batch, order, account) for order in orders)]
    return "".join(f"{line}\r\n" for line in lines).translate(_QUOTES).encode("cp866", "replace")


def _line(batch: Batch, order: Order, account: Account) -> str:
    rates = {name: rate.rate_minor for name, rate in order.rates.items()}
    home, who = sender(order, account), recipient(order)
    country = "643"
    values: tuple[object, ...] = (
        ACCEPTED,
        batch.list_date.replace("-", "") + "000000",
        order.barcode,
        order.index_to,
        order.mail_direct,
        TRANSPORT.get(order.text("transport-type"), 1),
        BY_WORD.get(order.mail_type, 0),
        CATEGORY_BY_WORD.get(order.mail_category, 5),
        RANKS.get(order.text("mail-rank"), (0, ""))[0],
        LEGAL_PERSON,
        mask(order.postmarks),
        order.mass_g,
        order.payment_minor,
        order.value_minor,
        CASHLESS,
        rates.get("ground", 0),
        rates.get("insr", 0),
        rates.get("avia", 0),
        0,
        order.total.vat_minor,
        gross_minor(order),
        BY_BATCH,
        batch.office,
        "",
        f"{VERSION};CountryFrom={country};List={batch.list_number};Order={_plain(order.order_num)};",
        f"{home.name};{home.index};{home.address};{home.phone}",
        f"{who.name};{who.index};{who.address};{who.phone}",
        "",
        "",
        "",
        "",
        "",
    )
    return "|".join(_plain(str(value)) for value in values)


def _plain(text: str) -> str:
    """Return a text that breaks neither a line nor a column."""
    return " ".join(
        "".join(" " if letter in "|\r\n\x1a" or not letter.isprintable() else letter for letter in text).split()
    )
