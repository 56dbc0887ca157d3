"""What the simulator's hot paths are measured against: two aiohttp applications in one module.

    python counterparts.py bare|reference DIRECTORY

- `bare` reads the request and returns bytes it was given. It is the floor: no server of this framework that does
  anything at all can be faster, so the ratio to it shows what all our own work costs.
- `reference` does what any stateful stand-in for a carrier must: it reads the order's JSON, gives it a number, keeps
  it so that it can be read back, and encodes its answer from an object, the label's text in it. The targets are
  ratios to this one. It neither checks the order nor draws a label; the label is one it was given.

Both run on uvloop with the collector's thresholds raised and without an access log, as the simulator does.

Routes: POST /<name> answers like the sample DIRECTORY/<name>, GET /<name> is the sample itself; at the reference,
GET /<id> is the order of that id. Prints its port when it listens.
"""

import asyncio
import gc
import sys
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import uvloop
from aiohttp import web

JSON = "application/json"


def bare(samples: dict[str, bytes]) -> web.Application:
    async def read(request: web.Request) -> web.Response:
        return web.Response(body=samples[request.match_info["name"]], content_type=JSON)

    async def create(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=samples[request.match_info["name"]], status=201, content_type=JSON)

    return _routed(read, create)


def reference(samples: dict[str, bytes]) -> web.Application:
    shapes: dict[str, dict[str, Any]] = {name: orjson.loads(sample) for name, sample in samples.items()}
    kept: dict[str, dict[str, Any]] = dict(shapes)
    numbers = count(1)

    async def read(request: web.Request) -> web.Response:
        found = kept.get(request.match_info["name"])
        if found is None:
            return web.Response(status=404)
        return web.Response(body=orjson.dumps(found), content_type=JSON)

    async def create(request: web.Request) -> web.Response:
        order = orjson.loads(await request.read())
        number = next(numbers)
        parcel_id = f"par_{number:024x}"  # as long as the simulator's
        kept[parcel_id] = order
        answer = {**shapes[request.match_info["name"]], "id": parcel_id, "tracking_number": f"MAL{number:012d}"}
        return web.Response(body=orjson.dumps(answer), status=201, content_type=JSON)

    return _routed(read, create)


def _routed(read: Any, create: Any) -> web.Application:
    app = web.Application()
    app.add_routes([web.get("/{name}", read), web.post("/{name}", create)])
    return app


async def serve(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)
    print(f"ready on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    build = {"bare": bare, "reference": reference}[sys.argv[1]]
    found = {path.name: path.read_bytes() for path in Path(sys.argv[2]).iterdir()}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve(build(found)))
