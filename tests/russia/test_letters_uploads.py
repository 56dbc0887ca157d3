"""Letters by the thousand: a zip of documents with their signatures and a registry."""

import json
from typing import Any

import pytest

from parcelproof.simulators.postal_api.russia.letters.desk import BODY_LIMITS_BYTES

from .letter_papers import COLUMNS, ROW, packed, pdf, registry, signed, upload
from .own_desk import OWN, OwnDesk, proves
from .test_letters import ANNA, CHECK_MS, codes, consenting, letter

PATH = OWN + "/letter-uploads"


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="letters")


def sent(desk: OwnDesk, body: bytes, *, key: str = "", kind: str = "application/zip") -> tuple[int, Any]:
    headers = desk.headers(**{"Content-Type": kind, "Idempotency-Key": key or f"upload-{next(desk.keys):020d}"})
    answer = desk.call("POST", PATH, body, headers)
    return answer.status, json.loads(answer.body)


def rows_of(count: int) -> list[dict[str, Any]]:
    return [{**ROW, "FILE_NAME": f"{place}.pdf", "LETTER_REG_NUMBER": f"И-{place}"} for place in range(count)]


@proves("LTR-016")
def test_a_zip_that_breaks_a_limit_is_refused_whole(desk: OwnDesk) -> None:
    good, document = upload([ROW]), pdf()
    without = {name: content for name, content in good.items() if name != "1.pdf.sig"}
    long = pdf(bytes_long=1_048_577)
    wrong: list[tuple[str, bytes]] = [
        ("cannot be unpacked", b"PK no zip at all"),
        ("has no signature", packed(without)),
        ("1048577 bytes", packed({**good, "2.pdf": long, "2.pdf.sig": signed(document)})),
        ("is no PDF", packed({**good, "1.pdf": b"plain text"})),
        ("has 0 registries", packed({name: content for name, content in good.items() if "xls" not in name})),
        ("has 2 registries", packed({**good, "more.xls": good["registry.xls"]})),
        ("Excel 97-2003", packed({**good, "registry.xls": packed({"xl/workbook.xml": b""})})),
        ("is damaged", packed({**good, "registry.xls": good["registry.xls"][:600]})),
        ("is neither", packed({**good, "readme.txt": b"hello"})),
        ("lies in a folder", packed({**good, "inner/2.pdf": document})),
        ("no column FILE_NAME, ADDRESSLINE_TO", packed({**good, "registry.xls": registry([ROW], COLUMNS[2:])})),
    ]
    for words, body in wrong:
        status, found = sent(desk, body)
        assert status == 422 and any(words in error["detail"] for error in found["errors"]), (words, found)
    assert sent(desk, packed(good), kind="application/pdf")[0] == 415
    assert desk.read("/letters")["data"] == [] and desk.read("/letter-uploads")["data"] == []
    assert desk.events() == []
    assert sent(desk, packed(good))[0] == 201


@proves("LTR-016")
def test_a_thousand_documents_are_taken_and_one_more_is_not(desk: OwnDesk) -> None:
    rows = rows_of(1_001)
    document = pdf()
    signature = signed(document)
    files = {f"{place}.pdf{end}": document if not end else signature for place in range(1_001) for end in ("", ".sig")}
    status, found = sent(desk, packed({**files, "r.xls": registry(rows)}))
    assert status == 422 and found["detail"] == "/: has 1001 PDF files, may have 1000"
    assert desk.read("/letters")["data"] == []
    for name in ("1000.pdf", "1000.pdf.sig"):
        del files[name]
    status, found = sent(desk, packed({**files, "r.xls": registry(rows[:1_000])}))
    assert status == 201 and len(found["letters"]) == 1_000 and found["errors"] == []
    assert BODY_LIMITS_BYTES[PATH] == 64 * 1_048_576


@proves("LTR-017")
def test_a_wrong_line_is_refused_by_itself(desk: OwnDesk) -> None:
    rows = rows_of(7)
    rows[1]["ADDRESSLINE_TO"] = "г Саратов"
    rows[2]["MAILCATEGORY"] = 7.0
    rows[3]["RECIPIENT"] = ""
    rows[4]["INN"] = "7707083894"
    rows[5]["FILE_NAME"] = "0.pdf"
    files = upload(rows)
    document = pdf()
    status, found = sent(desk, packed({**files, "spare.pdf": document, "spare.sig": signed(document)}))
    assert status == 201
    assert [(row["line"], row["state"]) for row in found["letters"]] == [(2, "checking"), (8, "checking")]
    assert [(error["line"], error["column"]) for error in found["errors"]] == [
        (3, "ADDRESSLINE_TO"),
        (4, "MAILCATEGORY"),
        (5, "RECIPIENT"),
        (6, "INN"),
        (7, "FILE_NAME"),
        (0, "FILE_NAME"),
    ]
    assert all(error["detail"] for error in found["errors"]) and found["errors"][-1]["found"] == "spare.pdf"
    assert desk.read(f"/letter-uploads/{found['id']}") == found
    assert len(desk.read("/letters")["data"]) == 2


@proves("LTR-017")
def test_a_line_without_its_file_is_told(desk: OwnDesk) -> None:
    rows = rows_of(2)
    files = upload(rows)
    for name in ("1.pdf", "1.pdf.sig"):
        del files[name]
    _, found = sent(desk, packed(files))
    assert [(error["line"], error["column"], error["found"]) for error in found["errors"]] == [
        (3, "FILE_NAME", "1.pdf")
    ]


@proves("LTR-018")
def test_both_ways_make_the_same_letters(desk: OwnDesk) -> None:
    consenting(desk)
    row = {
        **ROW,
        "RECIPIENT": ANNA["name"],
        "ADDRESSLINE_TO": ANNA["address"],
        "LETTER_TITLE": "Требование",
        "ADDITIONAL_INFO": "Дело 5",
        "LETTER_COMMENT": "срочно",
        "ADDRESSLINE_RETURN": "101000, г Москва",
        "NO_RETURN": "1",
        "KPP": "",
    }
    _, found = sent(desk, packed(upload([row])))
    single = desk.own(
        "POST",
        "/letters",
        letter(
            registration_number="И-1",
            notice=True,
            additional_info="Дело 5",
            comment="срочно",
            return_address="101000, г Москва",
            no_return=True,
        ),
    )
    own = {"id", "upload", "line", "number"}
    for wait_ms in (0, CHECK_MS):
        desk.wait(wait_ms)
        one, other = (desk.read(f"/letters/{key}") for key in (found["letters"][0]["id"], single["id"]))
        assert {name: one[name] for name in set(one) - own} == {name: other[name] for name in set(other) - own}
    assert one["state"] == "unopened" and codes(desk, one["number"]) == codes(desk, other["number"])
    assert (one["upload"], one["line"]) == (found["id"], 2)
    assert [row["id"] for row in desk.read(f"/letters?upload={found['id']}")["data"]] == [one["id"]]
    assert [row["id"] for row in desk.read("/letters")["data"]] == [one["id"], other["id"]]


@proves("LTR-018")
def test_letters_of_an_upload_stand_on_one_list(desk: OwnDesk) -> None:
    rows = rows_of(3)
    rows[1]["MAILCATEGORY"] = 0.0
    _, found = sent(desk, packed(upload(rows)))
    assert found["batch"] is None
    desk.wait(CHECK_MS)
    told = desk.read(f"/letter-uploads/{found['id']}")
    assert [row["state"] for row in told["letters"]] == ["printing"] * 3
    listed = desk.otpravka("GET", f"/1.0/batch/{told['batch']}/shipment")
    assert [row["barcode"] for row in listed] == [told["letters"][0]["number"], told["letters"][2]["number"]]
    assert [row["order-num"] for row in listed] == ["И-0", "И-2"]
    batch = desk.otpravka("GET", f"/1.0/batch/{told['batch']}")
    assert (batch["shipment-count"], batch["batch-status"]) == (2, "SENT")


@proves("LTR-019")
def test_a_repeated_upload_is_one(desk: OwnDesk) -> None:
    body, key = packed(upload([ROW])), "upload-00000000000001"
    status, first = sent(desk, body, key=key)
    assert (status, sent(desk, body, key=key)) == (201, (200, first))
    assert sent(desk, packed(upload(rows_of(2))), key=key)[0] == 422
    assert len(desk.read("/letters")["data"]) == 1


@pytest.mark.ci
def test_a_bomb_is_not_unpacked(desk: OwnDesk) -> None:
    """What a zip unpacks to is looked at as it comes, and given up beyond the bounds."""
    zeros = b"%PDF-" + bytes(9 * 1_048_576)
    bomb = packed({f"{place}.pdf": zeros for place in range(34)})
    assert len(bomb) < 1_048_576
    status, found = sent(desk, bomb)
    assert status == 422 and "unpacks to more than" in found["detail"]
    status, found = sent(desk, packed({f"{place}.txt": b"" for place in range(3_001)}))
    assert status == 422 and "3001 files" in found["detail"]
