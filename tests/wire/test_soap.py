"""SOAP: bodies that strangers send are read within bounds, envelopes and faults stand to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from parcelproof.simulators.wire.soap.descriptions import described
from parcelproof.simulators.wire.soap.envelopes import (
    Version,
    WrongVersion,
    child,
    enclosed,
    opened,
    printable,
    text_of,
)
from parcelproof.simulators.wire.soap.faults import fault
from parcelproof.simulators.wire.soap.parsing import Malformed, parsed

NEW, OLD = Version.SOAP_12, Version.SOAP_11
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def message(content: str, version: Version = NEW, declared: str = "") -> bytes:
    return (
        f'{declared}<e:Envelope xmlns:e="{version.space}"><e:Header/><e:Body>{content}</e:Body></e:Envelope>'.encode()
    )


@pytest.mark.parametrize(
    "head",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE a [<!ENTITY l11 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p">%p;]>',
        '<!DOCTYPE a [<!ATTLIST a x CDATA "given">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(head: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = f'{declared}{head}<a x="&l11;">&l11;</a>'.encode(encoding)
    with pytest.raises(Malformed, match="A document type or an entity declaration is not allowed"):
        parsed(body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "cannot be read as XML"),
        (b"<a>", "cannot be read as XML"),
        (b"<a>&nbsp;</a>", "cannot be read as XML"),
        (b"\xff\xfe", "cannot be read as XML"),
        (b"<a>\xff</a>", "byte 3 cannot be read"),
        (b'<?xml version="1.0" encoding="cp037"?><a/>', "The encoding is cp037, allowed are utf-8"),
        ('<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("cp037"), "cannot be read"),
        (b"<a>" * 300 + b"</a>" * 300, "cannot be read as XML"),
        (b"<a>\0</a>", "cannot be read as XML"),
    ],
)
def test_what_is_no_xml_is_told_in_a_sentence(body: bytes, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        parsed(body)


@given(st.binary(max_size=60) | st.text("<!>[]&;%?xmlA \"'-/=", max_size=40).map(str.encode))
def test_no_body_breaks_the_parser(body: bytes) -> None:
    try:
        root = parsed(body)
    except Malformed:
        return
    assert root.getroottree().docinfo.internalDTD is None


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_encodings_that_clients_use(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>\n<a><!-- c --><![CDATA[<!b>]]>'.replace("<!b>", "б")
    assert parsed(f"{body}</a>".encode(encoding)).text == "б"
    assert parsed(b"\xef\xbb\xbf<a>b</a>").text == "b"


def test_an_envelope_is_taken_apart() -> None:
    found = opened(message('<o:ask xmlns:o="urn:o"><o:Barcode> 1 </o:Barcode><d/></o:ask>', OLD), OLD, NEW)
    assert (found.version, found.headers, found.content.tag) == (OLD, (), "{urn:o}ask")
    assert text_of(found.content, "Barcode") == "1"
    assert text_of(found.content, "Barcode", "none") == text_of(found.content, "none") == ""
    assert child(found.content, "d").tag == "d" and child(found.content, "x") is None
    assert child(None, "d") is None and text_of(None, "d", "e") == text_of(None) == ""


def test_another_version_is_told_apart() -> None:
    with pytest.raises(WrongVersion, match=f"Expecting Envelope in namespace {NEW.space}, but got .{OLD.space}"):
        opened(message("<a/>", OLD), NEW)
    with pytest.raises(WrongVersion):
        opened(b"<a/>")
    for content in ("", "<a/><b/>"):
        with pytest.raises(Malformed, match="it needs one element in its Body"):
            opened(message(content))


def test_prefixes_stand_as_they_were_made() -> None:
    answer = enclosed(NEW, etree.Element("{urn:b}told", nsmap={"ns2": "urn:a", "ns7": "urn:b"}))
    assert answer.status == 200
    assert answer.headers == {"Content-Type": "application/soap+xml; charset=utf-8"}
    assert answer.body.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body>'
        '<ns7:told xmlns:ns2="urn:a" xmlns:ns7="urn:b"/></S:Body></S:Envelope>'
    )


def test_faults_of_both_versions() -> None:
    new = fault(NEW, "Receiver", "Error\0", etree.Element("why"))
    assert (new.status, new.headers["Content-Type"]) == (500, "application/soap+xml; charset=utf-8")
    assert new.body.decode().partition("<S:Body>")[2] == (
        "<S:Fault><S:Code><S:Value>S:Receiver</S:Value></S:Code>"
        '<S:Reason><S:Text xml:lang="en">Error </S:Text></S:Reason><S:Detail><why/></S:Detail></S:Fault>'
        "</S:Body></S:Envelope>"
    )
    old = fault(OLD, "Sender", "wrong")
    assert (old.status, old.headers["Content-Type"]) == (500, "text/xml; charset=utf-8")
    assert "<S:Fault><faultcode>S:Client</faultcode><faultstring>wrong</faultstring></S:Fault>" in old.body.decode()


@given(st.text(st.characters(), max_size=20))
def test_any_text_can_be_told(text: str) -> None:
    element = etree.Element("a")
    element.text = printable(text)
    read = etree.fromstring(etree.tostring(element)).text or ""
    assert len(read) == len(text) or "\r" in text
    assert printable(printable(text)) == printable(text)


def test_descriptions_have_the_callers_origin() -> None:
    for origin in ("http://127.0.0.1:1/x", 'http://a"&b'):
        body = described("parcelproof.simulators.wire.soap", "descriptions.py", origin).body.decode()
        assert "{origin}" not in body
        assert origin.replace("&", "&amp;").replace('"', "&quot;") in body
