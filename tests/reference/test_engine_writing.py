"""Mails of acts: written down with the act, sent once under a stable Message-ID, tried again or stopped (NTF-090, 091).

NTF-202, 222 and 223 for all mails but news.
"""

from collections import Counter
from typing import Any

import pytest

from parcelproof.reference.ports import MailDeferred, MailRefused
from parcelproof.reference.storage.tables import letters
from parcelproof.reference.usecases import monitoring, writing
from parcelproof.reference.usecases.writing import Writing

ERIKA, BOB = "erika@example.org", "bob@example.org"


@pytest.fixture
async def rig(new_rig: Any) -> Any:
    return await new_rig()


def told(recipient: str = ERIKA, key: str = "act-1") -> Writing:
    return Writing("pickups_confirmed", key, recipient, "en", {"numbers": ["N1"], "orders": ["P-1"], "branch": "Nord"})


async def write(rig: Any, *wanted: Writing) -> list[bool]:
    async with rig.store.begin(rig.actor.company_id) as session:
        return [await writing.write(session, one) for one in wanted]


async def kept(rig: Any) -> list[tuple[str, str, str | None]]:
    async with rig.store.read(rig.actor.company_id) as session:
        return [(row["recipient"], row["state"], row["result"]) for row in await session.rows(letters)]


def sent(rig: Any) -> list[str]:
    return [mail.recipient for mail in rig.world.mailer.mails]


async def test_ntf_090_an_act_has_one_mail_however_often_it_is_written(rig: Any) -> None:
    assert await write(rig, told(), told(), told(key="act-2"), told(BOB)) == [True, False, True, False]
    assert sent(rig) == []
    await rig.run(seconds=1)
    assert await write(rig, told()) == [False]
    await rig.run(hours=2)
    assert sent(rig) == [ERIKA, ERIKA]
    assert await kept(rig) == [(ERIKA, "sent", "accepted")] * 2


async def test_an_act_that_is_taken_back_leaves_no_mail(rig: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        async with rig.store.begin(rig.actor.company_id) as session:
            await writing.write(session, told())
            raise ZeroDivisionError
    await rig.run(hours=1)
    assert (sent(rig), await kept(rig)) == ([], [])


async def test_ntf_222_what_is_refused_for_now_is_tried_again_after_growing_pauses(rig: Any) -> None:
    rig.world.mailer.refuses[ERIKA] = [MailDeferred("451 later")] * 3
    await write(rig, told(), told(BOB, "act-2"))
    tries = []
    for _ in range(40):
        await rig.run(seconds=1)
        tries.append(len(rig.world.mailer.refuses[ERIKA]))
    assert sent(rig) == [BOB, ERIKA], "one address holds up no other (NTF-248)"
    assert [tries.index(left) for left in (2, 1, 0)] == [0, 1, 5], "at once, after 2 s, after 4 s more"
    assert [row[1] for row in await kept(rig)] == ["sent", "sent"]


async def test_ntf_223_what_is_refused_for_good_is_kept_with_the_reason_and_never_tried_again(rig: Any) -> None:
    rig.world.mailer.refuses[ERIKA] = [MailRefused("550 no such user")]
    await write(rig, told())
    await rig.run(days=2)
    assert (sent(rig), await kept(rig)) == ([], [(ERIKA, "failed", "550 no such user")])


async def test_ntf_091_a_mail_account_that_went_away_is_not_attempted(rig: Any) -> None:
    rig.world.mailer.refuses[ERIKA] = [MailDeferred("451 later")]
    await write(rig, told())
    await rig.run(seconds=1)
    await monitoring.set_mail_account(rig.shop, rig.actor, {"password": ""})
    await rig.run(hours=2)
    assert (sent(rig), [row[1] for row in await kept(rig)]) == ([], ["unsent"])


@pytest.mark.parametrize("after", [False, True])
async def test_ntf_202_a_kill_at_the_mail_server_loses_none_and_repeats_under_the_same_id(
    rig: Any, killed: type[BaseException], after: bool
) -> None:
    await write(rig, told(), told(BOB, "act-2"))
    rig.world.effects.kill_at, rig.world.effects.after = 1, after
    with pytest.raises(killed):
        await rig.run(seconds=1)
    await rig.restart()
    await rig.run(minutes=5)
    ids = Counter(mail.message_id for mail in rig.world.mailer.mails)
    assert sorted(ids.values()) == ([1, 2] if after else [1, 1])
    assert {mail.recipient for mail in rig.world.mailer.mails} == {ERIKA, BOB}
    assert [row[1] for row in await kept(rig)] == ["sent", "sent"]


async def test_message_ids_differ_by_act_and_company_and_name_the_senders_domain(rig: Any) -> None:
    await write(rig, told(), told(key="act-2"))
    await rig.run(seconds=1)
    one, two = [mail.message_id for mail in rig.world.mailer.mails]
    assert one != two
    assert one.endswith("@shop.example>")
