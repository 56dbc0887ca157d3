"""Who begins to follow when an order is issued: contacts with a tick, recipients with one, whom the desk types in.

NTF-032 and 072 to 080; the calls of the API for them.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.settings import Company
from parcelproof.reference.shop import Actor, Role
from parcelproof.reference.usecases import companies, following, issuing, monitoring, ordering, parties
from parcelproof.reference.usecases.parties import Contact

from .rig import BERLIN, CONFIG, Rig
from .test_engine_http import ORDER, Site, running

EVA, ERIK, ERIKA = "eva@example.org", "erik@example.org", "erika@example.org"
PERSON = {"first_name": "Erika", "last_name": "Muster", "email": ERIKA}


@pytest.fixture
async def rig(new_rig: Any) -> Any:
    return await new_rig()


def contact(email: str, *, ticked: bool = True) -> Contact:
    return Contact(first_name="E", last_name="X", email=email, wants_information=ticked)


async def register(rig: Any, name: str, *contacts: Contact) -> None:
    await parties.register(rig.shop, rig.actor, name, contacts)


async def followers(rig: Any) -> list[tuple[str, str]]:
    return [(row["email"], row["origin"]) for row in await following.listed(rig.shop, rig.actor)]


async def prompt(rig: Any, number: str = "P-1") -> Any:
    return (await rig.view(number)).get("follow_prompt")


async def answer(rig: Any, *, skip: bool = False, **people: dict[str, str]) -> None:
    await issuing.answer(rig.shop, rig.actor, "P-1", people, skip=skip)


async def test_ntf_072_each_contact_has_a_tick_that_is_set_and_taken_away(rig: Any) -> None:
    await register(rig, "Müller AG", contact(EVA), contact(ERIK, ticked=False))
    (row,) = await parties.listed(rig.shop, rig.actor)
    assert [(one["email"], one["wants_information"]) for one in row["contacts"]] == [(EVA, True), (ERIK, False)]
    await parties.tick(rig.shop, rig.actor, row["contacts"][1]["id"], wanted=True)
    found = await parties.one(rig.shop, rig.actor, "Müller AG")
    assert [one["wants_information"] for one in found["contacts"]] == [True, True]


async def test_ntf_073_on_issue_each_ticked_contact_of_either_party_follows(anywhere: Rig) -> None:
    rig = anywhere
    await register(rig, "Sender", contact(EVA), contact("no@example.org", ticked=False))
    await register(rig, "Recipient", contact(ERIK), contact(ERIKA))
    await rig.book("P-1", customer="Sender", recipient_customer="Recipient")
    assert await followers(rig) == [(EVA, "contact"), (ERIK, "contact"), (ERIKA, "contact")]
    await rig.enter("P-1", "out_for_delivery")
    await rig.alerts()
    assert sorted(rig.told()) == [(email, "out_for_delivery") for email in (ERIK, ERIKA, EVA)]


async def test_ntf_204_one_address_at_both_parties_is_one_follower(rig: Any) -> None:
    await register(rig, "Sender", contact(EVA), contact("eva@EXAMPLE.org"))
    await register(rig, "Recipient", contact(EVA))
    await rig.book("P-1", customer="Sender", recipient_customer="Recipient")
    assert await followers(rig) == [(EVA, "contact")]


@pytest.mark.parametrize("ticked", [True, False])
async def test_ntf_074_an_occasional_recipient_follows_with_the_tick(rig: Any, ticked: bool) -> None:
    await rig.book("P-1", recipient=replace(BERLIN, email=ERIKA), wants_information=ticked)
    assert await followers(rig) == ([(ERIKA, "occasional")] if ticked else [])


async def test_ntf_074_the_tick_of_an_order_is_not_that_of_a_registered_recipient(rig: Any) -> None:
    await register(rig, "Recipient", contact(ERIK, ticked=False))
    await rig.book(
        "P-1", recipient=replace(BERLIN, email=ERIKA), recipient_customer="Recipient", wants_information=True
    )
    assert await followers(rig) == []


async def test_ntf_079_windows_begin_at_issuing_and_ntf_032_not_before(rig: Any) -> None:
    await register(rig, "Sender", contact(EVA))
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", customer="Sender"), confirm=False)
    drafted = rig.clock.now()
    await rig.run(days=5)
    assert await followers(rig) == []
    await ordering.confirm(rig.shop, rig.actor, "P-1", None)
    await rig.run(seconds=1)
    (row,) = await following.listed(rig.shop, rig.actor)
    assert row["requested_at"] - drafted >= timedelta(days=5)
    assert row["ends_at"] == row["requested_at"] + timedelta(days=30)


async def test_ntf_032_a_booking_without_a_number_is_not_issued_and_one_that_gets_it_is_issued_once(rig: Any) -> None:
    await register(rig, "Sender", contact(EVA))
    rig.world.near.late = True
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", customer="Sender"), confirm=True)
    await rig.run(seconds=1)
    assert await followers(rig) == []
    rig.world.near.ripen()
    await rig.run(minutes=10)
    (row,) = await following.listed(rig.shop, rig.actor)
    await following.unsubscribe(rig.shop, rig.actor, row["id"])
    async with rig.store.begin(rig.actor.company_id) as session:
        order = await ordering.find(session, rig.actor, "P-1")
        issued_at = order["issued_at"]
        await issuing.issue(rig.shop, session, order["id"])
        again = await ordering.find(session, rig.actor, "P-1")
    assert again["issued_at"] == issued_at is not None
    assert [found["active"] for found in await following.listed(rig.shop, rig.actor)] == [False]


@pytest.mark.parametrize("address", ["eva", "", "eva@example.org, bob@example.org", "eva@example.org\tx"])
async def test_ntf_080_a_contact_without_an_address_is_told_on_the_order_and_holds_up_nothing(
    rig: Any, address: str
) -> None:
    if "\t" in address:
        with pytest.raises(EngineError, match="printable"):
            await register(rig, "Sender", contact(address))
        return
    await register(rig, "Sender", contact(address), contact(ERIK))
    await rig.book("P-1", customer="Sender")
    view = await rig.view("P-1")
    assert view["state"] == "booked"
    (told,) = view["problems"]
    assert told.startswith("E X (Sender) cannot follow: the mail address is ")
    assert await followers(rig) == [(ERIK, "contact")]


async def test_ntf_080_a_ticked_recipient_without_an_address_is_told_too(rig: Any) -> None:
    await rig.book("P-1", wants_information=True)
    assert (await rig.view("P-1"))["problems"] == [
        "Jörg Müller (the recipient) cannot follow: the mail address is nothing."
    ]
    assert await followers(rig) == []


async def test_ntf_063_where_following_is_not_offered_nobody_follows_by_a_tick(new_rig: Any) -> None:
    rig = await new_rig(alert={"frequency_minutes": 0}, ask_on_issue=True)
    await register(rig, "Sender", contact(EVA))
    await rig.book("P-1", customer="Sender")
    assert (await followers(rig), await prompt(rig)) == ([], None)


# -- the screen at issuing


async def test_ntf_075_the_screen_asks_once_for_parties_typed_by_hand(new_rig: Any) -> None:
    rig = await new_rig(ask_on_issue=True)
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", customer="By hand"), confirm=False)
    assert await prompt(rig) is None
    await ordering.confirm(rig.shop, rig.actor, "P-1", None)
    await rig.run(seconds=1)
    assert await prompt(rig) == {"state": "open", "parties": ["sender", "recipient"]}
    await answer(rig, recipient=PERSON, sender={**PERSON, "email": EVA})
    assert await followers(rig) == [(ERIKA, "issue"), (EVA, "issue")]
    assert (await prompt(rig))["state"] == "answered"
    with pytest.raises(EngineError, match="Nothing is asked about order P-1"):
        await answer(rig, recipient={**PERSON, "email": ERIK})
    assert len(await followers(rig)) == 2


async def test_ntf_076_the_screen_is_skipped_or_left_open_and_never_blocks(new_rig: Any) -> None:
    rig = await new_rig(ask_on_issue=True)
    await rig.book("P-1")
    await rig.enter("P-1", "out_for_delivery")
    assert (await rig.view("P-1"))["status"] == "out_for_delivery"
    await answer(rig, skip=True)
    assert (await prompt(rig))["state"] == "skipped"
    assert await followers(rig) == []
    with pytest.raises(EngineError, match="Nothing is asked"):
        await answer(rig, skip=True)


async def test_ntf_077_registered_parties_are_not_asked(new_rig: Any) -> None:
    rig = await new_rig(ask_on_issue=True)
    await register(rig, "Sender")
    await register(rig, "Recipient")
    await rig.book("P-1", customer="Sender", recipient_customer="Recipient")
    await rig.book("P-2", customer="Sender")
    assert await prompt(rig, "P-1") is None
    assert await prompt(rig, "P-2") == {"state": "open", "parties": ["recipient"]}


async def test_ntf_078_nothing_is_asked_where_the_setting_is_no(rig: Any) -> None:
    await rig.book("P-1")
    assert await prompt(rig) is None
    with pytest.raises(EngineError, match="never asked"):
        await answer(rig, recipient=PERSON)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"recipient": {**PERSON, "email": "erika"}}, "one mail address"),
        ({"recipient": {**PERSON, "last_name": "x" * 101}}, "last_name"),
        ({"sender": PERSON}, "sender: this party is registered"),
        ({"recipient": PERSON, "skip": True}, "found both"),
        ({}, "found neither"),
    ],
)
async def test_what_cannot_be_used_leaves_the_screen_open(new_rig: Any, given: Any, sentence: str) -> None:
    rig = await new_rig(ask_on_issue=True)
    await register(rig, "Sender")
    await rig.book("P-1", customer="Sender")
    with pytest.raises(EngineError, match=sentence):
        await answer(rig, **given)
    assert (await prompt(rig), await followers(rig)) == ({"state": "open", "parties": ["recipient"]}, [])


async def test_an_answer_where_following_is_not_offered_any_more_is_refused(new_rig: Any) -> None:
    rig = await new_rig(ask_on_issue=True)
    await rig.book("P-1")
    await monitoring.set_alert(rig.shop, rig.actor, "tracking", {"enabled": False})
    with pytest.raises(EngineError, match="not offered"):
        await answer(rig, recipient=PERSON)
    assert (await prompt(rig))["state"] == "open"
    await answer(rig, skip=True)


# -- registering


async def test_a_party_is_replaced_whole_and_forgotten(rig: Any) -> None:
    await register(rig, "Sender", contact(EVA), contact(ERIK))
    await register(rig, "Sender", contact(ERIKA))
    await register(rig, "Other", contact(EVA))
    found = {
        row["name"]: [one["email"] for one in row["contacts"]] for row in await parties.listed(rig.shop, rig.actor)
    }
    assert found == {"Sender": [ERIKA], "Other": [EVA]}
    await parties.forget(rig.shop, rig.actor, "Sender")
    assert [row["name"] for row in await parties.listed(rig.shop, rig.actor)] == ["Other"]
    with pytest.raises(EngineError, match="No customer is registered as 'Sender'"):
        await parties.one(rig.shop, rig.actor, "Sender")


@pytest.mark.parametrize(
    ("name", "given"),
    [("", {}), ("x" * 101, {}), ("two\nlines", {}), ("A", {"first_name": "x" * 101}), ("A", {"email": "e" * 255})],
)
async def test_wrong_parties_are_refused_whole(new_rig: Any, name: str, given: dict[str, str]) -> None:
    rig = await new_rig()
    named = {"first_name": "E", "last_name": "X", "email": EVA, **given}
    person = Contact(first_name=named["first_name"], last_name=named["last_name"], email=named["email"])
    with pytest.raises(EngineError, match=r"allowed are [01] to"):
        await register(rig, name, contact(ERIK), person)
    assert await parties.listed(rig.shop, rig.actor) == []


async def test_parties_are_the_companys_own_and_for_its_desk(rig: Any) -> None:
    await register(rig, "Sender", contact(EVA))
    other = await companies.found(rig.shop, "other", Company(), admin="b", token="other-token")
    assert await parties.listed(rig.shop, other) == []
    (row,) = (await parties.one(rig.shop, rig.actor, "Sender"))["contacts"]
    with pytest.raises(EngineError, match="No contact has the id"):
        await parties.tick(rig.shop, other, row["id"], wanted=False)
    for role in (Role.BRANCH, Role.CUSTOMER):
        outsider = Actor(rig.actor.company_id, rig.actor.user_id, "o", role, branch="Nord", customer="Sender")
        with pytest.raises(EngineError, match="this needs one of"):
            await parties.listed(rig.shop, outsider)
        with pytest.raises(EngineError, match="this needs one of"):
            await parties.register(rig.shop, outsider, "X", [])


# -- over HTTP


@pytest.fixture
async def site(tmp_path: Path, world: Any) -> AsyncIterator[Site]:
    async for found in running(tmp_path, world, driver=True):
        body = {**CONFIG, "now": "2026-03-02T08:00:00Z", "ask_on_issue": True}
        assert (await found.call("POST", "/parcelproof/v1/reset", body))[0] == 200
        yield found


async def test_a_party_an_order_and_the_screen_over_the_driver(site: Site) -> None:
    base = "/parcelproof/v1"
    person = {"first_name": "Eva", "last_name": "E", "email": EVA, "wants_information": True}
    status, _ = await site.call("PUT", f"{base}/customers/M%C3%BCller%20AG", {"contacts": [person]})
    assert status == 204
    (row,) = (await site.call("GET", f"{base}/customers"))[1]["customers"]
    assert row["name"] == "Müller AG"
    assert (await site.call("GET", f"{base}/customers/M%C3%BCller%20AG"))[1] == row
    order = {**ORDER, "carrier": "mail_alliance", "customer": "Müller AG"}
    assert (await site.call("POST", f"{base}/orders", order))[0] == 201
    await site.call("POST", f"{base}/run", {"until": "2026-03-02T08:01:00Z"})
    view = (await site.call("GET", f"{base}/orders/P-1"))[1]
    assert view["follow_prompt"] == {"state": "open", "parties": ["recipient"]}
    said = {"recipient": PERSON}
    assert (await site.call("POST", f"{base}/orders/P-1/follow-data", said))[0] == 204
    assert (await site.call("POST", f"{base}/orders/P-1/follow-data", said))[0] == 409
    assert (await site.call("POST", f"{base}/orders/P-9/follow-data", said))[0] == 404
    found = (await site.call("GET", f"{base}/subscriptions"))[1]["subscriptions"]
    assert [(one["email"], one["origin"]) for one in found] == [(EVA, "contact"), (ERIKA, "issue")]
    ticked = (await site.call("PUT", f"{base}/contacts/{row['contacts'][0]['id']}", {"wants_information": False}))[1]
    assert ticked["wants_information"] is False
    assert (await site.call("DELETE", f"{base}/customers/M%C3%BCller%20AG"))[0] == 204


@pytest.mark.parametrize(
    ("path", "body", "wanted"),
    [
        ("/customers/A", {"contacts": [{"email": 7}]}, 422),
        ("/customers/A", {}, 422),
        ("/customers/A", {"contacts": [{}] * 101}, 422),
        ("/contacts/99", {"wants_information": True}, 404),
        ("/contacts/x", {"wants_information": True}, 404),
        ("/contacts/" + "9" * 30, {"wants_information": True}, 404),
        ("/contacts/1", {"wants_information": "yes"}, 422),
    ],
)
async def test_bad_parties_over_http_are_problems(site: Site, path: str, body: Any, wanted: int) -> None:
    assert (await site.call("PUT", f"/parcelproof/v1{path}", body))[0] == wanted
    assert (await site.call("GET", "/parcelproof/v1/customers"))[1] == {"customers": []}
