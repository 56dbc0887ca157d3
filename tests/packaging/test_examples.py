"""The example orders are what their script makes, and what the package ships."""

import csv
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
INPUTS = ("orders.xlsx", "orders.csv", "orders_cp1251.csv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, EXAMPLES / "make_orders.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", INPUTS)
def test_the_script_makes_the_committed_bytes(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (EXAMPLES / name).read_bytes()


@pytest.mark.parametrize("name", INPUTS)
def test_the_package_ships_the_same_bytes(name: str) -> None:
    assert (files("parcelproof.cli.demo") / "inputs" / name).read_bytes() == (EXAMPLES / name).read_bytes()


def read(name: str, encoding: str) -> list[dict[str, str]]:
    rows = csv.DictReader((EXAMPLES / name).read_text(encoding).splitlines(), delimiter=";")
    return [row for row in rows if row["number"] != "#currency"]


def test_there_are_sixty_good_orders_and_three_broken_ones() -> None:
    rows = read("orders.csv", "utf-8")
    firsts = [row for row in rows if row["payment"]]
    assert len({row["number"] for row in rows}) == len(firsts) == 63
    broken = [
        r["number"] for r in firsts if not (r["weight_g"].isdecimal() and r["postal_code"] and r["country"] != "ZZ")
    ]
    assert broken == ["P-011", "P-040", "P-058"]
    assert {row["country"] for row in firsts} == {"RU", "DE", "IT", "ES", "FR", "ZZ"}
    assert all(row["country"] == "RU" and row["currency"] == "RUB" for row in firsts if row["payment"] == "cod")
    back = [row for row in firsts if row["return"] == "yes"]
    assert len(back) == 8
    assert all(row["payment"] == "prepaid" and row["country"] != "RU" for row in back)


def test_the_cp1251_twin_holds_exactly_the_russian_rows() -> None:
    russian = {row["number"] for row in read("orders.csv", "utf-8") if row["country"] == "RU"}
    assert read("orders_cp1251.csv", "cp1251") == [r for r in read("orders.csv", "utf-8") if r["number"] in russian]
