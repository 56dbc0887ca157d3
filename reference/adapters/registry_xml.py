"""A payout report as XML, read by the paths of a layout. Entities and the network are off, and so are DTDs.

Element and attribute names count, namespaces do not: a carrier may add one without telling anybody.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from .report_layouts import Items, Layout, Layouts, Xml
from .report_lines import Found, Row
from .tables import MOST_BYTES, MOST_ROWS, Unreadable

Element: TypeAlias = Any  # lxml brings no types


def parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parsed(raw: bytes) -> Element:
    """Return the root of a document.

    Raises:
        Unreadable: no XML, too large, too deep, or with a DTD, which no report needs.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"it has {len(raw)} bytes, {MOST_BYTES} are allowed")
    try:
        root: Element = etree.fromstring(raw, parser())
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable(f"it is broken XML ({str(fault)[:200]})") from fault
    if root.getroottree().docinfo.doctype:
        raise Unreadable("it has a DTD, and no report needs one")
    return root


def recognised(root: Element, layouts: Layouts) -> Found | None:
    """Return the document as read by the layout whose root and lines it has; None when there is none."""
    for layout in layouts:
        if layout.xml is not None and _name(root) == layout.xml.root and (lines := _lines(root, layout.xml)):
            return _read(root, layout, layout.xml, lines)
    return None


def _lines(root: Element, names: Xml) -> list[Element]:
    found: list[Element] = []
    for line in at(root, names.line):
        if len(found) == MOST_ROWS:
            raise Unreadable(f"it has more than {MOST_ROWS} lines")
        found.append(line)
    return found


def _read(root: Element, layout: Layout, names: Xml, lines: list[Element]) -> Found:
    columns = {str(name): path for part in (names.columns, names.fees) for name, path in part.items()}
    rows = [
        Row(
            f"line {place} of the XML (line {line.sourceline} of the file)",
            {column: text(line, path) for column, path in columns.items()},
            _items(line, names.items),
        )
        for place, line in enumerate(lines, 1)
    ]
    head: dict[str, str] = {label: value for label, path in names.head.items() if (value := text(root, path))}
    return Found(layout, head, rows, {column: text(root, path) for column, path in names.totals.items()})


def _items(line: Element, names: Items | None) -> list[dict[str, str]]:
    if names is None:
        return []
    paths = {"sku": names.sku, "delivered": names.delivered, "refused": names.refused}
    return [{name: text(item, path) for name, path in paths.items()} for item in at(line, names.item)]


def at(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements at `a/b`, by their names without namespaces."""
    name, _, rest = path.partition("/")
    for child in element:
        if _name(child) == name:
            yield from at(child, rest) if rest else [child]


def text(element: Element, path: str) -> str:
    """Return what stands at a path, "" when nothing does: an element's text, or after `@` an attribute's value."""
    way, _, last = path.rpartition("/")
    if not last.startswith("@"):
        return next(("".join(found.itertext()).strip() for found in at(element, path)), "")
    owners = at(element, way) if way else iter([element])
    owner = next(owners, None)
    return "" if owner is None else str(owner.get(last[1:], "")).strip()


def _name(element: Element) -> str:
    """Return the name without its namespace; a comment has none."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""
