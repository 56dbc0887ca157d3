"""The guide to the judge in CI: its blocks run, its outputs are as shown, its workflows hold commands that parse."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from parcelproof.cli.verify import verify
from parcelproof.conformance.levels import LEVELS
from parcelproof.conformance.verdict.document import schema

from ..docs.guide import Reader, blocks_of

PAGE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text("utf-8")
BLOCKS = blocks_of(PAGE)


@pytest.mark.ci
def test_a_reader_can_follow_it(tmp_path: Path) -> None:
    following = Reader(tmp_path, f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    try:
        for block in BLOCKS:
            if block.kind in ("sh", "text"):
                following.follow(block)
    finally:
        following.stop()
    names = {path.name for path in tmp_path.iterdir()} - {".curlrc"}
    assert names == {"verdict.html", "verdict.xml", "verdict.json", "waivers.toml", "broken"}
    Draft202012Validator(schema()).validate(json.loads((tmp_path / "verdict.json").read_bytes()))
    assert {path.suffix for path in (tmp_path / "broken").iterdir()} == {".yaml", ".svg"}


def commands() -> list[str]:
    """Return every command of the workflows."""
    trees: list[Any] = [yaml.safe_load(block.text) for block in BLOCKS if block.kind == "yaml"]
    jobs = [job for tree in trees for job in tree.get("jobs", tree).values()]
    return [
        line
        for job in jobs
        for line in job.get("script", [step["run"] for step in job.get("steps", ()) if "run" in step])
    ]


def test_the_workflows_run_the_judge_with_options_that_it_has() -> None:
    judged = [words for line in commands() if (words := shlex.split(line))[:2] == ["parcelproof", "verify"]]
    assert len(judged) == 2
    for words in judged:
        verify.make_context("verify", words[2:])


def test_every_report_and_every_level_is_on_the_page() -> None:
    options = {option for parameter in verify.params for option in parameter.opts}
    told = {
        "--junit",
        "--html",
        "--json",
        "--markdown",
        "--sarif",
        "--badge",
        "--counterexamples",
        "--diff",
        "--waivers",
    }
    assert told <= options
    assert all(option in PAGE for option in options - {"--simulator"})
    for name, profiles in LEVELS.items():
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {name} ")]
        assert all(profile in row for profile in profiles)
