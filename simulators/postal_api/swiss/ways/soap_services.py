"""What the web service tells of services: groups, basic and additional services, instructions, layouts.

Wire contract: `postal_api_swiss` §1 and §3. The tables are the judgement's own; ids of groups are a guess, and what a
service is called is told in one language; instructions are told in the language that is asked for.
"""

from typing import Any

from ....core.world import World
from .. import account
from ..case import Finding
from ..messages import sentences, told
from ..services import (
    ADDITIONAL,
    BARCODES_MOST,
    BASICS,
    INSTRUCTION_ORDER,
    INSTRUCTIONS_MOST,
    LAYOUTS,
    LAYOUTS_OF,
    Basic,
    Chosen,
    Group,
    sort_out,
)
from .soap_reading import TYPES, language, words
from .soap_writing import element, errors, under

GROUPS = tuple(Group)  # the id of a group is its place here, from one
GROUP_NAMES = {
    Group.PARCEL: "Parcels within Switzerland",
    Group.EXPRESS: "Express",
    Group.VINOLOG: "VinoLog",
    Group.DIRECT: "Direct",
    Group.LETTER: "Letters with barcode",
    Group.ABROAD: "Letters abroad",
}
BASIC_NAMES = {
    "ECO": "PostPac Economy",
    "PRI": "PostPac Priority",
    "PPR": "PostPac Promo",
    "SEM": "Swiss-Express Moon",
    "SKB": "SameDay",
    "VL": "VinoLog",
    "DIRECT": "Direct",
    "DIR": "Direct",
    "SP": "bulky",
    "GAS": "business reply",
}
ADDITIONAL_NAMES = {
    "FRA": "fragile",
    "MAN": "manual handling",
    "RMP": "personal delivery",
    "SI": "signature",
    "AS": "signature, insured",
    "BLN": "cash on delivery, electronic",
    "N": "cash on delivery",
    "LQ": "limited quantities",
    "SA": "Saturday delivery",
    "AZS": "evening delivery",
}


def codes(element: Any) -> tuple[str, ...]:
    return tuple((row.text or "").strip() for row in element.iterfind(f"{{{TYPES}}}PRZL"))


def groups(content: Any) -> Any:
    root = element("ReadServiceGroupsResponse")
    for group in GROUPS:
        _group(root, group)
    return root


def _group(parent: Any, group: Group) -> None:
    found = under(parent, "ServiceGroup")
    under(found, "ServiceGroupID", GROUPS.index(group) + 1)
    under(found, "Description", GROUP_NAMES[group])


def basics(content: Any) -> Any:
    root = element("ReadBasicServicesResponse")
    asked = int(words(content, "ServiceGroupID"))
    if not 1 <= asked <= len(GROUPS):
        errors(root, told([Finding("E1008", (asked,))], language(content)))
        return root
    for basic in _of(GROUPS[asked - 1]):
        _basic(root, basic)
    return root


def _of(group: Group) -> list[Basic]:
    return [basic for basic in BASICS.values() if basic.group is group]


def _basic(parent: Any, basic: Basic) -> None:
    found = under(parent, "BasicService")
    for part in basic.parts:
        under(found, "PRZL", part)
    under(found, "Description", ", ".join(BASIC_NAMES.get(part, part) for part in basic.parts))


def allowed(world: World, content: Any) -> Any:
    """Return what a licence may be used for: returns and nothing else, or all but them, or everything."""
    root = element("ReadAllowedServicesByFrankingLicenseResponse")
    given = words(content, "FrankingLicense")
    own, number = account.of(world), account.padded(given)
    if not own.holds(number):
        errors(root, told([Finding("E2010", (given,))], language(content)))
        return root
    returns = own.return_licenses
    for group in GROUPS:
        fitting = [basic for basic in _of(group) if not returns or (number in returns) == basic.is_return]
        if fitting:
            holder = under(root, "ServiceGroups")
            _group(holder, group)
            for basic in fitting:
                _basic(holder, basic)
    return root


def _chosen(root: Any, content: Any) -> Chosen | None:
    """Return the services that are asked about, None after telling that they name no basic one."""
    found = sort_out(codes(content))
    if found.basic is not None:
        return found
    finding = (
        Finding("E1000", (", ".join(found.parts),)) if found.parts else Finding("E1015", (", ".join(codes(content)),))
    )
    errors(root, told([finding], language(content)))
    return None


def additional(content: Any) -> Any:
    root = element("ReadAdditionalServicesResponse")
    chosen = _chosen(root, content)
    for code in ADDITIONAL if chosen and chosen.basic else ():
        if chosen and chosen.basic and chosen.basic.takes(code):
            _code(root, "AdditionalService", code, ADDITIONAL_NAMES.get(code, code))
    return root


def instructions(content: Any) -> Any:
    root = element("ReadDeliveryInstructionsResponse")
    chosen = _chosen(root, content)
    for number in INSTRUCTION_ORDER if chosen and chosen.basic else ():
        if chosen and chosen.basic and number in chosen.basic.instructions:
            words = sentences()[f"ZAW{number}"][language(content).lower()].format(*"……")
            _code(root, "DeliveryInstructions", f"ZAW{number}", words)
    return root


def _code(parent: Any, name: str, code: str, description: str) -> None:
    found = under(parent, name)
    under(found, "PRZL", code)
    under(found, "Description", description)


def layouts(content: Any) -> Any:
    root = element("ReadLabelLayoutsResponse")
    chosen = _chosen(root, content)
    for layout in LAYOUTS if chosen and chosen.basic else ():
        if chosen and chosen.basic and layout in LAYOUTS_OF[chosen.basic.group]:
            found = under(root, "LabelLayout")
            under(found, "LabelLayout", layout)
            under(found, "MaxServices", BARCODES_MOST[layout])
            under(found, "MaxDeliveryInstructions", INSTRUCTIONS_MOST[layout])
            under(found, "FreeTextAllowed", layout != "FE")
    return root
