"""XML of the carriers' SOAP answers, as the judge reads it: bounded, with entities, DTDs and the network off."""

from collections.abc import Iterator

from lxml import etree

_PARSER = etree.XMLParser(
    resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
)


def parsed(body: object) -> etree._Element | None:
    """Return the root of a journal's body; None when it is no XML."""
    if not isinstance(body, str) or not body.lstrip().startswith("<"):
        return None
    try:
        return etree.fromstring(body.encode(), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def every(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the elements of this name in any namespace."""
    if root is not None:
        yield from root.iterfind(f".//{{*}}{name}")


def text_at(element: etree._Element, path: str) -> str:
    """Return the text at a path of names, each in any namespace; "" where there is none."""
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None or found.text is None else found.text.strip()
