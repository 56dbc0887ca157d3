"""Answers that no tenant's state changes: each carrier's sheet lists them, and lists nothing else.

Two worlds of other state are asked the same; what answers alike in both hangs on no state. What answers alike whatever
is asked, too, is always the same.
"""

from collections.abc import Callable
from typing import Any

import pytest

from parcelproof.simulators.courier_api.cdek import CARRIER as CDEK
from parcelproof.simulators.courier_api.iml import CARRIER as IML
from parcelproof.simulators.courier_api.pickpoint import CARRIER as PICKPOINT
from parcelproof.simulators.wire.call import Answer
from parcelproof.simulators.wire.carrier import Carrier, Static
from parcelproof.simulators.wire.tenants import Tenants

from ..courier_api.conftest import fresh_desk as cdek_desk
from ..iml.conftest import START_MS
from ..iml.conftest import Desk as ImlDesk
from ..pickpoint.conftest import fresh_desk as pickpoint_desk
from . import worlds
from .test_provider_checks import refused


def iml_desk() -> ImlDesk:
    tenants = Tenants(duties=IML.duties, kinds=IML.kinds, virtual=True, now_ms=START_MS, seed="test")
    desk = ImlDesk(tenants)
    tenants.world(desk.name)
    return desk


Answers = dict[str, list[Answer]]
COURIERS: dict[str, tuple[Carrier, Callable[[], Any], Callable[[Any, bool], dict[str, list[worlds.Question]]]]] = {
    "cdek": (CDEK, cdek_desk, worlds.cdek),
    "iml": (IML, iml_desk, worlds.iml),
    "pickpoint": (PICKPOINT, pickpoint_desk, worlds.pickpoint),
}


def asked(name: str) -> tuple[Answers, Answers]:
    """Ask one world's questions in both."""
    _, fresh, live = COURIERS[name]
    desk, other = fresh(), fresh()
    questions = live(desk, False)
    live(other, True)
    assert desk.world.now_ms == other.world.now_ms
    here, there = (
        {operation: [worlds.answered(one, question) for question in rows] for operation, rows in questions.items()}
        for one in (desk, other)
    )
    return here, there


@pytest.fixture(scope="module", params=list(COURIERS))
def answers(request: pytest.FixtureRequest) -> tuple[Carrier, Answers, Answers]:
    return COURIERS[request.param][0], *asked(request.param)


def test_every_operation_is_asked_and_answers_no_refusal(answers: tuple[Carrier, Answers, Answers]) -> None:
    carrier, here, there = answers
    assert set(here) == {route.operation for route in carrier.routes}
    for operation in here:
        found = [*here[operation], *there[operation]]
        assert any(one.status < 300 and not refused(one.body.decode("latin-1")) for one in found), (operation, found[0])


def test_static_answers_are_those_that_the_sheet_lists(answers: tuple[Carrier, Answers, Answers]) -> None:
    carrier, here, there = answers
    found = {}
    for operation, rows in here.items():
        if [(row.status, row.body) for row in rows] == [(row.status, row.body) for row in there[operation]]:
            same = len({row.body for row in rows}) == 1
            found[operation] = Static.ALWAYS if same else Static.ASKED
    assert found == dict(carrier.sheet.static)
