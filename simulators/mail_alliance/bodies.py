"""Request bodies: media type, JSON, and two ways to a clean order.

The fast way takes an order whose bytes already are what cleaning would make of them; anything it is not sure of goes
the slow way, which checks field by field and knows every pointer. The slow way is the definition.
"""

import re
import unicodedata
from typing import Any, NamedTuple

import msgspec

from ..wire.call import Call
from ..wire.members import Faults, Field
from .countries import CODES
from .limits import GIRTH_MM, INSURED_MINOR, MOST_PAIRS, OTHER_SIDE_MM, PAIR_NAME, PAIR_TEXT
from .orders import Address, Content, Order, Package
from .problems import Refused, invalid_fields
from .shapes import ORDER, minor, postal_code_fits
from .times import read_day

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode
_decode_order = msgspec.json.Decoder(Order).decode
_CONTROL = re.compile("[\x80-\x9f]")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def require_json(call: Call) -> None:
    """Refuse a body of another media type or with a content coding (415)."""
    if "Content-Encoding" in call.headers:
        _require_no_coding(call.headers["Content-Encoding"])
    kind = call.headers.get("Content-Type", "")
    if kind != "application/json" and kind.split(";")[0].strip().lower() != "application/json":
        raise Refused(
            "unsupported-media-type",
            f"The body's media type is {kind or 'not given'}; allowed: application/json.",
            {"allowed": ["application/json"]},
        )


def _require_no_coding(coding: str) -> None:
    if coding.strip().lower() not in ("identity", ""):
        detail = f"The body's content coding is {coding[:40]}; allowed: none."
        raise Refused("unsupported-media-type", detail, {"allowed": ["identity"]}, {"Accept-Encoding": "identity"})


def document(call: Call) -> Any:
    """Return the body as plain JSON values, or refuse it (400, 415)."""
    require_json(call)
    try:
        return _decode(call.body)
    except _UNREADABLE as error:
        raise Refused("malformed", f"The body is no JSON in UTF-8: {str(error)[:200]}.") from error


def optional_document(call: Call) -> Any:
    """Return the body of a call that needs none: an absent one is an empty object."""
    return document(call) if call.body.strip() else {}


def checked(shape: Field, body: Any) -> dict[str, Any]:
    """Return the clean members of a body, or refuse it with every fault that it has (422)."""
    faults = Faults()
    found = shape.check(body, "", faults)
    if faults:
        raise invalid_fields(faults)
    assert isinstance(found, dict)
    return found


class Read(NamedTuple):
    """A body that was read: `canonical` is what its fingerprint is made of; `order` when it is one, and clean."""

    canonical: bytes
    plain: Any = None
    order: Order | None = None


def read_order(call: Call) -> Read:
    """Read the body of a create: at once into an order if it is a clean one, else into plain values (400, 415).

    Two bodies that mean the same are read the same way, so either canonical form serves for comparing them. Only a
    null, which the typed form cannot tell from an absent member, must go the slow way.
    """
    require_json(call)
    raw = call.body
    found = None if b"null" in raw else fast_order(raw)
    if found is not None:
        order, canonical = found
        return Read(canonical, None, order)
    plain = document(call)
    return Read(canonical_form(plain), plain)


def order_in(read: Read) -> Order:
    """Return the clean order of a body that was read, or refuse it with every fault that it has (422)."""
    return read.order or msgspec.convert(checked(ORDER, read.plain), Order)


def canonical_form(plain: object) -> bytes:
    """Return JSON values in the one form that equal values share."""
    return _encode_sorted(plain)


def fast_order(raw: bytes) -> tuple[Order, bytes] | None:
    """Return the order in these bytes and its canonical form, when nothing needs cleaning and no rule is broken."""
    try:
        order = _decode_order(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    canonical = _encode(order)
    settled = _settled(order) if _clean(canonical) else None
    return None if settled is None else (settled, canonical)


def _clean(encoded: bytes) -> bool:
    """Tell whether all texts of an encoded order are in NFC and free of control characters.

    Encoded again, since a client may write letters as escapes; what is still escaped then is a control character,
    a quote or a backslash, and goes the slow way. Every part of a text in NFC is in NFC, so one question is enough.
    """
    if b"\\" in encoded or b"\x7f" in encoded:
        return False
    if encoded.isascii():
        return True
    text = encoded.decode()
    # in UTF-8 the control characters beyond ASCII begin with C2, which few texts hold: ten times cheaper to ask first
    return (b"\xc2" not in encoded or _CONTROL.search(text) is None) and unicodedata.is_normalized("NFC", text)


def _settled(order: Order) -> Order | None:
    """Return the order with its sides sorted, or None when a rule beyond single fields is in doubt."""
    label = order.label
    if (
        not _plain_address(order.shipper)
        or not _plain_address(order.recipient)
        or (order.return_address is not None and not _plain_address(order.return_address))
        or (label is not None and (label.dpi is not None or label.size == "A4"))
        or (order.references is not None and not _trim(order.references))
        or (order.contents is not None and not all(map(_plain_content, order.contents)))
        or (order.metadata is not None and not _plain_pairs(order.metadata))
        or (order.ship_date is not None and read_day(order.ship_date) is None)
        or (order.notify is not None and not _trim(order.notify))
    ):
        return None
    insured = order.insurance
    if insured is not None and (insured.currency != "EUR" or minor(insured.amount) > INSURED_MINOR):
        return None
    return _sorted_sides(order)


def _sorted_sides(order: Order) -> Order | None:
    package = order.package
    length, width, height = package.length_mm, package.width_mm, package.height_mm
    if length >= width >= height:
        tidy = order
    else:
        length, width, height = sorted((length, width, height), reverse=True)
        tidy = msgspec.structs.replace(order, package=Package(package.weight_g, length, width, height))
    return tidy if width <= OTHER_SIDE_MM and length + 2 * width + 2 * height <= GIRTH_MM else None


def _plain_address(address: Address) -> bool:
    if address.country not in CODES or not postal_code_fits(address.country, address.postal_code):
        return False
    # str.strip returns the very same object when there is nothing to strip
    return (
        address.name.strip() is address.name
        and address.street.strip() is address.street
        and address.city.strip() is address.city
        and address.postal_code.strip() is address.postal_code
        and (address.company is None or address.company.strip() is address.company)
        and (address.house_number is None or address.house_number.strip() is address.house_number)
        and (address.address_line2 is None or address.address_line2.strip() is address.address_line2)
    )


def _plain_content(line: Content) -> bool:
    return line.description.strip() is line.description and (line.sku is None or line.sku.strip() is line.sku)


def _plain_pairs(pairs: dict[str, str]) -> bool:
    return len(pairs) <= MOST_PAIRS and all(
        0 < len(name) <= PAIR_NAME and len(text) <= PAIR_TEXT and name.strip() is name and text.strip() is text
        for name, text in pairs.items()
    )


def _trim(record: msgspec.Struct) -> bool:
    """Tell whether no text of the record has blanks at its ends."""
    return all(text is None or text.strip() is text for text in msgspec.structs.astuple(record))
