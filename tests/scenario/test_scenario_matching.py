"""What a value must be: equality as JSON has it, and matchers."""

from typing import Any

import msgspec
import pytest

from parcelproof.conformance.scenarios.matching import MISSING, at, fits
from parcelproof.scenario.words import Match


@pytest.mark.parametrize(
    ("match", "good", "bad"),
    [
        ({"is": {"a": 1}}, [{"a": 1}, {"a": 1.0}], [{"a": 2}, {"a": True}, {}, None]),
        ({"not": "x"}, ["y", 1, None], ["x", MISSING]),
        ({"one_of": [1, "x"]}, [1, "x"], [2, "1", True]),
        ({"like": "MAL*[7]?"}, ["MAL[7]8", "MAL123[7]x"], ["MAL7", "mal[7]8", 5, None]),
        ({"contains": "b"}, ["abc", ["a", "b"], {"b": 1}], ["ac", ["a"], {"a": "b"}, 5, None]),
        ({"at_least": 2}, [2, 3.5, "2.00"], [1, "1.99", "x", None, True, "NaN"]),
        ({"at_most": "4.90"}, [4.9, "4.90", 0], [4.91, "5", []]),
        ({"length": 2}, ["ab", [1, 2], {"a": 1, "b": 2}], ["a", [], 2]),
        ({"absent": True}, [MISSING], [None, 0, ""]),
        ({"at_least": 1, "at_most": 2}, [1, 2], [0, 3]),
    ],
)
def test_a_matcher_takes_what_it_says_and_nothing_else(match: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    wanted = msgspec.convert(match, Match)
    assert [value for value in good if not fits(value, wanted)] == []
    assert [value for value in bad if fits(value, wanted)] == []


def test_equality_is_that_of_json() -> None:
    assert fits(1.0, 1)
    assert not fits(True, 1)
    assert not fits(1, True)
    assert not fits("1", 1)
    assert not fits(MISSING, None)
    assert fits([1, {"a": [True]}], [1, {"a": [True]}])
    assert not fits([1, {"a": [1]}], [1, {"a": [True]}])


def test_pointers() -> None:
    document = {"a/b": [{"~": 1}, 2], "": 3}
    assert at(document, "/a~1b/0/~0") == 1
    assert at(document, "/a~1b/-1") == 2
    assert at(document, "/") == 3
    assert at(document, "") == document
    assert at(document, "/a~1b/2") is MISSING
    assert at(document, "/a~1b/x") is MISSING
    assert at(5, "/x") is MISSING
