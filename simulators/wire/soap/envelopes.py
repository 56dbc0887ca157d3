"""Envelopes of SOAP 1.1 and 1.2: taken apart and put together, with the prefixes that clients have hard-coded."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from lxml import etree

from ..call import Answer
from .parsing import Malformed, parsed

DECLARATION = b"<?xml version='1.0' encoding='UTF-8'?>"
XML = "text/xml; charset=utf-8"


class Version(Enum):
    """One SOAP: the namespace of its envelope and the media type that it is sent as."""

    SOAP_11 = ("http://schemas.xmlsoap.org/soap/envelope/", XML)
    SOAP_12 = ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml; charset=utf-8")

    @property
    def space(self) -> str:
        return self.value[0]

    @property
    def content_type(self) -> str:
        return self.value[1]


class WrongVersion(Malformed):
    """The root is no envelope of the SOAP that is spoken here."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message taken apart: its version, its header blocks, and the one element of its body."""

    version: Version
    headers: tuple[Any, ...]
    content: Any


def opened(body: bytes, *versions: Version) -> Envelope:
    """Return a message of one of `versions`, all when none is named.

    Raises:
        Malformed: it is none; WrongVersion when it is one of another version.
    """
    root = parsed(body)
    name = etree.QName(root)
    found = next((one for one in versions or tuple(Version) if one.space == name.namespace), None)
    if name.localname != "Envelope" or found is None:
        allowed = " or ".join(one.space for one in versions or tuple(Version))
        raise WrongVersion(f"Expecting Envelope in namespace {allowed}, but got {str(root.tag)[:200]}")
    header, content = (root.find(f"{{{found.space}}}{part}") for part in ("Header", "Body"))
    if content is None or len(content) != 1:
        count = "no Body" if content is None else f"{len(content)} elements in its Body"
        raise Malformed(f"The envelope has {count}, it needs one element in its Body")
    return Envelope(found, () if header is None else tuple(header), content[0])


def enclosed(version: Version, content: Any, *, status: int = 200, prefix: str = "S") -> Answer:
    """Return an answer with one element as its body; the element keeps the prefixes it was made with."""
    root = etree.Element(f"{{{version.space}}}Envelope", nsmap={prefix: version.space})
    etree.SubElement(root, f"{{{version.space}}}Body").append(content)
    return Answer(status, DECLARATION + etree.tostring(root, encoding="utf-8"), {"Content-Type": version.content_type})


def text_of(element: Any, *path: str) -> str:
    """Return the text below an element by local names, whatever their namespaces; empty where something is missing."""
    for name in path:
        element = child(element, name)
    return "" if element is None else "".join(element.itertext()).strip()


def child(element: Any, name: str) -> Any:
    """Return the first child of a local name, whatever its namespace, or None; None has no children."""
    return next((one for one in (() if element is None else element) if etree.QName(one).localname == name), None)


def printable(text: str) -> str:
    """Return text without what XML cannot hold."""
    if text.isprintable():
        return text
    return "".join(
        letter if (letter >= " " or letter in "\t\n\r") and letter not in "\ufffe\uffff" else " "
        for letter in text.encode("utf-8", "replace").decode()
    )
