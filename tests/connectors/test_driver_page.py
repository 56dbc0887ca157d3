"""The guide for connectors: its commands run and print what is shown, and it leaves out nothing of the contract."""

import os
import re
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from parcelproof.conformance.levels import LEVELS

from ..docs.guide import Reader, blocks_of
from ..docs.test_qa_guide import curl_trouble
from ..needed import missing

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "connector-driver.md").read_text("utf-8")
CONTRACT = yaml.safe_load(files("parcelproof.conformance.driver").joinpath("openapi.yaml").read_text("utf-8"))
SAMPLES = ("python", "node", "php")


@pytest.mark.ci
def test_a_reader_can_follow_it(tmp_path: Path) -> None:
    if trouble := curl_trouble():
        missing("curl", trouble)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    following = Reader(tmp_path, f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    try:
        for block in blocks_of(PAGE):
            following.follow(block)
    finally:
        following.stop()
    assert (tmp_path / "verdict.html").stat().st_size > 1000


def test_every_operation_of_the_contract_has_its_place() -> None:
    told = set(re.findall(r"`(GET|POST|PUT|DELETE) (/[^`]*)`", PAGE))
    asked = {
        (method.upper(), path) for path, item in CONTRACT["paths"].items() for method in item if method != "parameters"
    }
    assert asked == told


def test_every_level_and_its_profiles_are_told_in_order() -> None:
    places = [PAGE.index(f"### {name.capitalize()}") for name in LEVELS]
    assert places == sorted(places)
    for name, profiles in LEVELS.items():
        if name != "bronze":
            assert "Profiles " + ", ".join(f"`{profile}`" for profile in profiles) in PAGE
    claims = CONTRACT["components"]["schemas"]["Capabilities"]["properties"]["claims"]["items"]["enum"]
    assert {name for name in claims if f"`{name}`" not in PAGE} == set()


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_tells_how_to_run_it(sample: str) -> None:
    readme = (ROOT / "examples" / "connectors" / sample / "README.md").read_text("utf-8")
    (block,) = blocks_of(readme)
    assert block.text.startswith("parcelproof verify --command '") and "{port}" in block.text
    told = set(re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE))
    folder = ROOT / "examples" / "connectors" / sample
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in (".py", ".mjs", ".php")}
    assert told == there - {"main.py", "shipping/__init__.py"}
