"""Words that are the same on every machine: ids by name, no addresses, values however they are written."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.conformance.case import finding
from parcelproof.conformance.scenarios.naming import Names, same

PARCELS = [
    {"id": "par_0123456789abcdef", "number": "MAL123456789012", "reference": "S-1", "return_of": "", "carrier": "cdek"},
    {"id": "par_back", "number": "MAL5", "reference": "R", "return_of": "par_0123456789abcdef", "carrier": "cdek"},
    {"id": "par_other", "number": "1107000001", "reference": "S-2", "return_of": "", "carrier": "cdek"},
]
NAMES = Names({"S-1": "p1", "S-2": "p2"}, PARCELS)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("MAL123456789012 of par_0123456789abcdef", "${p1.number} of ${p1.id}"),
        ("back under MAL5", "back under ${p1.return.number}"),
        ("11070000010 is none of ours", "11070000010 is none of ours"),
        ("GET http://127.0.0.1:45123/cdek/v2 failed", "GET http://…/cdek/v2 failed"),
        ("key 0b7f2c1e-9d0a-4b1e-8f5e-2f8a1c3d4e5f", "key …"),
        ("keys pp-edef5e70e52da2e2c8b43fc7 differ", "keys … differ"),
        ("2026-03-20T08:00:00+00:00", "2026-03-20T08:00:00+00:00"),
        ("RETURNED_TO_SENDER_CITY_WAREHOUSE", "RETURNED_TO_SENDER_CITY_WAREHOUSE"),
    ],
)
def test_what_differs_between_machines_is_taken_out(text: str, plain: str) -> None:
    assert NAMES.plain(text) == plain


def test_a_long_word_is_cut() -> None:
    assert len(NAMES.plain("word " * 1000)) == 600


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_value_says_the_same_as_python_and_as_json_writes_it(value: object) -> None:
    assert same(repr(value), msgspec.json.encode(value).decode())


def test_different_words_are_different() -> None:
    assert not same("1", "2") and not same("delivered", "returned") and not same("None", "'None'")


def test_sets_are_written_in_one_order() -> None:
    words = {"mail_alliance", "cdek", "zeta", "alpha"}
    assert finding("TRK-001", "x", words, frozenset(words)).expected == "{'alpha', 'cdek', 'mail_alliance', 'zeta'}"
