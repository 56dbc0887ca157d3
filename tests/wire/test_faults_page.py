"""The page about faults: its commands run as they stand, its tables are those of the code."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire import bad_days
from parcelproof.simulators.wire.fault_rules import POINTS
from parcelproof.simulators.wire.webhooks import Switches

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)


def commands() -> Iterator[tuple[list[str], str]]:
    """Yield (curl's arguments, the sentence of the refusal that the page expects, or "")."""
    lines = "".join(BLOCKS).replace("\\\n", " ").splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("curl "):
            yield shlex.split(line)[1:], following.removeprefix("# ") if following.startswith("# ") else ""


async def run(client: httpx.AsyncClient, arguments: list[str]) -> httpx.Response:
    method, headers, content, url = "GET", {}, None, ""
    rest = iter(arguments)
    for word in rest:
        match word:
            case "-X":
                method = next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "-d":
                content = next(rest)
            case _:
                url = word.removeprefix("$SIM")
    return await client.request(method, f"/_sim/v1{url}", headers=headers, content=content)


async def test_the_pages_commands_do_what_it_says() -> None:
    ran = 0
    async with (
        running(Options(port=0, virtual=True)) as started,
        httpx.AsyncClient(verify=False, base_url=started.url, timeout=20) as client,
    ):
        for arguments, refusal in commands():
            answer = await run(client, arguments)
            assert answer.is_success is not bool(refusal), (arguments, answer.text)
            if refusal:
                assert answer.json()["detail"] == refusal
            ran += 1
    assert ran > 20


def rows(heading: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is this, without their backticks."""
    _, _, rest = PAGE.partition(f"| {heading} |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_kinds_is_the_codes() -> None:
    assert {row[0]: row[2] for row in rows("kind")} == {kind: ", ".join(points) for kind, points in POINTS.items()}


def test_the_table_of_bad_days_is_the_codes() -> None:
    listed = bad_days.listed({carrier.name: carrier for carrier in CARRIERS})
    assert rows("name") == [[row["name"], ", ".join(row["carriers"]), row["sentence"]] for row in listed]


@pytest.mark.parametrize("name", Switches.__struct_fields__)
def test_every_switch_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE or name == "reorder_within_ms"
