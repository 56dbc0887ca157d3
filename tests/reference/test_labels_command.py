"""`parcelproof engine labels` against a running engine; and the window over labels of real carriers, scanned."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from click.testing import CliRunner, Result

from parcelproof import labelscan
from parcelproof.cli.engine import engine as command
from parcelproof.reference import engine as process
from parcelproof.reference import settings
from parcelproof.reference.domain.orders import Order
from parcelproof.reference.http import views
from parcelproof.reference.ports import Address, Line, Money
from parcelproof.reference.usecases import companies, ordering, papers
from parcelproof.reference.usecases.printing import Window, stack
from parcelproof.simulators.server import Options, running

from .full_carrier import widths
from .test_labels_window import Desk, desk

__all__ = ["desk"]
KAZAN = Address(
    name="Анна Смирнова", street="Баумана", house_number="7", postal_code="420111", city="Казань", country="RU",
    phone="+79001234567",
)  # fmt: skip
MUNICH = Address(
    name="Jörg Müller", street="Isarring", house_number="12", postal_code="80331", city="München", country="DE",
    phone="+4989123456",
)  # fmt: skip


async def call(url: str, *words: str, token: str | None = "boss") -> Result:
    """Run the command beside the engine, which serves on this loop."""
    signed = [] if token is None else ["--token", token]
    return await asyncio.to_thread(CliRunner().invoke, command, ["labels", "--url", url, *signed, *words])


async def test_the_file_is_written_and_then_marked(desk: Desk, tmp_path: Path) -> None:
    url, out = desk.site.engine.url, tmp_path / "today.pdf"
    await desk.book("C-1", "C-2")
    kept = await call(url, "--out", str(out), "--keep-unprinted")
    assert (kept.exit_code, widths(out.read_bytes())) == (0, [100, 200, 101, 201]), kept.output
    first = await call(url, "--out", str(out), "--limit", "3", "--carrier", "cdek", "--format", "pdf")
    assert (first.exit_code, widths(out.read_bytes())) == (0, [100, 200, 101]), first.output
    assert "3 documents" in first.stderr and "1 more wait" in first.stderr
    piped = await call(url, "--out", "-")
    assert (piped.exit_code, widths(piped.stdout_bytes)) == (0, [201])
    nothing = await call(url, "--out", str(tmp_path / "none.pdf"))
    assert (nothing.exit_code, (tmp_path / "none.pdf").exists()) == (0, False)
    assert "fits what was asked for" in nothing.stderr
    assert not (tmp_path / "today.pdf.part").exists()


async def test_a_file_that_cannot_be_written_marks_nothing(desk: Desk, tmp_path: Path) -> None:
    await desk.book("C-1")
    found = await call(desk.site.engine.url, "--out", str(tmp_path / "no" / "such" / "folder.pdf"))
    assert (found.exit_code, "cannot be written" in found.stderr) == (2, True)
    assert await desk.unprinted() == 2


@pytest.mark.parametrize(
    ("words", "token", "said"),
    [
        ((), None, "PARCELPROOF_ENGINE_TOKEN"), ((), "nobody", "sign in"),
        (("--carrier", "dhl"), "boss", "allowed is one"),
        (("--day", "tomorrow"), "boss", "a date like"), (("--limit", "0"), "boss", "1<=x<=200"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    desk: Desk, tmp_path: Path, words: tuple[str, ...], token: str | None, said: str
) -> None:
    found = await call(desk.site.engine.url, "--out", str(tmp_path / "x.pdf"), *words, token=token)
    assert (found.exit_code, said in found.stderr, found.stdout) == (2, True, ""), found.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://["])
async def test_an_engine_that_is_not_there_is_one_sentence(url: str, tmp_path: Path) -> None:
    found = await call(url, "--out", str(tmp_path / "x.pdf"))
    assert (found.exit_code, "gives no answer" in found.stderr) == (2, True), found.stderr


async def test_something_else_than_an_engine_is_said_to_be_none(desk: Desk, tmp_path: Path) -> None:
    found = await call(f"{desk.site.engine.url}/hooks", "--out", str(tmp_path / "x.pdf"))
    assert (found.exit_code, "Not Found" in found.stderr) == (2, True), found.stderr


# -- over the wires of real carriers


@pytest.fixture
async def shops(tmp_path: Path) -> AsyncIterator[Any]:
    """A simulator in real time and an engine whose company ships with all of its carriers."""
    async with running(Options(port=0)) as simulator:
        options = process.Options(port=0, database=f"sqlite:///{tmp_path / 'e.db'}", admin_token="boss", worker=False)
        engine = process.Engine(options)
        await engine.start()
        config = {
            "cdek": {"base_url": f"{simulator.url}/cdek/v2", "client_id": "labels", "client_secret": "s",
                     "sender": sender("Москва", "101000", "RU"), "waybills": True},
            "iml": {"base_url": f"{simulator.url}/iml", "client_id": "labels", "client_secret": "s",
                    "sender": sender("Москва", "101000", "RU")},
            "mail_alliance": {"base_url": f"{simulator.url}/mail-alliance", "api_key": "mak_test_labels",
                              "sender": sender("Würzburg", "97070", "DE")},
            "pickpoint": {"base_url": f"{simulator.url}/pickpoint/apitest", "client_id": "apitest",
                          "client_secret": "apitest", "ikn": "9990003041", "sender": sender("Москва", "101000", "RU")},
        }  # fmt: skip
        actor = await companies.sign_in(engine.shop, "boss")
        await companies.configure(engine.shop, actor, process_settings({"carriers": config}))
        yield engine, actor
        await engine.stop()


def process_settings(body: dict[str, Any]) -> Any:
    return settings.read(body, known=frozenset(process.ADAPTERS))


def sender(city: str, code: str, country: str) -> dict[str, str]:
    return {"name": "Shop", "street": "Ring", "house_number": "1", "postal_code": code, "city": city,
            "country": country, "phone": "+4993112345"}  # fmt: skip


def order(number: str, carrier: str, recipient: Address, currency: str) -> Order:
    line = Line(sku="TEE", description="Чай", quantity=1, unit_price=Money(99_000, currency), unit_mass_g=250)
    return Order(
        number=number, recipient=recipient, lines=(line,), cod=False, mass_g=600, sides_mm=(200, 150, 100),
        carrier=carrier,
    )  # fmt: skip


@pytest.mark.ci
async def test_labels_and_waybills_of_real_carriers_are_one_file_that_scans(shops: Any, tmp_path: Path) -> None:
    engine, actor = shops
    for number, name in (("C-1", "cdek"), ("C-2", "cdek"), ("I-1", "iml"), ("P-1", "pickpoint")):
        await ordering.place(engine.shop, actor, order(number, name, KAZAN, "RUB"), confirm=True)
    await ordering.place(engine.shop, actor, order("M-1", "mail_alliance", MUNICH, "EUR"), confirm=True)
    await work_until(engine, actor, {"label": 5, "waybill": 2})
    await papers.hand_over(engine.shop, actor, "pickpoint")
    await work_until(engine, actor, {"label": 5, "waybill": 2, "list": 1})
    out = tmp_path / "labels.pdf"
    found = await call(engine.url, "--out", str(out))
    assert found.exit_code == 0, found.output
    numbers = [await number_of(engine, actor, name) for name in ("C-1", "C-2", "I-1", "M-1", "P-1")]
    scanned = [code.text for code in labelscan.scan(out.read_bytes())]
    places = [scanned.index(number) for number in numbers[:-1]]
    assert places == sorted(places), "in the order of packing"
    assert len(scanned[places[-1] + 1]) == 12, "a locker's parcel bears the number of its box, after all others"
    assert numbers[-1] in text_of(out.read_bytes())[-1], "its hand-over list is the last page"
    assert (await call(engine.url, "--out", str(tmp_path / "again.pdf"))).stderr.startswith("No PDF fits")


async def work_until(engine: Any, actor: Any, wanted: dict[str, int]) -> None:
    """Work as fast as the engine can, until that many documents of each kind wait."""
    async with asyncio.timeout(60):
        while await waiting(engine, actor) != wanted:
            await engine.worker.step(datetime.now(UTC) + companies.REGISTRY_EVERY / 12)


async def waiting(engine: Any, actor: Any) -> dict[str, int]:
    names = [piece.name for piece in (await stack(engine.shop, actor, Window())).pieces]
    return dict(Counter("list" if name.startswith("hand_over/") else name.rpartition(" ")[2] for name in names))


def text_of(content: bytes) -> list[str]:
    document = pdfium.PdfDocument(content)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


async def number_of(engine: Any, actor: Any, number: str) -> str:
    return str((await views.one(engine.shop, actor, number))["tracking_number"])
