"""The page on offers, letters and fulfilment: its commands run as they stand, its tables are those of the code."""

import re
import shlex
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import httpx

from parcelproof.simulators.postal_api.russia import fulfilment, letters, offers, own_rest
from parcelproof.simulators.postal_api.russia.fulfilment import records as warehouse
from parcelproof.simulators.postal_api.russia.letters import records as mail
from parcelproof.simulators.postal_api.russia.letters.registry import TEXTS
from parcelproof.simulators.postal_api.russia.offers import records as agreements
from parcelproof.simulators.postal_api.russia.own_rest.operations import ROOT
from parcelproof.simulators.server import Options, running

from .letter_papers import ROW, pdf, registry, signed

PAGE = (Path(__file__).parents[2] / "docs" / "russian-post-services.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S)
SAVED = re.compile(r"(\w+)=\$\((curl .*) \| jq -r '?\.([\w.\[\]]+)'?\)", re.S)
GIVEN = re.compile(r"(\w+)=(?!\$\()(.*)")
TOLD = re.compile(r"# (?:(\d{3}): (.*)|state: (\w+))")
HOST = "http://127.0.0.1:8400"


def steps() -> list[str]:
    """Return the page's lines, continued ones and open quotes joined."""
    found: list[str] = []
    for line in "".join(BLOCKS).replace("\\\n", " ").splitlines():
        if found and found[-1].count("'") % 2:
            found[-1] += "\n" + line
        elif line.strip():
            found.append(line)
    return found


@dataclass
class Shell:
    """Does what the page's lines say: variables, curl, and what makes the upload."""

    client: httpx.AsyncClient
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    answer: httpx.Response | None = None
    told: bool = True

    async def do(self, line: str) -> None:
        if found := TOLD.fullmatch(line):
            self._expect(*found.groups())
            return
        self._settle()
        if found := SAVED.fullmatch(line):
            await self._curl(found[2])
            self._settle()
            self.variables[found[1]] = self._member(found[3])
        elif line.startswith("curl "):
            await self._curl(line)
        elif found := GIVEN.fullmatch(line):
            self.variables[found[1]] = self._words(found[2])[0]
        elif line.startswith("openssl ") and shutil.which("openssl"):
            self._sign(line)
        elif line.startswith("zip "):
            name, *members = shlex.split(line)[1:]
            with zipfile.ZipFile(self.folder / name, "w") as archive:
                for member in members:
                    archive.write(self.folder / member, member)
        else:
            assert line.split()[0] in ("openssl", "parcelproof"), line

    def _sign(self, line: str) -> None:
        subprocess.run(shlex.split(line), cwd=self.folder, check=True, capture_output=True)

    def _words(self, line: str) -> list[str]:
        return [Template(word).safe_substitute(self.variables) for word in shlex.split(line, comments=True)]

    async def _curl(self, line: str) -> None:
        method, url, content, headers = "", "", b"", {}
        rest = iter(self._words(line)[1:])
        for word in rest:
            match word:
                case "-s":
                    pass
                case "-X":
                    method = next(rest)
                case "-H":
                    name, _, value = next(rest).partition(": ")
                    headers[name] = value
                case "--json":
                    content = next(rest).encode()
                    headers["Content-Type"] = "application/json"
                case "--data-binary":
                    content = (self.folder / next(rest).removeprefix("@")).read_bytes()
                case _:
                    url = word.removeprefix(HOST)
        method = method or ("POST" if content else "GET")
        self.answer = await self.client.request(method, url, headers=headers, content=content or None)
        self.told = False

    def _expect(self, status: str | None, detail: str | None, state: str | None) -> None:
        assert self.answer is not None
        body = self.answer.json()
        if status:
            assert (self.answer.status_code, body["detail"]) == (int(status), detail), body
        else:
            assert self.answer.is_success and body["state"] == state, body
        self.told = True

    def _settle(self) -> None:
        """What the page says nothing about went well."""
        if not self.told and self.answer is not None:
            assert self.answer.is_success, (self.answer.request.url, self.answer.text)
            self.told = True

    def _member(self, path: str) -> str:
        assert self.answer is not None
        found: Any = self.answer.json()
        for part in re.findall(r"\w+", path):
            found = found[int(part)] if part.isdigit() else found[part]
        return str(found)


async def test_the_pages_commands_do_what_it_says(tmp_path: Path) -> None:
    document = pdf()
    (tmp_path / "1.pdf").write_bytes(document)
    (tmp_path / "1.pdf.sig").write_bytes(signed(document))
    (tmp_path / "registry.xls").write_bytes(registry([ROW]))
    async with (
        running(Options(port=0, virtual=True)) as started,
        httpx.AsyncClient(verify=False, base_url=started.url, timeout=20) as client,
    ):
        shell = Shell(client, tmp_path)
        for line in steps():
            await shell.do(line)
        shell._settle()
        assert shell.answer is not None
        assert shell.answer.json() == {"sku": "CUP-1", "on_hand": 3, "reserved": 0, "available": 3, "quarantine": 0}
        assert {"SIGN_UP", "TOKEN", "ANNA", "UPLOAD", "LETTER", "ORDER"} <= set(shell.variables)


def test_every_path_is_told_once() -> None:
    parts = (own_rest, offers, letters, fulfilment)
    served = {f"{route.method} {route.template.removeprefix(ROOT)}" for part in parts for route in part.PART.routes}
    told = [
        row for line in PAGE.splitlines() if line.startswith("| `") for row in re.findall(r"`([A-Z]+ /[^`]*)`", line)
    ]
    assert sorted(told) == sorted(served)


def test_every_state_is_told() -> None:
    for heading, states in (
        ("sign-up", agreements.STATES),
        ("letter", mail.STATES),
        ("order", warehouse.STATES),
    ):
        _, _, rest = PAGE.partition(f"| state of a{'n' if heading == 'order' else ''} {heading} |")
        first = [line.split("|")[1] for line in rest.partition("\n\n")[0].splitlines()[2:]]
        assert set(re.findall(r"`(\w+)`", " ".join(first))) == set(states)


def test_every_column_of_the_registry_is_told() -> None:
    assert [column for column in TEXTS if column not in PAGE] == []
