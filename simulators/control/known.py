"""Names that only a running server knows, put where a schema leaves room for them.

A schema with `x-known` becomes an enum of those names, and of `x-also` besides, where there are any; in `properties`,
`x-each` becomes a member for each of them, and `x-settings` brings the settings that carriers declare.
"""

from collections.abc import Mapping
from typing import Any

from ..wire import bad_days
from ..wire.carrier import Carrier

Names = Mapping[str, list[str]]
Declared = Mapping[str, dict[str, Any]]  # by carrier, and under a name for all: members of a schema of settings
SAYS = {
    "carriers": "a carrier's name",
    "credentials": "a carrier's name, or smtp for one that sends mails",
    "codes": "an event of the carrier's",
    "stories": "a story of the carrier's",
    "operations": "an operation of the carrier's",
    "bad_days": "a bad day's name",
}


def names(carriers: Mapping[str, Carrier]) -> Names:
    """Return what goes by name on a server with these carriers."""
    known = carriers.values()
    return {
        "carriers": sorted(carriers),
        "credentials": sorted([*carriers, "smtp"]),
        "codes": sorted({code for carrier in known for code in carrier.codes}),
        "stories": sorted({story for carrier in known for story in carrier.stories}),
        "operations": sorted({route.operation for carrier in known for route in carrier.routes}),
        "bad_days": [row["name"] for row in bad_days.listed(carriers)],
    }


def resolved(found: Any, known: Names, declared: Declared) -> Any:
    """Return a document with the names filled in, and patterns spelled as JSON Schema has them."""
    if isinstance(found, list):
        return [resolved(item, known, declared) for item in found]
    if not isinstance(found, dict):
        return found
    made = {name: resolved(item, known, declared) for name, item in found.items() if not name.startswith("x-")}
    if "x-known" in found:
        also = found.get("x-also", [])
        made["description"] = " or ".join((SAYS[found["x-known"]], *also))
        if known[found["x-known"]]:
            made["enum"] = [*also, *known[found["x-known"]]]
    if "x-each" in found:
        kind, schema = found["x-each"]
        made |= {name: resolved(_widened(schema, name, declared), known, declared) for name in known[kind]}
    if "x-settings" in found:
        made = _widened(made, found["x-settings"], resolved(declared, known, {}))
    if isinstance(made.get("pattern"), str):
        made["pattern"] = made["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
    return made


def _widened(schema: dict[str, Any], name: str, declared: Declared) -> dict[str, Any]:
    """Return a schema of settings with what is declared; a list that is whole takes the place of what stands there."""
    more = declared.get(name, {})
    if "additionalProperties" in more:
        return {**schema, **more}
    return {**schema, **more, "properties": {**schema["properties"], **more["properties"]}} if more else schema
