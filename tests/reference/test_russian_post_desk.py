"""The whole way with Russian Post's simulator by the commands: a list, held addresses, labels, F103, figures."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from parcelproof.reference import engine as process
from parcelproof.reference import settings
from parcelproof.reference.usecases import companies
from parcelproof.simulators.server import Options
from parcelproof.simulators.server import running as simulating

from .test_desk_commands import listed, run

KAZAN = {
    "name": "Анна Смирнова", "street": "ул. Баумана", "house_number": "7", "postal_code": "420111", "city": "Казань",
    "country": "RU", "phone": "+79161234567", "currency": "RUB", "unit_price": "1490,00", "carrier": "russian_post",
}  # fmt: skip
BERLIN = {"carrier": "russian_post", "currency": "RUB", "unit_price": "1490,00"}
MOSCOW = {"name": "Склад", "street": "ул. Тверская", "house_number": "1", "postal_code": "109012", "city": "Москва"}


class Site:
    """An engine and a simulator in one process; `work` does all that is due on the engine's own clock."""

    def __init__(self, engine: process.Engine) -> None:
        self.engine = engine
        self.site = self

    async def work(self) -> None:
        while await self.engine.worker.step(self.engine.clock.now() + companies.REGISTRY_EVERY / 12):
            pass


async def working(tmp_path: Path) -> Site:
    """Return an engine on the database of a folder, new or started again."""
    options = process.Options(port=0, database=f"sqlite:///{tmp_path / 'e.db'}", admin_token="boss", worker=False)
    engine = process.Engine(options)
    await engine.start()
    return Site(engine)


async def set_up(site: Site, **carriers: Any) -> None:
    actor = await companies.sign_in(site.engine.shop, "boss")
    config = settings.written({"carriers": carriers}, known=site.engine.shop.outside.carriers)
    await companies.configure(site.engine.shop, actor, config)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Site]:
    async with simulating(Options(port=0)) as started:
        site = await working(tmp_path)
        account = {
            "base_url": f"{started.url}/pochta",
            "tracking_url": f"{started.url}/pochta-tracking",
            "api_key": "shop",
            "client_id": "shop",
            "client_secret": "s3cret",
            "sender": {**MOSCOW, "country": "RU", "phone": "+74951234567"},
        }
        await set_up(site, russian_post=account)
        yield site
        await site.engine.stop()


@pytest.mark.ci
async def test_a_list_goes_to_the_post_but_for_what_a_person_must_see(desk: Any, tmp_path: Path) -> None:
    file, lists = tmp_path / "orders.csv", tmp_path / "lists"
    file.write_bytes(
        listed(
            {**KAZAN, "number": "P-1"},
            {**KAZAN, "number": "P-2", "payment": "cod"},
            {**KAZAN, "number": "P-3", "street": "ул. Которой Нет"},
            {**BERLIN, "number": "P-4"},
            {**BERLIN, "number": "P-5", "hs_code": ""},
        )
    )
    taken = await run(desk, "import", str(file), "--confirm")
    assert taken.exit_code == 0, taken.output
    await desk.work()
    held = [json.loads(line) for line in (await run(desk, "addresses", "--json")).stdout.splitlines()]
    assert [(row["order"], row["sentence"]) for row in held] == [("P-3", "the street is not known")]
    assert (await run(desk, "addresses", "P-3", "--street", "ул. Баумана")).exit_code == 0
    await desk.work()
    labels = await run(desk, "labels", "--out", str(tmp_path / "labels.pdf"))
    assert "documents" in labels.stderr
    handed = await run(desk, "hand-over", "--carrier", "russian_post", "--out", str(lists))
    assert handed.exit_code == 0 and "4 parcels of russian_post, list " in handed.stdout, handed.output
    (paper,) = lists.iterdir()
    document = await asyncio.to_thread(pdfium.PdfDocument, paper.read_bytes())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Смирнова" in text
    found = json.loads((await run(desk, "stats", "--json")).stdout)
    regions = {line["name"]: (line["orders"], line["parcels"]) for line in found["by_region"]}
    assert regions == {"RU Tatarstan": (3, 3), "DE": (2, 1)}
    assert found["total"]["cost"][0]["currency"] == "RUB"
    failed = {line["name"]: line["orders"] for line in found["by_state"]}
    assert failed == {"booked": 4, "failed": 1}, "customs cannot be told of a line without its code"
