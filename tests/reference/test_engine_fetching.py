"""Pick-up requests: asked by desk and customer, approved and confirmed by a branch, each act told once.

NTF-085 to 091. Killed at every effect and every commit of an approval, it ends the same.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.settings import Company
from parcelproof.reference.shop import Actor
from parcelproof.reference.storage.tables import pickup_requests
from parcelproof.reference.usecases import companies, fetching, monitoring, ordering

from .rig import CONFIG, Rig
from .test_engine_http import ORDER, Site, running
from .test_engine_kills import dying_at_commit, survive

ERIKA, BOB = "erika@example.org", "bob@example.org"
NORD, OST = "Nord", "Ost"


@pytest.fixture
async def rig(new_rig: Any) -> Any:
    return await new_rig()


async def hire(rig: Any, name: str, role: str, **place: str) -> Actor:
    whose = {"branch": None, "customer": None, **place}
    return await companies.sign_in(rig.shop, await companies.hire(rig.shop, rig.actor, name=name, role=role, **whose))


async def ask(rig: Any, number: str = "P-1", email: str = ERIKA, *, by: Actor | None = None) -> str:
    """Place a draft and ask that it be fetched."""
    await ordering.place(rig.shop, rig.actor, rig.order(number), confirm=False)
    found, _ = await fetching.request(rig.shop, by or rig.actor, number, email)
    return str(found["id"])


async def approve(rig: Any, *ids: str, branch: str = NORD) -> None:
    for one in ids:
        await fetching.approve(rig.shop, rig.actor, one, branch=branch)
    await rig.run(seconds=2)


def mails(rig: Any, kind: str) -> list[Any]:
    return [mail for mail in rig.world.mailer.mails if mail.headers["X-Parcelproof-Kind"] == kind]


async def states(rig: Any) -> list[tuple[str, str, str | None]]:
    return [(row["order"], row["state"], row["branch"]) for row in await fetching.listed(rig.shop, rig.actor)]


async def without_smtp(rig: Any) -> None:
    await monitoring.set_mail_account(rig.shop, rig.actor, {"password": ""})


async def test_ntf_085_approving_confirms_the_order_and_tells_the_requester(rig: Any) -> None:
    one = await ask(rig)
    await rig.run(minutes=5)
    assert (rig.world.mailer.mails, (await rig.view("P-1"))["state"]) == ([], "draft")
    await approve(rig, one)
    assert (await rig.view("P-1"))["state"] == "booked"
    (mail,) = mails(rig, "pickup_approved")
    assert mail.recipient == ERIKA
    assert await states(rig) == [("P-1", "approved", NORD)]


async def test_ntf_086_the_mail_names_branch_and_number_and_its_links_lead_to_the_label(rig: Any) -> None:
    await approve(rig, await ask(rig))
    (mail,) = mails(rig, "pickup_approved")
    number = (await rig.view("P-1"))["tracking_number"]
    token = mail.text.partition("/labels/")[2].split()[0].partition("?")[0]
    for body in (mail.text, mail.html):
        assert NORD in body
        assert number in body
        assert f"http://engine.test/labels/{token}" in body
        assert f"http://engine.test/labels/{token}?download=1" in body
    found, label = await fetching.label_of(rig.shop, token)
    assert (found, label.content) == (number, f"%PDF-{number}".encode())
    for wrong in (f"{token[:-1]}x", "", "x" * 500):
        with pytest.raises(EngineError, match="leads to no label"):
            await fetching.label_of(rig.shop, wrong)


async def test_ntf_085_the_mail_waits_for_number_and_label(rig: Any) -> None:
    rig.world.near.late = rig.world.near.label_apart = rig.world.near.no_label = True
    await approve(rig, await ask(rig))
    assert rig.world.mailer.mails == []
    rig.world.near.ripen()
    await rig.run(minutes=10)
    assert (await rig.view("P-1"))["tracking_number"]
    assert rig.world.mailer.mails == []
    rig.world.near.no_label = False
    await rig.run(minutes=10)
    assert len(mails(rig, "pickup_approved")) == 1


async def test_ntf_085_an_order_that_was_numbered_before_waits_for_its_label_too(rig: Any) -> None:
    rig.world.near.label_apart = rig.world.near.no_label = True
    await rig.book("P-1")
    found, _ = await fetching.request(rig.shop, rig.actor, "P-1", ERIKA)
    await approve(rig, found["id"])
    assert rig.world.mailer.mails == []
    rig.world.near.no_label = False
    await rig.run(minutes=10)
    assert len(mails(rig, "pickup_approved")) == 1


async def test_ntf_086_the_link_of_a_request_that_is_not_approved_or_called_off_leads_nowhere(rig: Any) -> None:
    await rig.book("P-1")
    found, _ = await fetching.request(rig.shop, rig.actor, "P-1", ERIKA)
    async with rig.store.read(rig.actor.company_id) as session:
        token = (await session.row(pickup_requests))["token"]
    with pytest.raises(EngineError, match="leads to no label"):
        await fetching.label_of(rig.shop, token)
    await approve(rig, found["id"])
    await fetching.label_of(rig.shop, token)
    await ordering.cancel(rig.shop, rig.actor, "P-1")
    await rig.run(minutes=1)
    with pytest.raises(EngineError, match="leads to no label"):
        await fetching.label_of(rig.shop, token)


@pytest.mark.parametrize("who", [{"role": "staff"}, {"role": "customer", "customer": "Laden"}])
async def test_ntf_087_staff_and_customers_ask_alike(rig: Any, who: dict[str, str]) -> None:
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", customer="Laden"), confirm=False)
    asker = await hire(rig, "Anna", **who)
    found, fresh = await fetching.request(rig.shop, asker, "P-1", ERIKA)
    again, more = await fetching.request(rig.shop, asker, "P-1", ERIKA)
    assert (fresh, more, again["id"], found["asked_by"]) == (True, False, found["id"], "Anna")
    assert [row["id"] for row in await fetching.listed(rig.shop, asker)] == [found["id"]]
    await approve(rig, found["id"])
    assert [mail.recipient for mail in mails(rig, "pickup_approved")] == [ERIKA]


async def test_customers_ask_for_and_see_their_own_alone_and_approve_nothing(rig: Any) -> None:
    one = await ask(rig)
    stranger = await hire(rig, "Eve", "customer", customer="eve@example.org")
    with pytest.raises(EngineError, match="No order has number"):
        await fetching.request(rig.shop, stranger, "P-1", "eve@example.org")
    assert await fetching.listed(rig.shop, stranger) == []
    with pytest.raises(EngineError, match="this needs one of"):
        await fetching.approve(rig.shop, stranger, one, branch=NORD)
    with pytest.raises(EngineError, match="this needs one of"):
        await fetching.confirm(rig.shop, stranger, [one])


async def test_a_branch_takes_what_no_other_took_and_acts_for_itself(rig: Any) -> None:
    north, east = [await hire(rig, place, "branch", branch=place) for place in (NORD, OST)]
    one = await ask(rig)
    assert [len(await fetching.listed(rig.shop, who)) for who in (north, east)] == [1, 1]
    with pytest.raises(EngineError, match="acts for Nord, not for Ost"):
        await fetching.approve(rig.shop, north, one, branch=OST)
    found = await fetching.approve(rig.shop, north, one)
    assert (found["state"], found["branch"]) == ("approved", NORD)
    assert [len(await fetching.listed(rig.shop, who)) for who in (north, east)] == [1, 0]
    with pytest.raises(EngineError, match="No pick-up request has the id"):
        await fetching.confirm(rig.shop, east, [one])
    assert (await ordering.listed(rig.shop, north))[0]["number"] == "P-1"
    assert await fetching.confirm(rig.shop, north, [one]) == 1


async def test_a_branch_confirms_nothing_that_another_took_even_of_its_own_orders(rig: Any) -> None:
    east = await hire(rig, OST, "branch", branch=OST)
    await ordering.place(rig.shop, east, rig.order("P-1"), confirm=False)
    found, _ = await fetching.request(rig.shop, east, "P-1", ERIKA)
    await approve(rig, found["id"], branch=NORD)
    with pytest.raises(EngineError, match="No pick-up request has the id"):
        await fetching.confirm(rig.shop, east, [found["id"]])


async def test_ntf_088_confirming_tells_each_requester_which_and_how_many(rig: Any) -> None:
    ids = [await ask(rig, f"P-{n}") for n in range(1, 6)]
    ids.append(await ask(rig, "P-6", BOB))
    await approve(rig, *ids)
    assert await fetching.confirm(rig.shop, rig.actor, [*ids[:3], ids[5]]) == 4
    await rig.run(seconds=2)
    told = {mail.recipient: mail for mail in mails(rig, "pickups_confirmed")}
    numbers = [(await rig.view(f"P-{n}"))["tracking_number"] for n in range(1, 7)]
    assert set(told) == {ERIKA, BOB}
    for body in (told[ERIKA].text, told[ERIKA].html):
        assert [number for number in numbers if number in body] == numbers[:3]
        assert "3 pick-ups that you asked for were confirmed" in body
    assert [number for number in numbers if number in told[BOB].text] == numbers[5:]
    assert told[BOB].subject == "1 pick-up confirmed"


@pytest.mark.parametrize("who", [{"role": "staff"}, {"role": "customer", "customer": "Laden"}])
async def test_ntf_089_the_confirmation_goes_to_whoever_asked(rig: Any, who: dict[str, str]) -> None:
    await ordering.place(rig.shop, rig.actor, rig.order("P-1", customer="Laden"), confirm=False)
    found, _ = await fetching.request(rig.shop, await hire(rig, "Anna", **who), "P-1", BOB)
    await approve(rig, found["id"])
    await fetching.confirm(rig.shop, rig.actor, [found["id"]])
    await rig.run(seconds=2)
    assert [mail.recipient for mail in mails(rig, "pickups_confirmed")] == [BOB]


async def test_ntf_090_acts_that_are_repeated_tell_nothing_again(rig: Any) -> None:
    one, two = await ask(rig, "P-1"), await ask(rig, "P-2")
    await approve(rig, one, two)
    await approve(rig, one, branch=OST)
    assert await states(rig) == [("P-1", "approved", NORD), ("P-2", "approved", NORD)]
    counts = [await fetching.confirm(rig.shop, rig.actor, ids) for ids in ([one, one], [one], [one, two], [two, one])]
    assert counts == [1, 0, 1, 0]
    await rig.run(minutes=30)
    assert len(mails(rig, "pickup_approved")) == 2
    named = [[number in mail.text for number in ("N00001MA", "N00002MA")] for mail in mails(rig, "pickups_confirmed")]
    assert named == [[True, False], [False, True]]
    assert len(rig.world.near.parcels) == 2


async def test_ntf_091_without_a_whole_mail_account_acts_succeed_with_a_notice(rig: Any) -> None:
    await without_smtp(rig)
    one = await ask(rig)
    found = await fetching.approve(rig.shop, rig.actor, one, branch=NORD)
    assert (found["state"], found["notices"]) == ("approved", [fetching.NO_MAIL])
    await rig.run(minutes=5)
    assert await fetching.confirm(rig.shop, rig.actor, [one]) == 1
    view = await rig.view("P-1")
    assert (view["state"], view["problems"]) == ("booked", [fetching.NO_MAIL])
    await monitoring.set_mail_account(rig.shop, rig.actor, CONFIG["smtp"])
    await rig.run(hours=2)
    assert rig.world.mailer.mails == []


async def test_confirming_is_all_or_nothing(rig: Any) -> None:
    one, two = await ask(rig, "P-1"), await ask(rig, "P-2")
    await approve(rig, one)
    for ids, sentence in (
        ([one, two], "is not approved yet"),
        ([one, "q-99"], "q-99"),
        ([one, "nonsense"], "nonsense"),
    ):
        with pytest.raises(EngineError, match=sentence):
            await fetching.confirm(rig.shop, rig.actor, ids)
    assert await states(rig) == [("P-1", "approved", NORD), ("P-2", "asked", None)]
    await rig.run(seconds=2)
    assert mails(rig, "pickups_confirmed") == []


async def test_what_cannot_be_fetched_is_refused_and_leaves_nothing(rig: Any) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "in_transit", rig.clock.now())
    await rig.run(hours=2)
    await ordering.place(rig.shop, rig.actor, rig.order("P-2"), confirm=False)
    await ordering.cancel(rig.shop, rig.actor, "P-2")
    three = await ask(rig, "P-3")
    await ordering.cancel(rig.shop, rig.actor, "P-3")
    refused = {"P-1": "is in_transit", "P-2": "was called off", "P-9": "No order has number"}
    for wanted, sentence in refused.items():
        with pytest.raises(EngineError, match=sentence):
            await fetching.request(rig.shop, rig.actor, wanted, ERIKA)
    with pytest.raises(EngineError, match="one mail address"):
        await fetching.request(rig.shop, rig.actor, "P-1", "erika@example.org, bob@example.org")
    with pytest.raises(EngineError, match="Somebody else asked"):
        await fetching.request(rig.shop, rig.actor, "P-3", BOB)
    with pytest.raises(EngineError, match="was called off"):
        await fetching.approve(rig.shop, rig.actor, three, branch=NORD)
    for branch in ("", None, "x" * 101, "two\nlines"):
        with pytest.raises(EngineError, match="branch: found"):
            await fetching.approve(rig.shop, rig.actor, three, branch=branch)
    assert await states(rig) == [("P-3", "asked", None)]


async def test_one_companys_requests_and_labels_are_not_anothers(rig: Any) -> None:
    one = await ask(rig)
    other = await companies.found(rig.shop, "other", Company(), admin="b", token="other-token")
    assert await fetching.listed(rig.shop, other) == []
    with pytest.raises(EngineError, match="No pick-up request has the id"):
        await fetching.approve(rig.shop, other, one, branch=NORD)


async def test_ntf_249_requesters_are_forgotten_after_the_set_time(new_rig: Any) -> None:
    rig = await new_rig(retention_days=31)
    await approve(rig, await ask(rig))
    for days, kept in ((30, ERIKA), (3, "")):
        await rig.run(days=days)
        assert [row["email"] for row in await fetching.listed(rig.shop, rig.actor)] == [kept]


async def test_ntf_090_two_who_approve_and_confirm_at_once_tell_once(anywhere: Rig) -> None:
    rig = anywhere
    ids = [await ask(rig, f"P-{n}") for n in range(1, 4)]
    await asyncio.gather(
        *(fetching.approve(rig.shop, rig.actor, one, branch=place) for one in ids for place in (NORD, OST))
    )
    await rig.run(seconds=5)
    counts = await asyncio.gather(*(fetching.confirm(rig.shop, rig.actor, order) for order in (ids, ids[::-1], ids)))
    await rig.run(seconds=5)
    assert sum(counts) == 3
    assert len(mails(rig, "pickup_approved")) == 3
    assert len(mails(rig, "pickups_confirmed")) == 1


# -- killed


async def taken(rig: Any, one: str) -> None:
    await fetching.approve(rig.shop, rig.actor, one, branch=NORD)


async def confirmed(rig: Any, one: str) -> None:
    await fetching.confirm(rig.shop, rig.actor, [one])


async def end_of(rig: Any) -> bytes:
    view = await rig.view("P-1")
    kept = {name: view[name] for name in ("state", "tracking_number", "label", "problems")}
    return msgspec.json.encode([kept, await states(rig), len(rig.world.near.parcels)])


async def test_an_approval_killed_at_every_effect_tells_once(new_rig: Any, killed: type[BaseException]) -> None:
    async def play(k: int, after: bool) -> tuple[bytes, Counter[str], int]:
        rig = await new_rig()
        one = await ask(rig)
        rig.world.effects.kill_at, rig.world.effects.after = k, after
        await fetching.approve(rig.shop, rig.actor, one, branch=NORD)
        await survive(rig, killed, minutes=5)
        await fetching.confirm(rig.shop, rig.actor, [one])
        await survive(rig, killed, minutes=5)
        return await end_of(rig), Counter(mail.message_id for mail in rig.world.mailer.mails), rig.world.effects.count

    wanted, sent, effects = await play(0, False)
    assert (len(sent), effects) == (2, 3)
    for k in range(1, effects + 1):
        for after in (False, True):
            found, again, _ = await play(k, after)
            assert (found, set(again)) == (wanted, set(sent)), (k, after)
            assert sum(again.values()) - len(again) <= 1, "at most one mail is repeated, with the same Message-ID"


@pytest.mark.ci
async def test_an_approval_killed_at_every_commit_tells_once(new_rig: Any, killed: type[BaseException]) -> None:
    async def play(k: int) -> tuple[list[int], bytes, Counter[str]]:
        rig = await new_rig()
        one = await ask(rig)
        with dying_at_commit(rig, k, killed) as seen:
            for act in (taken, confirmed):
                try:
                    await act(rig, one)
                except killed:  # who saw no success does it again
                    await rig.restart()
                    await act(rig, one)
                await survive(rig, killed, seconds=30)
        return seen, await end_of(rig), Counter(mail.message_id for mail in rig.world.mailer.mails)

    seen, wanted, sent = await play(0)
    assert seen[0] > 10
    assert len(sent) == 2
    for k in range(1, seen[0] + 1):
        _, found, again = await play(k)
        assert (found, set(again)) == (wanted, set(sent)), k
        assert sum(again.values()) <= 3, k


# -- over HTTP


@pytest.fixture
async def site(tmp_path: Path, world: Any) -> AsyncIterator[Site]:
    async for found in running(tmp_path, world, driver=True):
        body = {**CONFIG, "now": "2026-03-02T08:00:00Z"}
        assert (await found.call("POST", "/parcelproof/v1/reset", body))[0] == 200
        yield found


async def test_requests_over_the_driver_and_the_label_without_signing_in(site: Site, world: Any) -> None:
    base = "/parcelproof/v1"
    assert (await site.call("POST", f"{base}/orders", {**ORDER, "carrier": "mail_alliance", "confirm": False}))[
        0
    ] == 201
    status, found = await site.call("POST", f"{base}/pickup-requests", {"order": "P-1", "email": ERIKA})
    assert (status, found["state"], found["branch"]) == (201, "asked", None)
    for branch in (NORD, OST):
        path = f"{base}/pickup-requests/{found['id']}/approve"
        assert (await site.call("POST", path, {"branch": branch}))[0] == 204
    await site.call("POST", f"{base}/run", {"until": "2026-03-02T08:01:00Z"})
    (mail,) = world.mailer.mails
    path = "/labels/" + mail.text.partition("/labels/")[2].split()[0]
    for query, shown in (("", "inline"), ("?download=1", "attachment")):
        async with site.client.get(site.engine.url + path.partition("?")[0] + query) as answer:
            assert answer.status == 200
            assert answer.content_type == "application/pdf"
            assert await answer.read() == b"%PDF-N00001MA"
            assert answer.headers["Content-Disposition"] == f'{shown}; filename="N00001MA.pdf"'
            assert answer.headers["Cache-Control"] == "private, no-store"
    assert (await site.call("GET", "/labels/unknown"))[0] == 404
    confirmed = {"requests": [found["id"]]}
    counts = [(await site.call("POST", f"{base}/pickup-requests/confirm", confirmed))[1] for _ in range(2)]
    assert counts == [{"confirmed": 1}, {"confirmed": 0}]
    assert [row["state"] for row in (await site.call("GET", f"{base}/pickup-requests"))[1]["requests"]] == ["confirmed"]


@pytest.mark.parametrize(
    ("path", "body", "wanted"),
    [
        ("", {"order": "P-9", "email": ERIKA}, 404),
        ("", {"order": "P-9", "email": "erika"}, 422),
        ("", {"email": ERIKA}, 422),
        ("/q-1/approve", {"branch": NORD}, 404),
        ("/q-1/approve", {"branch": 7}, 422),
        ("/" + "9" * 40 + "/approve", {"branch": NORD}, 404),
        ("/confirm", {"requests": []}, 422),
        ("/confirm", {"requests": ["q-7"]}, 404),
    ],
)
async def test_bad_requests_are_problems(site: Site, path: str, body: Any, wanted: int) -> None:
    assert (await site.call("POST", f"/parcelproof/v1/pickup-requests{path}", body))[0] == wanted
