"""Counterexamples at IML, PickPoint and Russian Post: told, and failing the same way at another engine."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.addresses import KAZAN
from parcelproof.conformance.counterexamples import write
from parcelproof.conformance.counterexamples.acts import TOLD
from parcelproof.conformance.counterexamples.parcels import Parcels
from parcelproof.conformance.counterexamples.record import Done
from parcelproof.conformance.run import CaseResult
from parcelproof.conformance.scenarios.results import Outcome
from parcelproof.conformance.scenarios.runner import Options, run
from parcelproof.scenario import parse

FirstFailure = Callable[..., CaseResult]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("mutant", "name", "carrier"),
    [
        ("iml-contradiction-is-delivery", "each_word_in_its_turn", "iml"),
        ("pickpoint-booked-blindly", "a_lost_answer_books_once", "pickpoint"),
        ("russian-booked-blindly", "a_lost_answer_books_once", "russian_post"),
    ],
)
def test_a_counterexample_at_a_small_courier_fails_the_same_way_elsewhere(
    mutant: str, name: str, carrier: str, first_failure: FirstFailure, simulator: str, tmp_path: Path
) -> None:
    [file] = [made for made in write([first_failure(mutant, name, carrier)], tmp_path) if made.suffix == ".yaml"]
    scenario = parse(file.read_bytes())
    assert {parcel.carrier for parcel in scenario.parcels.values()} == {carrier}
    [result] = run(Options(paths=(file,), simulator=simulator, command=engine_command(mutant), ours=True)).results
    assert result.outcome is Outcome.FAILED
    assert result.again
    assert all(sentence.startswith("the same finding: ") for sentence in result.again), result.again


ORDER = {
    "number": "T-1",
    "recipient": KAZAN,
    "lines": [
        {
            "sku": "TEE",
            "description": "Tea",
            "quantity": 1,
            "unit_price": {"amount_minor": 990, "currency": "RUB"},
            "unit_mass_g": 250,
            "vat_rate": 20,
        }
    ],
    "payment": "prepaid",
    "mass_g": 250,
    "sides_mm": [100, 100, 100],
    "carrier": None,
}


@pytest.mark.parametrize(
    ("accounts", "carrier"), [(("pickpoint",), "pickpoint"), (("mail_alliance", "iml"), "iml"), ((), "cdek")]
)
def test_an_order_that_names_no_carrier_is_told_as_one_of_a_carrier_that_there_is(
    accounts: tuple[str, ...], carrier: str
) -> None:
    """Another would keep the file from being run at a connector that serves these alone."""
    parcels = Parcels(accounts)
    told = parcels.parcels[parcels.name(ORDER)]
    assert (told.carrier, told.order["carrier"]) == (carrier, None)


@pytest.mark.parametrize(("carrier", "steps"), [("iml", 0), ("pickpoint", 0), ("cdek", 1)])
def test_webhooks_are_disturbed_only_where_there_are_some(carrier: str, steps: int) -> None:
    done = Done("control", "switches", ("tenant", carrier), {"duplicate": 2}, datetime(2026, 3, 2, tzinfo=UTC))
    assert len([*TOLD["control", "switches"](cast(Any, None), done)]) == steps
