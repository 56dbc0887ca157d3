"""Every shipped scenario holds against a sound simulator, and fails against one that breaks just what it is about."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.scenarios.results import Outcome, Run
from parcelproof.conformance.scenarios.running import needs_connector
from parcelproof.scenario import read
from parcelproof.simulators.core.parcel import Revoked
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.cdek import judgement, lives, oauth, returns
from parcelproof.simulators.courier_api.cdek.statuses import canonical
from parcelproof.simulators.courier_api.iml import fields as iml_fields
from parcelproof.simulators.courier_api.iml import lives as iml_lives
from parcelproof.simulators.courier_api.iml.statuses import canonical as iml_canonical
from parcelproof.simulators.courier_api.pickpoint import lives as pickpoint_lives
from parcelproof.simulators.courier_api.pickpoint import sendings
from parcelproof.simulators.courier_api.pickpoint.statuses import BY_CODE
from parcelproof.simulators.mail_alliance import (
    deliveries,
    endpoints,
    number_range,
    parcels,
    payloads,
    scans,
    statuses,
    tariff,
    tokens,
    tracking,
)
from parcelproof.simulators.mail_alliance.log import append
from parcelproof.simulators.mail_alliance.times import rfc3339
from parcelproof.simulators.postal_api.russia import lives as russian_lives
from parcelproof.simulators.postal_api.russia import numbers
from parcelproof.simulators.postal_api.russia.otpravka import orders as russian_orders
from parcelproof.simulators.postal_api.russia.statuses import readings as russian_readings
from parcelproof.simulators.postal_api.swiss import judgement_account
from parcelproof.simulators.wire import mix, paydesk, webhooks
from parcelproof.simulators.wire.paydesk import PayDesk, switches
from parcelproof.simulators.wire.tenants import Grant

Patch = Callable[[pytest.MonkeyPatch], None]
EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
FILES = sorted(EXAMPLES.glob("*.yaml"))
ALONE = [file for file in FILES if not needs_connector(read(file))]
ENGINES = {  # scenario -> the faulty engine that it must fail
    "engine-answer-lost-after-create": "random-idempotency-key",
    "engine-iml-refused-here-delivered-there": "iml-contradiction-is-delivery",
    "engine-webhook-endpoint-down": "no-polling",
    "engine-webhooks-twice-and-in-disorder": "event-counted-twice",
    "engine-registry-re-issued": "second-feeding-books-again",
    "engine-russian-post-answer-lost": "russian-booked-blindly",
    "engine-swiss-post-comes-back": "swiss-failed-is-a-return",
}


def test_there_is_one_for_each_complaint() -> None:
    assert len(FILES) >= 25
    assert {file.stem for file in FILES} - {file.stem for file in ALONE} == set(ENGINES)


def test_all_hold_against_a_sound_simulator(run_files: Callable[..., Run]) -> None:
    made = run_files(*ALONE)
    assert [(row.file, row.reason, list(map(str, row.failures))) for row in made.results if row.failures] == []
    assert {row.outcome for row in made.results} == {Outcome.PASSED}
    assert all(row.checked for row in made.results)
    assert made.exit_code == 0


def test_a_table_of_thirty_rows_brings_its_whole_sequence(run_files: Callable[..., Run]) -> None:
    """Its expectations name each event and webhook in order; here, that there really are thirty of them."""
    file = EXAMPLES / "table-of-thirty-rows.yaml"
    last = read(file).steps[-1].expect
    assert last is not None
    assert len(last.events["p1"]) == 30
    assert isinstance(last.webhooks, msgspec.Struct)
    assert len(last.webhooks.events or ()) == 31  # one for the creation
    assert run_files(file).results[0].outcome is Outcome.PASSED


# -- what each one is about, broken: (module, name, what stands there instead)


def nothing(*_: Any, **__: Any) -> None:
    return None


def by_recording(facts: Any) -> list[Any]:
    """The scans in the order of their recording: the newest word wins, whenever it occurred."""
    return sorted(LIVE_SCANS(facts), key=lambda scan: scan.sequence)


def read_as(wrong: Status, *codes: str) -> Callable[[Any, str], Status]:
    """Read some codes of CDEK as another status."""
    return lambda row, reason: wrong if row.code in codes else CANONICAL(row, reason)


def an_hour_off(at_ms: int) -> str:
    return RFC3339(at_ms + 3_600_000)


def the_same_number(found: Any, event: Any) -> dict[str, Any]:
    return {**RETURN_DATA(found, event), "return_tracking_number": "MAL000000000000"}


def untold_when_held(world: Any, livemode: bool, event: Any, **options: Any) -> int:
    return APPEND(world, livemode, event, **(options | {"times": int(event.type != "tracking.held")}))


def by_outcome(state: int, outcome: int, **told: Any) -> Status:
    """Read the outcome alone where there is one."""
    return Status.DELIVERED if outcome == 1 else iml_canonical(state, outcome, **told)


def never_exhausted(switches: Any, world: Any, name: str) -> Any:
    return "open" if name == "number_range" else SWITCH(switches, world, name)


def never_back(events: Any, item: Any) -> dict[int, Any]:
    """Read an item that came back as one that still lies somewhere."""
    return {
        number: reading if reading.status is not Status.RETURNED else reading._replace(status=Status.RETURNING)
        for number, reading in russian_readings(events, item).items()
    }


SWITCH = type(numbers.SWITCHES).choice
UNCLAIMED_OPENS = {**BY_CODE, 112: BY_CODE[112]._replace(opens_return=True)}
LIVE_SCANS, CANONICAL, RFC3339, APPEND = statuses.live_scans, canonical, rfc3339, append
RETURN_DATA, CHOICE, LINES = payloads._return_data, switches.choice, PayDesk.lines_of

BROKEN: dict[str, tuple[Any, str, Any]] = {
    "answer-lost-after-create": (parcels, "once", lambda _call, _body, perform, **_: perform()),
    "clocks-go-forward": (payloads, "rfc3339", an_hour_off),
    "customs-hold": (lives, "canonical", read_as(Status.IN_TRANSIT, "IN_CUSTOMS_LOCAL")),
    "daylight-saving-night": (payloads, "rfc3339", an_hour_off),
    "delivered-at-a-locker": (lives, "canonical", read_as(Status.DELIVERED, "POSTOMAT_POSTED")),
    "delivered-then-back-in-transit": (scans, "status_of", lambda parcel: by_recording(parcel.facts)[-1].code),
    "events-out-of-order": (statuses, "live_scans", by_recording),
    "iml-answer-lost-after-create": (iml_fields, "_number_is_free", nothing),
    "iml-refused-here-delivered-there": (iml_lives, "canonical", by_outcome),
    "key-rotation": (endpoints, "ROTATION_MS", 1),
    "lost-parcel": (lives, "canonical", read_as(Status.RETURNING, "NOT_DELIVERED")),
    "night-batch-resends-everything": (webhooks, "tell_again", nothing),
    "number-range-exhausted": (number_range, "chosen", nothing),
    "partly-refused": (lives, "due_minor", lambda _order: 340_000),
    "pickpoint-kept-longer": (pickpoint_lives, "BY_CODE", UNCLAIMED_OPENS),
    "pickpoint-partly-rejected": (sendings, "Refused", KeyError),  # what one sending is refused for refuses all
    "quota-exhausted": (tokens, "charge", nothing),
    "order-number-used-again": (judgement, "live_scans", lambda _parcel: []),
    "recycled-number": (number_range, "REUSED_AFTER_MS", 200 * 86_400_000),
    "refused": (returns, "send_back", nothing),
    "registry-late": (PayDesk, "is_out", lambda *_: True),
    "registry-negative": (
        switches,
        "choice",
        lambda world, carrier, name: "made" if name == "registry_below_zero" else CHOICE(world, carrier, name),
    ),
    "registry-re-issued": (paydesk.desk, "shown_on", lambda _desk, _world, date: (date,)),
    "registry-split": (PayDesk, "lines_of", lambda desk, world, ids: LINES(desk, world, [*ids, *ids])),
    "reminder-at-a-pick-up-point": (tracking, "_since_ms", lambda parcel, _: LIVE_SCANS(parcel.facts)[-1].occurred_ms),
    "return-leg-with-its-own-number": (payloads, "_return_data", the_same_number),
    "russian-post-answer-lost-after-create": (russian_orders, "delete", nothing),
    "russian-post-comes-back": (russian_lives, "readings", never_back),
    "russian-post-numbers-exhausted": (type(numbers.SWITCHES), "choice", never_exhausted),
    "saturday-delivery": (tariff, "read_day", nothing),
    "scan-told-late-and-three-times": (payloads, "rfc3339", an_hour_off),
    "webhook-endpoint-gone": (deliveries, "_disabled", lambda *_: False),
    "scan-revoked": (scans, "decide_revoke", lambda parcel, sequence, at_ms: Revoked(at_ms, parcel.scans + 1, 10**6)),
    "stuck-at-label-created": (mix, "drawn", lambda *_: "delivered"),
    "swiss-post-answer-lost-after-create": (judgement_account, "_number", nothing),
    "table-of-thirty-rows": (scans, "append", untold_when_held),
    "token-expiring-in-mid-flow": (oauth, "Grant", lambda c, i, ends, s: Grant(c, i, ends + 10**12, s)),
    "webhook-endpoint-down-for-a-day": (deliveries, "_retry", nothing),
}


def test_there_is_a_broken_simulator_for_each_example() -> None:
    assert set(BROKEN) == {file.stem for file in ALONE}


@pytest.mark.parametrize("name", BROKEN)
def test_it_fails_when_what_it_is_about_is_broken(
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    broken_simulator: Callable[[], AbstractContextManager[str]],
    run_files: Callable[..., Run],
) -> None:
    module, attribute, instead = BROKEN[name]
    monkeypatch.setattr(module, attribute, instead)
    with broken_simulator() as url:
        made = run_files(EXAMPLES / f"{name}.yaml", url=url)
    assert made.results[0].outcome is Outcome.FAILED, made.results[0]
    assert made.exit_code == 1


@pytest.mark.ci
def test_those_with_a_connector_hold_for_the_reference(run_files: Callable[..., Run]) -> None:
    files = [EXAMPLES / f"{name}.yaml" for name in ENGINES]
    made = run_files(*files, command=engine_command(), ours=True)
    assert [(row.file, row.reason, list(map(str, row.failures))) for row in made.results if row.failures] == []
    assert {row.outcome for row in made.results} == {Outcome.PASSED}


@pytest.mark.ci
@pytest.mark.parametrize(("name", "mutant"), ENGINES.items())
def test_a_faulty_engine_fails_the_one_about_its_fault(name: str, mutant: str, run_files: Callable[..., Run]) -> None:
    made = run_files(EXAMPLES / f"{name}.yaml", command=engine_command(mutant), ours=True)
    assert made.results[0].outcome is Outcome.FAILED, made.results[0]
