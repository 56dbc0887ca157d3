"""A report as an XML document by a layout: names are the layout's, `@x` is an attribute, anything else an element."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .grid import cell, filled, shown
from .layout import Form, Items, Layout
from .report import Line, Report

NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)), "�")


def document(layout: Layout, form: Form, report: Report) -> bytes:
    names = layout.xml
    root = Element(names.root)
    for name, text in names.head.items():
        put(root, name, shown(layout, form, filled(layout, report, text)))
    lines = SubElement(root, names.wrapper)
    for place, line in enumerate(report.lines, 1):
        found = SubElement(lines, names.line)
        for column in layout.columns:
            text = shown(layout, form, cell(layout, report, column, line, place))
            put(found, column.tag or column.kind, text)
        if names.items is not None and line.items:
            _items(found, names.items, line)
    for name, text in names.totals.items():
        put(root, name, shown(layout, form, filled(layout, report, text)))
    indent(root)
    encoding = form.encoding.replace("cp1251", "windows-1251")
    body: bytes = tostring(root, encoding=encoding, xml_declaration=True)
    return body + b"\n"


def put(parent: Element, name: str, text: str) -> None:
    """Add a named text; what has none is left out."""
    clean = text.translate(NOT_IN_XML)
    if not clean:
        return
    if name.startswith("@"):
        parent.set(name[1:], clean)
    else:
        SubElement(parent, name).text = clean


def _items(line: Element, names: Items, found: Line) -> None:
    wrapper = SubElement(line, names.wrapper)
    for pieces in found.items:
        item = SubElement(wrapper, names.tag)
        put(item, names.sku, pieces.sku)
        put(item, names.delivered, str(pieces.delivered))
        put(item, names.refused, str(pieces.refused))
