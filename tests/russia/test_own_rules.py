"""Every rule of the wires of our own design has a test, and every test names rules that there are."""

import ast
from pathlib import Path

import pytest

from parcelproof.simulators.postal_api.russia.own_rest.rules import CHAPTERS, About, load

from .own_desk import proves

HERE = Path(__file__).parent
LEAST = 10


def proved(chapter: str) -> set[str]:
    """Return the rules that tests of a chapter name, read off the tests' sources."""
    found: set[str] = set()
    for path in HERE.glob(f"test_{chapter}*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [mark for mark in node.decorator_list if isinstance(mark, ast.Call)]
                named = [mark for mark in marks if isinstance(mark.func, ast.Name) and mark.func.id == "proves"]
                found |= {str(ast.literal_eval(argument)) for mark in named for argument in mark.args}
    return found


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_rule_has_a_test(chapter: str) -> None:
    assert {rule.id for rule in load(chapter)} - proved(chapter) == set()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_states_refusals_and_events_have_rules(chapter: str) -> None:
    rules = load(chapter)
    assert len(rules) >= LEAST
    assert {rule.about for rule in rules} == set(About)
    assert all(rule.text.endswith(".") and rule.source for rule in rules)


def test_a_test_cannot_name_a_rule_that_there_is_not() -> None:
    with pytest.raises(LookupError, match="LTR-999"):
        proves("LTR-001", "LTR-999")
