"""The same shipment through each way in, against the matrix below NTF-170 to NTF-175."""

from typing import Any

import pytest

from parcelproof.simulators.wire.mail_text import text_of
from parcelproof.simulators.wire.mailbox import mails

from .way_desk import (
    OPTIONS,
    PICTURE,
    TEXTS,
    Desk,
    body,
    generate_label,
    items,
    notice,
    soap_item,
    soap_notice,
    text,
)
from .way_desk import desk as new_desk

WAYS = ("DataTransfer", "REST", "SOAP", "online")
SOAP_EXTRAS = {
    "deliveryInstructions": "<DeliveryInstructions>10</DeliveryInstructions>",
    "dynPic": "<DynPic><UrlPic>https://shop.example/l.png</UrlPic><UrlLink>https://shop.example/</UrlLink></DynPic>",
}
SHIPMENTS: dict[str, tuple[int, dict[str, Any]]] = {  # what is wanted -> kind, members of the notification
    "choose kinds": (32, {}),
    "free texts": (2, TEXTS),
    "logo/link": (2, PICTURE),
    "control options": (2, OPTIONS),
}
MATRIX = {
    "choose kinds": "yyyn",
    "free texts": "yyyn",
    "logo/link": "yynn",
    "control options": "yynn",
}


def sent(desk: Desk, way: str, kind: int, members: dict[str, Any]) -> bool:
    """Submit one shipment and tell whether it was carried out."""
    flat = body(notice(kind, **members))
    match way:
        case "REST":
            return bool(desk.rest(flat).get("item", {}).get("identCode"))
        case "DataTransfer":
            desk.drop("f.ndjson", flat)
            return bool(desk.answers("f.ndjson")[0].get("identCode"))
        case "SOAP":
            texts = {name: value for name, value in members.items() if name in TEXTS}
            more = "".join(SOAP_EXTRAS.get(name, "") for name in members)
            status, content = desk.soap(generate_label(soap_item(soap_notice(kind, more, texts))))
            return status == 200 and bool(text(items(content)[0], "IdentCode"))
    extras = dict.fromkeys(members, "1") | ({} if kind in (1, 2) else {"kinds": str(kind)})
    return desk.online(email="lea@example.org", **extras)[0] == 200


@pytest.mark.parametrize("row", MATRIX)
def test_each_way_takes_what_the_matrix_says_and_keeps_it_exactly(row: str) -> None:
    kind, members = SHIPMENTS[row]
    found = ""
    for way in WAYS:
        desk = new_desk()
        taken = sent(desk, way, kind, members)
        assert len(desk.kept) == taken, "what is refused leaves nothing behind"
        found += "y" if taken else "n"
        if taken:
            (told,) = desk.kept[0].shipment.item.notification
            assert told.kind == kind and desk.kept[0].way == way
            assert bool(told.delivery_instructions) == (row == "control options")
            assert (told.dyn_pic is not None) == (row == "logo/link")
            assert told.free_text1 == members.get("freeText1", "")
    assert found == MATRIX[row]


@pytest.mark.parametrize(("setting", "needed"), [("billing_relation", "yyyn"), ("terms_accepted", "yyyy")])
def test_each_way_needs_what_the_matrix_says(setting: str, needed: str) -> None:
    found = ""
    for way in WAYS:
        assert sent(new_desk(), way, 2, {}), "with both every way takes it"
        desk = new_desk()
        desk.account(**{setting: "no"})
        taken = sent(desk, way, 2, {})
        assert len(desk.kept) == taken
        found += "n" if taken else "y"
    assert found == needed


def test_the_same_shipment_is_kept_the_same_whichever_of_the_three_it_came_by() -> None:
    """NTF-175: nothing of it costs anything, so that nothing but the way tells them apart."""
    kept = []
    for way in WAYS[:3]:
        desk = new_desk()
        assert sent(desk, way, 2, TEXTS)
        kept.append(desk.kept[0])
    assert kept[0].shipment == kept[1].shipment == kept[2].shipment
    assert len({one.ident_code for one in kept}) == 1


@pytest.mark.parametrize("way", WAYS)
def test_ntf_170_and_172_what_came_by_each_way_is_told(way: str) -> None:
    """The online page's messages have the standard text and no control options (D7)."""
    desk = new_desk()
    assert sent(desk, way, 1, {})
    (mail,) = mails(desk.world)
    said = text_of(mail.raw).text
    assert mail.rcpt_to == ("lea@example.org",) and desk.kept[0].ident_code in said
    assert "my-consignments" not in said and "Mitteilung" not in said


def test_ntf_174_on_the_page_for_everybody_nothing_is_told_before_the_terms_were_accepted() -> None:
    desk = new_desk()
    assert desk.online(email="lea@example.org", terms="")[0] == 422
    assert mails(desk.world) == []
