"""Start the sample connector: `python main.py --port 8600 --state ./state`."""

import argparse
import asyncio
import socket
from pathlib import Path

import aiohttp
from aiohttp import web
from shipping import driver, hooks, shop
from shipping.engine import Engine
from shipping.store import Store

MOST_BODY_BYTES = 1024 * 1024


async def serve(wanted_port: int, state: Path) -> None:
    listening = socket.create_server(("127.0.0.1", wanted_port))
    port = listening.getsockname()[1]
    async with aiohttp.ClientSession() as session:
        engine = Engine(Store(state), session, f"http://127.0.0.1:{port}")
        app = web.Application(middlewares=[driver.problems], client_max_size=MOST_BODY_BYTES)
        app.add_routes([*driver.routes(engine), *hooks.routes(engine)])
        app.add_subapp("/shop", shop.build(engine))
        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        print(f"connector ready on http://127.0.0.1:{port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="folder of the SQLite file; survives a restart")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.state))
