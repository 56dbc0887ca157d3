"""The page on the ways in as a reader runs it, and all four ways over TLS."""

import asyncio
import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import httpx

from parcelproof.simulators.server import Options, running

from ...docs.guide import blocks_of, fits
from ...needed import missing
from .way_desk import BODY, FOLDER, LABEL, ONLINE, SERVICE, SOAP, generate_label, soap_item

PAGE = (Path(__file__).parents[3] / "docs" / "swiss-post-ways.md").read_text(encoding="utf-8")
HOST = "http://127.0.0.1:8400"


async def test_the_page_says_what_happens(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        missing("curl", "curl is not installed")
    blocks = [block for block in blocks_of(PAGE) if block.text.strip() != "parcelproof simulate --virtual"]
    assert [block.kind for block in blocks] == ["sh", "sh", "text", "sh", "text", "sh", "text"]
    told = [block.text for block in blocks if block.kind == "text"]
    script = "echo '---'\n".join(block.text for block in blocks if block.kind == "sh")
    async with running(Options(port=0, virtual=True)) as started:
        command = ["bash", "-ec", script.replace(HOST, started.url)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
        )
    said = done.stdout.split("---\n")[1:]
    assert [fits(wanted, found) for wanted, found in zip(told, said, strict=True)] == [True] * 3, said


async def test_all_four_ways_are_open_over_tls() -> None:
    async with (
        running(Options(port=0, virtual=True, tls=True)) as started,
        httpx.AsyncClient(verify=False, base_url=f"{started.url}/swiss-post") as client,
    ):
        assert started.url.startswith("https://")
        asked = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
        token = await client.post("/OAuth/token", data={**asked, "scope": "DCAPI_BARCODE_READ"})
        bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
        made = await client.post(LABEL, json=BODY, headers=bearer)
        assert made.json()["item"]["identCode"] == "996001321700000001"
        basic = {"Authorization": f"Basic {b64encode(b'shop:s').decode()}"}
        message = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{generate_label(soap_item())}</s:Body></s:Envelope>'
        answer = await client.post(SERVICE, content=message, headers={**basic, "Content-Type": "text/xml"})
        assert b"996001321700000002" in answer.content
        wsdl = await client.get(f"{SERVICE}?wsdl")
        assert f'location="{started.url}/swiss-post{SERVICE}"' in wsdl.text
        assert (await client.put(f"{FOLDER}/a.ndjson", content=json.dumps(BODY), headers=basic)).status_code == 201
        assert (await client.post("/online/shop", data=ONLINE)).status_code == 200
