"""The page about forms, documents and customs names every call and every setting, and none that is not there."""

import re
from pathlib import Path

from parcelproof.simulators.postal_api.russia.forms import PART, own_calls, printed
from parcelproof.simulators.postal_api.russia.own_rest.operations import ROOT

PAGE = (Path(__file__).parents[3] / "docs" / "russian-post-documents.md").read_text("utf-8")


def test_the_page_names_every_call() -> None:
    told = set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE, re.MULTILINE))
    theirs = {f"{route.method} {route.template}" for route in printed.routes}
    ours = {f"{route.method} {route.template.removeprefix(ROOT)}" for route in own_calls.routes}
    assert told == theirs | ours


def test_the_page_names_every_setting() -> None:
    assert [name for name in PART.switches.allowed() if f"`{name}`" not in PAGE] == []
