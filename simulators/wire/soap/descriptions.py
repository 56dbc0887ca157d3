"""WSDL and its schemas, served from a package's files with the caller's own origin in every address.

A file holds `{origin}` wherever the address of the service or of another file stands, and nothing else in braces.
"""

from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

from ..call import Answer
from .envelopes import XML

PLACE = "{origin}"


def described(package: str, name: str, origin: str) -> Answer:
    """Return one file of a package, with the origin that the client called put in."""
    text = _text(package, name).replace(PLACE, escape(origin, {'"': "&quot;"}))
    return Answer(200, text.encode("utf-8", "replace"), {"Content-Type": XML})


@cache
def _text(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text("utf-8")
