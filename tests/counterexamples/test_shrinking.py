"""A failing story is cut to what it needs, within so many tries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.conformance.shrinking import Script, with_less

NOISE = ["wait", "disturb", "withdraw", "scan"]
noise = st.lists(st.tuples(st.sampled_from(NOISE), st.tuples(st.integers(10, 20))), max_size=12)


def in_order(*wanted: int):  # type: ignore[no-untyped-def]
    """Return what fails when scans with these numbers come in this order, whatever is between them."""

    def fails(script: Script) -> Script | None:
        rest = list(wanted)
        for name, arguments in script:
            if rest and (name, arguments) == ("scan", (rest[0],)):
                rest.pop(0)
        return None if rest else list(script)

    return fails


@settings(max_examples=200, deadline=None)
@given(noise, noise, noise, noise)
def test_a_bug_that_needs_three_events_in_order_is_told_with_these_three(
    first: Script, second: Script, third: Script, fourth: Script
) -> None:
    script = [*first, ("scan", (1,)), *second, ("scan", (2,)), *third, ("scan", (3,)), *fourth]
    smallest, told = with_less(script, in_order(1, 2, 3), tries=2_000)
    assert smallest == [("scan", (1,)), ("scan", (2,)), ("scan", (3,))]
    assert told == (smallest if len(script) > 3 else None)


def test_no_more_is_tried_than_allowed() -> None:
    tried: list[Script] = []

    def fails(script: Script) -> None:
        tried.append(script)

    script: Script = [("scan", (number,)) for number in range(30)]
    assert with_less(script, fails, tries=7) == (script, None)
    assert len(tried) == 7


def test_switches_that_are_not_needed_are_off() -> None:
    def fails(script: Script) -> Script | None:
        return script if any(name == "disturb" and arguments[1] for name, arguments in script) else None

    smallest, _ = with_less([("disturb", (2, True, True, 20)), ("wait", (5,))], fails, tries=100)
    assert smallest == [("disturb", (0, True, False, 0))]
