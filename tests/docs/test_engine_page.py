"""docs/engine.md: the settings and the order that it shows are taken as they stand, and it names every setting."""

import json
import re
from pathlib import Path

import msgspec

from parcelproof.reference import settings
from parcelproof.reference.engine import ADAPTERS
from parcelproof.reference.http import shapes

PAGE = (Path(__file__).parents[2] / "docs" / "engine.md").read_text("utf-8")


def found(pattern: str) -> str:
    (one,) = re.findall(pattern, PAGE, re.DOTALL)
    return str(one)


def test_the_settings_it_shows_are_taken() -> None:
    body = json.loads(found(r"<<'EOF'\n(.*?)\nEOF"))
    company = settings.written(body, known=frozenset(ADAPTERS))
    assert set(company.carriers) == {"russian_post", "swiss_post"}
    assert company.request_delivery_on == json.loads(found(r'/status +(\{"status".*?\})'))["status"]


def test_the_order_it_shows_is_taken() -> None:
    order = msgspec.json.decode(found(r"POST /api/v1/orders +(\{.*?\]\})"), type=shapes.NewOrder).order
    assert order.lines[0].unit_price.currency == "CHF"


def test_every_setting_of_a_carrier_is_named() -> None:
    assert [name for name in settings.Account.__struct_fields__ if f"{name}`" not in PAGE] == []
