"""Several faults on one call: laws of what they do together, and two of them over a socket."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from itertools import product
from typing import TYPE_CHECKING

import httpx

from parcelproof.simulators.server import Running
from parcelproof.simulators.wire.call import Answer
from parcelproof.simulators.wire.disturbance import Disturbed, after, before
from parcelproof.simulators.wire.fault_rules import POINTS, WAITS
from parcelproof.simulators.wire.faults import Fault, FaultKind, Point
from parcelproof.simulators.wire.sending import Ending

if TYPE_CHECKING:
    from tests.wire.conftest import Ask

Start = Callable[..., AbstractAsyncContextManager[Running]]

BREAKING = (FaultKind.RESET, FaultKind.STALL, FaultKind.TRUNCATE)
GOOD = Answer(201, b'{"id": 1}')


SINGLES = [(kind, point) for kind in FaultKind for point in POINTS[kind]]


def every_call() -> Iterator[list[Fault]]:
    """Yield every way in which up to three faults hit one call, each with a wait of its own."""
    for count in range(4):
        for chosen in product(SINGLES, repeat=count):
            yield [
                Fault(kind=kind, point=point, latency_ms=10**place if kind in WAITS else None, status=500 + place)
                for place, (kind, point) in enumerate(chosen)
            ]


def own(status: int) -> Answer | None:
    return None


def met(hits: list[Fault]) -> tuple[Disturbed, bool]:
    """Return what becomes of a call that these faults hit, and whether its handler ran."""
    found = before(hits, own)
    if found.answer is not None or found.ending is not Ending.WHOLE:
        return found, False
    after(found, GOOD, own)
    return found, True


def waited_ms(found: Disturbed) -> int:
    return found.before_ms + found.after_ms + found.stall_ms


def test_there_is_an_effect_unless_something_but_slowness_comes_before_it() -> None:
    for hits in every_call():
        _, effect = met(hits)
        assert effect is all(fault.kind is FaultKind.LATENCY for fault in hits if fault.place is Point.BEFORE), hits


def test_the_first_break_is_the_end_and_slowness_up_to_it_adds_up() -> None:
    for hits in every_call():
        found, effect = met(hits)
        side = [fault for fault in hits if (fault.place is Point.BEFORE) is not effect]
        ends = [place for place, fault in enumerate(side) if fault.kind in BREAKING or (not effect and _answers(fault))]
        lived = side[: ends[0] + 1] if ends else side
        if effect:
            lived += [fault for fault in hits if fault.place is Point.BEFORE]
        assert waited_ms(found) == sum(fault.latency_ms or 0 for fault in lived), hits
        broken = bool(ends) and side[ends[0]].kind in BREAKING
        assert (found.ending is not Ending.WHOLE) is broken, hits


def _answers(fault: Fault) -> bool:
    return fault.kind is FaultKind.STATUS


def test_what_is_sent_is_the_good_answer_or_what_some_fault_says() -> None:
    for hits in every_call():
        found, effect = met(hits)
        said = {fault.status for fault in hits if _answers(fault)}
        if found.answer is None:
            assert not effect and found.ending is Ending.NOTHING, hits
        else:
            assert found.answer.status in said | ({201} if effect else set()), hits
        if effect and not {fault.kind for fault in hits} & {FaultKind.STATUS, FaultKind.MALFORMED}:
            assert found.answer == GOOD, hits


async def test_a_slow_answer_that_then_breaks_off(parrot_server: Start, ask: "Ask", slept: list[float]) -> None:
    async with (
        parrot_server() as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as http,
    ):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        token = (await http.post("/par-rot/token", content="client_id=t&client_secret=s", headers=form)).json()
        for fault in (
            {"kind": "latency", "point": "before", "latency_ms": 1_000},
            {"kind": "latency", "point": "during", "latency_ms": 2_000},
            {"kind": "status", "point": "after", "status": 502, "body": "x" * 10},
            {"kind": "truncate"},
        ):
            added = await http.post("/_sim/v1/tenants/t/faults", json={"operation": "book", **fault})
            assert added.status_code == 201, added.text
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token['access_token']}"}
        seen = await ask(started.url, "POST", "/par-rot/parcels", b'{"reference": "R"}', headers)
        assert (seen.status, seen.body, seen.ended) == (502, b"xxxxx", "closed")
        assert slept == [1.0, 2.0]
        (line,) = (await http.get("/_sim/v1/tenants/t/journal?after=1")).json()["entries"]
        assert line["fault"] == "fault-1 latency before, fault-2 latency during, fault-3 status after, " + (
            "fault-4 truncate during"
        )
        assert len((await http.get("/_sim/v1/tenants/t/parcels")).json()["parcels"]) == 1
