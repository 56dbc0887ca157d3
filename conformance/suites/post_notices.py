"""What Swiss Post's own service tells for the sender: his choices as they reach the carrier, and the mails it writes.

Contract: notification requirements, part 2. The mails are the simulated carrier's; what they say of a shipment follows
from what the connector sent with the label.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx

from ..bench import Bench, NotBooked
from ..case import OWN, case, expect, expect_that
from ..orders import order
from ..wires import WIRES
from .mail_offers import refusal
from .mail_timing import ADAM, EVA

SWISS = "swiss_post"
POST: dict[str, Any] = {"carriers": (SWISS,), "needs": ("notifications", "carrier_notices"), "accounts": OWN}
ZOE = "zoe@example.org"
SHOP = "versand@example.org"
SEVEN = (1, 2, 4, 32, 64, 128, 256)
CARRY_TEXT = {"1", "2", "32"}
MATRIX = {"ECO": "1 2 4 32 64", "PRI": "1 2 4 32 64 128 256", "SEM": "1 2 4 32 64 128", "SKB": "1 32 64 128"}
FIELD = "Mitteilung des Absenders"  # what the carrier calls it in German
SERVICES = {128: "ZAW3233", 256: "SA"}
SORTED, LOADED, ATTEMPTED, READY, DELIVERED = (f"PARCEL.*.1.{number}" for number in (1002, 1003, 934, 910, 4000))
ODD = {"name": "Nobody", "street": "No Street 0", "zip": "0000", "city": "Nowhere"}
LONG_NAME, TEXT_1, TEXT_2 = "ü" * 50, ("Grüezi 🎁 " * 18)[:159] + "!", "Danke! " * 73 + "!"


def chosen(bench: Bench, **choice: Any) -> None:
    """Let the connector begin anew with this choice in its account at the carrier."""
    account = bench.settings["carriers"][SWISS]
    account["sender"] = {**account["sender"], "email": SHOP}
    account["notices"] = choice
    bench.reset()


def to(email: str, number: str = "N-1", **members: Any) -> dict[str, Any]:
    """Return an order to somebody with a mail address."""
    recipient = {**WIRES[SWISS].recipient, "email": email}
    return order(number, SWISS, **{"recipient": recipient, **members})


def bodies(bench: Bench) -> list[Mapping[str, Any]]:
    """Return what the carrier was asked to book, taken or not."""
    return [body for entry in bench.journal() for _, body in WIRES[SWISS].bookings(entry)]


def sent(bench: Bench) -> list[Mapping[str, Any]]:
    """Return the blocks of the last booking that say who is told what."""
    found = bodies(bench)
    return list((found[-1].get("item") or {}).get("notification") or ()) if found else []


def told(bench: Bench, email: str) -> list[Mapping[str, Any]]:
    """Return the carrier's mails to somebody, oldest first."""
    return [bench.control.mail(bench.tenant, row["id"]) for row in bench.control.mails(bench.tenant, to=email)]


def mail_to(bench: Bench, email: str, requirement: str) -> Mapping[str, Any]:
    """Return the carrier's first mail to somebody, which this requirement is about."""
    found = told(bench, email)
    expect_that(bool(found), f"mails to {email}", wanted="one", found="none", requirement=requirement)
    return found[0]


def scan(bench: Bench, *codes: str, number: str = "N-1", ago: timedelta = timedelta(0)) -> None:
    for code in codes:
        bench.scan(number, code, **({"occurred_at": bench.now - ago} if ago else {}))


@case("NTF-101", "NTF-103", "NTF-104", "NTF-113", "NTF-123", "NTF-132", **POST)
def the_sender_chooses(bench: Bench, carrier: str) -> None:
    """The account's kinds, another choice for one order, none for a third: each recipient is told what was chosen."""
    chosen(bench, kinds=[1], language="en")
    bench.book(to(EVA))
    mails = told(bench, EVA)
    expect(len(mails), 1, "mails to the recipient", requirement="NTF-103", after="the label was made, nothing scanned")
    number = bench.order("N-1").tracking_number or "?"
    said = mails[0]["text"]
    expect_that(number in said, "the order confirmation", wanted=number, found=said, requirement="NTF-103")
    claims = re.findall(r"(?i)we have (?:received|accepted|taken)|in our (?:hands|care)|was handed over", said)
    expect(claims, [], "what it claims", requirement="NTF-104", after=said)
    bench.book(to(ADAM, "N-2", notices={"kinds": [2], "language": "en"}))
    expect(len(told(bench, ADAM)), 0, "mails to Adam", requirement="NTF-101", after="delivery information only")
    for name in ("N-1", "N-2"):
        scan(bench, SORTED, number=name)
    found = (len(told(bench, EVA)), len(told(bench, ADAM)), len(told(bench, SHOP)))
    expect(found, (1, 1, 0), "mails to Eva, Adam and the sender", requirement="NTF-123", after="both were sorted")
    chosen(bench)
    del bench.settings["carriers"][SWISS]["notices"]
    bench.reset()
    bench.book(to(ZOE, "N-3"))
    scan(bench, SORTED, LOADED, DELIVERED, number="N-3")
    expect((sent(bench), told(bench, ZOE)), ([], []), "notices of N-3", requirement="NTF-132")
    bench.book(to(EVA, "N-4", notices={"kinds": [1, 64]}))
    kinds = {str(block["service"]): block["communication"]["email"] for block in sent(bench)}
    expect(kinds, {"1": EVA, "64": SHOP}, "who is told", requirement="NTF-113", after="kinds 1 and 64")


@case("NTF-102", "NTF-110", "NTF-111", "NTF-112", "NTF-156", **POST)
def seven_kinds_with_what_they_need(bench: Bench, carrier: str) -> None:
    """Each kind alone reaches the carrier under its code, with the service it needs, with text where it carries one."""
    for place, kind in enumerate(SEVEN):
        with suppress(NotBooked):  # what was asked for tells why
            bench.book(to(EVA, f"N-{place}", notices={"kinds": [kind], "text_1": "Hallo"}))
        codes = [str(block["service"]) for block in sent(bench)]
        expect(codes, [str(kind)], "kinds on the wire", requirement="NTF-102", after=f"kind {kind} was chosen")
        services = [str(code) for code in bodies(bench)[-1]["item"]["attributes"]["przl"]]
        allowed = next((MATRIX[code] for code in services if code in MATRIX), "")
        expect_that(str(kind) in allowed.split(), f"kind {kind}", wanted=allowed, found=services, requirement="NTF-112")
        for needed, requirement in ((256, "NTF-110"), (128, "NTF-111")):
            pair = (SERVICES[needed] in services, needed == kind)
            expect(pair[0], pair[1], f"service {SERVICES[needed]}", requirement=requirement, after=f"kind {kind}")
        state = bench.order(f"N-{place}").state
        expect(state, "booked", f"the order with kind {kind}", requirement="NTF-102", after=services)
        texts = [block.get("freeText1") for block in sent(bench)]
        wanted = ["Hallo" if str(kind) in CARRY_TEXT else None]
        expect(texts, wanted, "free text", requirement="NTF-156", after=f"kind {kind}")
    before = len(bodies(bench))
    for wrong in ([8], [0], [3], ["1"], [1, 1], [512]):
        status = refusal(bench.connector.place, to(EVA, "N-X", notices={"kinds": wrong}))
        expect(status, 422, f"kinds {wrong}", requirement="NTF-102")
    bench.advance(minutes=10)
    expect(len(bodies(bench)), before, "bookings", requirement="NTF-102", after="kinds that there are not")


GOOD: tuple[tuple[str, str, Any, Any], ...] = (  # requirement, member, what is taken, what is refused
    ("NTF-150", "sender_name", LONG_NAME, LONG_NAME + "ü"),
    ("NTF-151", "text_1", TEXT_1, TEXT_1 + "!"),
    ("NTF-152", "text_2", TEXT_2, TEXT_2 + "!"),
    ("NTF-154", "text_1", "ü" * 160, "ü" * 161),
    ("NTF-154", "text_2", "🎁" * 512, "🎁" * 513),
    ("NTF-158", "logo", "https://shop.example/l.png", "https://shop.example/l.svg"),
    ("NTF-159", "language", "it", "es"),
    ("NTF-140", "controls", [10, 14, 18, 20], [11]),
)


@case(*dict.fromkeys(row[0] for row in GOOD), "NTF-143", **POST)
def limits_are_kept_before_the_call(bench: Bench, carrier: str) -> None:
    """At each limit it is taken, beyond it refused, in characters; nothing that was refused reaches the carrier."""
    assert (len(LONG_NAME), len(TEXT_1), len(TEXT_2)) == (50, 160, 512)
    usual = {"kinds": [1]}
    for place, (requirement, member, good, bad) in enumerate(GOOD):
        status = refusal(bench.connector.place, to(EVA, f"B-{place}", notices={**usual, member: bad}))
        expect(status, 422, f"{member} beyond the limit", requirement=requirement, after=repr(bad)[:60])
        bench.place(to(EVA, f"G-{place}", notices={**usual, member: good}))
    status = refusal(bench.connector.place, to(EVA, "B-K", notices={"kinds": [4], "controls": [10]}))
    expect(status, 422, "control options with kind 4", requirement="NTF-143")
    wanted = [f"G-{place}" for place in range(len(GOOD))]
    expect([row.number for row in bench.connector.orders()], wanted, "orders", requirement="NTF-143", after="refusals")
    bench.advance(minutes=20)
    blocks = [block for body in bodies(bench) for block in (body["item"].get("notification") or ())]
    expect(len(blocks), len(GOOD), "notices on the wire", requirement="NTF-143", after="what was taken")
    on_wire = repr(blocks)
    for requirement, text in (("NTF-151", TEXT_1), ("NTF-152", TEXT_2), ("NTF-154", "ü" * 160)):
        expect_that(text in on_wire, "the wire", wanted=text[:30], found=on_wire[:200], requirement=requirement)
    asked = [block.get("deliveryInstructions") for block in blocks]
    instructions = [sorted(map(str, row)) for row in asked if row]
    expect(instructions, [["10", "14", "18", "20"]], "control options", requirement="NTF-140")
    kinds = {block.get("type") for block in blocks}
    expect(kinds <= {"EMAIL", None}, True, "means", requirement="NTF-143", after=kinds)


@case("NTF-150", "NTF-153", "NTF-155", "NTF-157", "NTF-159", **POST)
def texts_and_looks_are_told(bench: Bench, carrier: str) -> None:
    """The carrier's mail names the sender in subject and body, both texts in turn, picture and link; four languages."""
    name, first, second = "Versand am Rhein", "Hallo erstens", "Hallo zweitens"
    logo, link = "https://shop.example/l.png", "https://shop.example/willkommen"
    whole = {"kinds": [1], "sender_name": name, "text_1": first, "text_2": second, "logo": logo, "link": link}
    bench.book(to(EVA, notices=whole))
    (mail,) = told(bench, EVA)
    places = {"subject": _subject(mail), "text": mail["text"], "html": mail["html"]}
    lacking = [place for place, text in places.items() if name not in text]
    expect(lacking, [], "where the sender's name lacks", requirement="NTF-150", after=name)
    at = (mail["text"].find(first), mail["text"].find(second))
    expect_that(0 <= at[0] < at[1], "both texts", wanted="one after the other", found=at, requirement="NTF-153")
    between = mail["text"][at[0] + len(first) : at[1]]
    expect_that(
        ":" not in between, "what stands between", wanted="no other field", found=between, requirement="NTF-153"
    )
    shown = (logo in mail["html"], link in mail["html"])
    expect(shown, (True, True), "picture and link", requirement="NTF-157")
    bench.book(to(ADAM, "N-2", notices={"kinds": [1], "link": link}))
    bench.book(to(ZOE, "N-3", notices={"kinds": [1], "logo": logo}))
    alone, pictured = told(bench, ADAM)[0], told(bench, ZOE)[0]
    found = (link in alone["html"] or link in alone["text"], logo in pictured["html"])
    expect(found, (True, True), "link alone, picture alone", requirement="NTF-157")
    said = set()
    for place, language in enumerate(("de", "fr", "it", "en")):
        email = f"p{place}@example.org"
        bench.book(to(email, f"L-{place}", notices={"kinds": [1], "language": language}))
        expect([block["language"] for block in sent(bench)], [language.upper()], "language", requirement="NTF-159")
        said.add(_subject(told(bench, email)[0]).rpartition(":")[2])
    found = (FIELD in told(bench, "p0@example.org")[0]["text"], FIELD in mail["text"])
    expect(found, (False, True), "the field of the sender's message", requirement="NTF-155", after="no texts, texts")
    expect(len(said), 4, "subjects in four languages", requirement="NTF-159", after=sorted(said))


def _subject(mail: Mapping[str, Any]) -> str:
    return next(str(value) for key, value in _headers(mail) if key.lower() == "subject")


def _headers(mail: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(row["name"], row["value"]) for row in mail["headers"]]


@case("NTF-105", "NTF-106", "NTF-107", "NTF-108", "NTF-109", "NTF-114", **POST, poll_minutes=1440)
def each_kind_at_its_time(bench: Bench, carrier: str) -> None:
    """Sorted, tried, waiting, reminded, delivered on day nine, each scanned twice: both are told once each.

    Nobody follows the shipment, so the connector itself has nothing to tell them.
    """
    chosen(bench, kinds=[2, 4, 32, 64], language="en")
    bench.book(to(EVA))
    expect((told(bench, EVA), told(bench, SHOP)), ([], []), "mails", requirement="NTF-105", after="the label was made")
    scan(bench, SORTED, SORTED)
    mails = told(bench, EVA)
    said = [mail["text"] for mail in mails]
    good = len(said) == 1 and re.search(r"\b2[0-9]\b", said[0]) is not None  # sorted on the 20th of March
    expect_that(good, "the delivery information", wanted="one, with the day", found=said, requirement="NTF-105")
    scan(bench, LOADED, ATTEMPTED, ATTEMPTED)
    found = (len(told(bench, EVA)), len(told(bench, SHOP)))
    expect(found, (1, 1), "mails to recipient and sender", requirement="NTF-108", after="an attempt, told twice")
    bench.advance(hours=2)
    scan(bench, READY, READY)
    found = (len(told(bench, EVA)), len(told(bench, SHOP)))
    expect(found, (1, 2), "mails to recipient and sender", requirement="NTF-106", after="ready, at a street address")
    bench.advance(days=3, hours=1)
    expect(len(told(bench, EVA)), 2, "mails to the recipient", requirement="NTF-107", after="three days uncollected")
    bench.advance(days=5)
    scan(bench, DELIVERED, DELIVERED)
    found = (len(told(bench, EVA)), len(told(bench, SHOP)))
    expect(found, (2, 3), "mails to recipient and sender", requirement="NTF-109", after="delivered on day eight")
    subjects = [_subject(mail) for mail in told(bench, EVA)]
    expect(len(set(subjects)), 2, "subjects", requirement="NTF-114", after=subjects)
    besides = [mail.subject for person in (EVA, SHOP) for mail in bench.mails(person)]
    expect(besides, [], "what the connector told besides", requirement="NTF-114", after=subjects)


def _controlled(bench: Bench) -> list[list[str]]:
    """Book two orders with options of their own and return what goes out with each."""
    chosen(bench, kinds=[1], language="en")
    options = []
    for person, name, controls in ((EVA, "N-1", [10, 20]), (ADAM, "N-2", [14])):
        bench.book(to(person, name, notices={"kinds": [1], "controls": controls, "language": "en"}))
        asked = [block.get("deliveryInstructions") or () for block in sent(bench)]
        options.append(sorted(str(code) for row in asked for code in row))
    return options


@case("NTF-140", "NTF-141", "NTF-144", **POST)
def options_are_chosen_for_each_shipment(bench: Bench, carrier: str) -> None:
    """Two orders with options of their own go out with these; the one that a recipient used is shown to the sender."""
    options = _controlled(bench)
    expect(options, [["10", "20"], ["14"]], "options", requirement="NTF-141", after="10 and 20 for Eva, 14 for Adam")
    expect(
        sorted(code for row in options for code in row), ["10", "14", "20"], "codes on the wire", requirement="NTF-140"
    )
    status = _choose(bench, _control(mail_to(bench, EVA, "NTF-144"), "NTF-144"), option="20", **ODD)
    expect(status, 200, "redirecting", requirement="NTF-144")
    bench.advance(hours=3)
    used = [bench.order(number).controls_used for number in ("N-1", "N-2")]
    expect(used, [(20,), ()], "options that were used", requirement="NTF-144", after="Eva redirected hers")


@case("NTF-142", "NTF-146", **POST)
def links_open_what_was_chosen(bench: Bench, carrier: str) -> None:
    """Eva may be redirected to, not brought to a neighbour; nobody tells her that an address was looked at."""
    _controlled(bench)
    mail = mail_to(bench, EVA, "NTF-142")
    link = _control(mail, "NTF-142")
    status = _choose(bench, link, option="14", neighbour="Muster")
    expect_that(status in (409, 422), "an option not chosen", wanted="409 or 422", found=status, requirement="NTF-142")
    for what, said in (("the mail", mail["text"]), ("the page", bench.stranger.get(link).text)):
        claims = re.findall(r"(?i)\w*verified|\w*validated", said)
        expect(claims, [], f"what {what} claims of addresses", requirement="NTF-146", after=said)
    expect(_choose(bench, link, option="20", **ODD), 200, "an odd address", requirement="NTF-146")


def _control(mail: Mapping[str, Any], requirement: str) -> str:
    found = re.search(r"http\S+/my-consignments/[^\s\"<>]+", mail["text"])
    expect_that(found is not None, "the mail", wanted="a control link", found=mail["text"], requirement=requirement)
    return found[0] if found else ""


def _choose(bench: Bench, link: str, **form: str) -> int:
    return bench.stranger.post(link, data=form).status_code


@case("NTF-120", "NTF-122", "NTF-124", **POST)
def recipients_with_settings_of_their_own(bench: Bench, carrier: str) -> None:
    """Eva wants delivery information only: so she is told, whether her sender chose a confirmation or nothing."""
    _wants(bench, EVA)
    chosen(bench, kinds=[1, 64], language="en")
    bench.book(to(EVA), to(ADAM, "N-2"), to(EVA, "N-3", notices={"kinds": [64]}))
    found = (len(told(bench, EVA)), len(told(bench, ADAM)))
    expect(found, (0, 1), "mails to Eva and Adam", requirement="NTF-120", after="the labels were made")
    for number in ("N-1", "N-2"):
        scan(bench, SORTED, number=number)
    found = (len(told(bench, EVA)), len(told(bench, ADAM)))
    expect(found, (1, 1), "mails to Eva and Adam", requirement="NTF-122", after="both were sorted")
    scan(bench, SORTED, number="N-3")
    expect(len(told(bench, EVA)), 2, "mails to Eva", requirement="NTF-120", after="nothing chosen for her, and sorted")
    for number in ("N-1", "N-2"):
        scan(bench, LOADED, DELIVERED, number=number)
    expect(len(told(bench, SHOP)), 2, "handover status to the sender", requirement="NTF-124", after="both delivered")
    bench.advance(hours=3)
    besides = [mail.subject for mail in bench.mails(EVA)]
    expect(besides, [], "what the connector told Eva besides", requirement="NTF-122", after="she follows nothing")


@case("NTF-121", **POST)
def every_option_for_those_with_settings_of_their_own(bench: Bench, carrier: str) -> None:
    """Whether the sender chose another option for Eva or none at all, she may let a neighbour take her parcel."""
    _wants(bench, EVA)
    chosen(bench, kinds=[1], controls=[10], language="en")
    bench.book(to(EVA), to(EVA, "N-2", notices={"kinds": [64]}))
    mine = own(bench, "GET", "/parcelproof/v1/my-consignments", None)
    rows = [row for person in (mine.get("recipients") or [mine]) for row in person.get("consignments", ())]
    expect_that(len(rows) == 2, "her consignments", wanted="both", found=mine, requirement="NTF-121")
    for row in rows:
        status = _choose(bench, row["controlLink"], option="14", neighbour="Muster")
        expect(status, 200, "an option that the sender did not choose", requirement="NTF-121", after=row)


def _wants(bench: Bench, email: str) -> None:
    """Let a recipient have settings of his own at the carrier: delivery information only."""
    own(bench, "PUT", "/parcelproof/v1/my-consignments", {"email": email, "kinds": [2], "language": "EN"})


def own(bench: Bench, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
    """Ask the carrier with the sender's account, as another of his programs would, or for one of its recipients."""
    account = bench.settings["carriers"][SWISS]
    form = {"grant_type": "client_credentials", **{name: account[name] for name in ("client_id", "client_secret")}}
    with httpx.Client(timeout=10, trust_env=False) as client:
        base = account["base_url"]
        token = client.post(f"{base}/OAuth/token", data={**form, "scope": "DCAPI_BARCODE_READ"}).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return client.request(method, f"{base}{path}", json=body, headers=headers).json()
