"""What stands beside a mail server: who judges what it may take, and a wire that may swallow its answers."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
TAKE = "DUNNO"
Asked = Mapping[str, str]
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


async def takes_all(_: Asked) -> str:
    return TAKE


@dataclass
class Judge:
    """Answers a Postfix's questions by what a test says: at RCPT, and again when it has read the whole mail."""

    says: Callable[[Asked], Awaitable[str]] = takes_all
    asked: list[Asked] = field(default_factory=list)

    async def play(self, reader: Reader, writer: Writer) -> None:
        """Answer until the other side leaves.

        Source: Postfix's SMTPD_POLICY_README, read 2026-11-22: lines of `name=value`, an empty one, then `action=…`.
        """
        try:
            while block := await reader.readuntil(b"\n\n"):
                question = dict(row.split("=", 1) for row in block.decode().split("\n") if row)
                self.asked.append(question)
                writer.write(f"action={await self.says(question)}\n\n".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def judging(path: Path, judge: Judge) -> AsyncIterator[None]:
    """Let a judge answer on a socket, to any user, until the last who asked has left."""
    server = await asyncio.start_unix_server(judge.play, path)
    os.chmod(path, 0o666)
    yield
    server.close()
    await server.wait_closed()


class Wire:
    """A wire to a mail server. Once `mute`, nothing that the server says comes through."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.mute = False

    async def join(self, reader: Reader, writer: Writer) -> None:
        """Carry what both sides say until the server leaves."""
        try:
            from_server, to_server = await asyncio.open_connection(HOST, self._port)
        except ConnectionError:
            writer.close()
            return
        there = asyncio.create_task(self._carry(reader, to_server))
        await self._carry(from_server, writer, answers=True)
        there.cancel()
        for end in (writer, to_server):
            end.close()

    async def _carry(self, reader: Reader, writer: Writer, *, answers: bool = False) -> None:
        try:
            while said := await reader.read(65_536):
                if not (answers and self.mute):
                    writer.write(said)
        except ConnectionError:
            pass


@asynccontextmanager
async def wired(port: int) -> AsyncIterator[tuple[Wire, int]]:
    """Lay a wire to a server; gives it, and the port at its near end."""
    wire = Wire(port)
    server = await asyncio.start_server(wire.join, HOST, 0)
    yield wire, server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
