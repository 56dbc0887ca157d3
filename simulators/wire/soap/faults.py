"""Faults of SOAP 1.1 and 1.2, answered with HTTP 500 as both ask."""

from typing import Any

from lxml import etree

from ..call import Answer
from .envelopes import Version, enclosed, printable

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
OLD_CODES = {"Sender": "Client", "Receiver": "Server"}  # 1.2's names -> 1.1's


def fault(
    version: Version, code: str, reason: str, detail: Any = None, *, language: str = "en", prefix: str = "S"
) -> Answer:
    """Return a fault. `code` is one of SOAP 1.2's: Sender, Receiver, VersionMismatch, MustUnderstand.

    `detail` is the element that says more, None for none.
    """
    return enclosed(version, _element(version, code, reason, detail, language, prefix), status=500, prefix=prefix)


def _element(version: Version, code: str, reason: str, detail: Any, language: str, prefix: str) -> Any:
    root = etree.Element(f"{{{version.space}}}Fault", nsmap={prefix: version.space})
    if version is Version.SOAP_12:
        etree.SubElement(
            etree.SubElement(root, f"{{{version.space}}}Code"), f"{{{version.space}}}Value"
        ).text = f"{prefix}:{code}"
        told = etree.SubElement(etree.SubElement(root, f"{{{version.space}}}Reason"), f"{{{version.space}}}Text")
        told.set(LANGUAGE, language)
        told.text = printable(reason)
        holder = f"{{{version.space}}}Detail"
    else:
        etree.SubElement(root, "faultcode").text = f"{prefix}:{OLD_CODES.get(code, code)}"
        etree.SubElement(root, "faultstring").text = printable(reason)
        holder = "detail"
    if detail is not None:
        etree.SubElement(root, holder).append(detail)
    return root
