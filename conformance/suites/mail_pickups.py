"""Requests to fetch a parcel: one mail when a branch approves, one when it confirms, to whoever asked."""

from typing import Any

import httpx

from ..bench import Bench
from ..case import ONE, case, expect, expect_that
from ..history import ReceivedMail
from ..orders import order
from .mail_offers import refusal
from .mail_pages import links
from .mail_timing import ADAM, EVA

PICKUPS: dict[str, Any] = {"needs": ("notifications", "pickups"), "accounts": ONE}
PEOPLE = [
    {"name": "desk", "role": "staff"},
    {"name": "basel", "role": "branch", "branch": "Basel"},
    {"name": "muster", "role": "customer", "customer": "Muster AG"},
]
BY_ROLE: dict[str, Any] = {"needs": ("notifications", "pickups", "roles"), "accounts": ONE, "users": PEOPLE}
BRANCH = "Würzburg Süd"


def asked_for(bench: Bench, *numbers: str, email: str = EVA, **members: Any) -> list[str]:
    """Draft orders and ask that they be fetched; return the ids of the requests."""
    bench.place(*(order(number, bench.usual, confirm=False, **members) for number in numbers))
    return [bench.connector.request_pickup(number, email).id for number in numbers]


def fresh(bench: Bench, email: str, before: int) -> list[ReceivedMail]:
    bench.advance(minutes=15)
    return [*bench.mails(email)][before:]


@case("NTF-085", "NTF-086", "NTF-090", **PICKUPS)
def an_approval_is_told_once(bench: Bench) -> None:
    """Nothing is told before; approved, one mail names branch and number and leads to the label; again: none."""
    (request,) = asked_for(bench, "N-1")
    expect(len(fresh(bench, EVA, 0)), 0, "mails", requirement="NTF-085", after="a request")
    bench.connector.approve_pickup(request, BRANCH)
    bench.advance(hours=2)
    mails = bench.mails(EVA)
    expect(len(mails), 1, "mails", requirement="NTF-085", after="it was approved")
    view = bench.order("N-1")
    expect(view.state, "booked", "N-1", requirement="NTF-085", after="it was approved")
    words, parts = (BRANCH, view.tracking_number or "?"), (mails[0].text, mails[0].html)
    lacking = [word for word in words if not all(word in part for part in parts)]
    expect(lacking, [], "what the mail lacks", requirement="NTF-086")
    labels = [link for link in links(mails[0].text) if _label(bench, link) == bench.connector.label("N-1")]
    good = len(labels) >= 1
    found = links(mails[0].text)
    expect_that(good, "links in the mail", wanted="one to the label", found=found, requirement="NTF-086")
    bench.connector.approve_pickup(request, BRANCH)
    bench.advance(hours=2)
    expect(len(bench.mails(EVA)), 1, "mails", requirement="NTF-090", after="approved twice")
    (row,) = bench.connector.pickup_requests()
    expect((row.state, row.branch), ("approved", BRANCH), "the request", requirement="NTF-085")


def _label(bench: Bench, link: str) -> bytes:
    try:
        return bench.stranger.get(link).content
    except httpx.HTTPError:
        return b""


@case("NTF-088", "NTF-089", "NTF-090", **PICKUPS)
def a_confirmation_names_which_and_how_many(bench: Bench) -> None:
    """Of five requests of two people three are confirmed: each is told of his, by number and count; once."""
    eva = asked_for(bench, "N-1", "N-2", "N-3")
    adam = asked_for(bench, "N-4", "N-5", email=ADAM)
    for request in (*eva, *adam):
        bench.connector.approve_pickup(request, BRANCH)
    bench.advance(hours=2)
    before = {person: len(bench.mails(person)) for person in (EVA, ADAM)}
    chosen = [eva[0], eva[2], adam[0]]
    confirmed = bench.connector.confirm_pickups(chosen)
    expect(confirmed, 3, "confirmed", requirement="NTF-088", after="three of five")
    numbers = {name: bench.order(name).tracking_number or "?" for name in ("N-1", "N-2", "N-3", "N-4", "N-5")}
    for person, wanted, count in ((EVA, ["N-1", "N-3"], "2"), (ADAM, ["N-4"], "1")):
        mails = fresh(bench, person, before[person])
        expect(len(mails), 1, f"mails to {person}", requirement="NTF-089", after="three of five were confirmed")
        said = mails[0].text
        named = [name for name, number in numbers.items() if number in said or f"{name} " in f"{said} "]
        expect(named, wanted, f"what {person} is told of", requirement="NTF-088", after="three of five")
        expect_that(count in said, f"the mail to {person}", wanted=count, found=said, requirement="NTF-088")
    again = bench.connector.confirm_pickups(chosen)
    bench.advance(hours=2)
    found = (again, [len(bench.mails(person)) - before[person] for person in (EVA, ADAM)])
    expect(found, (0, [1, 1]), "confirmed, mails", requirement="NTF-090", after="confirmed twice")


@case("NTF-087", "NTF-089", **BY_ROLE)
def whoever_typed_it_is_told_the_same(bench: Bench) -> None:
    """A customer's request and one that staff typed are approved and confirmed: both get the same two mails."""
    driver = bench.connector
    bench.place(order("N-1", bench.usual, confirm=False, customer="Muster AG"))
    with driver.speaking_for(user="muster"):
        first = driver.request_pickup("N-1", EVA).id
    with driver.speaking_for(user="desk"):
        driver.place(order("N-2", bench.usual, confirm=False))
        second = driver.request_pickup("N-2", ADAM).id
    with driver.speaking_for(user="muster"):
        status = refusal(driver.approve_pickup, first, "Basel")
        expect_that(status in (403, 404), "a customer approves", wanted="403", found=status, requirement="NTF-087")
    with driver.speaking_for(user="basel"):
        for request in (first, second):
            driver.approve_pickup(request, "Basel")
    bench.advance(hours=2)
    approved = [len(bench.mails(person)) for person in (EVA, ADAM)]
    expect(approved, [1, 1], "mails", requirement="NTF-087", after="both were approved")
    subjects = {_without(mail.subject, bench) for mail in bench.mails()}
    expect(len(subjects), 1, "subjects", requirement="NTF-087", after=sorted(subjects))
    with driver.speaking_for(user="basel"):
        driver.confirm_pickups([first, second])
    bench.advance(hours=1)
    confirmed = [len(bench.mails(person)) for person in (EVA, ADAM)]
    expect(confirmed, [2, 2], "mails", requirement="NTF-089", after="both were confirmed")


def _without(text: str, bench: Bench) -> str:
    """Return a subject without the number of the shipment."""
    for view in bench.connector.orders():
        text = text.replace(view.tracking_number or view.number, "…").replace(view.number, "…")
    return text


@case("NTF-091", needs=("notifications", "pickups", "mail_account"), accounts=ONE)
def acts_succeed_without_a_mail_account(bench: Bench) -> None:
    """The account has no password: approving and confirming succeed, no mail is tried, and the order says so."""
    (request,) = asked_for(bench, "N-1")
    bench.connector.set_mail_account(password="")
    bench.connector.approve_pickup(request, BRANCH)
    bench.advance(hours=2)
    confirmed = bench.connector.confirm_pickups([request])
    bench.advance(hours=2)
    view = bench.order("N-1")
    found = (view.state, confirmed, len(bench.mails()))
    expect(found, ("booked", 1, 0), "the order, confirmed, mails", requirement="NTF-091", after="without a password")
    expect_that(bool(view.problems), "the order's notices", wanted="one", found=view.problems, requirement="NTF-091")
