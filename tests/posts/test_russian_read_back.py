"""No answer of Russian Post's is made up for itself: each write is read back through another operation."""

import json

import pytest

from parcelproof.simulators.postal_api.russia import POST

from .russian_life import WRITES, prepared
from .test_russian_provider import refused

QUESTIONS = {"clean_addresses", "clean_names", "clean_phones", "judge_recipients", "calculate_tariff"}  # change nothing


def operation_of(method: str, path: str) -> str:
    found = POST.routes.find(path.partition("?")[0])
    assert found is not None, path
    return found[0][method].operation


def test_every_write_is_tried() -> None:
    written = {route.operation for route in POST.routes if route.method != "GET"}
    assert set(WRITES) == written - QUESTIONS


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_is_read_back_through_another_operation(operation: str) -> None:
    desk, ((method, path, body), reading) = prepared(operation)
    assert operation_of(method, path) == operation != operation_of("GET", reading)
    before = desk.ask("GET", reading)
    assert desk.ask("GET", reading).body == before.body  # reading changes nothing
    answer = desk.ask(method, path, body)
    assert answer.status < 300 and not refused(answer.body.decode()), answer.body.decode()
    after = desk.ask("GET", reading)
    assert (after.status, after.body) != (before.status, before.body), json.loads(after.body)
