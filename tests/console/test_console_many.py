"""A hundred thousand parcels, and what is vendored."""

import gzip
import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import process_time

import msgspec
import pytest
import zxingcpp
from PIL import Image

from parcelproof.simulators.control import console
from parcelproof.simulators.control.console import faults, parcels, webhooks
from parcelproof.simulators.control.console.pictures import Pictures, Undrawable, page_count
from parcelproof.simulators.control.console.visit import Visit
from parcelproof.simulators.control.console.words import TONES
from parcelproof.simulators.core.parcel import Parcel
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.server import Running
from parcelproof.simulators.wire.faults import FaultKind, Point
from parcelproof.simulators.wire.labels import SIZES, Label, pdf_many
from parcelproof.simulators.wire.webhooks import Switches

from .conftest import Shop, text_of

VENDORED = Path(console.__file__).parent / "vendored"
MANY = 100_000


async def test_a_page_of_many_parcels_builds_only_its_own_rows(
    shop: Shop, started: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = started.shell.tenants.find("shop")
    for number in range(MANY):
        status = Status.HELD if number % 1000 == 7 else Status.ANNOUNCED
        world.add(Parcel(f"par-{number}", "mail_alliance", f"M{number:06}", f"ORDER-{number}", status=status))
    built: list[str] = []
    row_of = parcels.row_of

    def counting(visit: Visit, parcel: Parcel) -> dict[str, object]:
        built.append(parcel.id)
        return row_of(visit, parcel)

    monkeypatch.setattr(parcels, "row_of", counting)
    began_s = process_time()
    page = await shop.page("parcels?page=1000")
    took_s = process_time() - began_s
    assert len(built) == 50 and built[0] == "par-50049"
    assert "49,951–50,000 of 100,000 parcels" in text_of(page) and "page 1,000 of 2,000" in text_of(page)
    assert took_s < 1.0, "a page of many parcels takes as long as all of them"
    first = await shop.page("parcels")
    assert "M099999" in first.text and "Newer" not in first.text and "Older" in first.text
    held = text_of(await shop.page("parcels?status=held&page=2"))
    assert "51–100 of 100 parcels" in held and "Older" not in held
    assert "1–1 of 1 parcels" in text_of(await shop.page("parcels?number=m000777"))
    assert "1–11 of 11 parcels" in text_of(await shop.page("parcels?reference=order-7777"))
    assert "No parcel fits" in (await shop.page("parcels?carrier=cdek")).text


async def test_any_page_number_is_a_page(shop: Shop) -> None:
    await shop.book()
    for asked in ("0", "-1", "99999999999999999999", "x", "", "²", "1e3"):
        page = await shop.page(f"parcels?page={asked}")
        assert "1–1 of 1 parcels" in text_of(page)


def test_tables_are_complete() -> None:
    assert set(faults.KINDS) == set(FaultKind)
    assert set(faults.POINTS) == set(Point)
    assert set(TONES) == set(Status)
    typed = {"only": "A", "reorder": "yes", "reorder_within": "1h", "late": "1h", "duplicate": "1", "drop": "all"}
    made = webhooks.switches_of({**typed, **dict.fromkeys(webhooks.FLAGS, "yes")})
    assert set(made) == set(Switches.__struct_fields__)
    neutral = msgspec.structs.asdict(Switches())
    assert all(made[name] != neutral[name] for name in made), "a switch that the form does not move"
    assert msgspec.convert(webhooks.switches_of({}), Switches) == Switches()


def test_vendored_scripts_are_what_their_note_says() -> None:
    note = (VENDORED / "VENDORED.md").read_text()
    rows = dict(re.findall(r"^\| `([^`]+)` \|.*?`([0-9a-f]{64})`", note, re.M))
    scripts = {str(path.relative_to(VENDORED)): path for path in VENDORED.rglob("*.js*")}
    assert set(rows) == set(scripts)
    for name, path in scripts.items():
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert sha256(content).hexdigest() == rows[name], name
        assert (path.parent / "LICENSE").stat().st_size > 500


def test_pages_of_a_label_are_drawn_and_nothing_else_is() -> None:
    label = Label(
        mark="m",
        service="s",
        sender=("Shop",),
        recipient=("Erika",),
        postal_code="10115",
        mass_g=1200,
        reference="R",
        number="MAL008053071619",
    )
    pdf = pdf_many([label, msgspec.structs.replace(label, number="MAL008053071626")], SIZES["100x150"])
    drawn = Pictures()
    for sheet, number in ((1, "MAL008053071619"), (2, "MAL008053071626")):
        picture = Image.open(BytesIO(drawn.png(pdf, sheet)))
        assert (picture.mode, picture.size) == ("L", (800, 1199))
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [number]
        assert drawn.png(pdf, sheet) is drawn.png(pdf, sheet)
    assert (page_count(pdf), page_count(b"no pdf")) == (2, 0)
    for broken, sheet in ((pdf, 0), (pdf, 3), (b"", 1), (b"%PDF-1.7 nothing", 1), (pdf[: len(pdf) // 3], 1)):
        with pytest.raises(Undrawable):
            drawn.png(broken, sheet)


async def test_a_sheet_that_is_not_there_is_not_found(shop: Shop) -> None:
    path = f"parcels/{(await shop.book())['id']}/label"
    picture = await shop.page(f"{path}.png")
    assert picture.headers["Content-Type"] == "image/png"
    for sheet in ("0", "2", "-1", "x", "²", "9" * 20):
        await shop.page(f"{path}.png?sheet={sheet}", 404)
    assert (await shop.page(f"{path}.pdf")).content.startswith(b"%PDF-")
    zpl = await shop.page(f"{path}.zpl")
    assert zpl.content.startswith(b"^XA") and zpl.headers["Content-Security-Policy"].startswith("sandbox")
