"""The reference: a bare aiohttp application that reads the request and returns bytes it was given.

    python bare.py DIRECTORY

Routes: POST /<name> and GET /<name> return DIRECTORY/<name>. Prints its port when it listens.
"""

import asyncio
import gc
import sys
from pathlib import Path

import uvloop
from aiohttp import web


def build(answers: dict[str, bytes]) -> web.Application:
    async def read(request: web.Request) -> web.Response:
        return web.Response(body=answers[request.match_info["name"]], content_type="application/json")

    async def create(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=answers[request.match_info["name"]], status=201, content_type="application/json")

    app = web.Application()
    app.add_routes([web.get("/{name}", read), web.post("/{name}", create)])
    return app


async def serve(answers: dict[str, bytes]) -> None:
    runner = web.AppRunner(build(answers), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
    print(f"ready on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve({path.name: path.read_bytes() for path in Path(sys.argv[1]).iterdir()}))
