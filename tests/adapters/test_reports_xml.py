"""Payout reports as XML that a stranger made: read by the layout's names, or refused in a sentence."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from parcelproof.reference.adapters import registry_xml
from parcelproof.reference.adapters.reports import ReportRefused, is_candidate, read_report

HEAD = 'registry_number="4711" payment_date="02.03.2026" payment_order_number="00123" sum="4984.03"'
SUMS = (
    "<payment_sum>5499.00</payment_sum><total_sum_without_agent>350.00</total_sum_without_agent>"
    "<agent_commission_sum>164.97</agent_commission_sum><transfer_sum>4984.03</transfer_sum>"
)
ORDER = f'<order cdek_number="1000000001" number="A1">{SUMS}</order>'


def registry(orders: str = ORDER, head: str = HEAD, before: str = "") -> bytes:
    return f"{before}<registry {head}><orders>{orders}</orders></registry>".encode()


def refused(raw: bytes) -> str:
    with pytest.raises(ReportRefused) as caught:
        read_report("r.xml", raw)
    assert caught.value.code == "FORMAT_UNKNOWN"
    return caught.value.sentence


def test_a_registry_is_read() -> None:
    normal = read_report("r", registry()).normal
    assert (normal["number"], normal["payment_date"], normal["payment_order"]) == ("4711", "2026-03-02", "00123")
    assert normal["totals"] == {"payout": 498_403}
    (line,) = normal["lines"]
    assert (line["tracking"], line["order"], line["collected"], line["transfer"]) == (
        "1000000001",
        "A1",
        549_900,
        498_403,
    )
    assert line["fees"] == [{"kind": "delivery", "amount": 35_000}, {"kind": "agent", "amount": 16_497}]


@pytest.mark.parametrize(
    "raw",
    [
        registry(before="\ufeff<?xml version='1.0'?>\n<!-- made by hand -->\n"),
        b"<?xml version='1.0' encoding='windows-1251'?>" + registry().decode().encode("cp1251"),
        registry(head=f'{HEAD} xmlns="urn:some:name"'),
        registry(ORDER.replace("<payment_sum>5499.00", "<payment_sum>\n  5 499,00\n  ")),
        registry(ORDER.replace("<payment_sum>5499.00", "<payment_sum><![CDATA[5499.00]]>")),
        registry(ORDER.replace("5499.00", "54<!-- half -->9<b>9</b>.<?by hand?>00")),
        registry(f"<!-- first --><?made by hand?>{ORDER}<remark>kind regards</remark>"),
    ],
    ids=["mark-and-comment", "cp1251", "namespace", "blanks-and-comma", "cdata", "parted", "remarks"],
)  # fmt: skip
def test_it_may_be_spelled_otherwise(raw: bytes) -> None:
    assert read_report("r", raw).normal == read_report("r", registry()).normal
    assert is_candidate(raw, attached=False)


def test_lines_and_items_have_their_own_problems() -> None:
    mangled = ORDER.replace('"1000000001"', '"1.0E+13"')
    nobody = ORDER.replace('cdek_number="1000000001" ', "")
    fine = ORDER.replace(
        "</order>", '<items><item ware_key="T" delivery_amount="1" refused_amount="2"/></items></order>'
    )
    odd = fine.replace('"2"', '"two"')
    lines = read_report("r", registry(mangled + nobody + fine + odd, HEAD.replace('sum="4984.03"', ""))).normal["lines"]
    codes = ["IDENT_MANGLED", "ORDER_UNKNOWN", None, "ITEM_UNKNOWN"]
    assert [line.get("problem", {}).get("code") for line in lines] == codes
    assert lines[2]["items"] == [{"sku": "T", "delivered": 1, "refused": 2}]


def test_its_total_is_held_against_its_lines() -> None:
    with pytest.raises(ReportRefused, match="CONTROL_SUM"):
        read_report("r", registry(head=HEAD.replace("4984.03", "4984.04")))


BOMB = "<!DOCTYPE registry [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {name} '{f'&{inner};' * 10}'>" for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "entities": registry(f"<order cdek_number='1'>{SUMS}&i;</order>", before=f"{BOMB}]>"),
    "entity-in-attribute": registry(f"<order cdek_number='&i;'>{SUMS}</order>", before=f"{BOMB}]>"),
    "dtd": registry(before="<!DOCTYPE registry>"),
    "dtd-elsewhere": registry(before='<!DOCTYPE registry SYSTEM "http://127.0.0.1:1/r.dtd">'),
    "deep": b"<registry>" * 5_000 + b"</registry>" * 5_000,
    "cut": registry()[:-20],
    "two-roots": registry() * 2,
    "nothing-in-it": b"<registry/>",
    "another-root": registry().replace(b"registry", b"register"),
    "no-orders": registry(""),
    "no-date": registry(head='registry_number="1"'),
    "no-sum": registry(ORDER.replace("5499.00", "a lot")),
    "an-unknown-encoding": b"<?xml version='1.0' encoding='klingon'?>" + registry(),
    "letters-of-another-encoding": b"<?xml version='1.0' encoding='utf-8'?>" + registry("Ж").decode().encode("cp1251"),
    "only-an-angle": b"<",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_anything_else_is_refused_in_a_sentence(kind: str) -> None:
    sentence = refused(HOSTILE[kind])
    assert sentence.startswith("r.xml") and sentence.endswith(".") and len(sentence) < 600
    assert not is_candidate(HOSTILE[kind], attached=False) or kind.startswith("no-")


def test_a_file_beside_us_stays_unread(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("ПАРОЛЬ", encoding="utf-8")
    before = f'<!DOCTYPE registry [<!ENTITY found SYSTEM "{secret.as_uri()}">]>'
    raw = registry(ORDER.replace(SUMS, f"{SUMS}&found;"), before=before)
    assert "DTD" in refused(raw)
    assert b"&found;" in etree.tostring(etree.fromstring(raw, registry_xml.parser())), "were a DTD let through"


def test_its_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_xml, "MOST_ROWS", 2)
    assert "more than 2 lines" in refused(registry(ORDER * 3))
    monkeypatch.setattr(registry_xml, "MOST_BYTES", 100)
    assert "100 are allowed" in refused(registry())


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_damaged_document_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(registry())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_report("r", bytes(raw))
    except ReportRefused as fault:
        assert fault.code in ("FORMAT_UNKNOWN", "CONTROL_SUM")
