"""Descriptions of report forms as JSON Schema: all that `layout` refuses, but that two forms go by one name.

The types of `layout` tell most of it; what members must be to one another is added here.
"""

from typing import Any

import msgspec

from .layout import MOST_OWN, TEXTS, Layout

Schema = dict[str, Any]

PREFIX = "Report"  # so that `Form` and `Xml` are no names among those of other shapes
_COMMA: Schema = {"const": ","}
_SEPARATED: Schema = {  # a form of CSV that separates by the mark that a decimal point can be
    "properties": {"kind": {"const": "csv"}, "separator": _COMMA},
    "required": ["kind", "separator"],
}
_AS_THE_LAYOUT: Schema = {"properties": {"decimal_mark": {"type": "null"}}}  # left out, or null
RULES: dict[str, Schema] = {
    "Form": {"not": {**_SEPARATED, "properties": {**_SEPARATED["properties"], "decimal_mark": _COMMA},
                     "required": [*_SEPARATED["required"], "decimal_mark"]}},
    "Layout": {"allOf": [
        {"anyOf": [  # totals need a column for their label
            {"properties": {"totals": {"type": "null"}}},
            {"properties": {"columns": {"contains": {"properties": {"kind": {"enum": [*TEXTS]}}}}}},
        ]},
        {"anyOf": [
            {"properties": {"decimal_mark": {"not": _COMMA}}},
            {"properties": {"forms": {"items": {"not": {"allOf": [_SEPARATED, _AS_THE_LAYOUT]}}}}},
        ]},
    ]},
}  # fmt: skip


def schemas(template: str) -> dict[str, Schema]:
    """Return the schemas that descriptions are made of, by name; `template` makes a reference of a `{name}`."""
    _, found = msgspec.json.schema_components([Layout], ref_template=template.replace("{name}", PREFIX + "{name}"))
    layout = found["Layout"]
    layout["properties"]["carrier"] = {"description": "The carrier under whose name it stands; it may be left out."}
    layout["required"] = [name for name in layout["required"] if name != "carrier"]
    for name, rules in RULES.items():
        found[name] |= rules
    return {PREFIX + name: {**schema, "title": PREFIX + name} for name, schema in found.items()}


def of_settings(template: str, carrier: str) -> Schema:
    """Return what a carrier's setting `report_layouts` may be."""
    return {
        "type": ["array", "null"],
        "description": "Report forms that this carrier gives besides its own, or in place of those of the same name.",
        "items": {
            "allOf": [
                {"$ref": template.format(name=PREFIX + "Layout")},
                {"properties": {"carrier": {"const": carrier}}},
            ]
        },
        "maxItems": MOST_OWN,
    }
