"""Addresses taken apart and looked up, and how sure that is.

Wire contract: `postal_api_russia` §2.9, the codes of quality and of validation. Which code an address gets is ours
where no source tells (see the sheet). Total: any text gives an answer.
"""

from dataclasses import dataclass, field
from re import compile

from .address_reading import Reading
from .address_words import BUILDING, CORPUS, HOUSE, REGION, ROOM, STREET, TOWN, Settlement
from .offices import place_of, serving
from .places import Place, fixed_uuid

LONGEST_LINE = 1_000  # characters that are looked at
GOOD, ON_DEMAND, POSTAL_BOX = "GOOD", "ON_DEMAND", "POSTAL_BOX"
SHIPPABLE = frozenset({GOOD, POSTAL_BOX, ON_DEMAND, "UNDEF_05"})
SURE = frozenset({"VALIDATED", "OVERRIDDEN", "CONFIRMED_MANUALLY"})
NOT = "NOT_VALIDATED_"
GUIDS = {
    "77": "0c5b2444-70a0-4932-980c-b4dc0d3f02b5",
    "78": "c2deb16a-0330-4f05-821f-1d09c93331e6",
}  # published ones; the others are ours
_LATIN, _CYRILLIC = compile(r"[A-Za-z]"), compile(r"[А-Яа-яЁё]")
DOTTED = frozenset({"обл", "Респ", "г", "с", "д", "п", "ул", "пер", "ш", "наб", "пл", "мкр", "туп"})


@dataclass(slots=True)
class Address:
    """What became of a line. `parts` have the wire's names and no type words' dots; `index` "" is none."""

    parts: dict[str, str] = field(default_factory=dict)
    kind: str = "DEFAULT"
    index: str = ""
    quality: str = GOOD
    validation: str = "VALIDATED"
    guids: dict[str, str] = field(default_factory=dict)

    @property
    def shippable(self) -> bool:
        return self.quality in SHIPPABLE and self.validation in SURE


def dotted(part: str) -> str:
    """Return a part with the dot of its type word, as answers of 2026 have it: `обл. Саратовская`."""
    word, _, name = part.partition(" ")
    return f"{word}. {name}" if word in DOTTED else part


def normalised(text: str) -> Address:
    """Return what an address line says."""
    line = text[:LONGEST_LINE]
    read = Reading(line)
    if not read.line:
        return Address(quality="UNDEF_06", validation=NOT + "HAS_NO_MAIN_POINTS")
    if not _CYRILLIC.search(line) and _LATIN.search(line):
        return Address(quality="UNDEF_07", validation=NOT + "FOREIGN")
    read.read()
    if read.foreign:
        return Address(quality="UNDEF_07", validation=NOT + "FOREIGN")
    found = Address(parts=dict(read.parts), kind=read.kind, index=_index(read))
    _fill(read, found)
    _judge(read, found)
    return found


def _index(read: Reading) -> str:
    """Choose the index: the given one where it is one of the town's, else that which serves the house.

    Which of a town's indexes serves which house is known of few houses here: the sender's word goes before a guess.
    """
    place = read.settlement.place if read.settlement else None
    given = place_of(read.given)
    if place is None:
        if read.given and not given:
            read.told.append("DICTIONARY")
        return read.given if given else ""
    if given is place:
        return read.given
    own = _serving_index(read, place)
    if read.given and read.given != own:
        read.told.append("OVERRIDDEN")
    return own


def _serving_index(read: Reading, place: Place) -> str:
    if read.settlement and read.settlement.village:
        return read.settlement.index
    if read.street and read.street.index:
        return read.street.index
    if not read.street and STREET not in read.unknown:
        return place.index
    name = read.street.name if read.street else read.unknown.get(STREET, "")
    house = read.parts.get(HOUSE, "0")
    office = serving(place, name, int(house) if house.isdigit() else 0)
    return office.index if office else place.index


def _fill(read: Reading, found: Address) -> None:
    parts, guids = found.parts, found.guids
    settlement, given = read.settlement, place_of(read.given)
    region = settlement.place.region if settlement else read.region or (given.region if given else None)
    if region:
        parts["region"] = f"{region.kind} {region.name}"
        guids["region-guid"] = GUIDS.get(region.code, region.guid)
    if settlement:
        place = settlement.place
        if settlement.village:
            parts.setdefault("area", f"городской округ {place.name}")
        parts["place"] = f"{settlement.kind} {settlement.name}"
        guids["place-guid"] = (
            fixed_uuid(f"village/{settlement.index}")
            if settlement.village
            else GUIDS.get(place.region.code, place.guid)
            if place.capital
            else place.guid
        )
    if read.street and settlement:
        parts["street"] = f"{read.street.kind} {read.street.name}"
        guids["street-guid"] = read.street.guid_in(_street_key(settlement))


def _judge(read: Reading, found: Address) -> None:
    quality, wrong = _first_gap(read, found)
    if quality == GOOD and found.kind != "DEFAULT":
        quality = {"PO_BOX": POSTAL_BOX, "DEMAND": ON_DEMAND}.get(found.kind, GOOD)
    overridden = "OVERRIDDEN" in read.told
    troubles = [*(t for t in read.told if t != "OVERRIDDEN"), *([wrong] if wrong else [])]
    if not troubles and any(word != "," for word in read.line):
        troubles = ["HAS_UNPARSED_PARTS"]
    validation = NOT + troubles[0] if troubles else "OVERRIDDEN" if overridden else "VALIDATED"
    if quality == GOOD and found.kind == "DEFAULT" and not troubles:
        house = f"{found.guids.get('street-guid', '')}/{found.parts.get(HOUSE, '')}"
        found.guids["address-guid"] = fixed_uuid(f"address/{house}")
    found.quality, found.validation = quality, validation


def _first_gap(read: Reading, found: Address) -> tuple[str, str]:
    """Return the quality by the first part that is missing or unknown, and what to say of it."""
    parts = found.parts
    if REGION in read.unknown or not ("region" in parts or TOWN in read.unknown):
        return ("UNDEF_01", "HAS_NO_KLADR_RECORD") if read.unknown else ("UNDEF_06", "HAS_NO_MAIN_POINTS")
    if "HAS_AMBI" in read.told:
        return "UNDEF_01", ""
    if "place" not in parts:
        return "UNDEF_02", "HAS_NO_KLADR_RECORD" if TOWN in read.unknown else "HAS_NO_MAIN_POINTS"
    if found.kind != "DEFAULT":
        lacks = found.kind != "DEMAND" and "num-address-type" not in parts
        return ("UNDEF_04", "HAS_NO_MAIN_POINTS") if lacks else (GOOD, "")
    return _gap_in_street(read, parts)


def _gap_in_street(read: Reading, parts: dict[str, str]) -> tuple[str, str]:
    if read.street is None:
        if STREET in read.unknown:
            return "UNDEF_03", "HAS_NO_KLADR_RECORD"
        return "UNDEF_03", "HOUSE_WITHOUT_STREET_OR_NP" if HOUSE in parts else "HAS_NO_MAIN_POINTS"
    if HOUSE not in parts:
        extended = any(part in parts for part in (CORPUS, BUILDING))
        return "UNDEF_04", "HOUSE_EXTENSION_WITHOUT_HOUSE" if extended else "HAS_NO_MAIN_POINTS"
    if "INCORRECT_HOUSE" in read.told:
        return "UNDEF_04", ""
    settlement = read.settlement
    if settlement and int(parts[HOUSE]) > read.street.house_most(_street_key(settlement)):
        return "UNDEF_04", "EXCEDED_HOUSE_NUMBER"
    return ("UNDEF_05", "") if ROOM in read.unknown else (GOOD, "")


def _street_key(settlement: Settlement) -> str:
    return f"village/{settlement.index}" if settlement.village else str(settlement.place.number)
