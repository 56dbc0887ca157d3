"""The same tenants, each alone: every one lives in a process of its own, forked before anything had a memory.

Run as a program: `python -m isolation.alone PARCELS DAYS NUMBER...`, with the folder above on the path. Prints a JSON
object a line: {"number", "digests"}.
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Iterable

import aiohttp

from parcelproof.simulators import registry
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire import smtp_sink

from .life import SEED, Life, Receiver

LOADED = (registry, smtp_sink)  # what the server loads when it is needed: once here, not in every child


def run_alone(numbers: Iterable[int], parcels: int, days: int) -> None:
    gc.freeze()  # the children share what is loaded, and none lives long enough to need a collector
    gc.disable()
    for number in numbers:
        child = os.fork()
        if not child:
            line = json.dumps({"number": number, "digests": asyncio.run(_life(number, parcels, days))})
            os.write(1, line.encode() + b"\n")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(f"tenant {number} broke alone")


async def _life(number: int, parcels: int, days: int) -> dict[str, str]:
    options = Options(port=0, smtp_port=0, virtual=True, seed=SEED)
    async with running(options) as started, Receiver() as receiver, aiohttp.ClientSession() as http:
        life = Life(number, http, started.url, int(started.smtp.rpartition(":")[2]), receiver)
        await life.live(parcels, days)
        return (await life.seen()).digests()


if __name__ == "__main__":
    parcels_, days_, *numbers_ = map(int, sys.argv[1:])
    run_alone(numbers_, parcels_, days_)
