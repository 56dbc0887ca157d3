"""The scenarios on the page about scenarios hold."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.scenarios.results import Outcome, Run, ScenarioResult
from parcelproof.conformance.scenarios.running import needs_connector
from parcelproof.scenario import parse
from parcelproof.scenario.acts import CarrierAct, ConnectorAct, ReceiverAct, ShopAct
from parcelproof.scenario.expectations import Expect
from parcelproof.scenario.words import Match

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
ALONE = [block for block in BLOCKS if not needs_connector(parse(block.encode()))]
WITH_CONNECTOR = [block for block in BLOCKS if block not in ALONE]


@pytest.mark.parametrize("block", ALONE, ids=lambda block: block.splitlines()[0])
def test_a_block_of_the_page_holds(block: str, run_text: Callable[..., ScenarioResult]) -> None:
    made = run_text(block)
    assert (made.outcome, [str(failure) for _, failure in made.failures]) == (Outcome.PASSED, [])


@pytest.mark.ci
@pytest.mark.parametrize("block", WITH_CONNECTOR, ids=lambda block: block.splitlines()[0])
def test_a_block_with_a_connector_holds(block: str, tmp_path: Path, run_files: Callable[..., Run]) -> None:
    file = tmp_path / "page.yaml"
    file.write_text(block, "utf-8")
    made = run_files(file, command=engine_command(), ours=True).results[0]
    assert (made.outcome, [str(failure) for _, failure in made.failures]) == (Outcome.PASSED, [])


@pytest.mark.parametrize("shape", [ShopAct, CarrierAct, ReceiverAct, ConnectorAct, Expect, Match])
def test_the_page_names_every_word(shape: type) -> None:
    words = set(re.findall(r"[a-z_]+", PAGE))
    assert set(shape.__struct_encode_fields__) - words == set()  # type: ignore[attr-defined]
