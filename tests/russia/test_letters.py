"""Registered electronic letters: the check, both ways, the recipient's side, what tracking tells."""

from base64 import b64decode, b64encode
from typing import Any

import pytest

from parcelproof.simulators.core.parcel import Scan, Step
from parcelproof.simulators.postal_api.russia.lives import scan
from parcelproof.simulators.postal_api.russia.numbers import is_number
from parcelproof.simulators.wire.signing import authority, detached

from .letter_papers import A4_PT, pdf, signed
from .own_desk import DAY_MS, HOUR_MS, MINUTE_MS, OwnDesk, proves

CHECK_MS = 15 * MINUTE_MS
ADDRESS = "410012, г Саратов, ул Московская, д 1"
ANNA = {"type": "person", "name": "Иванова Анна Петровна", "address": ADDRESS}
ON_PAPER = ["28/0", "1/3", "8/17", "8/31", "8/2", "8/18", "2/6"]


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="letters")


def letter(document: bytes = b"", signature: bytes = b"", **changes: Any) -> dict[str, Any]:
    document = document or pdf()
    signature = signature or signed(document)
    coded = {"document_base64": b64encode(document).decode(), "signature_base64": b64encode(signature).decode()}
    return {"recipient": ANNA, "title": "Требование", **coded, **changes}


def send(desk: OwnDesk, **changes: Any) -> str:
    """Send a letter and let it be checked."""
    made = desk.own("POST", "/letters", letter(**changes), status=201)
    desk.wait(CHECK_MS)
    return str(made["id"])


def read(desk: OwnDesk, letter_id: str) -> Any:
    return desk.read(f"/letters/{letter_id}")


def consenting(desk: OwnDesk) -> str:
    made = desk.own("POST", "/recipients", {"name": ANNA["name"], "address": ADDRESS, "consents": True}, status=201)
    return str(made["id"])


def operations(desk: OwnDesk, number: str) -> list[tuple[str, int]]:
    """Return code and time of every operation that tracking has of a number."""
    parcel = desk.world.by_number("russian_post", number)
    assert parcel is not None
    return [(fact.code, fact.occurred_ms) for fact in parcel.facts if isinstance(fact, Scan)]


def codes(desk: OwnDesk, number: str) -> list[str]:
    return [code for code, _ in operations(desk, number)]


@proves("LTR-001")
def test_a_letter_is_checking_for_fifteen_minutes(desk: OwnDesk) -> None:
    made = desk.own("POST", "/letters", letter(), status=201)
    bad = desk.own("POST", "/letters", letter(pdf(16)))
    assert made["state"] == "checking" and made["number"] is None
    desk.wait(CHECK_MS - 1)
    assert [row["state"] for row in desk.read("/letters")["data"]] == ["checking", "checking"]
    desk.wait(1)
    assert read(desk, made["id"])["state"] == "printing"
    assert read(desk, bad["id"])["state"] == "rejected"


@proves("LTR-002")
def test_what_is_no_letter_is_refused_at_once(desk: OwnDesk) -> None:
    longest = pdf(bytes_long=1_048_576)
    longer = pdf(bytes_long=1_048_577)
    assert len(longest) == 1_048_576 and len(longer) == 1_048_577
    refused = {
        "/document_base64": [letter(longer), letter(b"GIF89a"), {**letter(), "document_base64": "?"}],
        "/signature_base64": [
            {name: value for name, value in letter().items() if name != "signature_base64"},
            {**letter(), "signature_base64": ""},
        ],
        "/recipient/address": [letter(recipient={**ANNA, "address": "Саратов"})],
    }
    for pointer, bodies in refused.items():
        for body in bodies:
            assert desk.own("POST", "/letters", body, status=422)["errors"][0]["pointer"] == pointer
    assert desk.read("/letters")["data"] == []
    desk.wait(CHECK_MS)
    assert read(desk, send(desk, document=longest))["state"] == "printing"


@proves("LTR-003")
@pytest.mark.parametrize(
    ("document", "reasons"),
    [
        (pdf(size_pt=(A4_PT[1], A4_PT[0])), ["page_form"]),
        (pdf(size_pt=(612, 792)), ["page_form"]),
        (pdf(16), ["too_many_pages"]),
        (pdf(16, (612, 792)), ["page_form", "too_many_pages"]),
        (b"%PDF-1.7 but not really", ["unreadable"]),
    ],
)
def test_the_check_reads_the_document(desk: OwnDesk, document: bytes, reasons: list[str]) -> None:
    found = read(desk, send(desk, document=document))
    assert (found["state"], found["reasons"], found["number"]) == ("rejected", reasons, None)


@proves("LTR-003")
@pytest.mark.parametrize("document", [pdf(15), pdf(size_pt=(597, 840))])
def test_the_check_lets_pass_what_is_allowed(desk: OwnDesk, document: bytes) -> None:
    assert read(desk, send(desk, document=document))["state"] == "printing"


@proves("LTR-004")
def test_one_changed_byte_breaks_the_signature(desk: OwnDesk) -> None:
    document = pdf(bytes_long=3_000)
    made_by = authority("sender").identity("Отправитель", "ООО «Кедр»")
    good = [
        signed(document),
        signed(document, "rsa"),
        signed(document, pem=True),
        detached(document, made_by, 1_772_442_000_000),
    ]
    for signature in good:
        assert read(desk, send(desk, document=document, signature=signature))["state"] == "printing"
    changed = document[:-600] + b"y" + document[-599:]
    for signature in good:
        found = read(desk, send(desk, document=changed, signature=signature))
        assert (found["state"], found["reasons"], found["number"]) == ("rejected", ["signature"], None)
    for place in range(0, len(good[0]), 97):
        spoiled = good[0][:place] + bytes([good[0][place] ^ 1]) + good[0][place + 1 :]
        assert desk.own("POST", "/letters", letter(document, spoiled), status=201)
    assert desk.own("POST", "/letters", letter(document, b"no signature"), status=201)
    desk.wait(CHECK_MS)
    spoiled_states = [row["reasons"] for row in desk.read("/letters?limit=200")["data"][8:]]
    assert ["signature"] in spoiled_states and spoiled_states[-1] == ["signature"]


@proves("LTR-005")
def test_a_number_comes_with_the_check_and_for_registered_letters_only(desk: OwnDesk) -> None:
    first, second = (read(desk, send(desk)) for _ in range(2))
    assert is_number(first["number"]) and is_number(second["number"]) and len(first["number"]) == 14
    assert int(second["number"][:13]) == int(first["number"][:13]) + 1
    assert read(desk, send(desk, category="simple"))["number"] is None
    assert read(desk, send(desk, document=pdf(16)))["number"] is None
    assert int(read(desk, send(desk))["number"][:13]) == int(first["number"][:13]) + 2
    assert desk.read(f"/letters?number={first['number']}")["data"][0]["id"] == first["id"]


@proves("LTR-006")
def test_with_consent_a_letter_is_sent_at_once(desk: OwnDesk) -> None:
    anna = consenting(desk)
    found = read(desk, send(desk))
    now_ms = desk.world.now_ms
    assert (found["state"], found["way"]) == ("unopened", "electronic")
    assert operations(desk, found["number"]) == [("28/0", now_ms), ("1/3", now_ms), ("8/16", now_ms)]
    inbox = desk.read(f"/recipients/{anna}/inbox")["data"]
    assert [(row["letter"], row["state"]) for row in inbox] == [(found["id"], "unopened")]


@proves("LTR-006")
def test_a_recipient_is_told_by_the_inn_whatever_the_name(desk: OwnDesk) -> None:
    who = {"name": "ООО Ромашка", "address": ADDRESS, "inn": "7707083893", "consents": True}
    desk.own("POST", "/recipients", who)
    recipient = {"type": "organisation", "name": "Ромашка", "address": "101000, г Москва", "inn": "7707083893"}
    assert read(desk, send(desk, recipient=recipient))["state"] == "unopened"
    assert read(desk, send(desk, recipient={**recipient, "inn": "500100732259"}))["state"] == "printing"
    assert desk.own("POST", "/recipients", who, status=409)["recipient"]


@proves("LTR-007", "LTR-009")
def test_time_and_looking_hand_nothing_over(desk: OwnDesk) -> None:
    anna = consenting(desk)
    sent = send(desk)
    for _ in range(5):
        desk.wait(30 * DAY_MS)
        desk.read(f"/recipients/{anna}/inbox")
        desk.read("/letters")
    found = read(desk, sent)
    assert found["state"] == "unopened" and found["handed_over_at"] is None
    assert codes(desk, found["number"])[-1] == "8/16" and "2/5" not in codes(desk, found["number"])
    assert [row["id"] for row in desk.read("/letters?state=unopened")["data"]] == [sent]
    assert desk.read(f"/recipients/{anna}")["unopened"] == 1
    assert desk.read("/letters?state=handed_over")["data"] == []


@proves("LTR-008")
def test_opening_hands_over_once(desk: OwnDesk) -> None:
    anna, document = consenting(desk), pdf(2)
    sent = send(desk, document=document)
    desk.wait(3 * HOUR_MS)
    opened_ms = desk.world.now_ms
    answer = desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {})
    assert b64decode(answer["document_base64"]) == document
    found = read(desk, sent)
    assert (found["state"], found["handed_over_at"]) == ("handed_over", "2026-03-02T12:15:00.000Z")
    assert operations(desk, found["number"])[-1] == ("2/5", opened_ms)
    desk.wait(HOUR_MS)
    again = desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {})
    assert again == answer and read(desk, sent) == found
    assert codes(desk, found["number"]).count("2/5") == 1
    assert desk.read(f"/recipients/{anna}")["unopened"] == 0


@proves("LTR-010")
def test_without_consent_a_letter_goes_on_paper(desk: OwnDesk) -> None:
    desk.own("POST", "/recipients", {"name": ANNA["name"], "address": ADDRESS, "consents": False})
    sent = send(desk)
    found = read(desk, sent)
    assert (found["state"], found["way"]) == ("printing", "paper")
    assert codes(desk, found["number"]) == ON_PAPER[:3]
    desk.wait(6 * HOUR_MS)
    assert read(desk, sent)["state"] == "on_paper"
    desk.wait(2 * DAY_MS + 1)
    assert read(desk, sent)["state"] == "on_paper"
    desk.wait(2 * HOUR_MS)
    found = read(desk, sent)
    assert codes(desk, found["number"]) == ON_PAPER and found["state"] == "handed_over"
    assert found["handed_over_at"] == "2026-03-04T17:15:00.000Z"


@proves("LTR-011")
def test_a_paper_letter_is_in_no_inbox(desk: OwnDesk) -> None:
    made = desk.own("POST", "/recipients", {"name": ANNA["name"], "address": ADDRESS, "consents": False})
    sent, before = send(desk), desk.world.now_ms
    assert desk.read(f"/recipients/{made['id']}/inbox")["data"] == []
    for action in ("opening", "refusal"):
        for letter_id in (sent, "ltr_nobodys"):
            refused = desk.own("POST", f"/recipients/{made['id']}/inbox/{letter_id}/{action}", {}, status=404)
            assert refused["type"] == "/problems/not-found"
    assert read(desk, sent)["state"] == "printing" and desk.world.now_ms == before


@proves("LTR-012")
def test_consent_counts_when_the_check_is_passed(desk: OwnDesk) -> None:
    made = desk.own("POST", "/recipients", {"name": ANNA["name"], "address": ADDRESS, "consents": False})
    path = f"/recipients/{made['id']}"
    on_paper = send(desk)
    desk.own("PUT", f"{path}/consent", {"consents": True})
    assert read(desk, on_paper)["state"] == "printing"
    assert desk.read(f"{path}/inbox")["data"] == []
    during = desk.own("POST", "/letters", letter())["id"]
    desk.own("PUT", f"{path}/consent", {"consents": False})
    desk.own("PUT", f"{path}/consent", {"consents": True})
    desk.wait(CHECK_MS)
    assert read(desk, during)["state"] == "unopened"
    desk.own("POST", f"{path}/inbox/{during}/opening", {})
    desk.own("PUT", f"{path}/consent", {"consents": False})
    assert read(desk, during)["state"] == "handed_over"
    assert [row["letter"] for row in desk.read(f"{path}/inbox")["data"]] == [during]


@proves("LTR-013")
@pytest.mark.parametrize("how", ["refusal", "consent"])
def test_who_refuses_an_unopened_letter_gets_it_on_paper(desk: OwnDesk, how: str) -> None:
    anna = consenting(desk)
    other = {"type": "person", "name": "Петров Пётр", "address": ADDRESS}
    desk.own("POST", "/recipients", {"name": other["name"], "address": ADDRESS, "consents": True})
    sent, others = send(desk), send(desk, recipient=other)
    number = read(desk, sent)["number"]
    desk.wait(HOUR_MS)
    if how == "refusal":
        desk.own("POST", f"/recipients/{anna}/inbox/{sent}/refusal", {})
    else:
        desk.own("PUT", f"/recipients/{anna}/consent", {"consents": False})
    found = read(desk, sent)
    assert (found["state"], found["way"], found["number"]) == ("printing", "paper", number)
    assert read(desk, others)["state"] == "unopened"
    assert codes(desk, number) == ["28/0", "1/3", "8/16", "45/0", "8/17"]
    assert desk.read(f"/recipients/{anna}/inbox")["data"] == []
    desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {}, status=404)
    desk.wait(3 * DAY_MS)
    assert codes(desk, number)[-1] == "2/6" and read(desk, sent)["state"] == "handed_over"


@proves("LTR-013")
def test_what_was_opened_cannot_be_refused(desk: OwnDesk) -> None:
    anna = consenting(desk)
    sent = send(desk)
    desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {})
    refused = desk.own("POST", f"/recipients/{anna}/inbox/{sent}/refusal", {}, status=409)
    assert (refused["state"], refused["allowed"]) == ("handed_over", ["unopened"])


@proves("LTR-014")
@pytest.mark.parametrize("consents", [True, False])
def test_a_notice_follows_the_hand_over_where_it_is_asked_for(desk: OwnDesk, consents: bool) -> None:
    anna = desk.own("POST", "/recipients", {"name": ANNA["name"], "address": ADDRESS, "consents": consents})["id"]
    with_notice, without = send(desk, notice=True), send(desk)
    desk.read(f"/letters/{with_notice}/notice", status=404)
    if consents:
        for sent in (with_notice, without):
            desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {})
    desk.wait(3 * DAY_MS)
    last = "2/5" if consents else "2/6"
    found = read(desk, with_notice)
    assert codes(desk, found["number"])[-2:] == [last, "34/0"] and found["state"] == "handed_over"
    notice = desk.read(f"/letters/{with_notice}/notice")
    assert (notice["number"], notice["handed_over_at"]) == (found["number"], found["handed_over_at"])
    assert notice["handed_over"] == ("electronically" if consents else "on paper")
    assert codes(desk, read(desk, without)["number"])[-1] == last
    desk.read(f"/letters/{without}/notice", status=404)


@proves("LTR-015")
def test_a_letter_that_nobody_takes_goes_back_or_is_destroyed(desk: OwnDesk) -> None:
    back = send(desk, comment="[story: unclaimed]")
    gone = send(desk, comment="[story: unclaimed]", no_return=True)
    desk.wait(3 * DAY_MS)
    stored = codes(desk, read(desk, back)["number"])
    assert stored[-2:] == ["12/10", "6/3"] and read(desk, back)["state"] == "on_paper"
    desk.wait(29 * DAY_MS)
    assert codes(desk, read(desk, back)["number"]) == stored
    desk.wait(DAY_MS)
    assert read(desk, back)["state"] == "returning"
    desk.wait(4 * DAY_MS)
    assert codes(desk, read(desk, back)["number"])[-2:] == ["3/1", "2/2"]
    assert codes(desk, read(desk, gone)["number"])[-2:] == ["4/6", "16/0"]
    assert [read(desk, sent)["state"] for sent in (back, gone)] == ["returned", "destroyed"]


@proves("LTR-019")
def test_a_repeated_letter_is_one(desk: OwnDesk) -> None:
    key, body = "letter-00000000000001", letter()
    first = desk.own("POST", "/letters", body, key=key, status=201)
    assert desk.own("POST", "/letters", body, key=key, status=200) == first
    refused = desk.own("POST", "/letters", {**body, "title": "Другое"}, key=key, status=422)
    assert refused["type"] == "/problems/idempotency-key-reused"
    assert desk.own("POST", "/letters", body, key=" ", status=400)["type"] == "/problems/idempotency-key-missing"
    assert len(desk.read("/letters")["data"]) == 1


@proves("LTR-020")
def test_a_letter_is_withdrawn_while_it_is_checked_and_never_after(desk: OwnDesk) -> None:
    made = desk.own("POST", "/letters", letter())["id"]
    desk.wait(CHECK_MS - 1)
    assert desk.own("POST", f"/letters/{made}/withdrawal", {})["state"] == "withdrawn"
    desk.wait(DAY_MS)
    assert (read(desk, made)["state"], read(desk, made)["number"]) == ("withdrawn", None)
    sent = send(desk)
    for _ in range(2):
        refused = desk.own("POST", f"/letters/{sent}/withdrawal", {}, status=409)
        assert refused["allowed"] == ["checking"] and refused["state"] == read(desk, sent)["state"]
        desk.wait(3 * DAY_MS)


@proves("LTR-021")
def test_every_change_of_state_is_an_event(desk: OwnDesk) -> None:
    anna = consenting(desk)
    sent = send(desk)
    desk.wait(HOUR_MS)
    desk.own("POST", f"/recipients/{anna}/inbox/{sent}/refusal", {})
    desk.wait(3 * DAY_MS)
    states = ["checking", "unopened", "printing", "on_paper", "handed_over"]
    found = read(desk, sent)
    assert desk.events("letter.", sent) == [(f"letter.{state}", found["times"][state]) for state in states]
    rows = desk.read(f"/events?subject={sent}")["data"]
    assert [row["data"]["state"] for row in rows] == states
    assert rows[1]["data"]["number"] == found["number"]
    seen = []
    after = ""
    while True:
        answer = desk.read(f"/events?limit=2{after}")
        seen += [row["id"] for row in answer["data"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert len(seen) == len(set(seen)) == 6


@proves("LTR-022")
def test_document_and_signature_are_read_back_byte_for_byte(desk: OwnDesk) -> None:
    document = pdf(3)
    signature = signed(document)
    made = desk.own("POST", "/letters", letter(document, signature))["id"]
    for wait_ms in (0, CHECK_MS, 3 * DAY_MS):
        desk.wait(wait_ms)
        found = desk.call("GET", f"/parcelproof/v1/letters/{made}/document")
        assert (found.body, found.headers["Content-Type"]) == (document, "application/pdf")
        assert desk.call("GET", f"/parcelproof/v1/letters/{made}/signature").body == signature
    assert desk.call("GET", "/parcelproof/v1/letters/ltr_nobodys/document").status == 404
    other = OwnDesk(tenants=desk.tenants, token="others")
    assert other.call("GET", f"/parcelproof/v1/letters/{made}/document").status == 404


@proves("LTR-023")
def test_a_simple_letter_is_printed_and_posted(desk: OwnDesk) -> None:
    consenting(desk)
    sent = send(desk, category="simple", notice=True)
    assert read(desk, sent)["state"] == "printing"
    desk.wait(40 * DAY_MS)
    found = read(desk, sent)
    assert (found["state"], found["number"], found["handed_over_at"]) == ("posted", None, None)
    assert [type for type, _ in desk.events("letter.", sent)] == [
        "letter.checking",
        "letter.printing",
        "letter.posted",
    ]


@proves("LTR-024")
def test_without_numbers_nothing_is_sent(desk: OwnDesk) -> None:
    anna = consenting(desk)
    desk.read("/letters")
    desk.world.store.header.settings = {"russian_post": {"number_range": "exhausted"}}
    found = read(desk, send(desk))
    assert (found["state"], found["reasons"], found["number"]) == ("rejected", ["number_range"], None)
    assert desk.read(f"/recipients/{anna}/inbox")["data"] == []
    desk.world.store.header.settings = {}
    assert read(desk, send(desk))["state"] == "unopened"


def test_a_letter_is_an_order_of_the_posts_own(desk: OwnDesk) -> None:
    """Otpravka finds it by its number, in a batch whose list F103 it stands on, and never in the folder "new"."""
    found = read(desk, send(desk, registration_number="И-77"))
    shown = desk.otpravka("GET", f"/1.0/shipment/search?query={found['number']}")
    assert [(row["order-num"], row["mail-type"], row["mail-category"]) for row in shown] == [
        ("И-77", "LETTER", "ORDERED")
    ]
    assert desk.otpravka("GET", "/1.0/backlog/search?query=И-77") == []
    batch = desk.otpravka("GET", f"/1.0/batch/{shown[0]['batch-name']}")
    assert (batch["shipment-count"], batch["mail-type"]) == (1, "LETTER") and batch["list-number"] >= 1


def test_the_control_api_can_move_a_paper_letter(desk: OwnDesk) -> None:
    sent = send(desk)
    parcel = desk.world.by_number("russian_post", read(desk, sent)["number"])
    assert parcel is not None
    scan(desk.world, desk.world.travel(parcel, ()), Step(0, "5/1"))
    assert read(desk, sent)["state"] == "lost"
    desk.wait(10 * DAY_MS)
    assert read(desk, sent)["state"] == "lost"
