"""`parcelproof label preview` against a running simulator."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.control.conftest import SHOP, TOKEN

from parcelproof.cli.label import label
from parcelproof.labelscan import scan


async def preview(stocked: Any, *words: str) -> Result:
    common = ["--tenant", SHOP, "--simulator", stocked.running.url, "--admin-token", TOKEN]
    return await asyncio.to_thread(CliRunner().invoke, label, ["preview", *words, *common])


@pytest.mark.parametrize("form", ["pdf", "zpl", "png"])
@pytest.mark.parametrize("carrier", ["cdek", "mail_alliance"])
async def test_a_label_of_every_carrier_comes_in_every_format(
    stocked: Any, tmp_path: Path, carrier: str, form: str
) -> None:
    parcel = stocked.world.parcel(getattr(stocked, carrier))
    for name in (parcel.number, parcel.reference, parcel.id):
        file = tmp_path / f"{name}.{form}"
        made = await preview(stocked, name, "--format", form, "--out", str(file))
        assert (made.exit_code, made.output) == (0, f"{file}: {file.stat().st_size} bytes\n")
        assert parcel.number in {code.text for code in scan(file.read_bytes())}


async def test_it_goes_to_the_standard_output_too(stocked: Any) -> None:
    made = await preview(stocked, stocked.cdek, "--format", "zpl", "--out", "-")
    assert (made.exit_code, made.stdout_bytes[:3]) == (0, b"^XA")


async def test_a_parcel_of_nobody_is_told_in_one_sentence(stocked: Any, tmp_path: Path) -> None:
    made = await preview(stocked, "nobody", "--out", str(tmp_path / "x"))
    assert (made.exit_code, made.output.count("\n")) == (2, 1)
    assert "nobody" in made.output


async def test_a_file_that_cannot_be_written_is_told(stocked: Any, tmp_path: Path) -> None:
    made = await preview(stocked, stocked.cdek, "--out", str(tmp_path / "missing" / "x.pdf"))
    assert made.exit_code == 2
    assert "cannot be written" in made.output
