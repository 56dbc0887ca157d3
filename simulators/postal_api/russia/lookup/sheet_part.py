"""What the carrier sheet says about look-ups."""

from ....wire.carrier import Fidelity, Static

FIDELITY: dict[str, Fidelity] = {
    "clean_addresses": Fidelity.RECORDED,
    "clean_names": Fidelity.RECORDED,
    "clean_phones": Fidelity.RECORDED,
    "judge_recipients": Fidelity.RECORDED,
    "read_office": Fidelity.RECORDED,
    "list_office_services": Fidelity.RECORDED,
    "list_office_services_of_group": Fidelity.DOCUMENTED,
    "find_by_address": Fidelity.RECORDED,
    "list_nearby": Fidelity.RECORDED,
    "list_codes": Fidelity.RECORDED,
    "list_points": Fidelity.DOCUMENTED,
    "dump_offices": Fidelity.RECORDED,
    "list_time_slots": Fidelity.DOCUMENTED,
    "list_time_slots_for_rebooking": Fidelity.DOCUMENTED,
    "book_time_slot": Fidelity.DOCUMENTED,
    "name_booking": Fidelity.DOCUMENTED,
    "cancel_booking": Fidelity.DOCUMENTED,
    "create_return": Fidelity.DOCUMENTED,
    "create_separate_returns": Fidelity.DOCUMENTED,
    "delete_separate_return": Fidelity.DOCUMENTED,
    "edit_return": Fidelity.DOCUMENTED,
    "edit_return_by_path": Fidelity.DOCUMENTED,
    "calculate_tariff": Fidelity.RECORDED,
}
STATIC: dict[str, Static] = {
    "read_office": Static.ASKED,
    "list_office_services": Static.ASKED,
    "list_office_services_of_group": Static.ASKED,
    "find_by_address": Static.ASKED,
    "list_nearby": Static.ASKED,
    "list_codes": Static.ASKED,
    "list_points": Static.ALWAYS,
    "dump_offices": Static.ASKED,
}
MAGIC: dict[str, str] = {}
GUESSES = (
    "Towns, streets, offices, lockers and pickup points are ours but for a few indexes that clients are known to ask "
    "for; a town has the common street names that its size lets it have, and houses up to 120 to 249.",
    "Which code of quality and validation an address, a name or a phone gets is told by the sources for some twenty "
    "lines; the rules for all others are ours.",
    "Lists of up to ten items to be normalised come back in the order in which they were asked, as clients saw it; "
    "longer ones do not, as the specification warns.",
    "A recipient is FRAUD when the tenant marked the phone, or when three of its parcels to the phone came back.",
    "The short tariff fails with HTTP 400 and code 1001, its cause in sub-code alone; an office that is none of the "
    "account's is a 404 with code 1001.",
    "The short tariff prices any category of a known kind of post; only orders and the calculator look whether it is "
    "sold.",
    "Types of offices but those recorded have numbers of ours: СОПС 9, УКД 27.",
    "nearby without search-radius looks 100 km around.",
    "Time slots are four windows a day on five days from when an item can be there; good answers are empty objects, "
    "errors 400, 404 or 409.",
    'A return is an item of type EASY_RETURN in the folder "new", to the account\'s return address; without a direct '
    "item it is taken to weigh one kilogram.",
    "A return of a direct item is made once, whatever state the item is in.",
)
DEVIATIONS = ("Names of services of an office are short: their long lists of products are left out.",)
