"""The tour for QA, followed to the letter by somebody with curl: every command runs, every output is as shown."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ..needed import missing
from .guide import Block, Reader, addresses_of, blocks_of, fits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "qa-guide.md").read_text("utf-8")
BLOCKS = blocks_of(PAGE)


@contextmanager
def reader(folder: Path, path: str) -> Iterator[Reader]:
    if trouble := curl_trouble():
        missing("curl", trouble)
    following = Reader(folder, path)
    try:
        yield following
    finally:
        following.stop()


def curl_trouble() -> str:
    """Return why the page cannot be followed with this machine's curl, "" when it can."""
    if shutil.which("curl") is None:
        return "curl is not installed"
    said = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    found = tuple(int(part) for part in said.split()[1].split(".")[:2])
    return "" if found >= (7, 82) else f"curl is {'.'.join(map(str, found))}, the page needs 7.82"


def follow(following: Reader, blocks: list[Block]) -> None:
    for block in blocks:
        following.follow(block)
    for address in addresses_of(PAGE):
        answer = httpx.get(following.here(address), verify=False, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code)


def test_a_newcomer_can_follow_it(tmp_path: Path) -> None:
    """All but the installation, with what is installed here."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    programs = tmp_path / ".venv" / "bin"
    programs.parent.mkdir()
    programs.symlink_to(Path(sys.executable).parent)
    with reader(tmp_path, f"{programs}:{os.environ['PATH']}") as following:
        follow(following, [block for block in BLOCKS if block.role != "install"])


@pytest.mark.ci
def test_a_newcomer_can_follow_it_from_a_blank_checkout(tmp_path: Path) -> None:
    """Nothing is there but the files of the checkout, git, Python and curl."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        there = tmp_path / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_symlink() or (ROOT / name).exists():
            shutil.copy2(ROOT / name, there, follow_symlinks=False)
    bare = os.pathsep.join(
        part for part in os.environ["PATH"].split(os.pathsep) if not (Path(part) / "parcelproof").exists()
    )
    with reader(tmp_path, bare) as following:
        follow(following, BLOCKS)


def test_the_page_shows_what_is_printed() -> None:
    """Most blocks are followed by their output, so that a change of it is noticed."""
    outputs = [block for block in BLOCKS if block.kind == "text"]
    assert len(outputs) >= 15
    assert {block.kind for block in BLOCKS} == {"sh", "text"}


@pytest.mark.parametrize(
    ("expected", "printed", "verdict"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a…c\n", "abbbc\n", True),
        ("a…\n", "a\nmore\nlines\n", True),
        ("a\n", "a\nmore\n", False),
        ("…z\n", "a\nz\n", True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_outputs_are_compared_whole(expected: str, printed: str, verdict: bool) -> None:
    assert fits(expected, printed) is verdict
