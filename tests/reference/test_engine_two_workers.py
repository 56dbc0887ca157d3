"""Two workers on one PostgreSQL tell each of 200 followers each news once, round after round (NTF-201).

Both start an alert run at once, so the runs overlap, and both empty the outbox; the mails reach a real server.
"""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec
import pytest

from parcelproof.reference.domain.notices import Fate
from parcelproof.reference.ports import CarrierEvent
from parcelproof.reference.storage.tables import events, notices

from .outside import World
from .rig import CONFIG, NOW, Rig
from .test_engine_alert_scale import fill
from .test_engine_sigkill import Box, box

__all__ = ["box"]
PEOPLE = 200
LINE, STATE = "mail_alliance", "out_for_delivery"  # again and again, each scan is news
MINUTES = 10  # between two rounds; the rhythm's own runs, each hour, fall into some


class Beside:
    """A worker in a process of its own; `begin` and `end` a round apart, so that another works meanwhile."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def begin(self, minutes: int) -> None:
        self._stdin.write(f"{minutes}\n")
        self._stdin.flush()

    def end(self) -> str:
        return self._stdout.readline().strip()


def started(stack: ExitStack, url: str, port: int) -> Beside:
    words = [sys.executable, "-m", "tests.reference.lasting_worker", url, str(port)]
    root = Path(__file__).parents[2]
    process = stack.enter_context(
        subprocess.Popen(words, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )
    assert process.stdin is not None and process.stdout is not None
    return Beside(process.stdin, process.stdout)


async def news(rig: Rig, number: int, at: datetime) -> None:
    """Let one more scan of every parcel wait for its follower; number 0 is in the database already."""
    told, waiting = [], []
    for person in range(PEOPLE):
        key = number * PEOPLE + person + 1
        found = CarrierEvent(
            id=f"{person}/{number}", carrier=LINE, number=f"N{person}", code=f"{number}", text="", status=STATE,
            occurred_at=at,
        )  # fmt: skip
        told.append(
            {"id": key, "shipment_id": person + 1, "order_id": person + 1, "carrier": LINE, "number": found.number}
            | {"event_id": found.id, "revoked": False, "occurred_at": at, "received_at": at, "source": "poll"}
            | {"event": msgspec.to_builtins(found), "company_id": rig.actor.company_id}
        )
        waiting.append(
            {"company_id": rig.actor.company_id, "subscription_id": person + 1, "event_id": key, "fate": Fate.WAITING}
        )
    async with rig.store.begin(rig.actor.company_id) as session:
        await session.add_many(events, told)
        await session.add_many(notices, waiting)


@pytest.mark.parametrize("rounds", [pytest.param(5, marks=pytest.mark.ci), pytest.param(50, marks=pytest.mark.long)])
async def test_two_workers_tell_each_follower_each_news_once(
    postgres_url: str, box: tuple[Box, int], rounds: int
) -> None:
    handler, port = box
    quiet = {**CONFIG, "channels": {"webhook": False, "poll": False}, "first_in_state_only": False}
    rig = Rig(postgres_url, World(), quiet)
    await rig.start()
    await fill(rig, PEOPLE, PEOPLE, 0)
    mailed = Counter[str]()
    seen: set[str] = set()
    with ExitStack() as stack:
        both = {name: started(stack, postgres_url, port) for name in ("first", "second")}
        assert {worker.end() for worker in both.values()} == {"ready"}
        for number in range(1, rounds + 1):
            minutes = number * MINUTES
            await news(rig, number, NOW + timedelta(minutes=minutes))
            handler.taken.clear()
            for worker in both.values():
                worker.begin(minutes)
            for name, worker in both.items():
                mailed[name] += int(worker.end())
            told = Counter(recipient for recipient, _ in handler.taken)
            assert len(told) == PEOPLE, f"round {number}: {PEOPLE - len(told)} followers were not told"
            assert max(told.values()) == 1, f"round {number}: {sum(told.values()) - PEOPLE} mails came twice"
            ids = {message_id for _, message_id in handler.taken}
            assert len(ids) == PEOPLE and not ids & seen, f"round {number}: a Message-ID was used before"
            seen |= ids
    await rig.stop()
    assert mailed.total() == rounds * PEOPLE and min(mailed.values()) > 0, mailed
