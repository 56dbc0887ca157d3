"""What a page tells a user to type works, what it links to exists, and what is generated is up to date."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes/*.md")])
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)[^)]*\)|(?:src|href)=\"(?!https?:|#)([^\"]+)\"")
ANCHOR = re.compile(r"\]\((?!https?:)([^)#]*)#([^)]+)\)")
DRIVEN = (
    "connector-driver.md", "faults.md", "pytest.md", "qa-guide.md", "report-layouts.md", "russian-post-documents.md",
    "russian-post-services.md", "swiss-post-notices.md", "swiss-post-ways.md", "verify.md",
)  # fmt: skip
EXECUTED = {ROOT / "docs" / name for name in DRIVEN}  # tests run these
ELSEWHERE = {"python3", "git", "cd", ".venv/bin/pip", ".venv/bin/pytest"}  # not ours; the tools say what is wrong


def typed() -> Iterator[tuple[str, str]]:
    """Yield (page, command) for every line of every sh block."""
    for page in PAGES:
        if page in EXECUTED:
            continue
        for block in BLOCK.findall(page.read_text("utf-8")):
            lines = block.replace("\\\n", " ").splitlines()  # a line that ends in a backslash goes on
            yield from ((str(page.relative_to(ROOT)), line) for line in lines if shlex.split(line, comments=True))


@pytest.mark.parametrize(("page", "line"), [*typed()])
def test_what_a_page_says_to_type_can_be_typed(
    page: str, line: str, parse_command_line: Callable[[list[str]], None]
) -> None:
    words = shlex.split(line, comments=True)
    program = words[0].removeprefix(".venv/bin/")
    if program == "make":
        asked = subprocess.run(["make", "--dry-run", "--always-make", *words[1:]], cwd=ROOT, capture_output=True)
        assert asked.returncode == 0, asked.stderr
    elif program == "parcelproof":
        parse_command_line(words[1:])
    else:
        assert words[0] in ELSEWHERE, f"{page}: nobody checks {words[0]!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = ["".join(found) for found in LINK.findall(text)]
    assert [target for target in targets if not (page.parent / target).exists()] == []
    places = [(page.parent / target if target else page, anchor) for target, anchor in ANCHOR.findall(text)]
    assert [anchor for place, anchor in places if anchor not in anchors(place)] == []


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in links: GitHub's way, without those that stand twice."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_generated_pages_are_what_their_sources_make() -> None:
    script = ROOT / "docs" / "make_pages.py"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_the_readme_names_the_two_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:40])
    assert {"make demo", "make test"} <= set(re.findall(r"make \w+", first_screen))
