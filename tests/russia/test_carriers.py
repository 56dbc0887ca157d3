"""Russian Post's three mounts: put together from chapters, each told in its sheet, none in another's way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parcelproof.cli.carriers import carriers as command
from parcelproof.simulators.postal_api.russia import CARRIERS, OTPRAVKA_PARTS
from parcelproof.simulators.postal_api.russia.part import merged
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire.carrier import Carrier

NAMES = ("russian_post", "russian_post_tracking", "russian_post_tariff")


def test_there_are_three_of_them_at_mounts_of_their_own() -> None:
    assert tuple(carrier.name for carrier in CARRIERS) == NAMES
    assert [carrier.mount for carrier in CARRIERS] == ["pochta", "pochta-tracking", "pochta-tariff"]


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
def test_every_operation_says_how_far_it_can_be_trusted(carrier: Carrier) -> None:
    operations = {route.operation for route in carrier.routes}
    assert set(carrier.sheet.fidelity) == operations
    assert set(carrier.sheet.static) <= operations
    assert all(line.endswith(".") for line in (*carrier.sheet.guesses, *carrier.sheet.deviations))
    assert set(carrier.sheet.contradictions) <= set(carrier.sheet.switches) == set(carrier.settings or {})


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
def test_what_a_bad_day_sets_is_what_the_carrier_reads(carrier: Carrier) -> None:
    for day in carrier.bad_days.values():
        for name, value in day.settings.items():
            assert carrier.settings is not None and carrier.settings[name].takes(value), name


def test_names_of_records_and_duties_are_the_carriers_own() -> None:
    for carrier in CARRIERS:
        kinds = [kind.name for kind in carrier.kinds]
        assert len(set(kinds)) == len(kinds)
        assert all(name.startswith("russian_post") for name in (*kinds, *carrier.duties))


def test_two_chapters_cannot_claim_one_name() -> None:
    with pytest.raises(ValueError, match="named by two parts"):
        merged([OTPRAVKA_PARTS[0].fidelity, {"create_orders": 1}])


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_is_printed(name: str) -> None:
    found = CliRunner().invoke(command, [name])
    assert found.exit_code == 0, found.output
    assert "Russian Post" in found.output


async def test_a_client_that_changes_only_the_host_reaches_it(tmp_path: Path) -> None:
    import httpx

    options = Options(port=0, listens={"pochta": "127.0.0.1:0"}, virtual=True)
    headers = {"Authorization": "AccessToken t", "X-User-Authorization": "Basic YTpi"}
    async with running(options) as server, httpx.AsyncClient(headers=headers) as client:
        seen: list[Any] = []
        for base in (f"{server.url}/pochta", server.urls["pochta"]):
            answer = await client.get(
                f"{base}//1.0/settings/limit", headers={"Accept": "application/json;charset=UTF-8"}
            )
            assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
            seen.append(json.loads(answer.content)["current-count"])
        assert seen == [1, 2]
        put = await client.put(f"{server.url}/pochta/1.0/user/backlog", json=[])
        assert put.json() == {"result-ids": []}
        assert (await client.get(f"{server.url}/pochta/1.0/unknown")).status_code == 407
        assert (await client.get(f"{server.url}/pochta/1.0/batch", headers={"Authorization": ""})).status_code == 401
