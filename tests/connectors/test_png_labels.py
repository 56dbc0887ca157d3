"""A connector that draws its carriers' labels as PNG is held to the same rules, and faulty pictures fail by them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.catalogue import USUAL
from parcelproof.conformance.processes import Process
from parcelproof.conformance.run import Run
from parcelproof.conformance.runner import Options, run
from parcelproof.conformance.targets import DRIVER_PATH

from .conftest import FEWER, PYTHON, SAMPLES, wrong

SHOP = Path(__file__).with_name("png_shop.py")
Pictured = Callable[..., Run]


@contextmanager
def sample(state: Path) -> Iterator[str]:
    """Run the Python sample and yield the address of its driver."""
    words = [word.replace("{port}", "0").replace("{state}", str(state)) for word in PYTHON]
    words[1] = str(SAMPLES / words[1])
    with Process(words) as process:
        yield f"{process.url}{DRIVER_PATH}"


@pytest.fixture
def pictured(simulator: str, tmp_path: Path) -> Pictured:
    """Return what judges the shop of pictures, which goes wrong in one way."""

    def judge(way: str, *cases: str) -> Run:
        with sample(tmp_path / "shop") as address:
            command = [sys.executable, str(SHOP), "{port}", address, way]
            return run(Options(command=command, simulator=simulator, cases=cases, examples=FEWER))

    return judge


def verdicts(made: Run) -> dict[str, Verdict]:
    return {row.id: row.verdict for row in made.requirements}


def test_labels_as_png_are_held_to_size_format_and_number(pictured: Pictured) -> None:
    made = pictured("right", "LBL-004/*", "LBL-010/the_depot_takes_png?mail_alliance?")
    assert wrong(made) == {}
    passed = {case.id for case in made.results if case.verdict is Verdict.PASSED}
    assert {f"LBL-004/a_png_label_is_png[{name}]" for name in USUAL} <= passed
    assert "LBL-010/the_depot_takes_png[mail_alliance]" in passed
    zpl = next(case for case in made.results if case.id == "LBL-004/a_zpl_label_is_zpl[mail_alliance]")
    assert zpl.reason == "not applicable: the connector hands out no labels in ZPL"


@pytest.mark.ci
def test_every_label_requirement_is_held_with_pictures(pictured: Pictured) -> None:
    made = pictured("right", "LBL-*")
    assert wrong(made) == {}
    assert {row.verdict for row in made.requirements if row.id.startswith("LBL-")} == {Verdict.PASSED}


# way -> the requirements that have to fail
FAULTS = {"unsized": {"LBL-009"}, "blurred": {"LBL-002", "LBL-010"}, "another": {"LBL-002", "LBL-010"}}


@pytest.mark.parametrize("way", [pytest.param(way, marks=pytest.mark.ci if way != "unsized" else ()) for way in FAULTS])
def test_a_faulty_picture_fails_and_the_depot_loses_what_it_cannot_read(pictured: Pictured, way: str) -> None:
    made = pictured(way, "LBL-004/a_png_label_is_png?mail_alliance?", "LBL-010/the_depot_takes_png?mail_alliance?")
    failed = {number for number, verdict in verdicts(made).items() if verdict is Verdict.FAILED}
    assert failed == FAULTS[way], wrong(made)
