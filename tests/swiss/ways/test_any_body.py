"""Whatever comes, the ways in answer in their own shapes, and what is refused leaves nothing behind."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from .way_desk import (
    BODY,
    FOLDER,
    ONLINE,
    SERVICE,
    SOAP,
    TYPES,
    desk,
    generate_label,
    soap_item,
    soap_notice,
    text,
)
from .way_desk import items as items_of

GOOD = etree.fromstring(
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body>'
    f"{generate_label(soap_item(soap_notice(1)), soap_item(item_id='I-2'))}</s:Body></s:Envelope>"
)
WORDS = [
    "",
    "0",
    "-1",
    "1",
    "99999999",
    "2147483648",
    "PRI",
    "SEM",
    "DE",
    "x" * 300,
    "ä€😀",
    "]]>",
    "true",
    "2026-02-30",
]
VALUES = st.sampled_from(WORDS) | st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20)
EDITS = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from(["text", "drop", "twice", "rename"]), VALUES), max_size=4
)


def bent(edits: list[tuple[int, str, str]]) -> bytes:
    """Return the good message with some of its elements changed."""
    root = etree.fromstring(etree.tostring(GOOD))
    for place, how, value in edits:
        rows = [row for row in root.iter() if row.getparent() is not None]
        if not rows:
            break
        row = rows[place % len(rows)]
        if how == "text":
            row.text = value
        elif how == "drop":
            row.getparent().remove(row)
        elif how == "twice":
            row.addnext(etree.fromstring(etree.tostring(row)))
        else:
            row.tag = f"{{{TYPES}}}ReadLabelLayouts"
    found: bytes = etree.tostring(root)
    return found


@given(EDITS)
@settings(max_examples=60, deadline=None)
def test_any_message_is_answered_or_a_fault_and_made_items_are_kept_ones(edits: list[tuple[int, str, str]]) -> None:
    shop = desk()
    answer = shop.call("POST", SERVICE, bent(edits), {"Content-Type": "text/xml"})
    content = etree.fromstring(answer.body)[0][0]
    assert (answer.status, etree.QName(content).localname == "Fault") in ((200, False), (500, True))
    made = [text(item, "IdentCode") for item in items_of(content)]
    assert sorted(filter(None, made)) == sorted(one.ident_code for one in shop.kept)


@given(st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_refused_by_each_way(raw: bytes) -> None:
    shop = desk()
    assert shop.call("POST", SERVICE, raw).status == 500
    assert shop.call("POST", "/online/shop", raw).status == 422
    dropped = shop.call("PUT", f"{FOLDER}/x.ndjson", raw)
    assert dropped.status in (201, 422)
    assert all(row.get("schema") for row in shop.answers("x.ndjson")) and not shop.kept


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | VALUES
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(VALUES, inner, max_size=2))
PATHS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


def replaced(good: Any, path: list[int], value: Any) -> Any:
    if not path or not isinstance(good, dict | list) or not good:
        return value
    if isinstance(good, list):
        return [replaced(one, path[1:], value) if n == path[0] % len(good) else one for n, one in enumerate(good)]
    name = sorted(good)[path[0] % len(good)]
    return {key: replaced(one, path[1:], value) if key == name else one for key, one in good.items()}


@given(PATHS, TREES)
@settings(max_examples=60, deadline=None)
def test_any_line_of_a_file_has_its_answer(path: list[int], value: Any) -> None:
    shop = desk()
    good = {**BODY, "item": {**BODY["item"], "notification": [{"service": 1, "language": "DE"}]}}
    shop.call("PUT", f"{FOLDER}/x.ndjson", json.dumps(replaced(good, path, value)).encode() + b"\n")
    (row,) = shop.answers("x.ndjson")
    assert [bool(row.get(name)) for name in ("identCode", "errors", "schema")].count(True) == 1
    assert [one.ident_code for one in shop.kept] == ([row["identCode"]] if "identCode" in row else [])


@given(st.dictionaries(st.sampled_from([*ONLINE, "email", "company", "x"]), VALUES, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_form_is_a_label_or_the_form_again(fields: dict[str, str]) -> None:
    shop = desk()
    answer = shop.call("POST", "/online/shop", urlencode({**ONLINE, **fields}).encode())
    assert answer.status in (200, 422) and answer.body.startswith(b"<!doctype html>")
    assert len(shop.kept) == (answer.status == 200)
