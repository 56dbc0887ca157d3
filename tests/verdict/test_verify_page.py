"""The guide to the judge in CI: its blocks run, its outputs are as shown, its workflows hold commands that parse."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from parcelproof.cli.verify import verify
from parcelproof.conformance.levels import LEVELS

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
    assert {path.name for path in tmp_path.iterdir()} >= {"verdict.html", "verdict.xml", "verdict.json", "broken"}
    assert ".hypothesis" not in {path.name for path in tmp_path.iterdir()}


def commands() -> Iterator[str]:
    """Yield every command of the workflows."""
    for block in BLOCKS:
        if block.kind == "yaml":
            for job in workflow_jobs(yaml.safe_load(block.text)):
                yield from (step["run"] for step in job.get("steps", ()) if "run" in step)
                yield from job.get("script", ())


def workflow_jobs(tree: dict[str, dict[str, dict[str, list[dict[str, str]]]]]) -> list[dict[str, list[dict[str, str]]]]:
    return [*tree["jobs"].values()] if "jobs" in tree else [*tree.values()]  # type: ignore[list-item]


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
