"""What the carrier sheet says about the calculator."""

from ....wire.carrier import Fidelity, Static

FIDELITY: dict[str, Fidelity] = {
    "calculate_price": Fidelity.DOCUMENTED,
    "calculate_terms": Fidelity.DOCUMENTED,
    "calculate_price_and_terms": Fidelity.RECORDED,
    "calculate_price_v1": Fidelity.DOCUMENTED,
    "calculate_terms_v1": Fidelity.GUESSED,
    "list_categories": Fidelity.DOCUMENTED,
    "list_objects": Fidelity.DOCUMENTED,
    "list_services": Fidelity.DOCUMENTED,
    "list_countries": Fidelity.RECORDED,
    "list_offices": Fidelity.DOCUMENTED,
    "read_dictionary": Fidelity.DOCUMENTED,
    "read_dictionary_v1": Fidelity.DOCUMENTED,
}
STATIC: dict[str, Static] = dict.fromkeys(FIDELITY, Static.ASKED)
GUESSES = (
    "Prices are not the post's: belts of distance and the form of the price are public, 1000 g from Moscow to Magadan "
    "come out as recorded, everything else is ours.",
    "Terms grow with the distance; by land to Yakutia, Kamchatka, Magadan, Sakhalin, Chukotka and Yamal they are 25 "
    "days longer.",
    "Kinds of post that a courier brings do not go to towns of fewer than twenty thousand: error 1372.",
    "Limits of countries but Germany's, and which kinds of post they do not take, are ours; three withdrawn numbers "
    "make the 256 countries that were counted.",
    "The tree of categories is ours but for the numbers that clients ask for.",
    "The form `easy` is the sum with VAT in kopecks, or the longest term, as bare text.",
    "Numbers of ECOM (53) and HYPER_CARGO (25) are ours.",
)
