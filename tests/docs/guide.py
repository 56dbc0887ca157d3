"""A page of shell blocks, run as a reader would: one shell, programs in terminals of their own, outputs compared.

The fences say what a block is: `sh` is typed into the shell; `sh background NAME` runs in a terminal of its own until
the end; `sh install` prepares the checkout; `text` is what the last block printed, `text NAME` what a terminal printed
since it was last looked at. In an output, `…` stands for anything. The page's ports are free ones here.
"""

import os
import re
import selectors
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^```(\S+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"<(http://127\.0\.0\.1:\d+/[^>]*)>")
PORT_OPTION = re.compile(r"(--(?:\w+-)?port )(\d+)")
LISTENS = re.compile(r"(?:http|smtp)://127\.0\.0\.1:(\d+)")
DONE = "--- done with status"
LONGEST_S = 120.0


@dataclass(frozen=True)
class Block:
    """`kind` is "sh" or "text", `role` what follows it on the fence's line, `line` where the page has it."""

    kind: str
    role: str
    text: str
    line: int


def blocks_of(page: str) -> list[Block]:
    return [
        Block(found[1], found[2].strip(), found[3], page[: found.start()].count("\n") + 1)
        for found in FENCE.finditer(page)
    ]


def addresses_of(page: str) -> list[str]:
    """Return the addresses that the page tells a reader to open."""
    return ADDRESS.findall(page)


def fits(expected: str, printed: str) -> bool:
    """Tell whether an output is what the page shows; "…" stands for anything, and at the end for any more lines."""
    parts = (re.escape(part) for part in expected.rstrip("\n").split("…"))
    return re.fullmatch(".*".join(parts), printed.rstrip("\n"), re.DOTALL) is not None


class Piped:
    """Lines of a process, as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        self._process = process
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(process.stdout, selectors.EVENT_READ)
        self.text = ""

    def read_until(self, expected: re.Pattern[str]) -> str:
        """Read on until what came holds `expected`; return it all, and begin anew."""
        assert self._process.stdout is not None
        ends_s = time.monotonic() + LONGEST_S
        while expected.search(self.text) is None:
            assert self._waiting.select(ends_s - time.monotonic()), (
                f"waited for {expected.pattern}, got {self.text[-3000:]!r}"
            )
            piece = os.read(self._process.stdout.fileno(), 65_536)
            assert piece, f"it ended before {expected.pattern}: {self.text[-3000:]!r}"
            self.text += piece.decode("utf-8", "replace")
        found, self.text = self.text, ""
        return found


@dataclass
class Reader:
    """Somebody who does what the page says, in `folder`, with `path` as the way to programs."""

    folder: Path
    path: str
    ports: dict[str, str] = field(default_factory=dict)  # as on the page -> as it is here
    terminals: dict[str, Piped] = field(default_factory=dict)
    printed: str = ""
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _shell: Piped | None = None

    def follow(self, block: Block) -> None:
        if block.kind == "text":
            self._compare(block)
        elif block.role.startswith("background"):
            self._start(block)
        else:
            self.printed = self._typed(block)

    def here(self, text: str) -> str:
        """Return a text of the page with the ports of this run."""
        for shown, found in self.ports.items():
            text = re.sub(rf"\b{shown}\b", found, text)
        return text

    def stop(self) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            process.communicate(timeout=20)

    def _start(self, block: Block) -> None:
        command = PORT_OPTION.sub(r"\g<1>0", block.text)
        terminal = self.terminals[block.role.split()[1]] = Piped(self._opened(["bash", "-c", f"exec {command}"]))
        ready = terminal.read_until(re.compile(r"ready on [^\n]*\n"))
        shown = [port for _, port in PORT_OPTION.findall(block.text)]
        self.ports |= dict(zip(shown, LISTENS.findall(ready), strict=True))
        terminal.text = ready

    def _typed(self, block: Block) -> str:
        if self._shell is None:
            self._shell = Piped(self._opened(["bash", "-eu", "-o", "pipefail"]))
        stdin = self._running_shell.stdin
        assert stdin is not None
        stdin.write(f"{self.here(block.text)}\necho\necho '{DONE}' $?\n".encode())
        stdin.flush()
        return self._shell.read_until(re.compile(f"{DONE} 0\n")).rpartition(f"\n{DONE}")[0]

    def _compare(self, block: Block) -> None:
        expected = self.here(block.text)
        if not block.role:
            assert fits(expected, self.printed), f"line {block.line}: expected\n{expected}\nfound\n{self.printed}"
            return
        terminal = self.terminals[block.role]
        found = terminal.read_until(re.compile(".*".join(map(re.escape, expected.split("…"))), re.DOTALL))
        assert fits(expected, found), f"line {block.line}: expected in {block.role}\n{expected}\nfound\n{found}"

    def _opened(self, command: list[str]) -> subprocess.Popen[bytes]:
        (self.folder / ".curlrc").write_text("fail-with-body\n")  # an answer of 400 and more stops the shell
        environment = {**os.environ, "PATH": self.path, "PYTHONUNBUFFERED": "1", "CURL_HOME": str(self.folder)}
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._running.append(process)
        if command[-1] == "pipefail":
            self._running_shell = process
        return process
