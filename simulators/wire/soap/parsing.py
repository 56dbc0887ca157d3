"""Reading XML that strangers send: no document type, no entities, no network, bounded depth.

A document type is refused before the parser sees it, so that neither a billion laughs nor an outside entity ever gets
there; the encoding is decided here, so that no exotic one hides it.
"""

import codecs
import re
from typing import Any

from lxml import etree

from ...core.errors import SimulatorError

DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}?\?>")
DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
MARKUP = re.compile(r"<!(?!--|\[CDATA\[)")  # what opens a document type, and anything of one
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "utf-16": "utf-16",
    "windows-1251": "cp1251",
    "iso-8859-1": "latin-1",
}


class Malformed(SimulatorError):
    """A body is no XML that is read here; the words say why."""


def parsed(body: bytes) -> Any:
    """Return the root element of a body, without comments and processing instructions.

    Raises:
        Malformed: not well-formed, a document type or an entity of its own, an encoding that is not read, too deep.
    """
    text = _decoded(body)
    if MARKUP.search(text):
        raise Malformed("A document type or an entity declaration is not allowed")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"The body cannot be read as XML: {str(error)[:200]}") from None


def _decoded(body: bytes) -> str:
    """Return a body's text without byte order mark and XML declaration."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        body = body.removeprefix(codecs.BOM_UTF8)
        found = DECLARED.match(body)
        name = found[1].decode() if found else "utf-8"
        encoding = ENCODINGS.get(name.lower(), "")
        if encoding in ("", "utf-16"):
            raise Malformed(f"The encoding is {name}, allowed are {', '.join(ENCODINGS)}")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not {encoding}: byte {error.start} cannot be read") from None
    return DECLARATION.sub("", text, count=1) if text.lstrip().startswith("<?xml") else text
