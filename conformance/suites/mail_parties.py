"""Who follows by itself when a shipment is issued: ticked contacts, ticked recipients, and those the desk names."""

from datetime import timedelta
from typing import Any

from ..bench import Bench
from ..case import ONE, case, expect, expect_that
from ..orders import order
from .mail_offers import refusal
from .mail_timing import ADAM, EVA, enter

CONTACTS: dict[str, Any] = {"needs": ("notifications", "contacts"), "accounts": ONE}
ASKING: dict[str, Any] = {**CONTACTS, "ask_on_issue": True}
ZOE = "zoe@example.org"


def contact(email: str, *, ticked: bool, first_name: str = "Eva") -> dict[str, Any]:
    return {"first_name": first_name, "last_name": "Muster", "email": email, "wants_information": ticked}


def followers(bench: Bench, number: str = "N-1") -> list[str]:
    return sorted(row.email for row in bench.connector.subscriptions() if row.order == number and row.active)


def issue(bench: Bench, number: str = "N-1", **members: Any) -> None:
    """Place an order and let a carrier number it."""
    bench.book(order(number, bench.usual, **members))


def asked(bench: Bench, number: str = "N-1") -> tuple[str, list[str]]:
    """Return how the screen at issuing stands and whom it asks for; `none` where nothing was asked."""
    prompt = bench.order(number).follow_prompt
    return ("none", []) if prompt is None else (prompt.state, sorted(prompt.parties))


@case("NTF-072", "NTF-073", "NTF-204", **CONTACTS)
def ticked_contacts_follow_what_is_issued(bench: Bench) -> None:
    """Of three contacts two are ticked: two followers at issuing, each once; a tick taken back counts from then on."""
    people = [contact(EVA, ticked=True), contact(ADAM, ticked=False), contact(ZOE, ticked=True)]
    bench.connector.set_customer("Muster AG", people)
    issue(bench, customer="Muster AG")
    unticked = ADAM in followers(bench)
    expect(
        unticked, False, "the contact without a tick follows", requirement="NTF-072", after="two of three are ticked"
    )
    expect(followers(bench), [EVA, ZOE], "followers", requirement="NTF-073", after="two of three contacts are ticked")
    bench.connector.set_customer("Muster AG", [contact(EVA, ticked=False), contact(ADAM, ticked=True)])
    expect(followers(bench), [EVA, ZOE], "followers of N-1", requirement="NTF-072", after="ticks changed afterwards")
    issue(bench, "N-2", recipient_customer="Muster AG")
    expect(followers(bench, "N-2"), [ADAM], "followers of N-2", requirement="NTF-072", after="another tick")
    both = [contact(EVA, ticked=True), contact("eva@EXAMPLE.org", ticked=True)]
    bench.connector.set_customer("Doppel AG", both)
    issue(bench, "N-3", customer="Doppel AG", recipient_customer="Doppel AG")
    expect(len(followers(bench, "N-3")), 1, "followers of N-3", requirement="NTF-204", after="one address four times")


@case("NTF-074", "NTF-070", **CONTACTS)
def a_ticked_recipient_follows(bench: Bench) -> None:
    """An occasional recipient who is ticked follows from issuing on and is told; one who is not ticked does not."""
    recipient = {**order("N-1", bench.usual)["recipient"], "email": EVA}
    issue(bench, "N-1", recipient=recipient, wants_information=True)
    issue(bench, "N-2", recipient=recipient)
    found = {number: followers(bench, number) for number in ("N-1", "N-2")}
    expect(found, {"N-1": [EVA], "N-2": []}, "followers", requirement="NTF-074", after="ticked, not ticked")
    bench.advance(minutes=61)
    before = len(bench.mails(EVA))
    for number in ("N-1", "N-2"):
        enter(bench, "out_for_delivery", number=number)
    bench.advance(minutes=61)
    expect(len(bench.mails(EVA)) - before, 1, "mails", requirement="NTF-074", after="a novelty on each")


@case("NTF-079", "NTF-032", **CONTACTS)
def the_days_count_from_issuing(bench: Bench) -> None:
    """Drafted today, issued five days later: nobody follows the draft, and the thirty days begin with the issuing."""
    bench.connector.set_customer("Muster AG", [contact(EVA, ticked=True)])
    bench.place(order("N-1", bench.usual, confirm=False, customer="Muster AG"))
    bench.advance(days=5)
    expect(followers(bench), [], "followers of a draft", requirement="NTF-032")
    began = bench.now
    bench.connector.confirm("N-1")
    bench.advance(minutes=30)
    rows = [row for row in bench.connector.subscriptions() if row.active]
    expect([row.email for row in rows], [EVA], "followers", requirement="NTF-079", after="issued on day five")
    lives = rows[0].ends_at - rows[0].requested_at
    expect(lives, timedelta(days=30), "the life of the subscription", requirement="NTF-079")
    good = began <= rows[0].requested_at <= bench.now
    after = "drafted five days before"
    expect_that(good, "its begin", wanted="the issuing", found=rows[0].requested_at, requirement="NTF-079", after=after)


@case("NTF-080", **CONTACTS)
def a_contact_without_an_address_is_noticed(bench: Bench) -> None:
    """A ticked contact has no usable address: the order is issued, says so, and the other contact follows."""
    people = [contact("", ticked=True, first_name="Leer"), contact(EVA, ticked=True)]
    bench.connector.set_customer("Muster AG", people)
    issue(bench, customer="Muster AG")
    expect(followers(bench), [EVA], "followers", requirement="NTF-080", after="one contact without an address")
    problems = bench.order("N-1").problems
    expect_that(bool(problems), "notices of N-1", wanted="one on the contact", found=problems, requirement="NTF-080")


@case("NTF-075", "NTF-076", **ASKING)
def the_desk_is_asked_and_never_held_up(bench: Bench) -> None:
    """Parties typed by hand: it is issued, the desk is asked once for both, and may answer, skip, or do neither."""
    for number in ("N-1", "N-2", "N-3"):
        issue(bench, number, customer="Anna Tippt")
    states = [asked(bench, number)[0] for number in ("N-1", "N-2", "N-3")]
    expect(states, ["open"] * 3, "the question", requirement="NTF-075", after="three shipments were issued")
    expect(followers(bench), [], "followers", requirement="NTF-076", after="asked, not answered")
    eva = {"first_name": "Eva", "last_name": "Muster", "email": EVA}
    adam = {"first_name": "Adam", "last_name": "Muster", "email": ADAM}
    parties = asked(bench, "N-1")[1]
    expect("recipient" in parties, True, "the parties that are asked for", requirement="NTF-075", after=parties)
    answers = {party: person for party, person in (("sender", eva), ("recipient", adam)) if party in parties}
    bench.connector.follow_data("N-1", **answers)
    bench.connector.follow_data("N-2", skip=True)
    found = [asked(bench, number)[0] for number in ("N-1", "N-2", "N-3")]
    expect(found, ["answered", "skipped", "open"], "the question", requirement="NTF-076")
    wanted = sorted(person["email"] for person in answers.values())
    told = [followers(bench, number) for number in ("N-1", "N-2", "N-3")]
    expect(told, [wanted, [], []], "followers", requirement="NTF-076", after="answered, skipped, left")
    status = refusal(bench.connector.follow_data, "N-1", recipient=eva)
    expect(status, 409, "a second answer", requirement="NTF-075", after="the question was answered")
    status = refusal(bench.connector.follow_data, "N-3", recipient={**eva, "email": "nobody"})
    expect(status, 422, "an answer without an address", requirement="NTF-075")
    booked = [bench.order(number).state for number in ("N-1", "N-2", "N-3")]
    expect(booked, ["booked"] * 3, "the orders", requirement="NTF-076", after="answered, skipped, left")


@case("NTF-077", **ASKING)
def registered_parties_are_not_asked_for(bench: Bench) -> None:
    """Sender and recipient are registered: nobody is asked; with one of them the other is asked for only."""
    bench.connector.set_customer("Muster AG", [contact(EVA, ticked=False)])
    bench.connector.set_customer("Beispiel GmbH", [contact(ADAM, ticked=False)])
    issue(bench, "N-1", customer="Muster AG", recipient_customer="Beispiel GmbH")
    expect(asked(bench, "N-1"), ("none", []), "the question", requirement="NTF-077", after="both are registered")
    issue(bench, "N-2", customer="Muster AG")
    after = "the sender is registered"
    expect(asked(bench, "N-2"), ("open", ["recipient"]), "the question", requirement="NTF-077", after=after)


@case("NTF-078", **CONTACTS, ask_on_issue=False)
def nobody_is_asked_where_it_is_not_wanted(bench: Bench) -> None:
    """The setting is off: nobody is asked, and an answer is refused."""
    issue(bench, "N-1", customer="Anna Tippt")
    expect(asked(bench, "N-1"), ("none", []), "the question", requirement="NTF-078", after="the setting is off")
    eva = {"first_name": "Eva", "last_name": "Muster", "email": EVA}
    status = refusal(bench.connector.follow_data, "N-1", recipient=eva)
    expect(status, 409, "an answer to no question", requirement="NTF-078")
    expect(followers(bench), [], "followers", requirement="NTF-078", after="an answer to no question")
