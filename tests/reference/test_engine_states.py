"""A company's words for its states, and how much of each an end customer is shown and told (NTF-040 to 051, 205)."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.domain.visibility import StateRule, States, Visibility
from parcelproof.reference.errors import EngineError
from parcelproof.reference.settings import Company
from parcelproof.reference.shop import Actor, Role
from parcelproof.reference.usecases import companies, monitoring, public_page

ERIKA = "erika@example.org"


async def set_state(rig: Any, state: str, **wanted: Any) -> None:
    await monitoring.set_state(rig.shop, rig.actor, state, wanted)


async def shown(rig: Any, number: str) -> list[tuple[str, str, str, str]]:
    trace = await public_page.look_up(rig.shop, number)
    return [(line.state, line.name, line.reason, line.observation) for line in trace.events]


async def seen_and_told(rig: Any, **rule: Any) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    number = await rig.book("P-1")
    await rig.follow("P-1")
    await set_state(rig, "delivery_failed", **rule)
    await rig.enter("P-1", "delivery_failed", reason="nobody there", observation="dog in the yard")
    await rig.alerts()
    return await shown(rig, number), [mail.text for mail in rig.world.mailer.mails]


async def test_ntf_040_every_state_is_listed_with_its_name_and_visibility(rig: Any) -> None:
    await set_state(rig, "delivered", name="At home", visibility="visible")
    found = {row["state"]: row for row in await monitoring.states(rig.shop, rig.actor)}
    assert set(found) == set(Status)
    assert found["delivered"] == {"state": "delivered", "name": "At home", "visibility": "visible", "mailed": True}
    assert found["in_transit"]["visibility"] == "with_observations"
    assert found["in_transit"]["mailed"] is False


async def test_ntf_041_a_new_name_stands_on_the_page_from_then_on(rig: Any) -> None:
    page, _ = await seen_and_told(rig, name="At the destination branch")
    assert page[0][:2] == ("delivery_failed", "At the destination branch")


async def test_ntf_042_a_name_is_valid_for_one_company_and_changes_no_code(rig: Any) -> None:
    other = await companies.found(rig.shop, "other", Company(), admin="b", token="other-token")
    await set_state(rig, "delivered", name="At home")
    names = {row["state"]: row["name"] for row in await monitoring.states(rig.shop, other)}
    assert names["delivered"] == ""
    await rig.book("P-1")
    await rig.enter("P-1", "delivered")
    assert (await rig.view("P-1"))["status"] == "delivered"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"visibility": "secret"}, "hidden, visible, with_reason, with_observations"),
        ({"visibility": 3}, "hidden, visible, with_reason, with_observations"),
        ({"name": "x" * 61}, "at most 60"),
        ({"name": "two\r\nlines"}, "printable"),
        ({"mailed": "yes"}, "mailed"),
        ({"colour": "red"}, "allowed are name, visibility, mailed"),
    ],
)
async def test_ntf_043_a_fifth_level_and_other_wrong_values_are_refused(rig: Any, wanted: Any, sentence: str) -> None:
    before = await monitoring.states(rig.shop, rig.actor)
    with pytest.raises(EngineError, match=sentence):
        await set_state(rig, "delivered", **wanted)
    with pytest.raises(EngineError, match="No state is called"):
        await set_state(rig, "teleported", name="Beamed")
    assert await monitoring.states(rig.shop, rig.actor) == before


async def test_ntf_044_hidden_is_neither_shown_nor_mailed_and_ntf_045_staff_see_it(rig: Any) -> None:
    page, mails = await seen_and_told(rig, visibility="hidden")
    assert (page, mails) == ([], [])
    assert [event["status"] for event in (await rig.view("P-1"))["history"]] == ["delivery_failed"]


@pytest.mark.parametrize(
    ("level", "reason", "observation"),
    [
        ("visible", "", ""),
        ("with_reason", "nobody there", ""),
        ("with_observations", "nobody there", "dog in the yard"),
    ],
)
async def test_ntf_046_to_048_a_level_shows_what_it_says_and_no_more(
    rig: Any, level: str, reason: str, observation: str
) -> None:
    page, mails = await seen_and_told(rig, visibility=level)
    assert page == [("delivery_failed", "", reason, observation)]
    for text, is_there in (("nobody there", bool(reason)), ("dog in the yard", bool(observation))):
        assert (text in mails[0]) is is_there


async def test_ntf_049_only_states_enabled_for_following_are_mailed(rig: Any) -> None:
    page, mails = await seen_and_told(rig, mailed=False)
    assert (len(page), mails) == (1, [])
    await set_state(rig, "in_transit", mailed=True)
    await rig.enter("P-1", "in_transit")
    await rig.alerts()
    assert rig.told() == [(ERIKA, "in_transit")]


async def test_ntf_050_the_newest_that_may_be_told_is_sent_when_newer_ones_are_hidden(rig: Any) -> None:
    await rig.book("P-1")
    await rig.follow("P-1")
    await set_state(rig, "delivery_failed", visibility="hidden")
    await rig.enter("P-1", "out_for_delivery")
    await rig.run(minutes=1)
    await rig.enter("P-1", "delivery_failed")
    await rig.alerts()
    assert rig.told() == [(ERIKA, "out_for_delivery")]


async def test_ntf_051_a_state_hidden_while_its_novelty_waits_is_not_sent(rig: Any) -> None:
    await rig.book("P-1")
    await rig.follow("P-1")
    await rig.enter("P-1", "delivery_failed")
    await set_state(rig, "delivery_failed", visibility="hidden")
    assert (await rig.alerts()).suppressed == 1
    await set_state(rig, "delivery_failed", visibility="visible")
    await rig.alerts()
    assert rig.told() == []


async def test_ntf_205_repeated_scans_of_a_state_in_transit_are_told_once(new_rig: Any) -> None:
    for once, told in ((True, 2), (False, 4)):
        rig = await new_rig(first_in_state_only=once)
        await rig.book("P-1")
        await rig.follow("P-1")
        await set_state(rig, "in_transit", mailed=True)
        for state in ("in_transit", "in_transit", "in_transit", "out_for_delivery"):
            await rig.run(minutes=1)
            await rig.enter("P-1", state)
            await rig.alerts()
        assert len(rig.told()) == told


@pytest.mark.parametrize("role", [Role.STAFF, Role.BRANCH, Role.CUSTOMER])
async def test_only_administrators_change_states(rig: Any, role: Role) -> None:
    other = Actor(rig.actor.company_id, 99, "somebody", role)
    with pytest.raises(EngineError, match="needs one of: admin"):
        await monitoring.set_state(rig.shop, other, "delivered", {"name": "x"})


@given(
    rules=st.dictionaries(
        st.sampled_from(list(Status)),
        st.builds(StateRule, visibility=st.sampled_from(Visibility), mailed=st.none() | st.booleans()),
    )
)
def test_what_is_mailed_is_shown_and_known(rules: dict[Status, StateRule]) -> None:
    states = States(rules)
    for status in states.mailed:
        assert states.is_seen(status)
        assert status is not Status.UNKNOWN
        assert rules.get(status, StateRule()).mailed is not False


def test_each_level_shows_what_the_one_before_it_does() -> None:
    told = [States({Status.HELD: StateRule(visibility=level)}).told(Status.HELD, "why", "what") for level in Visibility]
    for less, more in pairwise(told):
        assert all(not before or before == after for before, after in zip(less, more, strict=True))
    assert (told[0], told[-1]) == (("", ""), ("why", "what"))
