"""Signed documents over the wire, and what the office found of a list: only accepted lines are charged."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from parcelproof.signatures import Broken, verify_detached, verify_pdf
from parcelproof.signatures.chain import authorities
from parcelproof.simulators.core.parcel import Step
from parcelproof.simulators.postal_api.russia import lives

from ..own_desk import DAY_MS, HOUR_MS, OwnDesk
from ..own_desk import order as plain
from .sample import text_of

LIST = "10901226.03F"


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="documents")


def checked_in(desk: OwnDesk, *comments: str) -> tuple[str, list[int]]:
    """Check a batch of orders in, one for each comment, and return its name and their ids."""
    orders = [plain(**{"order-num": f"D-{n}", "comment": comment}) for n, comment in enumerate(comments, 1)]
    ids = [int(found) for found in desk.put_orders(*orders)["result-ids"]]
    (batch,) = desk.otpravka("POST", "/1.0/user/shipment", ids)["batches"]
    desk.otpravka("POST", f"/1.0/batch/{batch['batch-name']}/checkin")
    return str(batch["batch-name"]), ids


def settings(desk: OwnDesk, **told: Any) -> None:
    desk.otpravka("GET", "/1.0/settings/limit")
    desk.world.store.header.settings.update(told)


def document(desk: OwnDesk, name: str, wanted: str) -> bytes:
    answer = desk.call("GET", f"/parcelproof/v1/batches/{name}/documents/{wanted}")
    assert answer.status == 200, answer.body
    return answer.body


def names(desk: OwnDesk, name: str) -> dict[str, list[str]]:
    rows = desk.read(f"/batches/{name}/documents")["documents"]
    return {row["name"]: [one["by"] for one in row["signed"]] for row in rows}


def trusted(desk: OwnDesk) -> Sequence[Any]:
    return authorities(desk.call("GET", "/parcelproof/v1/documents/authority").body)


def verdicts(desk: OwnDesk, name: str) -> list[tuple[str, str]]:
    return [(line["order_num"], line["verdict"]) for line in desk.read(f"/batches/{name}/acceptance")["lines"]]


def test_the_sender_signs_at_check_in_and_the_post_when_it_has_closed_the_list(desk: OwnDesk) -> None:
    name, _ = checked_in(desk, "", "")
    assert names(desk, name) == {"F103.pdf": ["sender"], LIST: [], f"{LIST}.sender.sig": ["sender"]}
    assert desk.read(f"/batches/{name}/acceptance", status=409)["state"] == "open"
    desk.wait(3 * HOUR_MS)
    both = ["sender", "post"]
    assert names(desk, name) == {
        "F103.pdf": both,
        LIST: [],
        f"{LIST}.sender.sig": ["sender"],
        f"{LIST}.post.sig": ["post"],
        "Act.pdf": both,
        "Invoice.pdf": both,
    }
    for paper in ("F103.pdf", "Act.pdf", "Invoice.pdf"):
        found = verify_pdf(document(desk, name, paper), trusted(desk))
        assert [(one.good, one.organization) for one in found][1] == (True, "АО «Почта России»")
        assert found[0].good and found[0].signer.startswith("ООО")
    content = document(desk, name, LIST)
    for who in both:
        assert verify_detached(content, document(desk, name, f"{LIST}.{who}.sig"), trusted(desk)).good


def test_a_changed_byte_of_a_document_is_seen(desk: OwnDesk) -> None:
    name, _ = checked_in(desk, "")
    content, signature = document(desk, name, LIST), document(desk, name, f"{LIST}.sender.sig")
    assert not verify_detached(content.replace(b"|800|", b"|801|"), signature, trusted(desk)).good
    pdf = bytearray(document(desk, name, "F103.pdf"))
    pdf[pdf.index(b"/FlateDecode") + 40] ^= 1
    assert not holds(bytes(pdf), trusted(desk))
    assert holds(document(desk, name, "F103.pdf"), trusted(desk))


def holds(pdf: bytes, roots: Sequence[Any]) -> bool:
    try:
        return all(one.good for one in verify_pdf(pdf, roots))
    except Broken:
        return False


def test_the_same_tenant_gives_the_same_bytes(desk: OwnDesk) -> None:
    papers = ("F103.pdf", f"{LIST}.sender.sig", "Act.pdf")
    runs = []
    for one in (desk, OwnDesk(token="documents")):
        name, _ = checked_in(one, "", "")
        one.wait(3 * HOUR_MS)
        runs.append([document(one, name, paper) for paper in papers])
    assert runs[0] == runs[1]


def test_what_is_signed_stays_what_was_checked_in(desk: OwnDesk) -> None:
    name, ids = checked_in(desk, "", "")
    before = document(desk, name, LIST)
    desk.wait(DAY_MS)
    assert document(desk, name, LIST) == before and len(ids) == 2


def test_without_electronic_signature_nothing_is_signed(desk: OwnDesk) -> None:
    assert desk.otpravka("GET", "/1.0/settings")["esignature-enabled"] is True
    settings(desk, esignature="disabled")
    assert desk.otpravka("GET", "/1.0/settings")["esignature-enabled"] is False
    name, _ = checked_in(desk, "")
    desk.wait(3 * HOUR_MS)
    assert names(desk, name) == {"F103.pdf": [], LIST: [], "Act.pdf": [], "Invoice.pdf": []}
    with pytest.raises(Broken):
        verify_pdf(document(desk, name, "Act.pdf"))


def test_only_accepted_lines_are_charged_and_the_others_listed(desk: OwnDesk) -> None:
    name, ids = checked_in(desk, "", "[story: stuck]", "[story: not-accepted]", "")
    (other,) = desk.put_orders(plain(**{"order-num": "X-1"}))["result-ids"]
    desk.wait(3 * HOUR_MS)
    lives.scan(desk.world, desk.world.parcel(f"russian_post-{other}"), Step(0, "1/2"))
    desk.wait(25 * HOUR_MS)
    listed = [("D-1", "accepted"), ("D-2", "missing"), ("D-3", "refused"), ("D-4", "accepted"), ("X-1", "extra")]
    assert verdicts(desk, name) == listed
    found = desk.read(f"/batches/{name}/acceptance")
    accepted = [line for line in found["lines"] if line["verdict"] == "accepted"]
    assert found["accepted"] == 2
    assert found["rate_minor"] == sum(line["rate_minor"] for line in accepted) > 0
    assert found["total_minor"] == sum(line["rate_minor"] + line["vat_minor"] for line in accepted)
    whole_minor = sum(line["rate_minor"] + line["vat_minor"] for line in found["lines"])
    assert found["total_minor"] < whole_minor
    numbers = {line["order_num"]: line["barcode"] for line in found["lines"]}
    rouble = f"{found['total_minor'] // 100} руб. {found['total_minor'] % 100:02d} коп."
    act, invoice = (text_of(document(desk, name, paper)) for paper in ("Act.pdf", "Invoice.pdf"))
    assert all(number in act for number in numbers.values())
    assert {order for order, number in numbers.items() if number in invoice} == {"D-1", "D-4"}
    assert f"Принято: 2 шт., {rouble}" in act and f"К оплате: 2 шт., {rouble}" in invoice
    for words in ("нет в наличии", "отказано в приёме (Несоответствие фактической массы)", "нет в списке"):
        assert words in act, words
    each = re.findall(r"\d+\.\d\d", invoice.partition("НДС, руб.\n")[2])
    assert f"{found['total_minor'] // 100}.{found['total_minor'] % 100:02d}" in each
    assert ids


def test_settings_make_lines_missing_and_items_extra(desk: OwnDesk) -> None:
    settings(desk, acceptance_missing=2, acceptance_extra=1)
    extra = desk.put_orders(*(plain(**{"order-num": f"N-{n}"}) for n in (1, 2)))["result-ids"]
    name, _ = checked_in(desk, "", "", "", "")
    desk.wait(30 * HOUR_MS)
    assert verdicts(desk, name) == [
        ("D-1", "accepted"),
        ("D-2", "missing"),
        ("D-3", "accepted"),
        ("D-4", "missing"),
        ("N-1", "extra"),
    ]
    assert len(extra) == 2


def test_a_list_of_which_nothing_is_accepted_is_closed_and_costs_nothing(desk: OwnDesk) -> None:
    name, _ = checked_in(desk, "[story: not-accepted]", "[story: not-accepted]")
    desk.wait(5 * HOUR_MS)
    found = desk.read(f"/batches/{name}/acceptance")
    assert [line["verdict"] for line in found["lines"]] == ["refused", "refused"]
    assert (found["accepted"], found["total_minor"]) == (0, 0)
    assert desk.otpravka("GET", f"/1.0/batch/{name}")["batch-status"] == "FROZEN"
    assert "К оплате: 0 шт., 0 руб. 00 коп." in text_of(document(desk, name, "Invoice.pdf"))


def test_a_list_whose_lines_are_all_accepted_says_so(desk: OwnDesk) -> None:
    name, _ = checked_in(desk, "", "")
    desk.wait(3 * HOUR_MS)
    assert verdicts(desk, name) == [("D-1", "accepted"), ("D-2", "accepted")]
    assert "Все строки списка приняты" in text_of(document(desk, name, "Act.pdf"))


def test_what_happens_after_the_closing_changes_no_document(desk: OwnDesk) -> None:
    name, ids = checked_in(desk, "", "[story: stuck]")
    desk.wait(30 * HOUR_MS)
    before = desk.read(f"/batches/{name}/acceptance"), document(desk, name, "Act.pdf")
    lives.scan(desk.world, desk.world.parcel(f"russian_post-{ids[1]}"), Step(0, "1/2"))
    assert (desk.read(f"/batches/{name}/acceptance"), document(desk, name, "Act.pdf")) == before


def test_what_is_accepted_after_its_list_closed_is_extra_on_the_open_one(desk: OwnDesk) -> None:
    _, ids = checked_in(desk, "", "[story: stuck]", "[story: stuck]")
    desk.wait(30 * HOUR_MS)
    late = [desk.world.parcel(f"russian_post-{order_id}") for order_id in ids[1:]]
    lives.scan(desk.world, late[0], Step(0, "1/2"))
    name, _ = checked_in(desk, "")
    lives.scan(desk.world, late[1], Step(0, "1/2"))
    desk.wait(30 * HOUR_MS)
    assert verdicts(desk, name) == [("D-1", "accepted"), ("D-3", "extra")], "no list was open when the other came"


def test_unknown_batches_and_documents_are_refused(desk: OwnDesk) -> None:
    name, _ = checked_in(desk, "")
    desk.read("/batches/999/documents", status=404)
    desk.read("/batches/999/acceptance", status=404)
    desk.read(f"/batches/{name}/documents/None.pdf", status=404)
    desk.read("/orders/999/customs", status=404)
